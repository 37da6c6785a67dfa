"""``w2v align``, ``translate`` and ``evaluate-translation`` as users run them."""

import json

import numpy as np
import pytest
from conftest import fails_with

from w2v_cli import load
from w2v_cli.formats.writing import write_embeddings

N, DIM = 60, 6
RANDOM = np.random.default_rng(1)
TRUE = np.linalg.qr(RANDOM.standard_normal((DIM, DIM)))[0]
VECTORS = (RANDOM.standard_normal((N, DIM)) + 0.3).astype(np.float32)
ENGLISH = [f"e{i}" for i in range(N)]
GERMAN = [f"d{i}" for i in range(N)]
PAIRS = "".join(f"e{i} d{i}\n" for i in range(40))


@pytest.fixture
def folder(tmp_path):
    write_embeddings(tmp_path / "en.w2v", ENGLISH, VECTORS @ TRUE.T, "w2v", np.arange(N, 0, -1))
    write_embeddings(tmp_path / "de.bin", GERMAN, VECTORS, "binary")
    write_embeddings(tmp_path / "long.bin", GERMAN, np.hstack([VECTORS, VECTORS]), "binary")
    (tmp_path / "d.txt").write_text(PAIRS + "none d1\ne50 none\n")
    return tmp_path


def run(w2v, folder, *args, **kwargs):
    result = w2v(*args, cwd=folder, **kwargs)
    assert result.returncode == 0, result.errors
    return result


def test_from_two_files_to_a_score(w2v, folder):
    done = run(w2v, folder, "align", "en.w2v", "de.bin", "-d", "d.txt", "-o", "out.bin")
    assert done.text == ""
    assert done.errors.splitlines() == [
        "w2v: d.txt: 40 pairs of 42 words used; 1 words have no vector, 1 no translation that has "
        "one",
        "w2v: mean cosine of the pairs: 1.0000",
        "w2v: P@1 of 4 words held out, by NN: 100.0% (100.0% to 100.0%)",
        "w2v: P@1 of 4 words held out, by CSLS: 100.0% (100.0% to 100.0%)",
        "w2v: wrote 60 vectors of length 6 to out.bin",
    ]
    made = load(folder / "out.bin")
    cosines = [made[f"e{i}"] @ v / np.linalg.norm(made[f"e{i}"]) for i, v in enumerate(VECTORS)]
    np.testing.assert_allclose(cosines, np.linalg.norm(VECTORS, axis=1), rtol=1e-5)
    assert made.record["command"] == "align"
    assert made.record["changes"]["aligned_with"] == "de.bin"
    assert made.record["changes"]["rounds"][0]["pairs"] == 40
    assert made.counts[0] == N

    asked = run(w2v, folder, "translate", "out.bin", "de.bin", "e7", "e8", "-k", "2")
    rows = [line.split("\t") for line in asked.text.splitlines()]
    assert [row[:3] for row in rows[::2]] == [["e7", "1", "d7"], ["e8", "1", "d8"]]

    scored = run(w2v, folder, "evaluate-translation", "out.bin", "de.bin", "d.txt", "--json")
    [found] = json.loads(scored.text)["files"]
    assert (found["words"], found["asked"]) == (42, 40)
    assert found["nn"]["p1"]["value"] == found["csls"]["p1"]["value"] == 1
    assert found["nn"]["p1"]["all"] == pytest.approx(40 / 42)


def test_both_files_and_facts_as_json(w2v, folder):
    args = ["-d", "d.txt", "-o", "a.w2v", "--target-output", "b.w2v", "--method", "vecmap"]
    done = run(w2v, folder, "align", "en.w2v", "de.bin", *args, "--json", "--csls", 3)
    facts = json.loads(done.text)
    assert (facts["method"], facts["csls"], facts["held_out_nn"]) == ("vecmap", 3, 1.0)
    ours, theirs = load(folder / "a.w2v"), load(folder / "b.w2v")
    np.testing.assert_allclose(ours.matrix, theirs.matrix, atol=1e-5)
    assert theirs.record["changes"]["aligned_with"] == "en.w2v"


def test_identical_words(w2v, folder):
    write_embeddings(folder / "again.txt", ENGLISH[::-1], VECTORS[::-1], "text")
    args = ["--identical", "-o", "out.txt", "--no-provenance", "--refine", 1, "-q"]
    done = run(w2v, folder, "align", "en.w2v", "again.txt", *args)
    assert done.errors == ""
    assert not (folder / "out.txt.w2v.json").exists()
    asked = run(w2v, folder, "translate", "out.txt", "again.txt", "e3", "--csls", 0, "--json")
    answer = json.loads(asked.text)
    assert answer["query"] == "e3"
    assert answer["translations"][0] == {"word": "e3", "score": 1.0}


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["en.w2v", "de.bin", "-o", "o"], 2, "give --dictionary FILE or --identical"),
        (["en.w2v", "de.bin", "-o", "o.bin", "-d", "d.txt", "--identical"], 2, "exclude each"),
        (["en.w2v", "de.bin", "-o", "o.bin", "-d", "d.txt", "--normalize", "renorm"], 2, "steps"),
        (["en.w2v", "de.bin", "-o", "en.w2v", "-d", "d.txt"], 2, "is both the source and"),
        (["en.w2v", "long.bin", "-o", "o.bin", "-d", "d.txt"], 2, "give --project"),
        (["en.w2v", "de.bin", "-o", "o.bin", "-d", "d.txt", "--method", "vecmap"], 2, "--target-"),
        (["en.w2v", "de.bin", "-o", "o.bin", "--identical"], 1, "nothing to learn from"),
        (["en.w2v", "de.bin", "-o", "o.bin", "-d", "none.txt"], 1, "cannot be opened"),
    ],
)
def test_what_align_refuses(w2v, folder, args, code, message):
    fails_with(w2v("align", *args, cwd=folder), code, message)
    assert not (folder / "o.bin").exists()


def test_translate_from_a_pipe_tells_unknown_words(w2v, folder):
    result = w2v("translate", "de.bin", "de.bin", stdin=b"d1\nnone\nD2\n", cwd=folder)
    assert result.returncode == 1
    assert "unknown word 'none'" in result.errors
    assert result.text.startswith("d1\t1\td1\t")
    fails_with(
        w2v("translate", "de.bin", "long.bin", "d1", cwd=folder), 2, "w2v align brings them into"
    )


def test_scores_as_a_table_in_both_directions(w2v, folder):
    args = ["evaluate-translation", "de.bin", "de.bin", "d.txt", "--direction", "both"]
    (folder / "d.txt").write_text("d1\td1\nd2\td3\nd4\tnone of these\n")
    result = run(w2v, folder, *args, "-q")
    head, *rows = [line.split() for line in result.text.splitlines()]
    assert head[:5] == ["dictionary", "direction", "by", "asked", "words"]
    assert [row[1:6] for row in rows] == [
        ["forward", "NN", "2", "3", "50.0%"],
        ["forward", "CSLS", "2", "3", "50.0%"],
        ["backward", "NN", "2", "3", "50.0%"],
        ["backward", "CSLS", "2", "3", "50.0%"],
    ]
    rows = run(w2v, folder, *args, "--tsv", "--header", "-q").text.splitlines()
    assert rows[1].split("\t")[:6] == ["d.txt", "forward", "nn", "3", "2", "0.666667"]


def test_a_least_score(w2v, folder):
    (folder / "d.txt").write_text("d1 d1\nd2 d3\n")
    args = ["evaluate-translation", "de.bin", "de.bin", "d.txt", "none.txt"]
    result = w2v(*args[:-1], "--min-p1", 0.6, "-q", cwd=folder)
    assert result.returncode == 1
    assert result.errors == "w2v: error: d.txt, forward: P@1 0.5 is below --min-p1 0.6\n"
    result = w2v(*args, "--min-p1", 0.5, "-q", cwd=folder)
    assert result.returncode == 1
    assert "none.txt: cannot be opened" in result.errors
    assert "50.0%" in result.text
