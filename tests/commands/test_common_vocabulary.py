"""``--common-vocabulary``: several files are asked about the words that all of them have."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from w2v_cli.cli import cli
from w2v_cli.errors import InputError
from w2v_cli.formats.writing import write_embeddings

FIRST = ["man", "king", "woman", "queen", "prince", "New York", "extra", "Paris"]
SECOND = ["Queen", "woman", "King", "man", "new_york", "king", "rain", "paris", "sun"]
COMMON = 6
RANDOM = np.random.default_rng(8)


def run(*args):
    result = CliRunner().invoke(cli, list(map(str, args)))
    return result.exit_code, result.stdout, result.exception, result.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("common")
    for name, words in (("a.w2v", FIRST), ("b.w2v", SECOND)):
        vectors = RANDOM.standard_normal((len(words), 5)).astype(np.float32)
        write_embeddings(folder / name, words, vectors, "w2v")
    (folder / "q.txt").write_text(": gram\nman king woman queen\nman king woman extra\n"
                                  "man king paris new_york\n")  # fmt: skip
    (folder / "p.txt").write_text("man\tking\t5\nking\tqueen\t3\nparis\twoman\t1\nman\tprince\t2\n")
    (folder / "other.txt").write_text("3 5\n" + "".join(f"x{i} 1 2 3 4 {i}\n" for i in range(3)))
    return folder


def test_analogies_are_asked_of_words_in_common(folder):
    paths = folder / "a.w2v", folder / "b.w2v", folder / "q.txt"
    code, text, _, errors = run("evaluate-analogies", *paths, "--json", "--common-vocabulary")
    found = [json.loads(line) for line in text.splitlines()]
    assert code == 0
    assert [(each["total"]["asked"], each["total"]["skipped"]) for each in found] == [(2, 1)] * 2
    counts = [(each["words"], each["common_words"]) for each in found]
    assert counts == [(len(FIRST), COMMON), (len(SECOND) - 1, COMMON)]  # King and king are one
    assert f"a.w2v: {COMMON} of its {len(FIRST)} words are in all files" in errors
    plain = [json.loads(line) for line in run("evaluate-analogies", *paths, "--json")[1].split("\n")
             if line]  # fmt: skip
    assert [each["total"]["asked"] for each in plain] == [3, 2]
    assert "words" not in plain[0]


def test_words_that_others_lack_are_no_answers(folder, tmp_path):
    matrix = np.array([[1, 0], [0, 1], [1, 0.1], [0.05, 1], [0.3, 1.0]], np.float32)
    write_embeddings(tmp_path / "a.w2v", ["a", "b", "c", "wrong", "d"], matrix, "w2v")
    write_embeddings(tmp_path / "b.w2v", ["a", "b", "c", "d"], matrix[[0, 1, 2, 4]], "w2v")
    (tmp_path / "q.txt").write_text(": s\na b c d\n")
    args = ["evaluate-analogies", tmp_path / "a.w2v", tmp_path / "b.w2v", tmp_path / "q.txt"]
    correct = [
        [json.loads(line)["total"]["correct"] for line in run(*args, "--json", *more)[1].split("\n")
         if line]
        for more in ([], ["--common-vocabulary"])
    ]  # fmt: skip
    assert correct == [[0, 1], [1, 1]]


def test_pairs_of_words_in_common(folder):
    args = ["evaluate-similarity", folder / "a.w2v", folder / "b.w2v", folder / "p.txt"]
    code, text, _, _ = run(*args, "--common-vocabulary", "--json")
    found = [json.loads(line) for line in text.splitlines()]
    assert code == 0
    assert [each["files"][0]["used"] for each in found] == [3, 3]
    assert [each["common_words"] for each in found] == [COMMON, COMMON]
    rows = run(*args, "--common-vocabulary", "--tsv", "--header")[1].splitlines()
    assert rows[0].split("\t")[-2:] == ["words", "common_words"]
    assert [row.split("\t")[-2:] for row in rows[1:]] == [["8", "6"], ["8", "6"]]
    table = run(*args, "--common-vocabulary")[1]
    assert table.splitlines()[-1].split() == ["words,", "in", "all", "8", "6", "8", "6"]


def test_case_and_the_first_words_count(folder):
    args = ["evaluate-similarity", folder / "a.w2v", folder / "b.w2v", folder / "p.txt", "--json",
            "--common-vocabulary"]  # fmt: skip

    def common(*more):
        return json.loads(run(*args, *more)[1].splitlines()[0])["common_words"]

    assert common("--match-case") == 3  # woman, man, king
    assert common("--restrict-vocab", "3") == 2  # king (King), woman


def test_what_cannot_be_compared_is_refused(folder):
    a, b, p = folder / "a.w2v", folder / "b.w2v", folder / "p.txt"
    code, _, _, errors = run("evaluate-similarity", a, p, "--common-vocabulary")
    assert code == 2 and "name two or more" in errors
    code, _, _, errors = run("evaluate-similarity", "-", b, p, "--common-vocabulary")
    assert code == 2 and "reads several files of vectors twice" in errors
    _, _, error, _ = run("evaluate-similarity", a, folder / "other.txt", p, "--common-vocabulary")
    assert isinstance(error, InputError) and "no word is in all of these files" in str(error)


def test_a_file_that_cannot_be_read_leaves_the_others(folder, tmp_path):
    bad = tmp_path / "bad.w2v"
    bad.write_bytes((folder / "a.w2v").read_bytes()[:200])
    args = [folder / "a.w2v", bad, folder / "b.w2v", "--pairs", folder / "p.txt", "--json"]
    _, text, error, _ = run("evaluate-similarity", *args, "--common-vocabulary")
    assert isinstance(error, InputError) and "damaged" in str(error)
    assert [json.loads(line)["common_words"] for line in text.splitlines()] == [COMMON, COMMON]
