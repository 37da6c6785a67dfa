"""``w2v neighbors`` as users run it: arguments, pipes, a prompt, and what goes wrong."""

import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from support.terminal import COMMAND, ENVIRONMENT, Terminal

from w2v_cli.embeddings.queries import WordFinder, query_vectors
from w2v_cli.embeddings.restriction import Restriction
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.formats.writing import write_embeddings

WORDS = ["king", "queen", "man", "woman", "new york", "naïve", "well-known"]


@pytest.fixture(scope="module")
def embeddings():
    vectors = np.random.default_rng(4).standard_normal((len(WORDS), 8)).astype(np.float32)
    return Embeddings(WORDS, vectors)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory, embeddings):
    path = tmp_path_factory.mktemp("vectors") / "v.txt"
    rows = [" ".join(["%.9g"] * 8) % tuple(row) for row in embeddings.vectors.tolist()]
    lines = [f"{word} {row}\n" for word, row in zip(WORDS, rows, strict=True)]
    path.write_text(f"{len(WORDS)} 8\n" + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    path = tmp_path_factory.mktemp("many") / "v.bin"
    matrix = np.random.default_rng(5).standard_normal((3000, 20)).astype(np.float32)
    write_embeddings(path, [f"w{row}" for row in range(3000)], matrix, "binary")
    return path


def expected_rows(embeddings, text, k=10, n_rows=None):
    query = WordFinder(embeddings).query(text)
    vectors, _ = query_vectors(embeddings, [query])
    restriction = None if n_rows is None else Restriction(n_rows)
    ids, cosines = embeddings.nearest(vectors, k, [query.rows], restriction)
    found = [row for row in ids[0] if row >= 0]
    scores = cosines[0][: len(found)]
    return [(embeddings.words[row], score) for row, score in zip(found, scores, strict=True)]


def as_tsv(embeddings, text, **options):
    rows = enumerate(expected_rows(embeddings, text, **options), 1)
    return "".join(f"{text}\t{rank}\t{word}\t{score:.6f}\n" for rank, (word, score) in rows)


def assert_one_line_error(result, code, *parts):
    assert result.returncode == code, result.errors
    assert result.text == ""
    [line] = result.errors.splitlines()
    assert line.startswith("w2v: error: ")
    for part in parts:
        assert part in line


def test_queries_from_arguments_in_order(w2v, vectors, embeddings):
    queries = ["king - man + woman", "new york", "naïve", "well-known"]
    result = w2v("neighbors", vectors, *queries, "-k", 3)
    assert result.text == "".join(as_tsv(embeddings, text, k=3) for text in queries)
    assert (result.errors, result.returncode) == ("", 0)


def test_queries_from_a_pipe(w2v, vectors, embeddings):
    stdin = "king\n\n  \nnew york\r\n king - man + woman \nqueen"
    result = w2v("neighbors", vectors, stdin=stdin)
    queries = ["king", "new york", "king - man + woman", "queen"]
    assert result.text == "".join(as_tsv(embeddings, text) for text in queries)
    assert (result.errors, result.returncode) == ("", 0)


def test_json_is_one_object_a_query(w2v, vectors, embeddings):
    result = w2v("neighbors", vectors, "king", "naïve", "--json", "--topn", 2)
    answers = [json.loads(line) for line in result.text.splitlines()]
    assert [answer["query"] for answer in answers] == ["king", "naïve"]
    for answer in answers:
        assert list(answer) == ["query", "neighbors"]
        found = [(row["word"], row["score"]) for row in answer["neighbors"]]
        for (word, score), expected in zip(
            found, expected_rows(embeddings, answer["query"], k=2), strict=True
        ):
            assert word == expected[0]
            assert score == pytest.approx(expected[1], abs=1e-6)


def test_vectors_from_standard_input(w2v, vectors, embeddings):
    result = w2v("neighbors", "-", "king", "queen", stdin=vectors.read_bytes())
    assert result.text == as_tsv(embeddings, "king") + as_tsv(embeddings, "queen")


def test_restrict_vocab_limits_the_answers_not_the_questions(w2v, vectors, embeddings):
    result = w2v("neighbors", vectors, "well-known", "--restrict-vocab", 3)
    assert result.text == as_tsv(embeddings, "well-known", n_rows=3)
    assert len(result.text.splitlines()) == 3


def test_unknown_words_warn_and_the_others_are_answered(w2v, vectors, embeddings):
    result = w2v("neighbors", vectors, "zzz", "king", "king - xyz", "king -")
    assert result.text == as_tsv(embeddings, "king")
    assert result.returncode == 1
    first, second, third = result.errors.splitlines()
    assert first == "w2v: warning: unknown word 'zzz'"
    assert second == "w2v: warning: unknown word 'xyz' in 'king - xyz'"
    assert third.startswith("w2v: warning: no word after the operator at character 6 of")


def test_no_query_at_all_is_no_error(w2v, vectors):
    result = w2v("neighbors", vectors, stdin="\n\n")
    assert (result.text, result.errors, result.returncode) == ("", "", 0)


def test_tabs_in_a_query_do_not_add_columns(w2v, vectors):
    result = w2v("neighbors", vectors, "-k", 1, stdin="king\tqueen\n")
    [line] = result.text.splitlines()
    assert line.startswith("king queen\t1\t")
    assert line.count("\t") == 3


def test_bytes_that_are_no_text_are_just_an_unknown_word(w2v, vectors):
    result = w2v("neighbors", vectors, stdin=b"\xff\xfb\nking\n")
    assert result.returncode == 1
    assert result.text.startswith("king\t1\t")
    assert len(result.errors.splitlines()) == 1


def test_output_is_utf8_whatever_the_locale(w2v, vectors):
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    result = w2v("neighbors", vectors, "-k", 9, "king", env=env)
    assert "naïve" in result.text
    assert result.returncode == 0


def test_a_program_that_waits_for_each_answer_gets_it(vectors, embeddings):
    with subprocess.Popen(
        [*COMMAND, vectors, "-k", "2"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as process:
        for text in ("man", "king", "queen - man"):
            process.stdin.write(f"{text}\n".encode())
            process.stdin.flush()
            answer = process.stdout.readline() + process.stdout.readline()
            assert answer.decode() == as_tsv(embeddings, text, k=2)
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_many_queries_through_a_pipe_stay_in_order(w2v, many):
    queries = [f"w{row}" for row in range(3000)]
    result = w2v("neighbors", many, "-k", 3, stdin="\n".join(queries))
    asked = [line.split("\t")[0] for line in result.text.splitlines()]
    assert asked == [query for query in queries for _ in range(3)]


def test_a_closed_pipe_ends_quietly(many):
    shell = 'set -o pipefail; seq -f w%.0f 0 2999 | "$@" | head -n 1'
    result = subprocess.run(
        ["bash", "-c", shell, "bash", *COMMAND, many],
        capture_output=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert result.stdout.startswith(b"w0\t1\t")
    assert result.stderr == b""
    assert result.returncode in (0, 141)


def test_a_full_disk_is_one_line(vectors):
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [*COMMAND, vectors, "king"],
            stdout=full,
            stderr=subprocess.PIPE,
            # What is left in the stream's memory must not fail again when the process ends.
            env={**ENVIRONMENT, "PYTHONUNBUFFERED": ""},
            check=False,
        )
    [line] = result.stderr.decode().splitlines()
    assert line == "w2v: error: standard output: cannot be written: No space left on device"
    assert result.returncode == 1


def cosine(embeddings, one, other):
    unit = embeddings.unit([embeddings.index[one], embeddings.index[other]])
    return float(unit[0] @ unit[1])


def test_similarity_of_pairs_from_arguments_and_from_lines(w2v, vectors, embeddings):
    pairs = [("king", "queen"), ("new york", "man")]
    rows = [f"{one}\t{other}\t{cosine(embeddings, one, other):.6f}\n" for one, other in pairs]
    words = [word for pair in pairs for word in pair]
    assert w2v("neighbors", vectors, "--similarity", *words).text == "".join(rows)
    stdin = "king queen\n'new york' man\nnew york\tman\nking queen man\nking zzz\n"
    result = w2v("neighbors", vectors, "--similarity", stdin=stdin)
    assert result.text == "".join([*rows, rows[1]])
    three, unknown = result.errors.splitlines()
    assert "is that of two words, not 3" in three
    assert "unknown word 'zzz'" in unknown
    assert result.returncode == 1
    [line] = w2v("neighbors", vectors, "--similarity", "--json", *pairs[0]).text.splitlines()
    expected = {"words": ["king", "queen"], "similarity": round(cosine(embeddings, *pairs[0]), 6)}
    assert json.loads(line) == expected


def test_the_odd_one_out_from_arguments_and_from_lines(w2v, vectors, embeddings):
    unit = embeddings.unit([0, 1, 2, 6])
    scores = unit @ unit.mean(axis=0) / np.linalg.norm(unit.mean(axis=0))
    words = [WORDS[row] for row in (0, 1, 2, 6)]
    odd = words[int(scores.argmin())]
    row = f"{' '.join(words)}\t{odd}\t{scores.min():.6f}\n"
    assert w2v("neighbors", vectors, "--odd-one-out", *words).text == row
    result = w2v("neighbors", vectors, "--odd-one-out", "--json", stdin=" ".join(words) + "\na b\n")
    answer = json.loads(result.text)
    assert (answer["words"], answer["odd"]) == (words, odd)
    np.testing.assert_allclose(answer["scores"], scores, atol=1e-6)
    assert result.returncode == 1


def test_words_that_are_never_answers(w2v, vectors, embeddings, tmp_path):
    (tmp_path / "stop").write_text("queen\nnew york\nunknown\n")
    (tmp_path / "more").write_text("man\n")
    (tmp_path / "counts").write_text("king 9\nqueen 8\nwoman 7\nwell-known 1\nother 3\n")
    lists = ["--not-word", tmp_path / "stop", "--not-word", tmp_path / "more"]
    rows = w2v("neighbors", vectors, "king", *lists).text.splitlines()
    assert sorted(row.split("\t")[2] for row in rows) == ["naïve", "well-known", "woman"]
    counts = ["--min-count", 7, "--vocab", tmp_path / "counts"]
    rows = w2v("neighbors", vectors, "king", *counts).text.splitlines()
    assert sorted(row.split("\t")[2] for row in rows) == ["queen", "woman"]
    assert_one_line_error(
        w2v("neighbors", vectors, "king", "--min-count", 7), 1, "without counts", "--vocab"
    )
    too_many = ["--min-count", 70, "--vocab", tmp_path / "counts"]
    assert_one_line_error(w2v("neighbors", vectors, "king", *too_many), 1, "no word is left")


def test_suggestions_and_other_cases(w2v, vectors, embeddings):
    result = w2v("neighbors", vectors, "kng", "King", "qwertz")
    assert result.errors.splitlines() == [
        "w2v: warning: unknown word 'kng'; did you mean 'king'?",
        "w2v: warning: unknown word 'King'; did you mean 'king'?",
        "w2v: warning: unknown word 'qwertz'",
    ]
    assert (result.text, result.returncode) == ("", 1)
    result = w2v("neighbors", vectors, "--ignore-case", stdin="King\nKing\n")
    assert result.text == as_tsv(embeddings, "king").replace("king\t", "King\t", 10) * 2
    assert result.errors == "w2v: warning: unknown word 'King': 'king' is taken for it\n"
    assert result.returncode == 0


def test_the_end_of_input_ends_it_and_unknown_words_get_no_answer(w2v, vectors):
    # distance.c and fastText's analogies go on for ever; fastText answers with random words.
    for option in ([], ["--similarity"], ["--odd-one-out"]):
        result = w2v("neighbors", vectors, *option, stdin="zzz yyy xxx", timeout=60)
        assert (result.text, result.returncode) == ("", 1)


@pytest.mark.parametrize(
    ("args", "parts"),
    [
        (["--similarity", "king"], ["--similarity", "by twos"]),
        (["--similarity", "--odd-one-out", "king"], ["exclude each other"]),
        (["--vocab", "x", "king"], ["--vocab", "--min-count"]),
        (["--topn", "0", "king"], ["--topn", "0"]),
        (["-k", "x", "king"], ["--topn", "'x'"]),
        (["--restrict-vocab", "-1", "king"], ["--restrict-vocab"]),
        (["--json", "--tsv", "king"], ["--json", "--tsv"]),
        (["--bogus"], ["--bogus"]),
    ],
)
def test_wrong_usage(w2v, vectors, args, parts):
    assert_one_line_error(w2v("neighbors", vectors, *args), 2, *parts)


def test_vectors_from_standard_input_need_queries_as_arguments(w2v, vectors):
    result = w2v("neighbors", "-", stdin=vectors.read_bytes())
    assert_one_line_error(result, 2, "give the queries as arguments")


def test_vectors_that_cannot_be_read(w2v, vectors, tmp_path):
    assert_one_line_error(w2v("neighbors", tmp_path / "no.bin", "king"), 1, "no.bin: cannot be op")
    (tmp_path / "cut.txt").write_bytes(vectors.read_bytes()[:-100])
    assert_one_line_error(w2v("neighbors", tmp_path / "cut.txt", "king"), 1, "cut.txt: line 8")
    assert_one_line_error(w2v("neighbors", ROOT / "setup.cfg", "x"), 1, "not a file of word vec")
    assert_one_line_error(w2v("neighbors", "-", "king", stdin=b""), 1, "standard input: is empty")


@pytest.mark.parametrize(
    ("redirection", "message"),
    [
        ("<&-", "standard input is closed; give the queries as arguments"),
        (">&-", "standard output is closed; redirect it to a file"),
    ],
)
def test_closed_streams(vectors, redirection, message):
    result = subprocess.run(
        ["bash", "-c", f'"$@" {redirection}', "bash", *COMMAND, vectors],
        capture_output=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert result.stderr.decode() == f"w2v: error: {message}\n"
    assert result.returncode == 1


def test_what_a_reader_repaired_is_a_warning(w2v, tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"3 2\na 1 2\nb 3 4\na 5 6\n")
    result = w2v("neighbors", path, "a")
    assert result.text.startswith("a\t1\tb\t")
    [line] = result.errors.splitlines()
    assert line.startswith("w2v: warning: ")
    assert result.returncode == 0


def test_options_from_the_environment(w2v, vectors):
    result = w2v("neighbors", vectors, "king", env={"W2V_NEIGHBORS_TOPN": "2"})
    assert len(result.text.splitlines()) == 2


def test_numba_and_rich_are_not_imported(vectors):
    program = (
        "import sys\n"
        "from w2v_cli.cli import cli\n"
        "cli.main(sys.argv[1:], standalone_mode=False)\n"
        "print(*[name for name in ('numba', 'rich', 'scipy') if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, "neighbors", vectors, "king", "-k", "1"],
        capture_output=True,
        env=ENVIRONMENT,
        check=True,
    )
    assert result.stdout.splitlines()[-1] == b""


@pytest.mark.parametrize(
    ("env", "bold"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_table_on_a_terminal(vectors, embeddings, env, bold):
    terminal = Terminal(vectors, "king", "-k", 2, env=env.items())
    rows = expected_rows(embeddings, "king", k=2)
    output = terminal.read_until(rows[-1][0] + "\r\n")
    assert terminal.finish() == ("", 0)
    lines = output.replace("\r", "").splitlines()
    assert lines[0] == ("\x1b[1mking\x1b[0m" if bold else "king")
    for rank, ((word, score), line) in enumerate(zip(rows, lines[1:], strict=True), 1):
        assert line == f"{rank:6d}  {score:7.4f}  {word}"


def test_words_cannot_steer_the_terminal(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"2 2\na 1 2\n\x1b[31mred 1 2.5\n")
    terminal = Terminal(path, "a")
    assert "\\x1b[31mred" in terminal.read_until("red")
    terminal.finish()


def test_words_without_an_operator_are_told_to_be_added_up(w2v, tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("5 2\nnew 1 0\nyork 0 1\ncity 1 1\nnew_york 2 1\nthe end 1 -1\n")
    result = w2v("neighbors", path, "new york", "new city", "new + york", "the end", "2*new york")
    assert result.errors == (
        "w2v: warning: unknown word 'new york': 'new_york' is taken for it\n"
        "w2v: warning: there is no word 'new city': taken as new + city\n"
    )
    assert result.returncode == 0
    rows = [line.split("\t") for line in result.text.splitlines()]
    for query, meant in (("new york", "new_york"), ("new city", "new + city")):
        found = w2v("neighbors", path, meant).text.splitlines()
        expected = [line.split("\t")[1:] for line in found]
        assert [row[1:] for row in rows if row[0] == query] == expected
    result = w2v("neighbors", path, stdin="new city\nnew city\n'the end' city\n")
    assert result.errors.splitlines()[1:] == [
        "w2v: warning: there is no word \"'the end' city\": taken as the\\ end + city"
    ]
