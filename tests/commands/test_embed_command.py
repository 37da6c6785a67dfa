"""``w2v embed`` as users run it: forms, weightings, fits, pipes, and what goes wrong."""

import csv
import io
import json
import select
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, fails_with

from w2v_cli.formats.writing import write_embeddings

WORDS = ["the", "cat", "dog", "red"]
MATRIX = np.array([[1, 1, 1], [2, 0, 1e-5], [1.5, 0.5, 0], [0, 2, -1 / 3]], dtype=np.float32)
COUNTS = np.array([80, 10, 5, 4])
LINES = b"the cat\n\nsnark\nred the boojum\n"
PLAIN = np.array([MATRIX[:2].mean(0), [0] * 3, [0] * 3, MATRIX[[0, 3]].mean(0)], dtype=np.float32)
TOLD = "2 of 4 lines have no known word, and their vectors are zero"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("embed")
    write_embeddings(folder / "v.w2v", WORDS, MATRIX, "w2v", counts=COUNTS)
    write_embeddings(folder / "bare.bin", WORDS, MATRIX, "binary")
    options = {"tokenize": "words", "lowercase": True, "digits": "keep", "dim": 3}
    record = {"command": "train", "options": options}
    write_embeddings(folder / "trained.w2v", WORDS, MATRIX, "w2v", COUNTS, record)
    (folder / "lines.txt").write_bytes(LINES)
    return folder


def rows_of(text, separator=" "):
    lines = text.splitlines()
    return np.array([line.split(separator) for line in lines], dtype=np.float32)


def test_rows_are_as_many_as_lines_and_restore_every_number(w2v, folder):
    result = w2v("embed", "v.w2v", stdin=LINES, cwd=folder)
    assert result.returncode == 0
    assert rows_of(result.text).tobytes() == PLAIN.tobytes()
    assert f"w2v: warning: {TOLD}; 33% of all words are unknown, most often" in result.errors
    assert result.errors.endswith("w2v: embedded 4 lines of 6 words\n")
    files = w2v("embed", "v.w2v", "lines.txt", "lines.txt", "-q", cwd=folder)
    assert files.text == 2 * result.text
    assert files.errors.count("\n") == 1


@pytest.mark.parametrize("form", ["tsv", "csv", "json", "npy"])
@pytest.mark.parametrize("is_named", [True, False])
def test_forms_hold_the_same(w2v, folder, tmp_path, form, is_named):
    path = tmp_path / f"rows.{form}"
    output = ["-o", path] if is_named else [f"--{form}"]
    result = w2v("embed", folder / "v.w2v", *output, stdin=LINES)
    assert result.returncode == 0, result.errors
    data = path.read_bytes() if is_named else result.stdout
    if form == "npy":
        found = np.load(io.BytesIO(data))
    elif form == "json":
        objects = [json.loads(line) for line in data.splitlines()]
        assert [each["line"] for each in objects] == [1, 2, 3, 4]
        assert [(each["known"], each["unknown"]) for each in objects] == [
            (2, 0), (0, 0), (0, 1), (2, 1)
        ]  # fmt: skip
        found = np.array([each["vector"] for each in objects], dtype=np.float32)
    elif form == "csv":
        head, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
        assert head == ["1", "2", "3"]
        assert data.count(b"\r\n") == 5
        found = np.array(rows, dtype=np.float32)
    else:
        found = rows_of(data.decode(), "\t")
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, PLAIN)


def test_weightings_components_and_threads(w2v, folder, tmp_path):
    text = LINES * 3000
    (tmp_path / "many.txt").write_bytes(text)
    for options in ("--weighting idf", "--weighting sif --sif-a .01 --common-components 1"):
        first = w2v("embed", folder / "v.w2v", *options.split(), "-j", "1", stdin=text)
        second = w2v(
            "embed", folder / "v.w2v", tmp_path / "many.txt", *options.split(), "-j", "2", "-q"
        )
        assert first.returncode == second.returncode == 0
        assert first.stdout == second.stdout
    weights = 0.01 / (0.01 + COUNTS / COUNTS.sum())
    found = rows_of(
        w2v("embed", folder / "v.w2v", "--weighting=sif", "--sif-a=.01", stdin="cat the").text
    )
    np.testing.assert_allclose(found[0], weights[:2] @ MATRIX[:2] / 2, rtol=1e-6)


def test_inverse_frequencies_are_those_of_scikit_learn(w2v, folder):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    lines = ["the cat cat", "red", "the dog", "cat the dog"]
    theirs = text.TfidfVectorizer(vocabulary=WORDS, norm=None, token_pattern=r"\S+")
    weights = theirs.fit_transform(lines).toarray()
    found = w2v("embed", folder / "v.w2v", "--weighting", "idf", stdin="\n".join(lines))
    means = weights @ MATRIX / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(rows_of(found.text), means, rtol=1e-6)


def test_counts_may_come_from_a_file(w2v, folder, tmp_path):
    counts = tmp_path / "counts.txt"
    counts.write_text("the 80\ncat 10\ndog 5\nred 4\n")
    expected = w2v("embed", folder / "v.w2v", "--weighting", "sif", stdin=LINES).text
    found = w2v("embed", folder / "bare.bin", "--weighting", "sif", "--vocab", counts, stdin=LINES)
    assert found.text == expected
    result = w2v("embed", folder / "bare.bin", "--weighting", "sif", stdin=LINES)
    fails_with(result, 2, "--weighting sif needs counts, .* --vocab FILE takes them from a file")
    result = w2v("embed", folder / "v.w2v", "--vocab", counts, stdin=LINES)
    fails_with(result, 2, "--vocab is for --weighting sif; give that, or leave it out")


def test_lines_become_words_as_the_text_of_the_vectors_did(w2v, folder):
    result = w2v("embed", "trained.w2v", stdin="The cat, the DOG!\n", cwd=folder)
    expected = MATRIX[[0, 1, 0, 2]].mean(0)
    np.testing.assert_array_equal(rows_of(result.text), [expected])
    told = "lines become words as the text of the vectors did: --tokenize words --lowercase\n"
    assert told in result.errors
    given = ["--tokenize", "blanks", "--no-lowercase"]
    result = w2v("embed", "trained.w2v", *given, stdin="the cat, The\n", cwd=folder)
    np.testing.assert_array_equal(rows_of(result.text), MATRIX[:1])
    assert "lines become words" not in result.errors
    assert "67% of all words are unknown, most often" in result.errors
    result = w2v("embed", "v.w2v", stdin="The CAT dog\n", cwd=folder)
    assert "--lowercase makes 100% of them known" in result.errors


def test_queries_are_embedded_like_the_collection(w2v, folder, tmp_path):
    fit, rows = tmp_path / "fit.json", tmp_path / "rows.npy"
    options = ["--weighting", "idf", "--common-components", "1", "--normalize", "--unit-words"]
    result = w2v(
        "embed", folder / "trained.w2v", *options, "--save-fit", fit, "-o", rows, stdin=LINES
    )
    assert result.returncode == 0, result.errors
    found = w2v("embed", folder / "trained.w2v", "--fit", fit, stdin="RED! The boojum.")
    assert rows_of(found.text).tobytes() == np.load(rows)[3].tobytes()
    for option in ("--weighting=mean", "--normalize", "--tokenize=words", "--no-lowercase"):
        result = w2v("embed", folder / "trained.w2v", "--fit", fit, option, stdin=LINES)
        fails_with(result, 2, f"--fit settles {option.partition('=')[0].replace('no-', '')}; leave")
    result = w2v("embed", folder / "trained.w2v", "--fit", fit, "--save-fit", fit, stdin=LINES)
    fails_with(result, 2, "--save-fit and --fit exclude each other")
    result = w2v("embed", folder / "trained.w2v", "--fit", rows, stdin=LINES)
    fails_with(result, 1, "rows.npy: is damaged, or is no file that --save-fit wrote")
    write_embeddings(tmp_path / "other.w2v", WORDS, MATRIX * 2, "w2v")
    result = w2v("embed", tmp_path / "other.w2v", "--fit", fit, stdin=LINES)
    fails_with(result, 1, "fit.json: was learnt with other vectors; give those")


def test_an_empty_text_has_no_rows(w2v, folder, tmp_path):
    for options in ([], ["--weighting", "idf"], ["--common-components", "1"]):
        result = w2v("embed", "v.w2v", *options, stdin=b"", cwd=folder)
        assert (result.returncode, result.text) == (0, "")
        assert result.errors == "w2v: embedded 0 lines of 0 words\n"
        path = tmp_path / "rows.npy"
        assert w2v("embed", "v.w2v", *options, "-o", path, cwd=folder).returncode == 0
        assert np.load(path).shape == (0, 3)
    fit = tmp_path / "fit.json"
    result = w2v("embed", "v.w2v", "--common-components=1", "--save-fit", fit, cwd=folder)
    fails_with(result, 1, "there is no line of text to learn from")
    assert not fit.exists()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["none.bin"], 1, "none.bin: cannot be opened: No such file"),
        (["lines.txt"], 1, "lines.txt"),
        (["v.w2v", "none.txt"], 1, "none.txt: no such file or folder"),
        (["v.w2v", "v.w2v"], 1, "v.w2v: is no text but"),
        (["-"], 2, "standard input cannot be both the documents and the vectors"),
        (["v.w2v", "-", "-"], 1, "standard input .'-'. can be read only once"),
        (["v.w2v", "-o", "v.w2v"], 2, "for words with vectors, and lines have no names"),
        (["v.w2v", "lines.txt", "-o", "lines.txt"], 2, "lines.txt is both a corpus and an output"),
        (["v.w2v", "-o", "rows.txt.gz"], 2, "results are not compressed"),
        (["v.w2v", "-o", "rows.npy", "--json"], 2, "is an array of NumPy, and --json is none"),
        (["v.w2v", "-o", "no/rows.txt"], 1, "no/rows.txt: cannot be written"),
        (["v.w2v", "--common-components", "4"], 2, "--common-components must be from 0 to 3, not"),
        (["v.w2v", "--weighting", "idf", "--tmpdir", "no"], 1, "no: the words of documents cannot"),
        (["v.w2v", "--common-components=1", "--tmpdir=no"], 1, "no: the vectors of documents can"),
        (["v.w2v", "--sif-a", "0"], 2, "0.* is not in the range x>0"),
        (["v.w2v", "--sif-a", "nan", "--weighting=sif"], 2, "nan is not in the range x>0"),
        (["v.w2v", "--encoding", "morse"], 2, "--encoding must be an encoding of text"),
        (["v.w2v", "--json", "--csv"], 2, "exclude each other"),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(w2v, folder, args, code, message):
    before = (folder / "lines.txt").read_bytes()
    fails_with(w2v("embed", *args, stdin=LINES, cwd=folder), code, message)
    assert (folder / "lines.txt").read_bytes() == before


def test_binary_and_other_encodings_on_standard_input(w2v, folder):
    result = w2v("embed", "v.w2v", stdin=b"PK\x03\x04" + bytes(range(256)) * 40, cwd=folder)
    fails_with(result, 1, "standard input: is no text but ")
    utf16 = w2v("embed", "v.w2v", stdin="the cat\ndog".encode("utf-16"), cwd=folder)
    assert rows_of(utf16.text).shape == (2, 3)
    latin = w2v(
        "embed", "v.w2v", "--encoding", "latin-1", stdin="caf\xe9 cat".encode("latin-1"), cwd=folder
    )
    assert rows_of(latin.text).tolist() == MATRIX[1:2].tolist()
    broken = w2v("embed", "v.w2v", stdin=b"caf\xe9 cat\n", cwd=folder)
    assert "1 of 2 words are not UTF-8" in broken.errors
    assert broken.returncode == 0


def test_compressed_text_and_folders_are_read(w2v, folder, tmp_path):
    import gzip

    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt.gz").write_bytes(gzip.compress(LINES))
    (tmp_path / "texts" / "b.txt").write_bytes(LINES)
    result = w2v("embed", folder / "v.w2v", tmp_path / "texts", "-q")
    assert rows_of(result.text).tobytes() == 2 * PLAIN.tobytes()
    result = w2v("embed", folder / "v.w2v", tmp_path / "texts", "--glob", "b*", "-q")
    assert rows_of(result.text).tobytes() == PLAIN.tobytes()
    piped = w2v("embed", folder / "v.w2v", stdin=gzip.compress(LINES))
    assert rows_of(piped.text).tobytes() == PLAIN.tobytes()


def test_each_line_is_answered_when_it_comes(folder):
    """By a program that runs as long as another asks it."""
    command = [sys.executable, "-m", "w2v_cli", "embed", str(folder / "v.w2v"), "-q"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, bufsize=0
    ) as process:
        for row in (1, 2):
            process.stdin.write(f"{WORDS[row]}\n".encode())
            assert select.select([process.stdout], [], [], 60)[0]
            answer = process.stdout.readline()
            assert rows_of(answer.decode()).tobytes() == MATRIX[row].tobytes()
        process.stdin.close()
        assert process.wait(60) == 0


def test_a_reader_that_goes_ends_it_quietly(folder):
    command = [sys.executable, "-m", "w2v_cli", "embed", str(folder / "v.w2v"), "-q"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        process.stdout.close()
        try:
            process.stdin.write(LINES * 100_000)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.wait(60) in (0, 141)
        assert process.stderr.read() == b""


def test_a_full_disk_leaves_the_old_file(w2v, folder, tmp_path):
    path = tmp_path / "rows.npy"
    path.write_bytes(b"old")
    result = w2v(
        "embed", folder / "v.w2v", "-o", path, "-q", stdin=b"cat\n" * 100_000,
        limits={"FSIZE": 1 << 16},
    )  # fmt: skip
    fails_with(result, 1, "rows.npy: cannot be written")
    assert path.read_bytes() == b"old"
    result = w2v(
        "embed", folder / "v.w2v", "--weighting", "idf", "-o", path, "-q",
        stdin=b"cat\n" * 100_000, limits={"FSIZE": 1 << 16},
    )  # fmt: skip
    fails_with(result, 1, "the words of documents cannot be written there")
    assert [each.name for each in tmp_path.iterdir()] == ["rows.npy"]


def test_a_line_of_any_length_takes_bounded_memory(w2v, folder, tmp_path):
    path = tmp_path / "long.txt"
    path.write_bytes(b"cat dog the red " * 4_000_000)
    log = tmp_path / "log"
    result = w2v("embed", folder / "v.w2v", path, "--log-json", log, "--max-memory", "600M")
    assert result.returncode == 0, result.errors
    np.testing.assert_allclose(rows_of(result.text), [MATRIX.astype(float).mean(0)], rtol=1e-6)
    assert "embedded 1 lines of 16,000,000 words" in result.errors
    records = [json.loads(line) for line in log.read_text().splitlines()]
    assert records[-1]["event"] == "done"
    assert {each["stage"] for each in records if each["event"] == "progress"} == {"load", "embed"}
