# ruff: noqa: RUF001 - letters of many alphabets
"""Text that was decoded as what it is not is told, with what it should be."""

import re

import pytest

from w2v_cli.config import TextConfig
from w2v_cli.corpus import remarks
from w2v_cli.corpus.counting import count_text
from w2v_cli.corpus.misreadings import mojibake, seven_bits, written_letters, wrong_name
from w2v_cli.corpus.vocabulary import Vocabulary

GERMAN = "Die Straße führt über den Fluss\nund später gehen Mädchen für drei Äpfel hin\n" * 9
RUSSIAN = "мама мыла раму папа читал книгу\nвсе счастливые семьи похожи друг на друга\n" * 9
JAPANESE = "私 は 猫 が 好き です\n今日 は とても 良い 天気 です から 公園 へ 行き ましょう\n" * 9
CHINESE = "今天 天气 很好 我们 一起 去 公园 散步 吧\n中国 的 历史 非常 悠久\n" * 9
KOREAN = "나는 고양이를 좋아합니다 오늘은\n날씨가 매우 좋아서 공원에 갑시다\n" * 9
CATALAN = "Això és una cançó català que es diu així, perquè aquí també hi ha qüestions.\n" * 9
CLEAN = [GERMAN, RUSSIAN, JAPANESE, CHINESE, KOREAN, CATALAN, "5 µm ± 1 µm at 20 °C\n" * 30]


def warnings(tmp_path, text, **options):
    """The warnings about a text: bytes, or str that becomes UTF-8."""
    (tmp_path / "text").write_bytes(text if isinstance(text, bytes) else text.encode())
    counted = count_text([str(tmp_path / "text")], TextConfig(**options))
    vocabulary = Vocabulary.from_counts(*counted.select(), 1)
    return remarks.text_remarks(counted, vocabulary.words, vocabulary.counts, None, 1)[0]


@pytest.mark.parametrize(
    ("text", "wrong", "word", "meant"),
    [
        (GERMAN, "cp1252", "StraÃŸe", "Straße"),
        (RUSSIAN, "cp1251", "РјР°РјР°", "мама"),
        (RUSSIAN, "latin-1", None, "мама"),
        (CHINESE, "gb18030", None, None),
    ],
)
def test_utf8_that_was_misread_and_saved(text, wrong, word, meant):
    # A byte that the wrong encoding has not is lost.
    seen = text.encode().decode(wrong, "replace")
    message = mojibake(seen)
    assert f"the text is UTF-8 that was read as {wrong} and saved so" in message
    assert word is None or f"{word!r} should be {meant!r}" in message


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_another_alphabet_that_was_misread_and_saved(encoding):
    message = mojibake(RUSSIAN.encode(encoding).decode("latin-1"))
    assert f"the text is {encoding} that was read as latin-1" in message
    assert "should be 'мама'" in message


@pytest.mark.parametrize("text", CLEAN)
def test_sound_text_is_no_misreading(text):
    assert mojibake(text) is None
    assert seven_bits(text.encode()) is None
    assert written_letters(text.encode()) is None


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"), (GERMAN, "mac-roman"), (CATALAN, "latin-1"), (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"), (RUSSIAN, "cp855"), (JAPANESE, "euc-jp"), (CHINESE, "gb18030"),
        (KOREAN, "euc-kr"),
    ],
)  # fmt: skip
def test_the_right_name_is_right(text, encoding):
    assert wrong_name(text, encoding) is None


def test_wrong_names():
    message = wrong_name(RUSSIAN.encode("koi8-r").decode("cp1251"), "cp1251")
    assert message.startswith("the text looks like koi8-r, not cp1251: ")
    assert "should be 'мама'; give " in message
    message = wrong_name(GERMAN.encode().decode("cp1252"), "cp1252")
    assert message.startswith("the text is UTF-8, and was read as cp1252; leave out ")
    message = wrong_name(b"plain words of ASCII".decode("cp500"), "cp500")
    assert message.startswith("the text is UTF-8, and was read as cp500")
    mixed = GERMAN * 5 + GERMAN.encode().decode("cp1252")
    assert wrong_name(mixed, "cp1252").startswith("some of the text is UTF-8, and was read as")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "iso2022_jp"), (CHINESE, "hz"), (KOREAN, "iso2022_kr"), (RUSSIAN, "utf-7"),
        (GERMAN, "utf-7"), (JAPANESE, "utf-7"),
    ],
)  # fmt: skip
def test_text_of_seven_bits(tmp_path, text, encoding):
    data = text.encode(encoding)
    [message] = warnings(tmp_path, data)
    assert f"looks like {encoding}, " in message
    assert warnings(tmp_path, data, encoding=encoding) == []


def test_phones_and_base64_are_no_utf7():
    phones = b"call +49123456 or +1234567 or a+bcd+efg now\n" * 30
    assert seven_bits(phones) is None
    assert seven_bits(b"x = a+b; y = size+offset; z +abc- +def\n" * 30) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (GERMAN.encode("ascii", "xmlcharrefreplace"), "as in HTML, such as '&#223;'"),
        (GERMAN.replace("ü", "&uuml;"), "as in HTML, such as '&uuml;'"),
        (GERMAN.replace("ü", "=C3=BC"), "as in quoted-printable, such as '=C3=BC'"),
        (RUSSIAN.encode("unicode_escape").replace(rb"\n", b"\n"), r"as in JSON, such as '\\u043c'"),
        (RUSSIAN.encode().decode("latin-1").encode("ascii", "replace"), "'?' for letters"),
        (GERMAN.encode("ascii", "replace"), "'?' for letters, such as 'Stra?e'"),
        (GERMAN.encode("cp1252").decode(errors="replace"), "U+FFFD for letters, such as 'Stra"),
        (GERMAN.replace(" ", "\u00a0"), "100 % of the words hold blanks such as U+00A0"),
        (GERMAN.replace("\n", "\u2028"), "blanks such as U+2028"),
    ],
)  # fmt: skip
def test_lost_and_written_letters(tmp_path, text, part):
    [message] = warnings(tmp_path, text)
    assert part in message


@pytest.mark.parametrize(
    "text",
    [
        "what ? who ?? really ???\nyes that is it\n" * 9,
        "see index.php?id=3 and a.b?c=d of it\n" * 9,
        "fish &amp; chips\n" + "the words of a text go on and on for many lines here\n" * 9,
        "one \ufffd is an accident "
        + "among many other words of a text that is sound " * 99
        + "\n",
    ],
)
def test_what_is_no_loss(tmp_path, text):
    assert warnings(tmp_path, text) == []


def test_a_cut_file_of_utf16_is_told(tmp_path):
    (tmp_path / "text").write_bytes(GERMAN.encode("utf-16")[:-1])
    [message] = warnings(tmp_path, GERMAN.encode("utf-16")[:-1])
    assert re.match(
        r"characters that mean nothing in utf-16-le .* 1 of them, .* is it whole", message
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_text_of_wide_characters_without_a_mark(w2v, tmp_path, encoding):
    name = f"{encoding}-le"
    (tmp_path / "c.txt").write_bytes(GERMAN.encode(name))
    result = w2v("vocab", "c.txt", "-q", "--encoding", encoding, cwd=tmp_path)
    assert result.returncode == 0
    assert "Straße 9\n" in result.text
    (tmp_path / "c.txt").write_bytes(GERMAN.encode(f"{encoding}-be"))
    result = w2v("vocab", "c.txt", "--encoding", encoding, cwd=tmp_path)
    assert (
        f"is {encoding.upper()}-BE, not {name.upper()}; give --encoding {encoding}-be"
        in result.errors
    )
    (tmp_path / "c.txt").write_text("plain words of ASCII\n" * 9)
    result = w2v("vocab", "c.txt", "--encoding", encoding, cwd=tmp_path)
    assert (result.returncode, result.text) == (1, "")
    assert f"c.txt: is UTF-8, not {name.upper()}; leave out --encoding" in result.errors


def test_lines_of_large_computers(w2v, tmp_path):
    (tmp_path / "c.txt").write_bytes(
        "one two of the lines\x85three four of the lines\x85".encode("cp500")
    )
    result = w2v("vocab", "c.txt", "-q", "--encoding", "cp500", cwd=tmp_path)
    assert result.text.split() == [
        "of",
        "2",
        "the",
        "2",
        "lines",
        "2",
        "one",
        "1",
        "two",
        "1",
        "three",
        "1",
        "four",
        "1",
    ]


def test_two_encodings_are_mixed(w2v, tmp_path):
    (tmp_path / "c.txt").write_bytes(GERMAN.encode("cp1252") + GERMAN.encode())
    result = w2v("vocab", "c.txt", "-q", cwd=tmp_path)
    assert (
        "other lines are, so two encodings are mixed; make all of it UTF-8 first" in result.errors
    )
