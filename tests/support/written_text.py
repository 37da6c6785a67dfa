"""Words and sentences of written text, by regular expressions over classes of characters.

That is how `w2v_cli.corpus.wordscan` should cut, told another way: a text becomes one letter a
character, and expressions over those letters find words, emoji and the ends of sentences.
"""

import re
import unicodedata

ABBREVIATIONS = {"Dr", "Mr", "Nr", "vs", "bzw", "Prof"}
"""Some of them; texts of tests hold no others."""
APOSTROPHES, HYPHENS = "'\u2018\u2019\uff07", "-\u2010\u2011\u00b7\u0387\u2027\u05f4"
POINTS = ".,\u066b\u066c\uff0e\uff0c"
WORD = r"(?:L[EZ]*(?:[JH](?=[LD]))?|D[EZ]*(?:J(?=[LD])|H(?=L)|P(?=D))?)+"
PIECE = re.compile(rf"({WORD})|G(?:ZG|[EZ])*|R[EZ]*R?[EZ]*|[SJHP]|[BN]")
GONE = re.compile("[\u00ad\u061c\u180e\u200e\u200f\ufeff\ufe0e\ufe0f\u202a-\u202e\u2060-\u206f]")


def sentences_of(data, tokenize="blanks", sentences=False, lowercase=False, digits="keep"):
    """The words of each sentence that has any: list of list of str, of the bytes of a file."""
    text = data.decode(errors="surrogateescape").removeprefix("\ufeff")
    found = [[]]
    if tokenize == "blanks":
        for line in re.split("\n", text):
            found += _of_tokens(re.split("[\0\t\v\f\r ]+", line), sentences)
    else:
        for line in re.split("[\n\x85\u2028\u2029]", text):
            found += _of_words(line, tokenize == "words+punctuation", sentences)
    words = [[_spelled(w, tokenize, lowercase, digits) for w in sentence] for sentence in found]
    return [sentence for sentence in words if sentence]


def in_words(character):
    """What a character does in words, a letter: see `WORD` and `PIECE`."""
    code, category = ord(character), unicodedata.category(character)
    for letter, characters in zip("JHP", (APOSTROPHES, HYPHENS, POINTS), strict=True):
        if character in characters:
            return letter
    special = {"\u200d": "Z", "\u200b": "B", "\u05f3": "E", "\ufffd": "L", "\n": "N", "\x85": "N"}
    if character in special:
        return special[character]
    if 0x1F3FB <= code <= 0x1F3FF or 0xE0000 <= code <= 0xE0FFF:
        return "E"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "R"
    if 0x2190 <= code <= 0x21FF or (category == "Cn" and 0x1F000 <= code <= 0x1FAFF):
        return "G"
    if 0xDC80 <= code <= 0xDCFF:  # A byte that is not UTF-8.
        return "L"
    table = {"Nd": "D", "Pc": "J", "So": "G", "Zl": "N", "Zp": "N", "Cc": "B", "Cf": "E", "Cn": "L"}
    of_group = {"L": "L", "N": "L", "M": "E", "P": "S", "S": "S", "Z": "B", "C": "S"}
    if code >= 0x20000:
        return "L"
    return table.get(category, of_group[category[0]])


def in_sentences(character):
    """What a character does at the end of a sentence, a letter."""
    groups = {
        "c": ",;:-–—،、，：；",
        "q": "\"'`*_",
        "d": ".．",
        "e": "…",
        "f": "!?‼",
        "w": "。！？।؟",
    }
    for letter, characters in groups.items():
        if character in characters:
            return letter
    if character.islower():
        return "l"
    category = unicodedata.category(character)
    return {"Pe": "k", "Pf": "k", "Pi": "q"}.get(category, "o")


def _spelled(word, tokenize, lowercase, digits):
    word = word.encode(errors="surrogateescape").decode(errors="replace")
    if digits == "zero":
        word = re.sub("[0-9]", "0", word)
    if lowercase:
        word = word.lower()
    if tokenize != "blanks":
        word = GONE.sub("", word)
        if len(word) > 1:
            word = re.sub("[‘’＇]", "'", re.sub("[‐‑]", "-", word))
        word = unicodedata.normalize("NFC", word)
    return word


def _of_words(line, keeps_symbols, sentences):
    """The sentences of a line, cut into words."""
    found, events = [[]], ""
    classes = "".join(map(in_words, line))
    for piece in PIECE.finditer(classes):
        text, is_word = line[piece.start() : piece.end()], piece[1] is not None
        is_blank = classes[piece.start()] == "B"
        event = "b" if is_blank else in_sentences(text[0])
        if sentences and not is_blank and _begins_sentence(events, event):
            found.append([])
        if is_word or (keeps_symbols and not is_blank):
            found[-1].append(text)
        if is_word:
            event = "a" if _is_abbreviation(text) else "o"
        # A full stop after an abbreviation is like any other character.
        events += "o" if text == "." and events.endswith("a") else event
    return found


def _of_tokens(tokens, sentences):
    """The sentences of a line whose tokens lie between white space."""
    found, events = [[]], ""
    for token in filter(None, tokens):
        if sentences and _begins_sentence(events, in_sentences(token[0])):
            found.append([])
        found[-1].append(token)
        letters = "".join(map(in_sentences, token))
        head = len(letters.rstrip("qkdefw"))
        tail = letters[head:]
        if head:
            events += "o"
            if token[head : head + 1] == "." and _is_abbreviation(token[:head]):
                tail = "o" + tail[1:]
        events += tail + "b"
    return found


def _begins_sentence(events, event):
    """Whether a sentence ends before an event, a character or a whole word, after all others."""
    match = re.search(r"([defw][defwqk]*)(b[bk]*)?$", events)
    if match is None or event in "kdefwc":
        return False
    marks, spaced = match[1], match[2]
    last = max(marks.rfind("f"), marks.rfind("w"))
    is_wide = last >= 0 and marks[last] == "w"
    if not spaced:
        return is_wide and event != "q"
    is_quoted = bool(set(marks[last + 1 :]) & {"q", "k"})
    is_firm = last >= 0 and (is_wide or not is_quoted)
    return is_firm or event != "l"


def _is_abbreviation(word):
    is_cased = word[-1].islower() or word[-1].isupper() or word[-1].istitle()
    if is_cased and (len(word) == 1 or word[-2] in '."(['):
        return True
    found = re.search(r"(?:^|[.\"(\[])([A-Za-z]+)$", word)
    return bool(re.search(r"(?:^|[\"(\[])[0-9]{1,2}$", word)) or (
        found is not None and found[1] in ABBREVIATIONS
    )
