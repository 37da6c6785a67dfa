"""What each rank reads: of all together every line once, and the same words as one would count."""

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.corpus.reader import divide, read_blocks
from w2v_cli.corpus.sources import choose
from w2v_cli.distributed.shares import Manifest, check_same_files, share_of
from w2v_cli.distributed.simulated import simulate
from w2v_cli.distributed.words import merge_words
from w2v_cli.errors import InputError

lines = st.lists(st.text("ab ", max_size=12), max_size=30)


def texts_of(sources, rank, size):
    parts = [part for run in divide(share_of(sources, rank, size), 1) for part in run]
    return [b"".join(read_blocks(part)).decode() for part in parts]


@given(texts=st.lists(lines, min_size=1, max_size=4), size=st.integers(1, 7), end=st.booleans())
def test_every_line_is_in_one_share(texts, size, end, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shares")
    paths = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text("\n".join(text) + "\n" * end)
        paths.append(str(path))
    sources = choose(paths).files
    found = []
    for rank in range(size):
        share = texts_of(sources, rank, size)
        found += share
        assert not end or all(text.endswith("\n") for text in share)
    assert "".join(found) == "".join(Path(path).read_text() for path in paths)


def test_shares_are_of_equal_size(tmp_path):
    (tmp_path / "text").write_text("one two three\n" * 1000)
    sources = choose([str(tmp_path / "text")]).files
    sizes = [len("".join(texts_of(sources, rank, 3))) for rank in range(3)]
    assert max(sizes) - min(sizes) <= 2 * len("one two three\n")


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_compressed_files_are_read_whole_by_one(tmp_path, size):
    for number in range(4):
        (tmp_path / f"{number}.gz").write_bytes(gzip.compress(b"line %d\n" % number * 50))
    sources = choose([str(tmp_path)]).files
    shares = [share_of(sources, rank, size) for rank in range(size)]
    assert [source for share in shares for source in share] == list(sources)


@pytest.mark.parametrize("name", ["-", "/dev/null"])
def test_what_is_no_file_has_no_shares(name):
    with pytest.raises(InputError, match="is no file"):
        Manifest.of(choose([name]).files)


def test_ranks_must_see_the_same_files(tmp_path):
    for rank in range(2):
        folder = tmp_path / str(rank)
        folder.mkdir()
        (folder / "text").write_text("a b\n" * (rank + 1))

    def work(communicator):
        paths = [str(tmp_path / str(communicator.rank) / "text")]
        check_same_files(communicator, Manifest.of(choose(paths).files))

    with pytest.raises(InputError, match=r"text: has . bytes for process"):
        simulate(2, work)


@given(
    texts=st.lists(st.lists(st.sampled_from("abcdefgé"), max_size=30), min_size=1, max_size=5),
    min_count=st.integers(1, 4),
    keep=st.sets(st.sampled_from("abxy"), max_size=2),
)
def test_words_are_counted_together(texts, min_count, keep):
    def work(communicator):
        counts = Counter(texts[communicator.rank])
        numbers = np.array(list(counts.values()), dtype=np.int64)
        return merge_words(communicator, list(counts), numbers, min_count, keep)

    whole = Counter(word for text in texts for word in text)  # in order of first appearance
    wanted = {word: count for word, count in whole.items() if count >= min_count or word in keep}
    for words, counts, highest in simulate(len(texts), work):
        assert dict(zip(words, counts.tolist(), strict=True)) == wanted
        assert words == list(wanted)
        assert highest == max(whole.values(), default=0)
