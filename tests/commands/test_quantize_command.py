"""``w2v quantize`` as users run it: what is told, scored and written, and what goes wrong."""

import json
import os
import re

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli import Vectors, load
from w2v_cli.embeddings.ngrams import Ngrams
from w2v_cli.embeddings.subwords import Subwords
from w2v_cli.errors import ConfigError, W2VWarning
from w2v_cli.formats.writing import write_embeddings

N, DIM = 400, 8
WORDS = [f"word{number * 7919 % N}" for number in range(N)]
NGRAMS = Ngrams(3000, 3, 5)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(3)
    rows = rng.standard_normal((NGRAMS.n_buckets, DIM)).astype(np.float32)
    own = rng.standard_normal((N, DIM)).astype(np.float32)
    mark = np.zeros(len(rows), dtype=bool)
    subwords = Subwords(NGRAMS, rows, own=own)
    vectors = subwords.word_vectors([word.encode() for word in WORDS], mark=mark)
    counts = np.arange(3 * N, 0, -3)
    subwords = subwords.with_trained(mark)
    write_embeddings(tmp_path / "n.w2v", WORDS, vectors, "w2v", counts, subwords=subwords)
    write_embeddings(tmp_path / "v.bin", WORDS, vectors, "binary")
    (tmp_path / "q.txt").write_text(": gram1-a\nword1 word2 word3 word4\nword5 word6 word7 wordz\n")
    pairs = [f"word{i}\tword{i + 1}\t{i % 7}\n" for i in range(40)] + ["word1x\tword2\t3\n"]
    (tmp_path / "pairs.tsv").write_text("".join(pairs))
    return tmp_path


def test_sizes_are_told_before_and_errors_after(w2v, folder):
    result = w2v("quantize", "n.w2v", "out.ftz", cwd=folder)
    assert result.returncode == 0
    assert result.text == ""
    lines = result.errors.splitlines()
    assert re.fullmatch(
        r"w2v: 400 words and \S+ n-grams \(left out: \S+ rows that no word has\): "
        r"106 KiB before, [\d.]+ KiB after",
        lines[0],
    )
    assert lines[-1].startswith("w2v: wrote out.ftz, ")
    assert "words are " in lines[-1]
    assert "n-grams " in lines[-1]
    vectors, old = load(folder / "out.ftz"), load(folder / "n.w2v")
    assert list(vectors.words) == WORDS
    assert vectors.counts.tolist() == old.counts.tolist()
    assert np.linalg.norm(vectors.matrix - old.matrix) < 0.1 * np.linalg.norm(old.matrix)
    assert vectors.record["command"] == "quantize"
    assert vectors.composed("word1x").n_ngrams == old.composed("word1x").n_ngrams
    told = w2v("info", "out.ftz", "--json", cwd=folder)
    assert json.loads(told.text)["subwords"]["buckets"] == NGRAMS.n_buckets


def test_few_rows_that_become_larger_are_told(w2v, folder):
    for options, is_told in ([], False), (["--limit", "9"], True):
        result = w2v("quantize", "v.bin", "out.ftz", *options, cwd=folder)
        assert result.returncode == 0
        assert ("so few rows become larger" in result.errors) == is_told, result.errors


@pytest.mark.parametrize("source", ["n.w2v", "v.bin"])
def test_scores_before_and_after(w2v, folder, source):
    tests = ["--questions", "q.txt", "--pairs", "pairs.tsv"]
    result = w2v("quantize", source, "out.ftz", "-q", *tests, cwd=folder)
    assert result.returncode == 0, result.errors
    lines = [line.split() for line in result.text.splitlines()]
    assert lines[0] == ["before", "after", "asked", "asked", "after"]
    names = [["q.txt,", "semantic"], ["q.txt,", "syntactic"], ["q.txt,", "total"], ["pairs.tsv"]]
    assert [line[:-4] for line in lines[1:]] == names
    before, after, *asked = lines[4][-4:]
    assert asked == ["41" if source == "n.w2v" else "40"] * 2
    assert abs(float(before) - float(after)) < 0.15
    assert lines[3][-2:] == ["1", "1"]
    assert lines[3][-4] in ("0.00%", "100.00%")


def test_all_of_it_as_json(w2v, folder):
    tests = ["--pairs", "pairs.tsv", "--no-compose"]
    result = w2v("quantize", "n.w2v", "out.ftz", "-q", "--json", *tests, cwd=folder)
    found = json.loads(result.text)
    size = os.path.getsize(folder / "out.ftz")
    assert {
        "words": N,
        "bytes": size,
        "bytes_before": 4 * DIM * (N + 3000),
    }.items() <= found.items()
    assert 0 < found["word_error"] < found["ngram_error"] < 0.2
    assert found["ngrams"] > 0
    [score] = found["scores"]
    assert (score["name"], score["measure"]) == ("pairs.tsv", "spearman")
    assert score["asked"] == score["asked_after"] == 40
    result = w2v("quantize", "v.bin", "o.ftz", "-q", "--json", cwd=folder)
    found = json.loads(result.text)
    assert (found["ngrams"], found["ngram_error"], found["scores"]) == (0, None, [])


def test_pipes_and_compression(w2v, folder):
    data = (folder / "v.bin").read_bytes()
    result = w2v("quantize", "-", "-", "-q", cwd=folder, stdin=data)
    assert result.returncode == 0, result.errors
    (folder / "piped.ftz").write_bytes(result.stdout)
    w2v("quantize", "v.bin", "o.ftz.gz", "-q", cwd=folder)
    w2v("quantize", "v.bin", "o.ftz", "-q", "-j", 2, cwd=folder)
    assert result.stdout == (folder / "o.ftz").read_bytes()
    for name in ("piped.ftz", "o.ftz.gz"):
        assert np.array_equal(load(folder / name).matrix, load(folder / "o.ftz").matrix)


def test_fewer_words_and_rows(w2v, folder):
    result = w2v("quantize", "n.w2v", "o.ftz", "--keep", 200, cwd=folder)
    assert "w2v: 100 of 400 words and 100 of " in result.errors
    result = w2v("quantize", "v.bin", "o.ftz", "--limit", 50, "--dsub", 3, cwd=folder)
    assert result.returncode == 0
    assert len(load(folder / "o.ftz")) == 50


def test_the_mark_of_line_ends_is_left_out_unless_asked_for(w2v, folder):
    words = ["</s>", "a", "b"]
    write_embeddings(folder / "s.bin", words, np.eye(3, dtype=np.float32), "binary")
    result = w2v("quantize", "s.bin", "o.ftz", cwd=folder)
    assert "the row of </s>, the mark of line ends, was left out" in result.errors
    w2v("quantize", "s.bin", "all.ftz", "-q", "--keep-sentence-end", cwd=folder)
    assert list(load(folder / "o.ftz").words) == words[1:]
    assert load(folder / "all.ftz").matrix.tolist() == np.eye(3).tolist()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["v.bin", "o.txt"], 2, ".txt is for word2vec text, and quantized vectors are"),
        (["v.bin", "v.bin"], 2, "v.bin is both the input and an output"),
        (["v.bin", "-", "--json"], 2, "results would stand among the vectors there"),
        (
            ["v.bin", "/dev/null", "--pairs", "pairs.tsv"],
            2,
            "results would stand among the vectors",
        ),
        (["q.txt", "o.ftz"], 1, "q.txt: "),
        (["v.bin", "o.ftz", "--dsub", 0], 2, "--dsub must be from 1 to 64, not 0"),
        (["v.bin", "o.ftz", "--keep-context"], 2, "--keep-context needs the output matrix"),
        (["v.bin", "o.ftz", "--pairs", "no.tsv"], 1, "no.tsv: cannot be opened"),
        (["v.bin", "/dev/full"], 1, "No space left on device"),
    ],
)
def test_what_goes_wrong(w2v, folder, args, code, message):
    before = sorted(os.listdir(folder))
    fails_with(w2v("quantize", *args, "-q", cwd=folder), code, re.escape(message))
    assert sorted(os.listdir(folder)) == before


def test_convert_and_quantize_tell_of_each_other(w2v, folder):
    fails_with(w2v("convert", "v.bin", "o.ftz", cwd=folder), 2, "which w2v quantize IN OUT makes")
    w2v("quantize", "v.bin", "o.ftz", "-q", cwd=folder)
    fails_with(w2v("quantize", "o.ftz", "p.ftz", cwd=folder), 2, "o.ftz: is quantized already")
    assert w2v("convert", "o.ftz", "back.bin", "-q", cwd=folder).returncode == 0
    assert np.array_equal(load(folder / "back.bin").matrix, load(folder / "o.ftz").matrix)


def test_from_python(folder):
    vectors = load(folder / "n.w2v")
    done = vectors.quantize(folder / "o.ftz", threads=2)
    found = load(folder / "o.ftz")
    assert (done.n_words, done.n_bytes) == (N, os.path.getsize(folder / "o.ftz"))
    error = np.linalg.norm(found.matrix - vectors.matrix) / np.linalg.norm(vectors.matrix)
    assert done.word_error == pytest.approx(error, rel=1e-3)
    with pytest.raises(ConfigError, match="quantized already"):
        found.quantize(folder / "p.ftz")
    with pytest.raises(ConfigError, match="keep must be from 1"):
        vectors.quantize(folder / "p.ftz", keep=0)
    with pytest.warns(W2VWarning, match="white space"):
        one = Vectors.from_arrays(["a b"], [[1, 2, 3]]).quantize(folder / "one.ftz", record=False)
    assert one.word_error < 1e-6
    assert load(folder / "one.ftz").record["quantized"] is True
