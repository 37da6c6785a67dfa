"""``w2v vocab``: counts of text, sums of count files, cuts, lists of words, and what goes wrong."""

import gzip
import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from click.testing import CliRunner
from conftest import ROOT, fails_with
from gensim.models import KeyedVectors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from w2v_cli.cli import cli

TEXT = "b a b\nc c b d\n\ne e a\n"
COUNTS = "b 3\na 2\nc 2\ne 2\nd 1\n"
CORPORA = st.lists(
    st.lists(st.sampled_from(["a", "b", "c\u00e9", "\u00a0", "</s>", "7"]), min_size=1, max_size=8),
    min_size=1,
    max_size=12,
)


def as_counts(text):
    """A count file as a dict, after the check that it is in order."""
    pairs = [line.rsplit(" ", 1) for line in text.splitlines()]
    counts = {word: int(count) for word, count in pairs}
    assert len(counts) == len(pairs), "a word is there twice"
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    return counts


def succeeds(result):
    assert result.returncode == 0, result.errors
    return result.text


def test_counts_to_a_file_most_frequent_first_ties_by_first_appearance(w2v, tmp_path):
    (tmp_path / "corpus.txt").write_text(TEXT)
    result = w2v("vocab", "corpus.txt", "-o", "vocab.txt", cwd=tmp_path)
    assert succeeds(result) == "", "nothing but results may reach stdout"
    assert (tmp_path / "vocab.txt").read_text() == COUNTS
    assert result.errors == "w2v: 10 words read; wrote the counts of 5 words to vocab.txt\n"


def test_sentences_that_were_there_before_are_not_counted(w2v, tmp_path):
    text = "b a b\nB a b\n\nc\nb a b\nc\nb\n"
    args = ("vocab", "-", "--dedup", "--tmpdir", tmp_path)
    result = w2v(*args, "--lowercase", stdin=text)
    assert succeeds(result) == "b 3\na 1\nc 1\n"
    told = "sentences that were there before: 3 dropped, with 7 words, 58.3% of the text\n"
    assert told in result.errors
    assert "12 words read" in result.errors
    shares = succeeds(w2v(*args, "--lowercase", "--csv", "-q", stdin=text))
    assert shares.splitlines()[1:] == ["b,3,0.6", "a,1,0.2", "c,1,0.2"]
    assert list(tmp_path.iterdir()) == []
    result = w2v(*args, stdin="a b\nb a\n")
    assert "no sentence is there twice, so none was dropped\n" in result.errors
    nowhere = tmp_path / "nowhere"
    result = w2v("vocab", "-", "--dedup", "--tmpdir", nowhere, "-q", stdin=text)
    fails_with(result, 1, f"{nowhere}: the encoded corpus cannot be written there")


def test_standard_output_is_the_default(w2v):
    for args in ([], ["-o", "-"]):
        result = w2v("vocab", "-", *args, "-q", stdin=TEXT)
        assert succeeds(result) == COUNTS
        assert result.errors == ""


def test_files_folders_stdin_and_compression_are_counted_alike(w2v, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "1.gz").write_bytes(gzip.compress(b"b a b\nc c"))
    (tmp_path / "folder" / "2").write_text("b d\n\ne e a\n")
    (tmp_path / "all.gz").write_bytes(gzip.compress(TEXT.encode()))
    assert succeeds(w2v("vocab", "folder", "-q", cwd=tmp_path)) == COUNTS
    assert succeeds(w2v("vocab", "all.gz", "-q", cwd=tmp_path)) == COUNTS
    args = ("vocab", "folder/1.gz", "-", "-q")
    assert succeeds(w2v(*args, stdin="b d\n\ne e a", cwd=tmp_path)) == COUNTS


def test_repaired_tokens_are_mentioned(w2v):
    result = w2v("vocab", "-", stdin=b"a \xff a\n")
    assert succeeds(result) == "a 2\n\ufffd 1\n"
    assert "warning: 1 of 3 words are not UTF-8 and were repaired with U+FFFD" in result.errors
    assert "3 words read; wrote" in result.errors
    result = w2v("vocab", "-", stdin=b"a " + b"x" * 1001)
    assert "2 words read (1 cut: too long); wrote" in result.errors


CUTS = [
    ([], "b 3\na 2\nc 2\ne 2\nd 1\n"),
    (["--min-count", "2"], "b 3\na 2\nc 2\ne 2\n"),
    (["--max-vocab", "2"], "b 3\na 2\n"),
    (["--max-vocab", "9"], COUNTS),
    (["--min-count", "3", "--keep", "keep.txt"], "b 3\nc 2\nd 1\n"),
    (["--max-vocab", "3", "--keep", "keep.txt"], "b 3\nc 2\nd 1\n"),
    (["--max-vocab", "1", "--keep", "keep.txt"], "c 2\nd 1\n"),
    (["--stop", "stop.txt"], "c 2\ne 2\nd 1\n"),
    (["--stop", "stop.txt", "--max-vocab", "2"], "c 2\ne 2\n"),
    (["--stop", "stop.txt", "--keep", "keep.txt", "--min-count", "99"], "c 2\nd 1\n"),
]


@pytest.mark.parametrize(("args", "expected"), CUTS, ids=str)
@pytest.mark.parametrize("merge", [False, True], ids=["text", "merge"])
def test_cuts_and_lists_do_the_same_to_text_and_counts(w2v, tmp_path, args, expected, merge):
    (tmp_path / "keep.txt").write_text("d\n\n c \r\nd\n")
    (tmp_path / "stop.txt").write_text("a\nb\nnever\n")
    source, stdin = (["--merge", "-"], COUNTS) if merge else (["-"], TEXT)
    result = w2v("vocab", *source, *args, "-q", stdin=stdin, cwd=tmp_path)
    assert succeeds(result) == expected
    assert result.errors == ""


def test_a_word_to_keep_that_never_occurs_gets_no_count(w2v, tmp_path):
    (tmp_path / "keep.txt").write_text("zebra\nd\nyak\n")
    args = ("--keep", "keep.txt", "--min-count", 3, "-q")
    result = w2v("vocab", "-", *args, stdin=TEXT, cwd=tmp_path)
    assert succeeds(result) == "b 3\nd 1\n"
    assert result.errors == (
        "w2v: warning: keep.txt: 2 of 3 words to keep do not occur and are left out, "
        "such as 'yak'\n"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('"a"\n"b"\n', "none of its 2 words occurs, such as '\"a\"'; nothing is left out"),
        ("", "none of its 0 words occurs; nothing is left out"),
    ],
)
def test_a_list_that_stops_nothing_is_told(w2v, tmp_path, text, told):
    (tmp_path / "stop.txt").write_text(text)
    result = w2v("vocab", "-", "--stop", "stop.txt", "-q", stdin=TEXT, cwd=tmp_path)
    assert f"w2v: warning: stop.txt: {told}" in result.errors
    assert succeeds(result) == succeeds(w2v("vocab", "-", "-q", stdin=TEXT))


def test_lists_come_from_standard_input_and_may_be_compressed(w2v, tmp_path):
    (tmp_path / "corpus.txt").write_text(TEXT)
    (tmp_path / "stop.gz").write_bytes(gzip.compress(b"\xef\xbb\xbfa\nb\n"))
    args = ("vocab", "corpus.txt", "--keep", "-", "--stop", "stop.gz", "--min-count", 9, "-q")
    assert succeeds(w2v(*args, stdin="d", cwd=tmp_path)) == "d 1\n"


def test_merging_adds_counts_ties_in_order_of_the_files(w2v, tmp_path):
    (tmp_path / "1.txt").write_text("b 3\nz 2\na 1\n")
    (tmp_path / "2.txt.gz").write_bytes(gzip.compress(b"y 2\na 1\nb 1\n"))
    result = w2v("vocab", "--merge", "1.txt", "2.txt.gz", "-o", "all.txt", cwd=tmp_path)
    assert succeeds(result) == ""
    assert (tmp_path / "all.txt").read_text() == "b 4\nz 2\na 2\ny 2\n"
    assert result.errors == (
        "w2v: 4 distinct words read from 2 count files; wrote the counts of 4 words to all.txt\n"
    )
    assert succeeds(w2v("vocab", "--merge", "2.txt.gz", "1.txt", "-q", cwd=tmp_path)) == (
        "b 4\ny 2\na 2\nz 2\n"
    )


def test_a_word_that_is_rare_in_every_part_is_found_in_the_sum(w2v, tmp_path):
    (tmp_path / "1.txt").write_text("often 9\nrare 3\nonce 1\n")
    (tmp_path / "2.txt").write_text("often 9\nrare 2\n")
    result = w2v("vocab", "--merge", "1.txt", "2.txt", "--min-count", 5, "-q", cwd=tmp_path)
    assert succeeds(result) == "often 18\nrare 5\n"


def test_a_folder_of_counts_is_merged(w2v, tmp_path):
    (tmp_path / "shards").mkdir()
    for number in range(3):
        (tmp_path / "shards" / f"{number}.txt").write_text(f"a 2\nw{number} 1\n")
    args = ("vocab", "--merge", "shards", "-q")
    assert succeeds(w2v(*args, cwd=tmp_path)) == "a 6\nw0 1\nw1 1\nw2 1\n"
    # The sum among its own parts would be added to them the next time.
    assert succeeds(w2v(*args, "-o", "shards/all.txt", cwd=tmp_path)) == ""
    again = w2v(*args, "-o", "shards/all.txt", cwd=tmp_path)
    fails_with(again, 2, r"shards/all\.txt is both a count file and an output")


def test_a_count_file_named_twice_is_mentioned(w2v, tmp_path):
    (tmp_path / "a.txt").write_text("a 2\n")
    result = w2v("vocab", "--merge", "a.txt", "./a.txt", "-q", cwd=tmp_path)
    assert succeeds(result) == "a 4\n"
    assert "a.txt is named 2 times, so its counts are added 2 times" in result.errors


def test_files_of_word2vec_c_are_merged(w2v, tmp_path):
    """Its first line counts newlines, even if there are none."""
    (tmp_path / "1.txt").write_text("</s> 2\nthe 9\nof 4\n")
    (tmp_path / "2.txt").write_text("</s> 0\nthe 1\nof 4\n")
    args = ("vocab", "--merge", "1.txt", "2.txt", "-q")
    assert succeeds(w2v(*args, cwd=tmp_path)) == "the 10\nof 8\n</s> 2\n"
    result = w2v(*args, "--stop", "-", stdin="</s>", cwd=tmp_path)
    assert succeeds(result) == "the 10\nof 8\n"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=CORPORA, data=st.data())
def test_merged_shards_count_as_the_whole(tmp_path_factory, lines, data):
    folder = tmp_path_factory.mktemp("shards")
    n_shards = data.draw(st.integers(1, 4))
    shard_of = data.draw(
        st.lists(st.integers(0, n_shards - 1), min_size=len(lines), max_size=len(lines))
    )
    runner = CliRunner()
    shards = []
    for shard in sorted(set(shard_of)):
        text = "\n".join(
            " ".join(line) for line, at in zip(lines, shard_of, strict=True) if at == shard
        )
        (folder / f"{shard}.txt").write_text(text, encoding="utf-8")
        shards.append(str(folder / f"{shard}.counts"))
        arguments = ["vocab", str(folder / f"{shard}.txt"), "-q", "-o", shards[-1]]
        assert runner.invoke(cli, arguments, catch_exceptions=False).exit_code == 0
    merged = runner.invoke(cli, ["vocab", "-q", "--merge", *shards], catch_exceptions=False)
    assert merged.exit_code == 0
    whole = Counter(word for line in lines for word in line)
    assert as_counts(merged.stdout_bytes.decode()) == whole


def test_gensim_reads_the_counts(w2v, tmp_path):
    assert w2v("vocab", "-", "-o", tmp_path / "vocab.txt", stdin=TEXT).returncode == 0
    (tmp_path / "v.txt").write_text("2 1\nd 1\nb 2\n")
    vectors = KeyedVectors.load_word2vec_format(
        str(tmp_path / "v.txt"), fvocab=str(tmp_path / "vocab.txt")
    )
    assert [vectors.get_vecattr(word, "count") for word in ("b", "d")] == [3, 1]


def test_training_takes_the_vocabulary_as_it_is(w2v, tmp_path):
    (tmp_path / "corpus.txt").write_text(TEXT * 20)
    (tmp_path / "stop.txt").write_text("b\n")
    args = ("vocab", "corpus.txt", "--min-count", 21, "--stop", "stop.txt", "-o", "vocab.txt")
    assert w2v(*args, cwd=tmp_path).returncode == 0
    args = ("corpus.txt", "--vocab", "vocab.txt", "-o", "v.txt", "-d", 4, "-e", 1, "-q")
    succeeds(w2v("train", *args, cwd=tmp_path))
    vectors = KeyedVectors.load_word2vec_format(str(tmp_path / "v.txt"))
    assert vectors.index_to_key == ["a", "c", "e"]
    assert np.isfinite(vectors.vectors).all()


def test_saved_by_training_or_counted_is_the_same_file(w2v, tmp_path):
    (tmp_path / "corpus.txt").write_text(TEXT * 20)
    args = ("corpus.txt", "-o", "v.txt", "--save-vocab", "1.txt", "-d", 4, "-e", 1, "-q")
    assert w2v("train", *args, "--min-count", 21, cwd=tmp_path).returncode == 0
    args = ("corpus.txt", "-o", "2.txt", "--min-count", 21, "-q")
    assert w2v("vocab", *args, cwd=tmp_path).returncode == 0
    assert (tmp_path / "1.txt").read_bytes() == (tmp_path / "2.txt").read_bytes()


BAD_INPUT = [
    (["missing.txt"], 1, r"missing\.txt: no such file"),
    (["empty.txt"], 1, r"empty\.txt: the corpus is empty"),
    (["bare"], 1, r"bare: the folder holds no files"),
    (["-", "-"], 1, r"only once"),
    (["good.txt", "--min-count", "9"], 1, r"at least 9 times, the highest count is 3.*--min-count"),
    (["good.txt", "--stop", "all.txt"], 1, r"every word .* is stopped.*--stop"),
    (["good.txt", "--min-count", "0"], 2, r"--min-count must be from 1 to \d+, not 0"),
    (["good.txt", "--max-vocab", "0"], 2, r"--max-vocab must be from 1 to \d+, not 0"),
    (["good.txt", "--min-count", "few"], 2, r"'few' is not a valid integer"),
    (["good.txt", "-o", "no/v.txt"], 1, r"no/v\.txt: cannot be written: No such file"),
    (["good.txt", "-o", "bare"], 1, r"bare: is a folder"),
    (["good.txt", "-o", "good.txt"], 2, r"good\.txt is both a corpus and an output"),
    (["good.txt", "--keep", "keep.txt", "-o", "keep.txt"], 2, r"both a list of words and an out"),
    (["good.txt", "--keep", "missing.txt"], 1, r"missing\.txt: cannot be opened"),
    (["good.txt", "--keep", "counts.txt"], 1, r"counts\.txt:1: expected one word a line.*'a 3'"),
    (["good.txt", "--stop", "latin1.txt"], 1, r"latin1\.txt:2: the word is not UTF-8"),
    (["good.txt", "--keep", "all.txt", "--stop", "keep.txt"], 1, r"'c' is both in --keep all.txt"),
    (["-", "--keep", "-"], 2, r"cannot be both the corpus and the --keep list"),
    (["good.txt", "--keep", "-", "--stop", "-"], 2, r"cannot be both the --keep list and the --st"),
    (["-o", "v.txt"], 2, r"Missing argument 'CORPUS\.\.\.'"),
    (["--merge", "-o", "v.txt"], 2, r"Missing argument 'CORPUS\.\.\.'"),
    (["--merge", "missing.txt"], 1, r"missing\.txt: no such file"),
    (["--merge", "empty.txt"], 1, r"empty\.txt: there are no words in it"),
    (["--merge", "counts.txt", "good.txt"], 1, r"good\.txt:1: expected 'word count'"),
    (["--merge", "counts.txt", "twice.txt"], 1, r"twice\.txt:3: 'a' is in the file twice"),
    (["--merge", "counts.txt", "large.txt"], 1, r"large\.txt:1: 'a' has counts that are too large"),
    (["--merge", "counts.txt", "--min-count", "4"], 1, r"the highest count is 3"),
    (["--merge", "counts.txt", "-o", "counts.txt"], 2, r"both a count file and an output"),
    (["--merge", "-", "-"], 1, r"only once"),
    (["--merge", "-", "--stop", "-"], 2, r"cannot be both the counts and the --stop list"),
    (["--merge", "cut.gz"], 1, r"cut\.gz: the compressed data is cut short"),
]


@pytest.fixture(scope="module")
def bad_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    (folder / "good.txt").write_text("a b c\n" * 3)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "bare").mkdir()
    (folder / "all.txt").write_text("a\nb\nc\n")
    (folder / "keep.txt").write_text("c\n")
    (folder / "latin1.txt").write_bytes(b"ok\n\xe9t\xe9\n")
    (folder / "counts.txt").write_text("a 3\nb 2\n")
    (folder / "twice.txt").write_text("a 3\nb 2\na 1\n")
    (folder / "large.txt").write_text(f"a {2**62 - 1}\n")
    (folder / "cut.gz").write_bytes(gzip.compress(b"a 3\n" * 50)[:-9])
    return folder


@pytest.mark.parametrize(("args", "code", "pattern"), BAD_INPUT, ids=str)
def test_bad_input(w2v, bad_folder, args, code, pattern):
    before = {path.name: path.stat().st_mtime_ns for path in bad_folder.iterdir()}
    fails_with(w2v("vocab", *args, "-q", cwd=bad_folder), code, pattern)
    after = {path.name: path.stat().st_mtime_ns for path in bad_folder.iterdir()}
    assert after == before, "something was written or left behind"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk(w2v):
    fails_with(w2v("vocab", "-", "-o", "/dev/full", "-q", stdin=TEXT), 1, "/dev/full: .*No space")


def test_options_from_file_and_environment(w2v, tmp_path):
    (tmp_path / "run.toml").write_text("min-count = 3\n[vocab]\nmax-vocab = 1\n")
    (tmp_path / "stop.txt").write_text("b\n")
    args = ("vocab", "-", "--config", tmp_path / "run.toml", "-q")
    assert succeeds(w2v(*args, stdin=TEXT)) == "b 3\n"
    env = {"W2V_VOCAB_MIN_COUNT": "2", "W2V_VOCAB_STOP": str(tmp_path / "stop.txt")}
    assert succeeds(w2v(*args, stdin=TEXT, env=env)) == "a 2\n"


def test_counts_flow_through_pipes(tmp_path):
    """Two shards counted and merged in one line, and a reader that leaves early."""
    (tmp_path / "words.txt").write_text(" ".join(f"w{number}" for number in range(30_000)))
    program = f"{sys.executable} -m w2v_cli vocab"
    line = (
        f"{program} --merge -q <({program} words.txt -q) <({program} - -q < words.txt) | head -n 2;"
        "exit ${PIPESTATUS[0]}"
    )
    result = subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "w0 2\nw1 2\n"
    assert result.stderr == ""
    assert result.returncode in (0, 141)


def test_merging_does_not_load_numba(tmp_path):
    (tmp_path / "a.txt").write_text(COUNTS)
    code = (
        "import sys\n"
        "from w2v_cli.cli import main\n"
        f"sys.argv = ['w2v', 'vocab', '--merge', {str(tmp_path / 'a.txt')!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert end.code == 0, end.code\n"
        "heavy = {'numba', 'scipy', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == COUNTS
