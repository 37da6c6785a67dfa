"""What a user should know of a text that was read, before trusting what is learnt from it.

Functions of facts, of a vocabulary with its counts, and of what was seen of the text: each returns
a message, or None. `text_remarks` puts them in order.
"""

import re
import unicodedata

from ..config import UTF_8
from ..errors import field
from ..files.paths import display_name
from .guessing import guess_encoding
from .misreadings import mojibake, seven_bits, written_letters, wrong_name

MOST_WARNINGS = 3
MOST_WORDS = 50_000
"""The most frequent words, which are looked at: nearly all of a text."""
MOST_ENDINGS = 0.03
"""The share of words with punctuation at their end that a prepared text may have: Mr., U.S."""
MOST_CAPITALS = 0.02
"""Likewise of words that are there with a capital and without."""
TEXT_BLANKS = 2
"""More than phrases have, which are tokens with a blank."""
MOST_TAGS, LEAST_TAGS = 0.05, 5
LINES = 100
MOST_ALONE = 0.8
"""The share of lines with a single word, above which hardly any word has a neighbor."""
LONG_WORD = 8
"""Characters of words in scripts without blanks, on average, that are no words but sentences."""
SHORT_SENTENCE = 4
"""Likewise where each stands on a line of its own."""
LEAST_UNSPACED = 0.3
MOST_UNREADABLE = 0.5
"""The share of words that are not UTF-8, above which nothing else can be said of a text."""
MOST_SOUND = 0.1
"""Lines that are UTF-8 by chance in a text of another encoding, for each line that is not."""
LOST = re.compile("\ufffd")
QUESTIONS = re.compile(r"[^\W\d_]\?+[^\W\d_]|^\?{2,}$")
MOST_LOST, MOST_QUESTIONS = 0.005, 0.02
"""The share of words with U+FFFD or '?' above which a text was damaged by more than an accident."""
LEAST_LOST = 3
"""Different words, so that one token of somebody's makes no rule."""
OTHER_BLANKS = re.compile(r"[\u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000]")
MOST_BLANKS = 0.02
ENDINGS = ".,;:!?\u2026\u3002\uff0c\u061f\u060c"
TAG = re.compile(rb"</?(?!(?:s|unk|pad|bos|eos|num|url|user|mask)>)[a-zA-Z!?][^<>\n]{0,300}>")
"""Those of markup, not the tokens that language models have for the start of a sentence or so."""
JSON_LINE = re.compile(rb'\s*[\[{]\s*[\["{].*[\]}],?\s*')
SCRIPTS = {
    "CJK": ("Chinese", "jieba"),
    "HIRAGANA": ("Japanese", "fugashi"),
    "KATAKANA": ("Japanese", "fugashi"),
    "THAI": ("Thai", "pythainlp"),
    "LAO": ("Lao", "laonlp"),
    "KHMER": ("Khmer", "khmer-nltk"),
    "MYANMAR": ("Burmese", "pyidaungsu"),
    "TIBETAN": ("Tibetan", "botok"),
}
"""How Unicode calls the scripts that are written without blanks, their languages, and a program
that cuts words."""


def not_utf8(facts, bad, n_files):
    """How much of a text is not UTF-8, from where on, and what it may be."""
    count = facts.irregular.get("not_utf8", 0)
    if not count:
        return None
    place = ""
    if bad.path:
        place = f", first in line {bad.line:,} of {display_name(bad.path)}"
    return (
        f"{count:,} of {facts.tokens_read:,} words are not UTF-8 and were repaired with "
        f"U+FFFD{place}: {remedy(bad, n_files)}"
    )


def remedy(bad, n_files):
    """What may be done about BadBytes in one of some files: words for a message."""
    if bad.n_sound > bad.n_bad:
        return "other lines are, so the text is damaged there, or put together from several"
    if bad.n_sound > MOST_SOUND * bad.n_bad:
        return "other lines are, so two encodings are mixed; make all of it UTF-8 first"
    guess = guess_encoding(bad.sample) if bad.sample else None
    if guess is None:
        return f"its encoding cannot be guessed; name it with {field('encoding')}"
    advice = f"looks like {guess}; give {field('encoding', guess)}"
    return advice + (" if all files are so" if n_files > 1 else "")


def undecodable(facts, marked=()):
    """What did not fit the encoding that was named, by the user or by marks (path, encoding)."""
    count = facts.irregular.get("undecodable", 0)
    if not count:
        return None
    if facts.text.encoding == UTF_8 and marked:
        path, encoding = marked[0]
        return (
            f"characters that mean nothing in {encoding} became U+FFFD, {count:,} of them, though "
            f"{display_name(path)} begins as such text does: is it whole?"
        )
    encoding = facts.text.encoding
    number = "1 character means" if count == 1 else f"{count:,} characters mean"
    return (
        f"{number} nothing in {encoding} and became U+FFFD: is {field('encoding', encoding)} right?"
    )


def nul_bytes(facts):
    """NUL bytes in what is text otherwise."""
    count = facts.irregular.get("nul_bytes", 0)
    if not count:
        return None
    return f"NUL bytes were taken for blanks, {count:,} of them: is all of it text?"


def alone(lengths, raw):
    """Whether most lines hold a single word.

    Parameters
    ----------
    lengths : list of int   how many words lines have
    raw : str               some of the text
    """
    n_alone = sum(length == 1 for length in lengths)
    if len(lengths) < 2 or n_alone <= MOST_ALONE * len(lengths):
        return None
    return (
        f"{_percent(n_alone, len(lengths))} of the lines hold a single word, which has no neighbor "
        f"to learn from; {sentence_advice(raw)}"
    )


def sentence_advice(raw):
    """What to do with text whose words have no neighbors."""
    script = unspaced_script(raw, SHORT_SENTENCE)
    if script:
        return _segmenter(script)
    return "put the words of a sentence on one line"


def unspaced(raw):
    """Whether a text in a script without blanks was not cut into words."""
    script = unspaced_script(raw)
    if script is None:
        return None
    return f"whole sentences are taken for words: {_segmenter(script)}"


def _segmenter(script):
    language, program = SCRIPTS[script]
    return f"{language} is written without blanks; cut it into words first, with {program} say"


def unspaced_script(raw, least=LONG_WORD):
    """The script, as in SCRIPTS, of a text in which whole sentences stand for words; or None.

    ``least`` is the average length that words must have for that.
    """
    lengths, scripts, n_letters = [], {}, 0
    for word in raw.split():
        n_letters += len(word)
        if word.isascii():
            continue
        found = [script for script in map(_script, word) if script]
        if 2 * len(found) > len(word):
            lengths.append(len(word))
            for script in found:
                scripts[script] = scripts.get(script, 0) + 1
    if not lengths or sum(lengths) < LEAST_UNSPACED * n_letters:
        return None
    # By characters, not by words: sentences have many.
    if sum(length * length for length in lengths) < least * sum(lengths):
        return None
    return "HIRAGANA" if "HIRAGANA" in scripts else max(scripts, key=scripts.get)


def _script(character):
    """The script of a character if it is one without blanks, or None."""
    if character < "\u0e00":
        return None
    first = unicodedata.name(character, "").partition(" ")[0]
    return first if first in SCRIPTS else None


def punctuation(words, counts):
    """Whether words carry the punctuation behind them.

    Parameters
    ----------
    words : list of str              the most frequent ones first
    counts : list of int
    """
    total, known = sum(counts), set(words)
    marked = [
        (word, count)
        for word, count in zip(words, counts, strict=True)
        if word[-1] in ENDINGS and word[0].isalpha()
    ]
    carried = sum(count for _, count in marked)
    if not total or carried <= MOST_ENDINGS * total:
        return None
    example = next((word for word, _ in marked if word[:-1] in known), None)
    such = f": {example[:-1]!r} and {example!r} are two" if example else ""
    return (
        f"{_percent(carried, total)} of the words end in punctuation{such}; "
        f"{field('tokenize', 'words')} takes it off"
    )


def _percent(part, whole):
    return f"{100 * part / whole:.0f} %"


def lost_letters(words, counts):
    """Whether letters were lost before the text came here: replaced by U+FFFD, or by '?'."""
    total = sum(counts)
    for pattern, most, what in ((LOST, MOST_LOST, "U+FFFD"), (QUESTIONS, MOST_QUESTIONS, "'?'")):
        found = [pair for pair in zip(words, counts, strict=True) if pattern.search(pair[0])]
        n_found = sum(count for _, count in found)
        if n_found > most * total and len(found) >= LEAST_LOST:
            return (
                f"{100 * n_found / total:.1f} % of the words have {what} for letters, such as "
                f"{found[0][0]!r:.40}: the program that saved the text lost them; save it anew, "
                "as UTF-8"
            )
    return None


def other_blanks(words, counts):
    """Whether words hold blanks that part no words, as ASCII has none of them."""
    total = sum(counts)
    found = [pair for pair in zip(words, counts, strict=True) if OTHER_BLANKS.search(pair[0])]
    n_found = sum(count for _, count in found)
    if n_found <= MOST_BLANKS * total:
        return None
    [blank] = OTHER_BLANKS.findall(found[0][0])[:1]
    return (
        f"{_percent(n_found, total)} of the words hold blanks such as U+{ord(blank):04X}, which "
        f"part words with {field('tokenize', 'words')} alone"
    )


def capitals(words, counts):
    """Whether words at the start of sentences are others than in the middle."""
    count_of = dict(zip(words, counts, strict=True))
    pairs = [
        (lower, word) for word in words if (lower := word.lower()) != word and lower in count_of
    ]
    doubled = sum(min(count_of[lower], count_of[word]) for lower, word in pairs)
    if doubled <= MOST_CAPITALS * sum(counts):
        return None
    lower, word = pairs[0]
    return f"{lower!r} and {word!r} are two words; {field('lowercase')} makes them one"


def markup(raw, n_words):
    """Whether the text is HTML, XML or JSON.

    Parameters
    ----------
    raw : bytes
    n_words : int   in ``raw``
    """
    n_tags = sum(1 for _ in TAG.finditer(raw))
    if n_tags >= LEAST_TAGS and n_tags > MOST_TAGS * n_words:
        kind, what, how = "HTML or XML", "tags", "an HTML parser"
    elif _is_json(raw):
        kind, what, how = "JSON", "names and quotes", "jq -r .text"
    else:
        return None
    return (
        f"the text is {kind}, whose {what} are trained as words; take the text out, as {how} does"
    )


def _is_json(raw):
    lines = [line for line in raw.split(b"\n")[:LINES] if line.strip()]
    return len(lines) > 1 and all(map(JSON_LINE.fullmatch, lines[:-1]))


def sentence_end_note():
    """What is to be said where word2vec.c's end of a sentence is trained as a word."""
    return (
        "'</s>' is trained as a word, which word2vec.c takes for the end of a sentence; put line "
        "ends in its place"
    )


def line_remark(glimpses):
    """What is to be said of the lines and words of a text, as it was seen."""
    lengths = [length for glimpse in glimpses for length in glimpse.lengths]
    seen = b"".join(glimpse.raw for glimpse in glimpses).decode(errors="replace")
    return alone(lengths, seen) or unspaced(seen)


def texts_as_tokens(words, counts):
    """Whether tokens that a program gave are whole texts.

    Parameters
    ----------
    words : list of str
    counts : list of int
    """
    pairs = list(zip(words, counts, strict=True))
    n_texts = sum(count for word, count in pairs if word.count(" ") >= TEXT_BLANKS)
    if 2 * n_texts <= sum(counts):
        return None
    example = next(word for word in words if word.count(" ") >= TEXT_BLANKS)
    return f"most tokens are whole texts, such as {example!r:.60}; give text.split() for each text"


def text_remarks(counted, words, counts, bad, n_files):
    """The warnings and the hints about a text that was read.

    Parameters
    ----------
    counted : TextCounts
    words : list of str                   the vocabulary, the most frequent words first
    counts : ndarray of int64, (n_words,)
    bad : BadBytes or None                None if all is UTF-8
    n_files : int

    Returns
    -------
    warnings : list of str   at most MOST_WARNINGS, of which each matters
    hints : list of str
    """
    facts, text = counted.facts, counted.facts.text
    if bad and facts.irregular["not_utf8"] > MOST_UNREADABLE * facts.tokens_read:
        return [not_utf8(facts, bad, n_files)], []
    raw = b"".join(glimpse.raw for glimpse in counted.glimpses)
    top, top_counts = words[:MOST_WORDS], counts[:MOST_WORDS].tolist()
    damage = damage_remarks(counted, bad, n_files) or [lost_letters(top, top_counts)]
    found = damage + _remarks_of_words(counted.glimpses, raw, top, top_counts)
    hints = [None if text.lowercase else capitals(top, top_counts)]
    return list(filter(None, found))[:MOST_WARNINGS], list(filter(None, hints))


def damage_remarks(counted, bad, n_files):
    """What is wrong with the bytes of a text, or with how they were decoded: list of str.

    Parameters
    ----------
    counted, bad, n_files : see `text_remarks`
    """
    facts, glimpses = counted.facts, counted.glimpses
    raw = b"".join(glimpse.raw for glimpse in glimpses)
    marked = [each for glimpse in glimpses for each in glimpse.marked]
    found = [
        not_utf8(facts, bad, n_files) if bad else None,
        undecodable(facts, marked),
        None if bad else misreading(raw, facts.text.encoding),
        nul_bytes(facts),
    ]
    return list(filter(None, found))


def misreading(raw, encoding):
    """Whether a text was decoded as what it is not: here, or by a program that saved it so."""
    seen = raw.decode(errors="replace")
    if encoding != UTF_8:
        return wrong_name(seen, encoding)
    return seven_bits(raw) or mojibake(seen)


def _remarks_of_words(glimpses, raw, top, top_counts):
    """What is to be said of what stands for words: messages, and None."""
    tags = markup(raw, len(raw.split()))
    lines, blanks = line_remark(glimpses), other_blanks(top, top_counts)
    if blanks and not unspaced_script(raw.decode(errors="replace")):
        return [blanks, tags]
    if lines or tags:
        return [lines, tags]
    return [written_letters(raw), punctuation(top, top_counts)]
