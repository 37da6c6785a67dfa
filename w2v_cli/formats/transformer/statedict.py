"""The table of tensors in a ``pytorch_model.bin``, with nothing in it executed.

torch.save (since 1.6) writes a ZIP archive that is not compressed: ``NAME/data.pkl``, a pickle, and
``NAME/data/KEY``, the numbers. A pickle is a program for a stack machine, and unpickling runs what
it names. Here its instructions are read as data: those that such a table is made of are followed,
names of functions stay names, and an instruction or a name beyond them ends it. Neither Python's
unpickler nor torch takes part.
"""

import io
import math
import mmap
import pickletools
import zipfile
from contextlib import contextmanager
from typing import NamedTuple

from ...files.storedzip import DamageError, checked_bytes, crc32, damage_told, regions
from .tensors import ITEM_BYTES, Tensor

PICKLE, DATA, ORDER = "/data.pkl", "/data/", "/byteorder"
STORAGES = {
    "DoubleStorage": "F64", "FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16",
    "LongStorage": "I64", "IntStorage": "I32", "ShortStorage": "I16", "CharStorage": "I8",
    "ByteStorage": "U8", "BoolStorage": "BOOL",
}  # fmt: skip
ORDERED, TENSOR = "collections OrderedDict", "torch._utils _rebuild_tensor_v2"
PARAMETER = "torch._utils _rebuild_parameter"
TORCH = "torch "
LARGEST_PICKLE = 1 << 28
DEEPEST = 4
"""Tables within tables: ``{"state_dict": {...}}``."""
DAMAGED = ("the model of PyTorch", "get or make the file again, or save it as safetensors")


class _Named(NamedTuple):
    """A function or a type that the pickle names."""

    name: str


class _Storage(NamedTuple):
    """Numbers in the archive: type as safetensors calls it, and the key of the member."""

    dtype: str
    key: str


class _Stored(NamedTuple):
    """A tensor, as a part of a storage."""

    storage: _Storage
    offset: int
    shape: tuple
    strides: tuple


def is_torch_archive(names):
    """Whether an archive with members of these names is a table of tensors of PyTorch."""
    return any(name.endswith(PICKLE) for name in names)


def tensors_of_torch(path):
    """The tensors of a file of PyTorch: dict of name to Tensor.

    Those that do not lie row behind row are left out, as those whose type is not known are.

    Raises
    ------
    InputError   if the file cannot be read, is damaged, or its pickle has an instruction or a name
                 that no table of tensors needs
    """
    with _opened(path) as (memory, found):
        [table] = [name for name in found if name.endswith(PICKLE)] or [None]
        if table is None or found[table].size > LARGEST_PICKLE:
            raise DamageError("it has no table of tensors")
        prefix = table.removesuffix(PICKLE)
        order = found.get(prefix + ORDER)
        is_big = order is not None and checked_bytes(memory, order, ORDER) == b"big"
        content = read_table(checked_bytes(memory, found[table], table))
        return {
            name: _placed(path, stored, found, prefix + DATA, ">" if is_big else "<")
            for name, stored in _flat(content)
            if _is_in_order(stored)
        }


@contextmanager
def _opened(path):
    """(the bytes of an archive in mapped memory, where its members lie)."""
    with (
        damage_told(path, *DAMAGED),
        open(path, "rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory,
    ):
        with zipfile.ZipFile(file) as archive:
            found = regions(archive, file, len(memory))
        yield memory, found


def check_numbers(tensor):
    """Hold the member that has the numbers of a tensor against its checksum.

    Raises
    ------
    InputError   if it is wrong
    """
    with _opened(tensor.path) as (memory, found):
        for name, region in found.items():
            if region.start <= tensor.start < region.stop and region.crc:
                with memoryview(memory)[region.start : region.stop] as numbers:
                    if crc32(numbers) != region.crc:
                        raise DamageError(f"the checksum of {name} is wrong")


def _placed(path, stored, found, prefix, order):
    storage, offset, shape, _ = stored
    region = found.get(prefix + storage.key)
    if region is None:
        raise DamageError(f"{prefix}{storage.key} is missing")
    size = ITEM_BYTES[storage.dtype]
    start = region.start + offset * size
    if start + math.prod(shape) * size > region.stop:
        raise DamageError(f"a tensor of {list(shape)} does not fit into {prefix}{storage.key}")
    return Tensor(path, storage.dtype, shape, start, order)


def _is_in_order(stored):
    """Whether the rows of a tensor lie one behind the other."""
    expected, step = [], 1
    for length in reversed(stored.shape):
        expected.insert(0, step)
        step *= length
    return list(stored.strides) == expected and stored.storage.dtype in ITEM_BYTES


def _flat(table, prefix="", depth=0):
    """(name, _Stored) of all tensors in a table, and in tables within it."""
    if not isinstance(table, dict):
        raise DamageError("it holds no table of tensors")
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, _Stored):
            yield name, value
        elif isinstance(value, dict) and depth < DEEPEST:
            yield from _flat(value, f"{name}.", depth + 1)


def read_table(data):
    """What a pickle of tensors says, by reading its instructions.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    what was pickled: dicts, lists, tuples, texts, numbers; `_Stored` in the place of tensors

    Raises
    ------
    DamageError   if it is cut short, or has what no table of tensors has
    """
    machine, stream = _Machine(), io.BytesIO(data)
    while code := stream.read(1):
        opcode = pickletools.code2op.get(code.decode("latin-1"))
        name = opcode.name if opcode else repr(code)
        step = STEPS.get(name)
        if step is None:  # its argument is not even read
            raise DamageError(
                f"its pickle has the instruction {name}, which no table of tensors has, and "
                "nothing in it was run"
            )
        if step == "stop":
            return machine.pop()
        getattr(machine, step)(_argument(opcode, stream))
    raise DamageError("its pickle has no end")


def _argument(opcode, stream):
    """What stands behind an instruction; None if nothing does."""
    if opcode.name == "GLOBAL":  # pickletools would take backslashes in it for more than they are
        return " ".join(stream.readline().rstrip(b"\n").decode() for _ in range(2))
    return opcode.arg.reader(stream) if opcode.arg else None


class _Machine:
    """The stack of a pickle, what is remembered of it, and its instructions."""

    def __init__(self):
        self.stack, self.marks, self.memo = [], [], {}

    def pop(self):
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise DamageError("its pickle takes a value that is not there")
        return self.stack.pop()

    def _pop_mark(self):
        if not self.marks:
            raise DamageError("its pickle takes a value that is not there")
        place = self.marks.pop()
        values = self.stack[place:]
        del self.stack[place:]
        return values

    def nothing(self, _):
        """PROTO, FRAME: of how it is written."""

    def mark(self, _):
        self.marks.append(len(self.stack))

    def value(self, argument):
        self.stack.append(argument)

    def none(self, _):
        self.stack.append(None)

    def true(self, _):
        self.stack.append(True)

    def false(self, _):
        self.stack.append(False)

    def empty_dict(self, _):
        self.stack.append({})

    def empty_list(self, _):
        self.stack.append([])

    def empty_tuple(self, _):
        self.stack.append(())

    def tuple1(self, _):
        self._tuple(1)

    def tuple2(self, _):
        self._tuple(2)

    def tuple3(self, _):
        self._tuple(3)

    def _tuple(self, length):
        self.stack.append(tuple([self.pop() for _ in range(length)][::-1]))

    def tuple(self, _):
        self.stack.append(tuple(self._pop_mark()))

    def put(self, place):
        self.memo[place] = self.stack[-1]

    def memoize(self, _):
        self.memo[len(self.memo)] = self.stack[-1]

    def get(self, place):
        if place not in self.memo:
            raise DamageError("its pickle takes a value that is not there")
        self.stack.append(self.memo[place])

    def set_item(self, _):
        value, key = self.pop(), self.pop()
        self._set([key, value])

    def set_items(self, _):
        self._set(self._pop_mark())

    def _set(self, pairs):
        table = self.stack[-1]
        if not isinstance(table, dict) or len(pairs) % 2:
            raise DamageError("its pickle puts values into what is no table")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            if not isinstance(key, (str, int)):
                raise DamageError("its pickle has a key that is no name")
            table[key] = value

    def append(self, _):
        self._extend([self.pop()])

    def appends(self, _):
        self._extend(self._pop_mark())

    def _extend(self, values):
        if not isinstance(self.stack[-1], list):
            raise DamageError("its pickle puts values into what is no list")
        self.stack[-1].extend(values)

    def name(self, argument):
        self._named(argument)

    def stacked_name(self, _):
        name, module = self.pop(), self.pop()
        self._named(f"{module} {name}")

    def _named(self, name):
        is_storage = name.startswith(TORCH) and name.endswith("Storage")
        if name not in (ORDERED, TENSOR, PARAMETER) and not is_storage:
            raise DamageError(
                f"its pickle names {name.replace(' ', '.')!r:.100}, which no table of tensors "
                "needs, and nothing in it was run"
            )
        self.stack.append(_Named(name))

    def stored_elsewhere(self, _):
        """BINPERSID: a storage, as ('storage', its type, key, device, numbers)."""
        told = self.pop()
        if not isinstance(told, tuple) or len(told) != 5 or told[0] != "storage":
            raise DamageError("its pickle tells of a storage in another way than torch")
        kind, key = told[1], told[2]
        if not isinstance(kind, _Named) or not isinstance(key, str):
            raise DamageError("its pickle tells of a storage in another way than torch")
        name = kind.name.removeprefix(TORCH)
        self.stack.append(_Storage(STORAGES.get(name, name), key))

    def reduce(self, _):
        """REDUCE: what a function would be called with; here it is taken for what it says."""
        arguments, function = self.pop(), self.pop()
        if not isinstance(function, _Named) or not isinstance(arguments, tuple):
            raise DamageError("its pickle calls what is no function")
        if function.name == ORDERED and not arguments:
            self.stack.append({})
        elif function.name == TENSOR:
            self.stack.append(_stored(*arguments[:4]))
        elif function.name == PARAMETER and arguments and isinstance(arguments[0], _Stored):
            self.stack.append(arguments[0])
        else:
            raise DamageError("its pickle makes something else than a table of tensors")

    def build(self, _):
        """BUILD: attributes of a table, such as the versions of its parts."""
        self.pop()


def _stored(storage=None, offset=None, shape=None, strides=None):
    are_tuples = isinstance(shape, tuple) and isinstance(strides, tuple)
    if not isinstance(storage, _Storage) or not are_tuples:
        raise DamageError("its pickle tells of a tensor in another way than torch")
    numbers = [offset, *shape, *strides]
    if not all(type(each) is int and each >= 0 for each in numbers):
        raise DamageError("its pickle tells of a tensor in another way than torch")
    return _Stored(storage, offset, shape, strides)


STEPS = {
    "PROTO": "nothing", "FRAME": "nothing", "STOP": "stop", "MARK": "mark", "NONE": "none",
    "NEWTRUE": "true", "NEWFALSE": "false",
    "BININT": "value", "BININT1": "value", "BININT2": "value", "LONG1": "value",
    "BINFLOAT": "value", "BINUNICODE": "value", "SHORT_BINUNICODE": "value",
    "EMPTY_DICT": "empty_dict", "EMPTY_LIST": "empty_list", "EMPTY_TUPLE": "empty_tuple",
    "TUPLE": "tuple", "TUPLE1": "tuple1", "TUPLE2": "tuple2", "TUPLE3": "tuple3",
    "BINPUT": "put", "LONG_BINPUT": "put", "MEMOIZE": "memoize",
    "BINGET": "get", "LONG_BINGET": "get",
    "SETITEM": "set_item", "SETITEMS": "set_items", "APPEND": "append", "APPENDS": "appends",
    "GLOBAL": "name", "STACK_GLOBAL": "stacked_name", "BINPERSID": "stored_elsewhere",
    "REDUCE": "reduce", "BUILD": "build",
}  # fmt: skip
"""The instructions of a pickle that are followed, and what follows them."""
