"""Words in a file beside the numbers, for formats that have no place for them."""

import json
import os
import re

from ..corpus.marks import LARGEST_COUNT
from ..errors import InputError, OutputError
from ..files.inputs import open_input
from ..files.paths import split_compression
from ..wording.marks import BYTE_ORDER_MARK
from .wordrules import LINE_ENDS, check_first, decode_words, encode_lines

SHARED_NAMES = ("vocab.json", "tokenizer.json")
"""Names by which a folder with one model in it has them (NeuML staticvectors, model2vec)."""
LINES, JSON = OWN_ENDINGS = (".words.txt", ".vocab.json")
VOCABULARY = ".vocab"
"""Beside ``sgns.words.npy`` of hyperwords: one word a line; others have a count there too."""
ENTRY = re.compile(rb"\S+[ \t]\d{1,18}")
"""A line of a word and its count."""


def stem(path):
    """A path without its extension, and without that of a compression before."""
    return os.path.splitext(split_compression(path)[0])[0]


def words_beside(source, ending):
    """The words of the rows of a file, from the file beside that holds them.

    For ``v.npy`` that is ``v.words.txt``, ``v.vocab.json`` or ``v.vocab``, or in the same folder
    ``vocab.json`` or ``tokenizer.json``. Text has one word a line. JSON is a list of words, an
    object of word -> row, either of them under ``tokens`` (NeuML staticvectors, with ``counts``),
    or a tokenizer of Hugging Face.

    Parameters
    ----------
    source : Source   of the numbers; gets notes on the words too
    ending : str      one of OWN_ENDINGS, which is looked for first

    Returns
    -------
    words : list of str, a word for each row
    counts : list of int, or None
    path : str   the file they are from

    Raises
    ------
    InputError   if there is no such file, or it is damaged
    """
    path = _find(source, ending)
    with open_input(path) as stream:
        data = stream.read()
    if path.endswith(".json"):
        words, counts = _parse(data, path)
        return (
            decode_words([word.encode(errors="surrogatepass") for word in words], source),
            (counts),
            path,
        )
    lines = data.removeprefix(BYTE_ORDER_MARK).split(b"\n")
    if not lines[-1]:
        del lines[-1]
    lines = [line.removesuffix(b"\r") for line in lines]
    counts = None
    if path.endswith(VOCABULARY) and all(map(ENTRY.fullmatch, lines)):
        lines, counts = zip(*(line.rsplit(None, 1) for line in lines), strict=True)
        counts = list(map(int, counts))
    return decode_words(list(lines), source), counts, path


def write_lines(stream, words):
    """Write words, one a line.

    Raises
    ------
    OutputError   if a word would not be read back
    """
    check_first(words[0])
    stream.write(encode_lines(words, LINE_ENDS))


def write_json(stream, words, counts=None):
    """Write words as ``{"tokens": {word: row}}``, with ``counts`` by row where there are any.

    Raises
    ------
    OutputError   if a word is empty, or no text
    """
    if "" in words:
        raise OutputError("word '' cannot be written: it is empty; leave it out")
    content = {"tokens": {word: row for row, word in enumerate(words)}}
    if counts is not None:
        content["counts"] = {row: int(count) for row, count in enumerate(counts)}
    text = json.dumps(content, ensure_ascii=False)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        bad = error.object[error.start : error.end]
        raise OutputError(f"a word with {bad!r} cannot be written as UTF-8") from error
    stream.write(data)


def words_files(path):
    """The files beside ``path`` that may hold the words of its rows, and are there."""
    root = stem(path)
    folder = os.path.dirname(root)
    paths = [root + ending for ending in (*OWN_ENDINGS, VOCABULARY)]
    paths += [os.path.join(folder, name) for name in SHARED_NAMES]
    return [path for path in paths if os.path.isfile(path)]


def _find(source, ending):
    found = words_files(source.path) if source.is_named else []
    if not found:
        root = stem(source.path) if source.is_named else "NAME"
        raise InputError(
            f"{source.name}: holds numbers only, and no file of its words is beside it: "
            f"{root}{OWN_ENDINGS[0]} (one word a line) or {root}{OWN_ENDINGS[1]}"
        )
    preferred = stem(source.path) + ending
    return preferred if preferred in found else found[0]


def _parse(data, path):
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path}: is not JSON: {error}; correct it, or make the files again"
        ) from error
    counts = None
    if isinstance(content, dict):
        # Of a model that tells labels apart, these are the counts of its labels.
        is_of_words = "tokens" in content and not content.get("labels")
        counts = content.get("counts") if is_of_words else None
        content = content.get("tokens", content)
    if isinstance(content, dict) and isinstance(content.get("model"), dict):
        try:
            content = _of_tokenizer(content)
        except (TypeError, AttributeError, IndexError, KeyError):
            raise InputError(
                f"{path}: is not a tokenizer as Hugging Face writes it; "
                "correct it, or make the files again"
            ) from None
    words = _in_order(content, path)
    return words, _counts(counts, len(words), path)


def _of_tokenizer(content):
    """The pieces of a Hugging Face tokenizer: word -> row."""
    pieces = content["model"].get("vocab")
    if isinstance(pieces, list):  # a unigram model: [piece, score]
        pieces = {piece[0]: row for row, piece in enumerate(pieces) if piece}
    if isinstance(pieces, dict):
        for added in content.get("added_tokens", []):
            pieces.setdefault(added.get("content"), added.get("id"))
    return pieces


def _in_order(content, path):
    """Words by row, of a list or of an object word -> row."""
    if isinstance(content, dict):
        rows = list(content.values())
        numbers = all(isinstance(row, int) for row in rows)
        if not numbers or sorted(rows) != list(range(len(rows))):
            raise InputError(
                f"{path}: does not give each word a row of its own, from 0 upwards; "
                "correct it, or make the files again"
            )
        content = sorted(content, key=content.get)
    if not isinstance(content, list) or not all(isinstance(word, str) for word in content):
        raise InputError(
            f"{path}: is not a list of words, nor an object of words and their rows; "
            "correct it, or make the files again"
        )
    return content


def _counts(counts, n_words, path):
    """Counts by row, of an object row -> count; None if there are none for every word."""
    if not counts:
        return None
    numbers = [counts.get(str(row)) for row in range(n_words)] if isinstance(counts, dict) else []
    if len(numbers) < n_words or not all(
        isinstance(number, int) and 0 <= number < LARGEST_COUNT for number in numbers
    ):
        raise InputError(
            f"{path}: counts do not give each row a whole number; "
            "correct it, or make the files again"
        )
    return numbers
