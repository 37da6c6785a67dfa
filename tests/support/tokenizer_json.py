"""What a tokenizer.json of words says, done in Python: the rules of Hugging Face's tokenizers.

Only what `w2v_cli.formats.wordlevel` writes: Replace, Lowercase, NFC and Sequence before, Split by
a regular expression with the behavior Removed, WordLevel after.
"""

import re
import unicodedata

OF_PYTHON = {
    "[\\p{L}\\p{N}\\p{M}\\p{Cf}\u05f3]": r"[^\W_]",
    "[\\p{L}\\p{N}]": r"[^\W_]",
    "[\\p{L}\\p{M}]": r"[^\W\d_]",
}


def ids_of(tokenizer, text):
    """The ids of the tokens of a text, those that are not known included."""
    if tokenizer["normalizer"]:
        text = _normalized(tokenizer["normalizer"], text)
    split = tokenizer["pre_tokenizer"]
    assert (split["type"], split["behavior"]) == ("Split", "Removed")
    pattern = re.compile(split["pattern"]["Regex"])
    if split["invert"]:
        pieces = [match.group() for match in pattern.finditer(text)]
    else:
        pieces = [piece for piece in pattern.split(text) if piece]
    model = tokenizer["model"]
    assert model["type"] == "WordLevel"
    unknown = model["vocab"][model["unk_token"]]
    return [model["vocab"].get(piece, unknown) for piece in pieces]


def _normalized(step, text):
    kind = step["type"]
    if kind == "Sequence":
        for each in step["normalizers"]:
            text = _normalized(each, text)
        return text
    if kind == "Lowercase":
        return "".join(character.lower() for character in text)
    if kind == "NFC":
        return unicodedata.normalize("NFC", text)
    assert kind == "Replace"
    return re.sub(_of_python(step["pattern"]["Regex"]), step["content"], text)


def _of_python(pattern):
    """A pattern whose classes of properties are what Python has for them."""
    for theirs, ours in OF_PYTHON.items():
        pattern = pattern.replace(theirs, ours)
    return pattern
