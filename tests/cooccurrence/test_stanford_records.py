"""Records of Stanford's GloVe: written, read, held against its own programs, and what is refused.

Set ``GLOVE_BUILD`` to the folder where its programs are (``build`` of its source).
"""

import os
import subprocess
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cooccurrence_reference import counted

from w2v_cli.cooccurrence import stanford
from w2v_cli.cooccurrence.stanford import RECORD, read_records, write_records
from w2v_cli.cooccurrence.table import CountRule
from w2v_cli.errors import InputError

GLOVE = os.environ.get("GLOVE_BUILD")
WORDS = [f"w{number}" for number in range(8)]


def table_of(sentences, rule):
    return counted(sentences, len(WORDS), rule, WORDS)


def records_of(table, tmp_path):
    path = tmp_path / "c.bin"
    with open(path, "wb") as stream:
        n_records = write_records(stream, table, folder=str(tmp_path), threads=1)
    found = np.fromfile(path, RECORD)
    assert len(found) == n_records
    return found


def read(records, table, tmp_path, rule=None, threads=1):
    """The counts that some records are read as, with the vocabulary and the rule of a table."""
    path = tmp_path / "r.bin"
    path.write_bytes(records.tobytes() if isinstance(records, np.ndarray) else records)
    return read_records(
        [str(path)], WORDS, table.counts, rule or table.rule, folder=str(tmp_path), threads=threads
    )


def assert_same(found, table):
    for name in ("starts", "columns", "sums"):
        np.testing.assert_array_equal(getattr(found, name), getattr(table, name))


texts = st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=9), min_size=1, max_size=6)
rules = st.builds(
    CountRule, st.integers(1, 30), st.booleans(), st.sampled_from(["harmonic", "none"])
)


@settings(max_examples=60)
@given(texts, rules, st.randoms(use_true_random=False))
def test_records_come_back_in_any_order(tmp_path_factory, sentences, rule, draw):
    folder = tmp_path_factory.mktemp("records")
    table = table_of(sentences, rule)
    records = records_of(table, folder)
    places = list(zip(records["row"].tolist(), records["column"].tolist(), strict=True))
    assert places == sorted(set(places)), "as cooccur sorts them"
    counts = Counter()
    for ids in sentences:
        for place, right in enumerate(ids):
            for distance in range(1, min(rule.window, place) + 1):
                left, weight = ids[place - distance], 1.0
                if rule.distance_weight == "harmonic":
                    weight = 1 / distance
                counts[left + 1, right + 1] += weight
                if rule.symmetric:
                    counts[right + 1, left + 1] += weight
    assert set(places) == set(counts)
    np.testing.assert_allclose(records["x"], [counts[place] for place in places], rtol=1e-8)
    assert_same(read(records, table, folder)[0], table)
    order = list(range(len(records)))
    draw.shuffle(order)
    # Float sums are off by some last digits.
    shaken = records[order]
    shaken["x"] *= 1 + np.float64(3e-13)
    assert_same(read(shaken, table, folder)[0], table)


TEXT = [[0, 1, 2, 3, 1], [4, 4, 5], [0, 7, 0, 1]]


def test_few_records_at_a_time_change_nothing(tmp_path, monkeypatch):
    table = table_of(TEXT, CountRule(5))
    expected = records_of(table, tmp_path)
    monkeypatch.setattr(stanford, "entries_for", lambda _n_bytes: 3)
    records = records_of(table, tmp_path)
    np.testing.assert_array_equal(records, expected)
    assert_same(read(records[::-1], table, tmp_path, threads=3)[0], table)


def test_parts_of_records_are_added_up(tmp_path):
    rule = CountRule(5)
    paths = []
    for number, text in enumerate((TEXT[:1], TEXT[1:])):
        paths.append(str(tmp_path / f"{number}.bin"))
        with open(paths[-1], "wb") as stream:
            write_records(stream, table_of(text, rule), folder=str(tmp_path))
    table = table_of(TEXT, rule)
    assert_same(read_records(paths, WORDS, table.counts, rule)[0], table)


def test_the_record_that_cooccur_writes_for_an_empty_file_is_skipped_and_told(tmp_path):
    table = table_of(TEXT, CountRule(5))
    empty = np.zeros(1, RECORD)
    found, notes = read(np.concatenate([empty, records_of(table, tmp_path)]), table, tmp_path)
    [note] = notes
    assert note.startswith("1 records of (0, 0, 0) were skipped")
    assert_same(found, table)


def changed(key, value, place=2):
    def change(records):
        records[key][place] = value
        return records

    return change


WRONG = {
    "an id beyond the vocabulary": (
        changed("column", 9), "record 3 is of word 9, and the vocabulary has 8 words",
    ),
    "an id of 0": (changed("row", 0), "record 3 is of word 0"),
    "a negative id": (changed("row", -5), "record 3 is of word -5"),
    "NaN": (changed("x", np.nan), "record 3 has the count nan"),
    "infinity": (changed("x", np.inf), "record 3 has the count inf"),
    "a count of 0": (changed("x", 0), "record 3 has the count 0"),
    "a negative count": (changed("x", -1), "record 3 has the count -1"),
    "too large a count": (changed("x", 1e30), "too large"),
    "nearly as large as floats are": (changed("x", 1e308), "too large"),
    "no multiple": (changed("x", 0.1234), "record 3 has the count 0.1234, and with window=5"),
    "one side": (lambda records: records[records["row"] <= records["column"]], "symmetric=False"),
    "sides that differ": (changed("x", 7, 1), r"\(i, j\) and of \(j, i\) differ"),
    "a size that is no multiple of 16": (
        lambda records: records.tobytes()[:-3], "ends within record",
    ),
    "nothing": (lambda records: records[:0], "there are no records"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_records_is_told(tmp_path, case):
    change, message = WRONG[case]
    table = table_of(TEXT, CountRule(5))
    with pytest.raises(InputError, match=message):
        read(change(records_of(table, tmp_path)), table, tmp_path)


@pytest.mark.parametrize(
    ("made", "asked", "advice"),
    [
        (CountRule(7), CountRule(5), "give the window it was counted with, 7 or more"),
        (CountRule(5), CountRule(5, True, "none"), "give the window it was counted with, 5"),
    ],
)
def test_another_window_is_noticed(tmp_path, made, asked, advice):
    table = table_of([[0, 1, 2, 3, 4, 5, 6, 7]], made)
    with pytest.raises(InputError, match=advice):
        read(records_of(table, tmp_path), table, tmp_path, asked)


needs_glove = pytest.mark.skipif(
    GLOVE is None, reason="GLOVE_BUILD names no folder with the programs of Stanford's GloVe"
)


@needs_glove
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("window", [1, 5, 15])
def test_records_are_those_of_cooccur(w2v, tmp_path, window, symmetric):
    rng = np.random.default_rng(window)
    lines = [
        " ".join(f"w{int(600 * draw**3)}" for draw in rng.random(rng.integers(1, 60)))
        for _ in range(800)
    ]
    (tmp_path / "c.txt").write_text("\n".join(lines) + "\n")
    sides = "--symmetric" if symmetric else "--left"
    args = ["-w", window, sides, "--save-vocab", "v.txt", "--min-count", "2", "-q"]
    assert w2v("cooccur", "c.txt", "-o", "our.bin", *args, cwd=tmp_path).returncode == 0
    # Little memory, so that its temporary file is not empty: the first count would be doubled.
    command = [os.path.join(GLOVE, "cooccur"), "-vocab-file", "v.txt", "-window-size", str(window)]
    command += ["-symmetric", str(int(symmetric)), "-max-product", "2000"]
    with open(tmp_path / "c.txt", "rb") as text, open(tmp_path / "their.bin", "wb") as records:
        subprocess.run(
            command, stdin=text, stdout=records, stderr=subprocess.DEVNULL, cwd=tmp_path, check=True
        )
    ours, theirs = (np.fromfile(tmp_path / name, RECORD) for name in ("our.bin", "their.bin"))
    for key in ("row", "column"):
        np.testing.assert_array_equal(ours[key], theirs[key])
    np.testing.assert_allclose(ours["x"], theirs["x"], rtol=1e-12)
    args = ["--from-stanford", "their.bin", "--vocab", "v.txt", "-w", window, sides, "-q"]
    assert w2v("cooccur", *args, "-o", "back.bin", cwd=tmp_path).returncode == 0
    assert (tmp_path / "back.bin").read_bytes() == (tmp_path / "our.bin").read_bytes()
