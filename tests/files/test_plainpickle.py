"""Pickles are looked at, and nothing in them is run."""

import collections
import contextlib
import os
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_cli.files.plainpickle import DamagedPickleError, Global, Made, plain_pickle

simple = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
simple = simple | st.binary(max_size=40)
plain = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        | st.sets(st.integers(), max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(plain)
def test_plain_python_is_what_it_was(content):
    assert plain_pickle(pickle.dumps(content, 4)) == content


@pytest.mark.parametrize("protocol", range(6))
def test_every_protocol_has_texts_numbers_and_shared_parts(protocol):
    shared = ["ä", 1.5, -3, 1 << 70, None, True]
    found = plain_pickle(pickle.dumps({"a": shared, "b": (shared, ())}, protocol))
    assert found == {"a": shared, "b": (shared, ())}
    assert found["a"] is found["b"][0]


class Evil:
    def __reduce__(self):
        return os.system, ("touch ran",)


def test_nothing_is_called_or_imported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = plain_pickle(pickle.dumps([Evil()]))
    assert found[0].kind.name == "system"
    assert found[0].arguments == ("touch ran",)
    assert plain_pickle(b"cno.such.module\nthing\n.") == Global("no.such.module", "thing")
    assert os.listdir(tmp_path) == []


def test_objects_keep_what_they_would_be_made_of():
    ordered = collections.OrderedDict(a=1)
    found = plain_pickle(pickle.dumps(ordered, 4))
    assert (found.kind, found.pairs) == (Global("collections", "OrderedDict"), [("a", 1)])
    array = plain_pickle(pickle.dumps(np.arange(3), 4))
    assert isinstance(array, Made)
    assert array.kind.name == "_reconstruct"
    assert array.state[1] == (3,)
    queue = plain_pickle(pickle.dumps(collections.deque([1, 2]), 2))
    assert queue.items == [1, 2]


GOOD = pickle.dumps({"a": [1, "x", (2, 3)], "b": np.arange(2)}, 4)
BOMBS = [
    b"",
    b"\x80\x04",
    b"\x80\x04]q\x01h\x02.",  # no such memo
    b"\x80\x04e.",  # no mark
    b"\x80\x04K\x01K\x02R.",  # a call of a number
    b"\x80\x04]}b.",  # a state of a list
    b"\x80\x04](K\x01u.",  # half a pair
    b"\x80\x04]]s.",
    b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7f.",  # a bytearray of 2**63 bytes
    b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
    b"\x80\x04\x8a\xff.",
    b"\x80\x04K\x01K\x02\x93.",
    b"\x80\x04}(]K\x01u.",  # a list as a key
    b"\x80\x05\x97.",
    b"not a pickle",
]


@pytest.mark.parametrize("data", BOMBS)
def test_what_is_no_pickle_is_an_error(data):
    with pytest.raises(DamagedPickleError):
        plain_pickle(data)


def test_a_memo_of_any_number_takes_no_memory():
    data = b"\x80\x04K\x07r\xff\xff\xff\x7fj\xff\xff\xff\x7f\x86."
    assert plain_pickle(data) == (7, 7)


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_damage_anywhere_is_an_error_or_another_value(place, byte):
    data = bytearray(GOOD)
    data[place] = byte
    for each in (bytes(data), GOOD[:place]):
        with contextlib.suppress(DamagedPickleError):
            plain_pickle(each)


def test_depth_is_no_matter():
    data = b"\x80\x04" + b"(" * 100_000 + b"l" * 100_000 + b"."
    found, depth = plain_pickle(data), 0
    while found:
        [found], depth = found, depth + 1
    assert depth == 99_999
