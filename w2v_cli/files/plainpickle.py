"""What is in a Python pickle, without running any of it.

A pickle is a program for a small machine. What makes it dangerous are calls of functions, by any
name, and nothing else. Here a name is a `Global` and a call a `Made` that keeps its arguments:
nothing is imported, nothing is called, and who reads the result picks what it knows. Numbers,
texts, bytes, lists, dicts, sets and tuples are what they are.

The operations are those of pickle protocols 0 to 5 as ``pickletools`` lists them, without buffers
outside and bytearrays, which could ask for any amount of memory; texts of protocol 0 are no more
than others. `pickletools` parses, and does no more.
"""

import io
import pickletools
from dataclasses import dataclass, field
from typing import Any


class DamagedPickleError(Exception):
    """It is no pickle, is cut short, or does what is not understood here."""


@dataclass(frozen=True)
class Global:
    """A class or function that is named."""

    module: str
    name: str


@dataclass(eq=False)
class Made:
    """What a call would have made.

    Attributes
    ----------
    kind : Global or Made or None   what is called; None of an object outside, which ``arguments``
                                    tell
    arguments : tuple
    state : object                  what it would have been set to, the last time
    items : list                    what would have been appended to it
    pairs : list of (key, value)    what would have been set in it
    """

    kind: Any
    arguments: tuple
    state: Any = None
    items: list = field(default_factory=list)
    pairs: list = field(default_factory=list)


_MARK = object()
_FAULTS = (
    ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What operations raise that do not belong together, and `pickletools` of what is cut short."""
_LITERALS = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_TUPLE": tuple,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "EMPTY_SET": set,
}
_VALUES = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "UNICODE", "BINUNICODE",
    "SHORT_BINUNICODE", "BINUNICODE8", "FLOAT", "BINFLOAT",
}  # fmt: skip
"""Operations whose argument is what they put on the stack."""


def plain_pickle(data):
    """The object that a pickle describes.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    object   of plain Python, with a `Global` or `Made` wherever something else would be

    Raises
    ------
    DamagedPickleError
    """
    machine = _Machine()
    try:
        for operation, argument, _ in pickletools.genops(io.BytesIO(data)):
            if operation.name == "STOP":
                return machine.stack.pop()
            machine.do(operation.name, argument)
    except _FAULTS as error:
        raise DamagedPickleError(str(error)) from error
    raise DamagedPickleError("it does not end")


class _Machine:
    """The stack, and what was put aside."""

    def __init__(self):
        self.stack = []
        self._memo = {}

    def do(self, name, argument):
        """One operation."""
        if name in _VALUES:
            self.stack.append(argument)
        elif name in _LITERALS:
            self.stack.append(_LITERALS[name]())
        else:
            getattr(self, f"_{name.lower()}")(argument)

    def _since_mark(self):
        place = len(self.stack) - 1
        while self.stack[place] is not _MARK:
            place -= 1
            if place < 0:
                raise ValueError("a mark is missing")
        items = self.stack[place + 1 :]
        del self.stack[place:]
        return items

    def _proto(self, _):
        pass

    _frame = _proto

    def _mark(self, _):
        self.stack.append(_MARK)

    def _pop(self, _):
        self.stack.pop()

    def _pop_mark(self, _):
        self._since_mark()

    def _dup(self, _):
        self.stack.append(self.stack[-1])

    def _memoize(self, _):
        self._memo[len(self._memo)] = self.stack[-1]

    def _binput(self, number):
        self._memo[int(number)] = self.stack[-1]

    _put = _long_binput = _binput

    def _binget(self, number):
        self.stack.append(self._memo[int(number)])

    _get = _long_binget = _binget

    def _tuple(self, _):
        self.stack.append(tuple(self._since_mark()))

    def _tuple1(self, _):
        self.stack[-1:] = [tuple(self.stack[-1:])]

    def _tuple2(self, _):
        self.stack[-2:] = [tuple(self.stack[-2:])]

    def _tuple3(self, _):
        self.stack[-3:] = [tuple(self.stack[-3:])]

    def _list(self, _):
        self.stack.append(self._since_mark())

    def _dict(self, _):
        self.stack.append(_pairs(self._since_mark()))

    def _frozenset(self, _):
        self.stack.append(frozenset(self._since_mark()))

    def _append(self, _):
        item = self.stack.pop()
        self._extend([item])

    def _appends(self, _):
        self._extend(self._since_mark())

    def _extend(self, items):
        target = self.stack[-1]
        (target.items if isinstance(target, Made) else target).extend(items)

    def _additems(self, _):
        items = self._since_mark()
        self.stack[-1].update(items)

    def _setitem(self, _):
        pair = self.stack[-2:]
        del self.stack[-2:]
        self._set(pair)

    def _setitems(self, _):
        self._set(self._since_mark())

    def _set(self, items):
        target = self.stack[-1]
        if isinstance(target, Made):
            target.pairs.extend(_pairs(items).items())
        else:
            target.update(_pairs(items))

    def _global(self, names):
        module, name = names.split(" ", 1)
        self.stack.append(Global(module, name))

    def _stack_global(self, _):
        name, module = self.stack.pop(), self.stack.pop()
        if not (isinstance(module, str) and isinstance(name, str)):
            raise ValueError("a name is no text")
        self.stack.append(Global(module, name))

    def _reduce(self, _):
        arguments, kind = self.stack.pop(), self.stack.pop()
        if not isinstance(arguments, tuple) or not isinstance(kind, (Global, Made)):
            raise ValueError("a call of something else than a function")
        self.stack.append(Made(kind, arguments))

    _newobj = _reduce

    def _newobj_ex(self, _):
        self.stack.pop()
        self._reduce(None)

    def _inst(self, names):
        module, name = names.split(" ", 1)
        self.stack.append(Made(Global(module, name), tuple(self._since_mark())))

    def _obj(self, _):
        kind, *arguments = self._since_mark()
        self.stack.append(Made(kind, tuple(arguments)))

    def _build(self, _):
        state = self.stack.pop()
        if not isinstance(self.stack[-1], Made):
            raise ValueError("a state of something that has none")
        made = self.stack[-1]
        if isinstance(made.state, dict) and isinstance(state, dict):
            made.state.update(state)
        else:
            made.state = state

    def _persid(self, name):
        self.stack.append(Made(None, (name,)))

    def _binpersid(self, _):
        self.stack.append(Made(None, (self.stack.pop(),)))


def _pairs(items):
    return dict(zip(items[::2], items[1::2], strict=True))
