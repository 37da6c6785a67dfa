"""Rows that are not in the order of frequency are told where the first ones are taken."""

import numpy as np
import pytest
from conftest import ROOT

from w2v_cli.embeddings.order import order_note
from w2v_cli.embeddings.table import Embeddings


@pytest.fixture(scope="module")
def words():
    """The vocabulary of the sample text, most frequent first."""
    found = {}
    for word in (ROOT / "data" / "sample.txt").read_text(encoding="utf-8").split():
        found[word] = found.get(word, 0) + 1
    return sorted(found, key=found.get, reverse=True)


def note_of(words, counts=None):
    return order_note(Embeddings(words, np.zeros((len(words), 1), np.float32), counts), "v.txt")


def shuffled(words, seed=0):
    return [words[row] for row in np.random.default_rng(seed).permutation(len(words))]


def test_words_by_frequency_are_fine(words):
    assert note_of(words) is None
    assert note_of(words[:1200]) is None
    assert note_of(words[200:]) is None, "as if the commonest words had been left out"
    assert note_of(["zebra", "apple"]) is None
    assert note_of(["same"]) is None


@pytest.mark.parametrize("seed", range(5))
def test_words_by_chance_are_told(words, seed):
    assert "v.txt: rows are not in the order of frequency" in note_of(shuffled(words, seed))


def test_words_by_letters_are_told(words):
    for some in (words, words[:50]):
        assert "rows are in the order of letters" in note_of(sorted(some))
        assert "rows are in the order of letters" in note_of(sorted(some, key=str.casefold))


def test_another_language_with_english_words_in_it_is_fine(words):
    """Words of other letters before them: no common word of a known language is in front."""
    finnish = [f"{'aeiou'[row % 5] * (2 + row // 400)}ö{row}" for row in range(2000)]
    assert note_of(finnish + words[:1000]) is None


def test_counts_tell_where_they_are_known(words):
    counts = np.arange(len(words), 0, -1)
    assert note_of(shuffled(words), counts) is None
    assert "not in the order of their counts" in note_of(words, counts[::-1])


def written(path, words):
    path.write_text("".join(f"{word} {row % 7} {row % 5}\n" for row, word in enumerate(words)))
    return path


def test_commands_that_take_the_first_rows_warn(w2v, tmp_path, words):
    ordered = written(tmp_path / "good.txt", words[:1500])
    mixed = written(tmp_path / "mixed.txt", shuffled(words[:1500]))
    (tmp_path / "q.txt").write_text(": x\n" + " ".join(words[:4]) + "\n")
    for arguments in (
        ["neighbors", "{}", "the", "--restrict-vocab", "100"],
        ["evaluate-analogies", "{}", tmp_path / "q.txt", "--restrict-vocab", "100"],
        ["plot", "{}", "--top", "50", "--tsv", "--method", "pca"],
        ["convert", "{}", tmp_path / "out.txt", "--limit", "1400", "-q"],
    ):
        for path, expected in ((ordered, 0), (mixed, 1)):
            given = [path if each == "{}" else each for each in arguments]
            result = w2v(*given)
            assert result.errors.count("not in the order of frequency") == expected, given
    assert w2v("neighbors", mixed, "the").errors == ""
