"""What encoding text that is not UTF-8 is probably in, told by the letters that it would have.

Libraries for that have some hundred encodings to choose from, and take German for cp1250, French
for cp1257 and Greek for cp1251. Here are those in which people have files, and the letters of the
languages for which they have them.
"""

import codecs
import re

WESTERN = (
    "äöüß", "éèêàçùâîôûëïœ", "áéíóúñü", "ãõáéíóúâêôçà", "àèéìòù", "åäöé", "æøåé", "äëïéèöüóí",
    "áæðéíóúýþö", "àçèéíïòóúü·", "êñùéèâô", "äöõüšž",
)  # fmt: skip
CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "ăâîşţ", "čšžćđ", "áäčďéíľĺňóôŕšťúýž")
BALTIC = ("āčēģīķļņšūž", "ąčęėįšųūž", "äöõüšž")
TURKISH = ("çğıöşüİâ",)
RUSSIAN = ("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",)
UKRAINIAN = ("оаинтсрвлкімдпуяьгзбчйхжшюцщєїфґе",)
GREEK = ("αοιετσνηυρςίπκμλωόάέήδύγθχφξώβψζϊϋΐΰ",)
HEBREW = ("יוהלארבתשמנכדעםחקןפצטגזסףךץ",)
ARABIC = ("الينومرتبةعدسفهكقحجصشأطخىذضزثإغءئظؤآپچگی",)
THAI = ("านรอกเงมยวลทด่ตส้ัปีิคหะ็แขบพไื์ใจโูุชซผถศณธภษญฟฎฉฐฮฝๆฏฌฒำึ",)

LETTERS = {
    "cp1252": WESTERN,
    "cp1250": CENTRAL,
    "iso8859-2": CENTRAL,
    "cp1251": RUSSIAN + UKRAINIAN,
    "koi8-r": RUSSIAN,
    "koi8-u": UKRAINIAN,
    "cp866": RUSSIAN,
    "iso8859-5": RUSSIAN + UKRAINIAN,
    "mac-cyrillic": RUSSIAN + UKRAINIAN,
    "cp1255": HEBREW,
    "cp1253": GREEK,
    "iso8859-7": GREEK,
    "cp1254": TURKISH,
    "cp1256": ARABIC,
    "iso8859-6": ARABIC,
    "cp874": THAI,
    "cp1257": BALTIC,
    "iso8859-13": BALTIC,
    "cp850": WESTERN,
    "mac-roman": WESTERN,
    "cp852": CENTRAL,
    "mac-latin2": CENTRAL,
    "cp855": RUSSIAN + UKRAINIAN,
    "cp857": TURKISH,
    "cp737": GREEK,
    "cp869": GREEK,
    "cp862": HEBREW,
    "mac-greek": GREEK,
    "mac-turkish": TURKISH,
}
"""Encodings of a byte a letter -> for each language the lower-case letters beyond ASCII; where
these are a whole alphabet, the most frequent ones first. Of equals the first encoding wins."""
LATIN = (WESTERN, CENTRAL, TURKISH, BALTIC)
N_FREQUENT = 10
SHARE_OF_FREQUENT = 0.5
"""At least that share of a text is the ten most frequent letters of its alphabet."""

HIRAGANA = "".join(map(chr, range(0x3042, 0x3094)))
CHINESE = "一不人在大有中上个来到是时地为子你我他和那要这了就说的得出会也生\uff0c\u3002\u3001"
TRADITIONAL = "一不人在大有中上個來到是時地為子你我他和那要這了就說的得出會也生\uff0c\u3002\u3001"
KOREAN = "이다는의에을를고가은한하지로사도기나어자인들서대리그있해"

COMMON = {
    "gb18030": (CHINESE, 0.12),
    "big5": (TRADITIONAL, 0.12),
    "cp932": (HIRAGANA, 0.25),
    "euc-jp": (HIRAGANA, 0.25),
    "cp949": (KOREAN, 0.18),
}
"""Encodings of several bytes a character -> common characters, and their least share of a text."""
SPOKEN_OF = {"cp932": "shift_jis", "cp949": "euc-kr"}
"""What people call them; those here have some more characters."""

NAMED = {"iso8859-1": "cp1252", "latin-1": "cp1252", "iso8859-15": "cp1252", "iso8859-9": "cp1254"}
"""Encodings that have the letters of another one."""

LEAST_SCORE = 0.75
UPPER_CASE = 0.9
"""What a capital counts: they are rare, and KOI8 has them where cp1251 has the small ones."""
MOST_KANA = 0.1
"""In Chinese: EUC has kana where GB18030 has them, too."""
PUNCTUATION = frozenset("“”„…«»§°·¿¡€№\u2018\u2019\u201a\u2013\u2014\u2039\u203a\u00a0")
"""Beside letters in the text of any language."""
MIXED = re.compile(r"[a-zA-Z](?=[^\x00-\x7f])|(?<=[^\x00-\x7f])[a-zA-Z]")
"""Latin letters beside others in a word, which no other alphabet has."""
CAPITALS = "".join(filter(str.isupper, map(chr, range(0xC0, 0x180))))
MISPLACED = re.compile(f"(?<=[a-z])[{CAPITALS}“”„«»](?=[a-z])")
"""What a wrong encoding makes of apostrophes, or of letters, within a word."""
SAMPLE = 1 << 14


def guess_encoding(data):
    """The encoding that text is probably in, as Python calls it; None if nothing fits well.

    Parameters
    ----------
    data : bytes   lines of text that are not UTF-8
    """
    data = data[:SAMPLE]
    scores = {name: _east_asian(data, name) for name in COMMON}
    scores |= {name: _alphabetic(data, name) for name in LETTERS}
    best = max(scores, key=scores.get)
    return SPOKEN_OF.get(best, best) if scores[best] >= LEAST_SCORE else None


def likeness(data, name):
    """How well text fits an encoding, from LEAST_SCORE on; None if it does not, or is not known."""
    score = 0.0
    if name in COMMON:
        score = _east_asian(data[:SAMPLE], name)
    elif NAMED.get(name, name) in LETTERS:
        score = _alphabetic(data[:SAMPLE], NAMED.get(name, name))
    return score if score >= LEAST_SCORE else None


def _alphabetic(data, name):
    """From 0 to 1, how much the characters beyond ASCII are letters of one language."""
    text = _decoded(data, name)
    characters = [each for each in text if ord(each) > 127]
    letters = [each for each in characters if each not in PUNCTUATION]
    if not letters:
        # Quotes and dashes alone, in English say: few encodings have them.
        return float(bool(characters))
    if LETTERS[name] in LATIN:
        n_misplaced = len(MISPLACED.findall(text))
        right = max(_share(characters, PUNCTUATION | set(each)) for each in LETTERS[name])
        return right * (1 - n_misplaced / len(characters))
    unmixed = 1 - len(MIXED.findall(text)) / len(letters)
    return unmixed * max(_likeness(letters, each) for each in LETTERS[name])


def _likeness(letters, alphabet):
    """Likewise for a whole alphabet, of which some letters are more frequent."""
    frequent = _share(letters, frozenset(alphabet[:N_FREQUENT]))
    return _share(letters, frozenset(alphabet)) * min(frequent / SHARE_OF_FREQUENT, 1)


def _share(characters, letters):
    worth = sum(
        1.0 if each in letters else UPPER_CASE * (each.lower() in letters) for each in characters
    )
    return worth / len(characters)


def _east_asian(data, name):
    """1 or more if the text is in such an encoding: the share of common characters tells."""
    characters = [each for each in _decoded(data, name) if ord(each) > 127]
    common, least = COMMON[name]
    if not characters or "\ufffd" in characters:
        return 0.0
    common = frozenset(common)
    share = sum(each in common for each in characters) / len(characters)
    kana = sum("\u3041" <= each <= "\u30fe" for each in characters) / len(characters)
    is_other = name == "gb18030" and kana > MOST_KANA
    return 0.0 if is_other else share / least


def _decoded(data, name):
    """The text that the bytes would be; a character cut at the end is left out."""
    return codecs.getincrementaldecoder(name)("replace").decode(data)
