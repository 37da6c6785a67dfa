"""The tokens of a model, by the files of its tokenizer: which row each has, and which are words.

======================================== ========================================================
``tokenizer.json``                       of the library tokenizers: all of it, added tokens too
``vocab.txt``                            WordPiece: a token a line, the number of the line its row
``vocab.json`` (+ ``added_tokens.json``) BPE: an object of token -> row
``tokenizer.model``, ``spiece.model``    SentencePiece, where rows are its ids
======================================== ========================================================
"""

import os
from dataclasses import dataclass

from ...errors import InputError
from ...files.inputs import open_input
from ..wordrules import some_of
from .marks import BYTES, SENTENCEPIECE, WORDPIECE, WORDS, Marks, marks_in, word_of
from .sentencepiece import read_pieces
from .tensors import json_object

TOKENIZER, LINES, ROWS, ADDED = "tokenizer.json", "vocab.txt", "vocab.json", "added_tokens.json"
PIECES = ("tokenizer.model", "spiece.model", "spm.model")
SHIFTED = ("sentencepiece.bpe.model", "source.spm")
"""Models of SentencePiece whose ids are not the rows: special tokens were put before them."""
SHIFTED_FAMILIES = ("pegasus", "bigbird_pegasus", "camembert", "xlm-roberta", "mbart", "barthez")
"""Families in which that holds whatever the file is called."""
REMEDY = "in transformers, AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR) writes one"
BYTE_LEVEL = "ByteLevel"


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of a model.

    Attributes
    ----------
    path : str             of the file that they are from
    tokens : dict of str to int   token -> row, ascending by row
    marks : Marks
    special : set of str   tokens that are no text
    added : set of str     tokens that were put in later, written as plain text
    unknown : str or None  what stands for what the tokenizer does not know
    """

    path: str
    tokens: dict
    marks: Marks
    special: frozenset
    added: frozenset
    unknown: str | None = None

    @property
    def n_rows(self):
        """Rows that the tokens need, those added later left aside: int."""
        first = (row for token, row in self.tokens.items() if token not in self.added)
        return max(first, default=-1) + 1

    def words(self):
        """Tokens that are whole words: list of (word, row)."""
        found = []
        for token, row in self.tokens.items():
            if token not in self.special:
                marks = WORDS if token in self.added else self.marks
                word = word_of(token, marks)
                if word is not None:
                    found.append((word, row))
        return found


def read_vocabulary(folder, config, name):
    """The Vocabulary of a model.

    Parameters
    ----------
    folder : str
    config : dict   of the model, see `families.family_of`
    name : str      of the model, for messages

    Raises
    ------
    InputError   if there is none, or it cannot be read
    """
    readers = [(TOKENIZER, _of_tokenizer), (LINES, _of_lines), (ROWS, _of_rows)]
    readers += [(file, _of_pieces) for file in PIECES]
    for file, read in readers:
        path = os.path.join(folder, file)
        if os.path.isfile(path) and not (
            read is _of_pieces and config.get("model_type") in SHIFTED_FAMILIES
        ):
            return read(_bytes(path), path)
    others = [file for file in (*SHIFTED, *PIECES) if os.path.isfile(os.path.join(folder, file))]
    if others:
        raise InputError(
            f"{name}: of its tokens there is only {others[0]}, whose numbers are not those of the "
            f"rows; a {TOKENIZER} beside it is needed: {REMEDY}"
        )
    raise InputError(
        f"{name}: holds numbers, and no tokenizer is beside it: {TOKENIZER}, {LINES}, {ROWS} or "
        f"{PIECES[0]}; take the whole folder of the model"
    )


def _bytes(path):
    with open_input(path) as stream:
        return stream.read()


def _of_tokenizer(data, path):
    content = json_object(data, path)
    model, added = content.get("model"), content.get("added_tokens") or []
    try:
        base, unknown = _base(model)
        rows, special = {}, set()
        for entry in added:
            rows[entry["content"]] = entry["id"]
            if entry.get("special"):
                special.add(entry["content"])
        marks = _marks(content, model, base)
    except (TypeError, KeyError, AttributeError, IndexError, ValueError):
        raise InputError(
            f"{path}: is not a tokenizer as the library tokenizers writes it; get or make the "
            "files again"
        ) from None
    return _vocabulary(path, base, rows, marks, special, unknown)


def _base(model):
    """(token -> row, the unknown token or None) of the model of a tokenizer."""
    vocab = model["vocab"]
    if isinstance(vocab, list):  # of Unigram: [token, score]
        tokens = [entry[0] for entry in vocab]
        unknown = model.get("unk_id")
        return _by_place(tokens), tokens[unknown] if type(unknown) is int else None
    if not isinstance(vocab, dict):
        raise TypeError
    return vocab, model.get("unk_token")


def _by_place(tokens):
    """Token -> row of a list; the first place of a token that is there twice."""
    found = {}
    for row, token in enumerate(tokens):
        found.setdefault(token, row)
    return found


def _marks(content, model, base):
    kind = model.get("type") or _kind(model)
    if kind == "WordPiece":
        return WORDPIECE._replace(inside=model.get("continuing_subword_prefix") or "##")
    if kind == "WordLevel":
        return WORDS
    if kind == "Unigram":
        return SENTENCEPIECE
    is_of_bytes = _has_part(content.get("pre_tokenizer"), BYTE_LEVEL)
    is_of_bytes |= _has_part(content.get("decoder"), BYTE_LEVEL)
    after = model.get("end_of_word_suffix") or ""
    if after:
        return Marks("BPE", after=after, in_bytes=is_of_bytes)
    return BYTES if is_of_bytes else marks_in(base)


def _kind(model):
    """The kind of a model in a file of old, which does not say it."""
    if "merges" in model:
        return "BPE"
    if isinstance(model["vocab"], list):
        return "Unigram"
    return "WordPiece" if "max_input_chars_per_word" in model else "WordLevel"


def _has_part(part, kind):
    """Whether a part of a tokenizer is of a kind, or made of one that is."""
    if not isinstance(part, dict):
        return False
    inner = part.get("pretokenizers") or part.get("decoders") or []
    return part.get("type") == kind or any(_has_part(each, kind) for each in inner)


def _of_lines(data, path):
    lines = data.removesuffix(b"\n").split(b"\n")
    tokens = [line.removesuffix(b"\r").decode(errors="surrogateescape") for line in lines]
    return _vocabulary(path, _by_place(tokens), {}, marks_in(tokens), (), "[UNK]")


def _of_rows(data, path):
    base, rows = json_object(data, path), {}
    beside = os.path.join(os.path.dirname(path), ADDED)
    if os.path.isfile(beside):
        rows = json_object(_bytes(beside), beside)
    return _vocabulary(path, base, rows, marks_in(base), (), "<unk>")


def _of_pieces(data, path):
    pieces, others = read_pieces(data, path)
    special = {pieces[row] for row in others}
    return _vocabulary(path, _by_place(pieces), {}, SENTENCEPIECE, special, "<unk>")


def _vocabulary(path, base, added, marks, special, unknown):
    """A Vocabulary of token -> row, twice; those added are left out that are there before."""
    added = {token: row for token, row in added.items() if token not in base}
    tokens = base | added
    wrong = [
        token
        for token, row in tokens.items()
        if not isinstance(token, str) or type(row) is not int or row < 0
    ]
    if wrong or not tokens:
        shown = f": {some_of(wrong)}" if wrong else ""
        raise InputError(
            f"{path}: does not give each token a whole number, its row{shown}; get or make the "
            "files again"
        )
    tokens = dict(sorted(tokens.items(), key=lambda item: item[1]))
    return Vocabulary(path, tokens, marks, frozenset(special), frozenset(added), unknown)
