"""What the names of columns tell, in the headers of tables of word pairs."""

import re

_WORD = (
    r"(words?|w|terms?|tokens?|lemmas?|nouns?|verbs?|concepts?|entit(?:y|ies)|targets?|phrases?|"
    r"items?|wort|wörter|mots?|palabras?|palavras?|parol[ae]|sana|слово|単語|词|詞|단어)"
)
_SIDE = r"[ _.\-#(]*(?:([1a]|one|x|left|i)|([2b]|two|y|right|ii))\)?"
_WORD_SIDE = re.compile(_WORD + _SIDE)
_TWIN = re.compile(r"(.{2,}?)[ _.\-#(]*(?:(1)|(2))\)?|(.{2,}?)[ _.\-](?:(a)|(b))")
_NO_WORDS = re.compile(
    r"pos|tags?|senses?|synsets?|sent(?:ence)?s?|contexts?|def(?:inition)?s?|gloss|freq(?:uency)?|"
    r"lang(?:uage)?s?|rel(?:ation)?s?|type|class|category|(?:data|sub)?sets?|source|notes?|"
    r"comments?|domain|corpus|label|fold|pattern|split|group|wordnet"
)
_DUOS = (
    ("first", "second"),
    ("left", "right"),
    ("source", "target"),
    ("target", "source"),
    ("cue", "target"),
    ("cue", "response"),
    ("stimulus", "response"),
    ("target", "related"),
    ("word", "related"),
    ("hyponym", "hypernym"),
    ("hypo", "hyper"),
    ("query", "target"),
    ("word", "context"),
    ("word", "word.1"),
)
"""Names of two columns of words that go together; pandas tells the second ``word`` by ``.1``."""
_BESIDE_A_DUO = re.compile(r"[ _.\-](?:words?|terms?|tokens?|lemmas?|nouns?|verbs?)")
_ROW_NUMBER = re.compile(r"|unnamed.*|index|idx|id|nr\.?|no\.?|num(?:ber)?|row|#|n°|(pair|row).?id")
_MEAN = re.compile(
    r"(?:\b|_)mean(?!ing)|average|\bavg|_avg|moyenne|mittel|durchschnitt|m[eé]di[ao]\b|keskiarvo|medel|snitt|gemiddeld|"
    r"średni|průměr|ortalama|средн|平均|평균|átlag"
)
_SCORE = re.compile(
    r"scores?|simil|(?:\b|_)sim|relatedness|(?:\b|_)rel\b|ratings?|gold|human|judge?ment|bewertung|"
    r"ähnlich|punkt|puntua|punteggio|pontua|note\b|оценка|сход|评分|分数|類似|점수"
)
_OTHER = re.compile(
    r"\bstd|_std|stdev|(?:\b|_)sd\b|deviation|varian|\bvar|conc|assoc|freq|count|\brank|year|conf|"
    r"\bmin\b|\bmax\b|^n$|time"
)
_NUMBERED = re.compile(r"(.*?)[ _.\-#]*(\d+)")


def name_words(cells):
    """Whether the cells of a first line name two columns of words: ``word1`` and ``word2``."""
    words = [bool(_WORD_SIDE.fullmatch(cell.casefold())) for cell in cells]
    return sum(words) > 1 or any(len(pair) == 2 for pair in twins(cells).values())


def twins(names):
    """Columns that are named alike, one with a 1 or an a and one with a 2 or a b behind it.

    Returns
    -------
    dict of str to list of int   what both are called -> their numbers; others may have only one.
                                 Example: ``["Word 1", "Word 2", "da1", "da2", "r1"]`` ->
                                 ``{"word": [0, 1], "da": [2, 3]}``
    """
    sides = {}
    for number, name in enumerate(names):
        found = _side(name.casefold())
        if found and found not in sides:
            sides[found] = number
    stems = dict.fromkeys(stem for stem, _ in sides)
    pairs = {stem: [sides.get((stem, side)) for side in (False, True)] for stem in stems}
    return {stem: pair for stem, pair in pairs.items() if None not in pair}


def duo(names):
    """Columns that are named as two words that go together: ``source`` and ``target``.

    Such names may be words of a pair too, and so make no header by themselves.

    Returns
    -------
    list of int   their two numbers; empty if there are none
    """
    bare = [_BESIDE_A_DUO.sub("", name.casefold()) for name in names]
    for first, second in _DUOS:
        if first in bare and second in bare:
            return sorted([bare.index(first), bare.index(second)])
    return []


def _side(name):
    """(what a column is called, whether it is the second one), or None."""
    if found := _WORD_SIDE.fullmatch(name):
        return found[1], found[2] is None
    found = _TWIN.fullmatch(name)
    stem = found and (found[1] or found[4])
    # Without a letter it is a number: 0.1 and 0.2 are no names.
    return (stem, bool(found[3] or found[6])) if stem and re.search(r"[^\W\d_]", stem) else None


def is_no_word(name):
    """Whether a name is that of a column about words or lines: part of speech, relation, id."""
    name = name.casefold()
    stem = _NUMBERED.fullmatch(name)
    return bool(_NO_WORDS.fullmatch(stem[1] if stem else name) or (name and is_row_number(name)))


def is_row_number(name):
    """Whether a name is that of a column that numbers the lines; what pandas writes has none."""
    return bool(_ROW_NUMBER.fullmatch(name.casefold()))


def is_mean(name):
    """Whether a column is named as the mean of several ratings."""
    return bool(_MEAN.search(name.casefold())) and not is_other_number(name)


def is_score(name):
    """Whether a column is named as a score of similarity."""
    return bool(_SCORE.search(name.casefold())) and not is_other_number(name)


def is_other_number(name):
    """Whether a column is named as another number than a score: a deviation, a count, a year."""
    return bool(_OTHER.search(name.casefold())) or (is_row_number(name) and bool(name))


def rater_groups(names):
    """Numbers of columns that are named alike but for a number, two at least: ``r1``, ``r2``...

    Returns
    -------
    list of list of int
    """
    groups = {}
    for number, name in enumerate(names):
        if found := _NUMBERED.fullmatch(name.casefold()):
            groups.setdefault(found[1], []).append(number)
    return [group for group in groups.values() if len(group) > 1]
