"""``w2v convert`` and ``w2v info`` as users run them: all formats, options, and what goes wrong."""

import json
import os

import numpy as np
import pytest
from click.testing import CliRunner
from conftest import fails_with
from support.transformer_files import model_folder

from w2v_cli.cli import cli
from w2v_cli.errors import ConfigError, InputError, OutputError
from w2v_cli.formats.reading import read, read_embeddings
from w2v_cli.formats.registry import FORMATS
from w2v_cli.formats.writing import write_embeddings

WORDS = ["king", "queen", "naïve", "東京", "man", "woman", "x", "y"]
VECTORS = np.random.default_rng(1).standard_normal((len(WORDS), 5)).astype(np.float32)
READABLE = {"text": ".txt", "binary": ".bin", "glove": ".glove", "npy": ".npy"}
READABLE["safetensors"] = ".safetensors"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.bin"
    write_embeddings(path, WORDS, VECTORS, "binary")
    return path


def run(*args):
    """The command in this process: (exit code, stdout, the error or None, stderr)."""
    result = CliRunner().invoke(cli, list(map(str, args)))
    return result.exit_code, result.stdout, result.exception, result.stderr


def succeeds(*args):
    code, output, error, errors = run(*args)
    assert code == 0, (error, errors)
    return output, errors


def fails(error_type, pattern, *args):
    _, output, error, _ = run(*args)
    assert isinstance(error, error_type), error
    assert pattern in str(error)
    assert "\n" not in str(error)
    assert output == ""


def info_of(path, *options):
    return json.loads(succeeds("info", path, "--json", *options)[0])


@pytest.mark.parametrize("first", READABLE)
@pytest.mark.parametrize("second", READABLE)
def test_every_format_becomes_every_other_without_loss(tmp_path, source, first, second):
    between, end = tmp_path / f"a{READABLE[first]}", tmp_path / f"b{READABLE[second]}"
    succeeds("convert", source, between)
    succeeds("convert", between, end)
    assert info_of(end)["format"] == second
    found = read(end)
    assert (list(found.embeddings.words), found.notes) == (WORDS, [])
    assert np.array_equal(found.embeddings.vectors, VECTORS)


def test_the_report_names_both_formats_and_the_file_of_words(tmp_path, source):
    target = tmp_path / "v.npy"
    _, errors = succeeds("convert", source, target)
    assert errors == (
        f"w2v: wrote 8 vectors of length 5 to {target} (NumPy .npy, from word2vec binary), "
        f"their words to {tmp_path / 'v.words.txt'}\n"
    )
    assert succeeds("convert", source, target, "--quiet")[1] == ""


def test_a_pipe_on_either_side(w2v, source):
    result = w2v("convert", "-", "-", "--format", "binary", "-q", stdin=source.read_bytes())
    assert (result.returncode, result.errors) == (0, "")
    assert result.stdout == source.read_bytes()


def test_limit_and_normalize(tmp_path, source):
    target = tmp_path / "v.txt"
    succeeds("convert", source, target, "--limit", 3, "--normalize")
    embeddings = read_embeddings(target)
    assert embeddings.words == WORDS[:3]
    np.testing.assert_allclose(embeddings.norms, 1, rtol=1e-6)
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    np.testing.assert_allclose(embeddings.vectors, unit[:3], rtol=1e-5)


def test_a_limit_reads_no_more_of_the_file_than_it_needs(tmp_path):
    """The damage after the limit is not even looked at."""
    rows = b"a 1 2\nb 3 4\n" + b"c 5 6\n" * 2_000_000 + b"d nonsense\n"
    for data in (rows, b"99 2\n" + rows):
        (tmp_path / "v.txt").write_bytes(data)
        found = read(tmp_path / "v.txt", limit=2)
        assert (found.embeddings.words, found.notes) == (["a", "b"], [])
    (tmp_path / "v.bin").write_bytes(b"9 1\na \0\0\0\0b \0\0\0\0c \0")
    assert read_embeddings(tmp_path / "v.bin", limit=2).words == ["a", "b"]


@pytest.mark.parametrize("row", [0, 2, 7])
@pytest.mark.parametrize("normalize", [False, True])
def test_the_row_of_sentence_ends_is_left_out_unless_asked_for(tmp_path, row, normalize):
    words = [*WORDS]
    words[row] = "</s>"
    write_embeddings(tmp_path / "v.bin", words, VECTORS, "binary")
    options = ["--normalize"] if normalize else []
    _, errors = succeeds("convert", tmp_path / "v.bin", tmp_path / "v.npy", *options)
    assert "warning: the row of </s>" in errors
    kept = np.delete(np.arange(len(WORDS)), row)
    embeddings = read_embeddings(tmp_path / "v.npy")
    assert embeddings.words == [words[at] for at in kept]
    expected = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True) if normalize else VECTORS
    np.testing.assert_allclose(embeddings.vectors, expected[kept], rtol=1e-5)
    succeeds("convert", tmp_path / "v.bin", tmp_path / "w.txt", "--limit", 4)
    assert len(read_embeddings(tmp_path / "w.txt")) == 4
    succeeds("convert", tmp_path / "v.bin", tmp_path / "w.txt", "--keep-sentence-end")
    assert read_embeddings(tmp_path / "w.txt").words == words


def test_only_the_row_of_sentence_ends(tmp_path):
    (tmp_path / "v.txt").write_text("1 2\n</s> 1 2\n")
    fails(InputError, "is the only word", "convert", tmp_path / "v.txt", tmp_path / "w.txt")


WHITE_SPACE = ["a b", "a\u00a0b", "a\u2028b", "\u3000a", "a\x85", "a\x0bb", "a\0b", "a_b"]


@pytest.fixture
def spaced(tmp_path):
    """Words with white space, in a format that has a place for them."""
    vectors = np.arange(1, 17, dtype=np.float32).reshape(8, 2)
    write_embeddings(tmp_path / "spaced.npy", WHITE_SPACE, vectors, "npy")
    return tmp_path / "spaced.npy"


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.glove"])
def test_white_space_of_any_class_is_replaced_and_told_and_no_word_is_lost(spaced, tmp_path, name):
    _, errors = succeeds("convert", spaced, tmp_path / name)
    assert "white space in words was written as '_'" in errors
    assert "7 words ('a b', 'a\\xa0b', 'a\\u2028b', ...)" in errors
    embeddings = read_embeddings(tmp_path / name)
    expected = ["a_b_", "a_b__", "a_b___", "_a", "a_", "a_b____", "a_b_____", "a_b"]
    assert embeddings.words == expected
    assert embeddings.vectors[:, 0].tolist() == [1, 3, 5, 7, 9, 11, 13, 15]


def test_white_space_is_refused_if_asked(spaced, tmp_path):
    arguments = ["convert", spaced, tmp_path / "v.txt", "--whitespace", "error"]
    fails(OutputError, "the word 'a b' holds white space", *arguments)
    assert not (tmp_path / "v.txt").exists()


def test_formats_with_a_place_for_any_word_keep_white_space(spaced, tmp_path):
    succeeds("convert", spaced, tmp_path / "v.safetensors")
    assert read_embeddings(tmp_path / "v.safetensors").words == WHITE_SPACE


def test_the_projector_gets_a_header_only_with_counts(tmp_path, source):
    succeeds("convert", source, tmp_path / "v.tsv")
    metadata = (tmp_path / "v.metadata.tsv").read_text(encoding="utf-8")
    assert metadata.split("\n") == [*WORDS, ""]
    rows = [line.split("\t") for line in (tmp_path / "v.tsv").read_text().splitlines()]
    assert np.array_equal(np.array(rows, dtype=np.float32), VECTORS)
    tokens = {word: row for row, word in enumerate(WORDS)}
    counts = {str(row): 100 - row for row in range(len(WORDS))}
    succeeds("convert", source, tmp_path / "c.safetensors")
    (tmp_path / "c.vocab.json").write_text(json.dumps({"tokens": tokens, "counts": counts}))
    succeeds("convert", tmp_path / "c.safetensors", tmp_path / "c_tensor.tsv")
    lines = (tmp_path / "c.metadata.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["word\tcount", "king\t100"]
    assert len(lines) == len(WORDS) + 1
    fails(InputError, "holds numbers only and no words", "info", tmp_path / "v.tsv")


def test_half_precision_where_the_format_has_it(w2v, tmp_path, source):
    for name in ("v.npy", "v.safetensors"):
        succeeds("convert", source, tmp_path / name, "--float16")
        vectors = read_embeddings(tmp_path / name).vectors
        assert np.array_equal(vectors, VECTORS.astype(np.float16))
    result = w2v("convert", source, tmp_path / "v.txt", "--float16")
    fails_with(result, 2, "word2vec text has no float16; w2v, npy, safetensors and model2vec have")
    write_embeddings(tmp_path / "large.bin", ["a"], np.float32([[1e6, 1]]), "binary")
    arguments = [tmp_path / "large.bin", tmp_path / "large.npy", "--float16"]
    fails(OutputError, "larger than float16 can hold (65504)", "convert", *arguments)
    assert not (tmp_path / "large.npy").exists()
    succeeds("convert", *arguments, "--normalize")


def test_words_that_are_not_utf8(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(b"a 1 2\n\xffb 3 4\n")
    for name in ("w.txt", "w.npy"):
        _, errors = succeeds("convert", path, tmp_path / name)
        assert "not UTF-8: 1 of " in errors
        assert read_embeddings(tmp_path / name).words == ["a", "\ufffdb"]
    pattern = "row 2: the word b'\\xffb' is not UTF-8"
    strict = ["--encoding-errors", "strict"]
    fails(InputError, pattern, "convert", path, tmp_path / "x.txt", *strict)
    fails(InputError, pattern, "info", path, *strict)
    write_embeddings(tmp_path / "n.npy", ["a", "b"], VECTORS[:2], "npy")
    (tmp_path / "n.words.txt").write_bytes(b"a\n\xffb\n")
    fails(InputError, pattern, "info", tmp_path / "n.npy", *strict)
    assert info_of(tmp_path / "n.npy")["words_not_utf8"] == 1


def test_what_cannot_be_converted(w2v, tmp_path, source):
    (tmp_path / "v.words.txt").write_text("a 1 2\nb 3 4\n")
    words = (tmp_path / "v.words.txt").read_bytes()
    for arguments, code, pattern in [
        ([source, "v.foo"], 2, r"the extension \.foo tells no format; give a --format: text or"),
        ([source, "-", "--format", "npy"], 2, "-: NumPy .npy needs a file"),
        ([source, "v.txt", "--format", "fasttext-model"], 2, "--format must be text, binary"),
        ([source, source], 2, "is both the input and an output"),
        (["v.words.txt", "v.npy"], 2, "is both the input and an output"),
        ([source, "nowhere/v.txt"], 1, "nowhere/v.txt: cannot be written"),
        (["nothing.bin", "v.txt"], 1, "nothing.bin: cannot be opened"),
        ([os.path.dirname(__file__), "v.txt"], 1, "is a folder without a file of vectors"),
    ]:
        fails_with(w2v("convert", *arguments, cwd=tmp_path), code, pattern)
    assert (tmp_path / "v.words.txt").read_bytes() == words
    assert sorted(os.listdir(tmp_path)) == ["source.bin", "v.words.txt"]


def test_the_help_names_all_formats():
    output, _ = succeeds("convert", "--help")
    for name in FORMATS:
        assert f"\n    {name} " in output


FAULTY = b"7 2\n</s> 0 0\na 3 4\nb 3 4\na 1 0\nnan nan 1\ninf inf 1\nx\xff\xc2\xa0 0 0\n"


def test_info_counts_faults_and_does_not_fail(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(FAULTY)
    found = info_of(path)
    assert found == {
        "kind": "vectors",
        "file": str(path),
        "format": "text",
        "compression": None,
        "bytes": len(FAULTY),
        "rows": 7,
        "dim": 2,
        "first_words": ["</s>", "a", "b", "a", "nan"],
        "norms": {"min": 0.0, "mean": 2.2, "max": 5.0},
        "zero_rows": 2,
        "not_finite_rows": 2,
        "repeated_words": 1,
        "repeated_vectors": 1,
        "words_not_utf8": 1,
        "words_with_white_space": 1,
        "sentence_end": True,
        "unknown_word": None,
        "counts": None,
        "subwords": None,
        "context": False,
        "classifier": None,
        "language_model": None,
        "provenance": None,
        "notes": [
            f"{path}: words with bytes that are not UTF-8: 1 of 7; each such byte was read as "
            r"U+FFFD; the first is b'x\xff\xc2\xa0'; --encoding reads other encodings"
        ],
    }
    output, errors = succeeds("info", path)
    assert "7 of length 2\n" in output
    assert "2 rows with NaN or infinity, 2 zero rows, 1 repeated words, 1 repeated vec" in output
    assert "warning:" in errors


def test_info_says_how_a_file_is_compressed_and_reads_pipes(w2v, tmp_path, source):
    import gzip

    packed = tmp_path / "v.bin.gz"
    packed.write_bytes(gzip.compress(source.read_bytes()))
    assert (info_of(packed)["format"], info_of(packed)["compression"]) == ("binary", "gzip")
    result = w2v("info", "-", "--json", stdin=packed.read_bytes())
    found = json.loads(result.text)
    assert (found["file"], found["bytes"], found["compression"]) == ("standard input", None, "gzip")


def test_info_tells_where_converted_vectors_come_from(tmp_path, source):
    succeeds("convert", source, tmp_path / "v.safetensors", "--limit", 2)
    provenance = info_of(tmp_path / "v.safetensors")["provenance"]
    assert provenance["command"] == "convert"
    assert (provenance["source"], provenance["source_format"]) == (str(source), "binary")
    assert provenance["changes"] == {
        "limit": 2,
        "normalize": False,
        "dtype": "float32",
        "vectors": "input",
    }
    assert "source format     binary\n" in succeeds("info", tmp_path / "v.safetensors")[0]


def test_words_cannot_steer_a_terminal(tmp_path):
    (tmp_path / "v.txt").write_text("\x1b[31mred 1 2\nb 3 4\n")
    assert "\x1b" not in succeeds("info", tmp_path / "v.txt")[0]


def test_words_of_a_list_in_the_order_of_the_file(tmp_path, source):
    (tmp_path / "list.txt").write_text("y\n東京\n\nzebra\nking\nking\n", encoding="utf-8")
    options = ["--words", tmp_path / "list.txt", "-q"]
    _, errors = succeeds("convert", source, tmp_path / "few.txt", *options)
    few = read_embeddings(tmp_path / "few.txt")
    assert few.words == ["king", "東京", "y"]
    assert few.vectors.tobytes() == VECTORS[[0, 3, 7]].tobytes()
    assert "left out: 1 of 4 ('zebra')" in errors
    succeeds("convert", source, tmp_path / "few.w2v", *options, "--limit", 2, "--normalize")
    assert list(read_embeddings(tmp_path / "few.w2v").words) == ["king", "東京"]
    assert info_of(tmp_path / "few.w2v")["norms"]["max"] == pytest.approx(1)


def test_words_of_a_list_keep_their_counts(tmp_path):
    counts = np.array([900, 70, 5])
    write_embeddings(tmp_path / "v.w2v", ["the", "</s>", "cat"], VECTORS[:3], "w2v", counts)
    (tmp_path / "list.txt").write_text("cat\n</s>\n")
    options = ["--words", tmp_path / "list.txt"]
    _, errors = succeeds("convert", tmp_path / "v.w2v", tmp_path / "few.bin", *options, "-q")
    assert errors == ""
    assert read(tmp_path / "few.bin").embeddings.counts.tolist() == [70, 5]


def test_a_list_without_any_word_of_the_file(tmp_path, source):
    for text, message in (("zebra\n", "none of the 1 words asked for ('zebra')"), ("", "is empty")):
        (tmp_path / "list.txt").write_text(text)
        words = ["--words", tmp_path / "list.txt"]
        fails(InputError, message, "convert", source, tmp_path / "few.txt", *words)
    assert not (tmp_path / "few.txt").exists()
    code, *_ = run("convert", "-", tmp_path / "few.txt", "--words", "-")
    assert code == 1 and not (tmp_path / "few.txt").exists()


def test_counts_from_a_file(tmp_path, source):
    (tmp_path / "vocab.txt").write_text("king 900\n東京 70\nother 60\n", encoding="utf-8")
    options = ["--vocab", tmp_path / "vocab.txt", "-q"]
    _, errors = succeeds("convert", source, tmp_path / "v.w2v", *options)
    expected = [900, 0, 0, 70, 0, 0, 0, 0]
    assert read(tmp_path / "v.w2v").embeddings.counts.tolist() == expected
    assert "has no count of 6 of the 8 words, such as 'queen'; theirs is 0" in errors
    succeeds("convert", source, tmp_path / "v.bin", *options)
    assert read(tmp_path / "v.bin").embeddings.counts.tolist() == expected
    (tmp_path / "vocab.txt").write_text("other 60\n")
    fails(InputError, "none of the 8 words", "convert", source, tmp_path / "no.w2v", *options)


def test_vectors_of_both_matrices(tmp_path, source):
    both, outputs = tmp_path / "both.w2v", VECTORS[::-1].copy()
    write_embeddings(both, WORDS, VECTORS, "w2v", context=outputs)
    expected = {"sum": VECTORS + outputs, "concat": np.hstack([VECTORS, outputs])}
    for vectors, matrix in expected.items():
        _, errors = succeeds("convert", both, tmp_path / "out.w2v", "--vectors", vectors)
        assert f"vectors of length {matrix.shape[1]} to" in errors
        assert "output matrix is not written" not in errors
        found = read(tmp_path / "out.w2v")
        np.testing.assert_array_equal(found.embeddings.vectors, matrix)
        assert found.record["changes"]["vectors"] == vectors
    succeeds("convert", both, tmp_path / "unit.bin", "--vectors", "sum", "--normalize")
    unit = expected["sum"] / np.linalg.norm(expected["sum"], axis=1, keepdims=True)
    np.testing.assert_allclose(read_embeddings(tmp_path / "unit.bin").vectors, unit, rtol=1e-6)
    fails(ConfigError, "needs the output matrix", "convert", source, both, "--vectors", "sum")


@pytest.fixture
def transformer(tmp_path):
    pieces = ["[PAD]", "[UNK]", "king", "queen", "##s", "man"]
    return model_folder(
        tmp_path / "bert", VECTORS, "bert.embeddings.word_embeddings.weight",
        {"vocab.txt": "\n".join(pieces) + "\n"}, others={"odd": VECTORS + 1},
    )  # fmt: skip


def test_a_transformer_becomes_vectors_of_its_words(tmp_path, transformer):
    target = tmp_path / "v.w2v"
    _, errors = succeeds("convert", transformer, target)
    assert errors == f"w2v: wrote 3 vectors of length 5 to {target} (the format w2v, from a " \
                     "transformer model)\n"  # fmt: skip
    assert np.array_equal(read_embeddings(target).vectors, VECTORS[[2, 3, 5]])
    source = info_of(target)["provenance"]["source_provenance"]
    assert source["family"] == "bert" and source["tokens"] == 6
    succeeds("convert", transformer, target, "--all-tokens", "--tensor", "odd", "-q")
    assert np.array_equal(read_embeddings(target).vectors, VECTORS[:6] + 1)


def test_what_info_tells_of_a_transformer(transformer):
    found = info_of(transformer)
    assert found["format"] == "transformer" and found["rows"] == 3
    assert found["provenance"] == {
        "family": "bert",
        "tensor": "bert.embeddings.word_embeddings.weight",
        "stored_as": "F32 [8, 5]",
        "tokenizer": "WordPiece",
        "tokens": 6,
        "tokens_that_are_words": 3,
    }
    assert info_of(transformer, "--tensor", "odd")["provenance"]["tensor"] == "odd"
    fails(InputError, "has no tensor 'x'", "info", transformer, "--tensor", "x")


def test_words_of_pieces_are_left_out_where_they_shall_be(tmp_path, transformer):
    (tmp_path / "words.txt").write_text("queen\nkings\nking\n")
    target = tmp_path / "v.w2v"
    _, errors = succeeds(
        "convert", transformer, target, "--words", tmp_path / "words.txt", "--no-compose"
    )
    assert "words asked for that have no vector there" in errors
    assert list(read_embeddings(target).words) == ["king", "queen"]


def test_every_command_reads_a_transformer(transformer):
    output, _ = succeeds("neighbors", transformer, "king", "--tsv")
    assert {line.split("\t")[2] for line in output.splitlines()} == {"queen", "man"}
