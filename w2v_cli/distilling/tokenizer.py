"""The tokenizer of a model as its distillation needs it: which tokens stay, and what goes."""

import re

from ..errors import InputError
from ..formats.transformer.tensors import json_object
from ..machine.libraries import require

UNUSED = re.compile(r"\[unused\d+\]")
PADDING = ("[PAD]", "<pad>")
"""What model2vec asks for by one of these names, if the tokenizer has it."""
BY_NAME = ("WordPiece", "WordLevel")
"""Models of which a token can be taken out: those of BPE are made of one another."""
SAMPLE = "a"


class Frame:
    """What stands around the tokens of a text: [CLS] and [SEP], say.

    Attributes
    ----------
    before, after : list of int
    """

    def __init__(self, path):
        """``path`` is that of a tokenizer.json."""
        library = require("tokenizers", "distilling a transformer")
        try:
            tokenizer = library.Tokenizer.from_file(path)
        except Exception as error:  # the library raises nothing narrower
            raise InputError(
                f"{path}: tokenizers {library.__version__} does not read it: {error}; get or make "
                "the files again"
            ) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        plain = tokenizer.encode(SAMPLE, add_special_tokens=False).ids
        framed = tokenizer.encode(SAMPLE, add_special_tokens=True).ids
        places = range(len(framed) - len(plain) + 1)
        start = next((i for i in places if framed[i : i + len(plain)] == plain), 0)
        self.before, self.after = framed[:start], framed[start + len(plain) :]

    def around(self, row):
        """The tokens of a text of one token: list of int."""
        return [*self.before, row, *self.after]


def kept_tokens(data, path):
    """The tokenizer for the distilled model, and the tokens that it keeps.

    Parameters
    ----------
    data : bytes    of a tokenizer.json
    path : str      for messages

    Returns
    -------
    tokenizer : dict         without what puts tokens around a text, pads or cuts it
    rows : list of int       of the model, for each row of the distilled one: none of ``[CLS]`` and
                             others that only stand around texts, nor of ``[unused1]``
    """
    content = json_object(data, path)
    content |= {"post_processor": None, "padding": None, "truncation": None}
    model, added = content["model"], content.get("added_tokens") or []
    if isinstance(model["vocab"], list):
        tokens = {row: piece[0] for row, piece in enumerate(model["vocab"])}
    else:
        tokens = {row: token for token, row in model["vocab"].items()}
    tokens = {entry["id"]: entry["content"] for entry in added} | tokens
    rows = sorted(tokens)
    if model.get("type") not in BY_NAME:
        return content, list(range(rows[-1] + 1))
    kept = {*PADDING, model.get("unk_token")}
    framing = {entry["content"] for entry in added if entry.get("special")} - kept
    rows = [row for row in rows if tokens[row] not in framing and not UNUSED.fullmatch(tokens[row])]
    places = {row: place for place, row in enumerate(rows)}
    model["vocab"] = {token: places[row] for token, row in model["vocab"].items() if row in places}
    content["added_tokens"] = [
        {**entry, "id": places[entry["id"]]} for entry in added if entry["id"] in places
    ]
    return content, rows
