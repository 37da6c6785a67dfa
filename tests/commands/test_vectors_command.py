"""``w2v vectors`` as users run it: rows of words from arguments and pipes, and what goes wrong."""

import json

import numpy as np
import pytest

from w2v_cli.formats.reading import read_embeddings

WORDS = ["the", "king", "new york", "Zürich", "1.5"]
MATRIX = np.array(
    [[0.5, 0.25], [1.0, 0.1], [-1.0, 2e-5], [3.4e8, -0.0], [1 / 3, 7e-40]], dtype=np.float32
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("vectors") / "v.txt"
    rows = [f"{word} {a:.9g} {b:.9g}\n" for word, (a, b) in zip(WORDS, MATRIX, strict=True)]
    path.write_text(f"{len(WORDS)} 2\n" + "".join(rows), encoding="utf-8")
    return path


def numbers(line, separator=" "):
    return np.array(line.split(separator)[1:], dtype=np.float32)


def test_rows_restore_every_number_in_the_order_asked(w2v, path):
    result = w2v("vectors", path, "1.5", "king", "Zürich", "king")
    lines = result.text.splitlines()
    assert (result.returncode, result.errors) == (0, "")
    assert [line.split(" ")[0] for line in lines] == ["1.5", "king", "Zürich", "king"]
    found = np.array([numbers(line) for line in lines])
    assert found.tobytes() == MATRIX[[4, 1, 3, 1]].tobytes()


@pytest.mark.parametrize("ending", ["csv", "tsv", "json"])
def test_a_name_says_the_form(w2v, path, tmp_path, ending):
    file = tmp_path / f"rows.{ending}"
    assert w2v("vectors", path, "king", "new york", "-o", file).returncode == 0
    text = file.read_bytes().decode()
    if ending == "json":
        rows = [json.loads(line) for line in text.splitlines()]
        assert [row["word"] for row in rows] == ["king", "new york"]
        return
    separator = {"csv": ",", "tsv": "\t"}[ending]
    head, lines = text.splitlines()[:-2], text.splitlines()[-2:]
    assert head == (["word,1,2"] if ending == "csv" else [])
    assert [line.split(separator)[0] for line in lines] == ["king", "new york"]
    found = np.array([numbers(line, separator) for line in lines])
    assert found.tobytes() == MATRIX[[1, 2]].tobytes()
    result = w2v("vectors", path, "king", "--header", "-o", file)
    assert (result.returncode, "--header is for word2vec text" in result.errors) == (2, True)


def test_words_from_standard_input(w2v, path):
    result = w2v("vectors", path, stdin="king\n\n  the \r\nnew york")
    assert [line.split(" ")[0] for line in result.text.splitlines()] == ["king", "the", "new_york"]


def test_unknown_words_are_warnings_and_exit_code_1(w2v, path):
    result = w2v("vectors", path, "kin", "the")
    assert result.returncode == 1
    assert result.text == "the 0.5 0.25\n"
    assert result.errors == "w2v: warning: unknown word 'kin'; did you mean 'king'?\n"


def test_an_expression_is_no_word(w2v, path):
    result = w2v("vectors", path, "king - the")
    assert (result.returncode, result.text) == (1, "")
    assert "unknown word 'king - the'" in result.errors


def test_ignore_case_says_what_is_taken(w2v, path):
    result = w2v("vectors", path, "KING", "--ignore-case")
    assert result.text == "KING 1 0.100000001\n"
    assert "'king' is taken for it" in result.errors


def test_with_a_header_it_is_a_file_of_vectors(w2v, path, tmp_path):
    result = w2v("vectors", path, "the", "unseen", "new york", "--header")
    (tmp_path / "few.txt").write_text(result.text, encoding="utf-8")
    few = read_embeddings(tmp_path / "few.txt")
    assert few.words == ["the", "new_york"]
    assert few.vectors.tobytes() == MATRIX[[0, 2]].tobytes()


def test_tsv_and_json_keep_words_as_they_are(w2v, path):
    assert w2v("vectors", path, "new york", "--tsv").text == "new york\t-1\t1.99999995e-05\n"
    result = w2v("vectors", path, "new york", "the", "--json")
    found = [json.loads(line) for line in result.text.splitlines()]
    assert [each["word"] for each in found] == ["new york", "the"]
    assert np.array(found[0]["vector"], dtype=np.float32).tobytes() == MATRIX[2].tobytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["-"], "give the words as arguments"), (["v.txt", "a", "--tsv", "--json"], "exclude")],
)
def test_wrong_usage(w2v, arguments, message):
    result = w2v("vectors", *arguments)
    assert (result.returncode, result.text) == (2, "")
    assert message in result.errors


def test_a_pipe_may_bring_the_vectors(w2v, path):
    assert w2v("vectors", "-", "the", stdin=path.read_bytes()).text == "the 0.5 0.25\n"


def test_rows_go_to_a_file(w2v, path, tmp_path):
    result = w2v("vectors", path, "the", "king", "--header", "-o", tmp_path / "few.txt")
    assert (result.returncode, result.text, result.errors) == (0, "", "")
    assert (tmp_path / "few.txt").read_text() == "2 2\nthe 0.5 0.25\nking 1 0.100000001\n"
    assert w2v("vectors", path, "the", "-o", path).returncode == 2


def test_a_mark_before_the_first_word_is_no_part_of_it(w2v, path):
    result = w2v("vectors", path, stdin="\ufeffking\n".encode())
    assert (result.returncode, result.text) == (0, "king 1 0.100000001\n")
