"""Text in any encoding is read as UTF-8: by name, by its byte-order mark, in pieces of any size."""

import codecs
import gzip
import io

import pytest

from w2v_cli.config import TextConfig
from w2v_cli.errors import ConfigError
from w2v_cli.files.encodings import ToUTF8
from w2v_cli.files.inputs import open_input, open_text

TEXTS = {
    "cp1252": "Straße führt “über” Brücken — naïve café\n",
    "latin-1": "Straße führt über Brücken\n",
    "iso8859-15": "œuvre für 5 €\n",
    "cp1251": "мама мыла раму\n",
    "koi8-r": "мама мыла раму\n",
    "cp437": "Straße führt über\n",
    "gb18030": "你好 世界 \U0001f600\n",
    "big5": "你好 世界\n",
    "shift_jis": "私は 猫が 好き\n",
    "euc-jp": "私は 猫が 好き\n",
    "iso2022_jp": "私は 猫が 好き\n",
    "euc-kr": "나는 고양이\n",
    "utf-7": "Straße 私\n",
    "utf-16-le": "Straße 私 \U0001f600\n",
    "utf-16-be": "Straße 私 \U0001f600\n",
    "utf-32-le": "Straße 私 \U0001f600\n",
    "utf-32-be": "Straße 私 \U0001f600\n",
}


def written(folder, data):
    path = folder / "text"
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_of_any_size_become_the_same_text(name, size):
    data = TEXTS[name].encode(name)
    decoder = ToUTF8(lambda _: source.read(size), name)
    source = io.BytesIO(data)
    found = b"".join(iter(lambda: decoder.read1(5), b""))
    assert bytes(found).decode() == TEXTS[name]
    assert decoder.n_unknown == 0


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_is_decoded_by_name(tmp_path, pack):
    text = TEXTS["cp1251"] * 1000
    path = written(tmp_path, pack(text.encode("cp1251")))
    with open_input(path, encoding="windows-1251") as stream:
        assert stream.read() == text.encode()
        assert (stream.encoding, stream.is_decoded, stream.size) == ("cp1251", True, None)


def test_bytes_that_mean_nothing_are_counted(tmp_path):
    path = written(tmp_path, b"a\x81b \x8d c\n")
    with open_input(path, encoding="cp1252") as stream:
        assert stream.read().decode() == "a\ufffdb \ufffd c\n"
        assert stream.n_unknown == 2


def test_a_character_cut_at_the_end_is_counted(tmp_path):
    path = written(tmp_path, "ab".encode("utf-16-le") + b"\x3d\xd8")
    with open_input(path, encoding="utf-16-le") as stream:
        assert stream.read().decode() == "ab\ufffd"
        assert stream.n_unknown == 1


MARKED = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("asked", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("name", MARKED)
def test_a_mark_says_what_text_is_and_is_no_part_of_it(tmp_path, name, asked, pack):
    path = written(tmp_path, pack(MARKED[name] + "größer\n".encode(name)))
    with open_text(path, asked) as stream:
        assert stream.read().decode() == "größer\n"
        assert stream.encoding == name


def test_a_mark_of_utf8_can_be_kept(tmp_path):
    path = written(tmp_path, codecs.BOM_UTF8 + b"a\n")
    with open_text(path, keep_mark=True) as stream:
        assert stream.read() == codecs.BOM_UTF8 + b"a\n"


@pytest.mark.parametrize("data", [b"", b"a", b"\xff", b"ab\n", b"\xef\xbb"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_short_text_without_a_mark_is_left_alone(tmp_path, data, pack):
    with open_text(written(tmp_path, pack(data))) as stream:
        assert stream.read() == data
        assert not stream.is_decoded


def test_a_mark_is_dropped_once(tmp_path):
    path = written(tmp_path, codecs.BOM_UTF16_LE * 2 + "a".encode("utf-16-le"))
    with open_text(path) as stream:
        assert stream.read().decode() == "\ufeffa"


@pytest.mark.parametrize("name", ["nothing", "base64", "rot13", "zip", "idna", "undefined", "", 8])
def test_what_is_no_encoding_of_text_is_refused(tmp_path, name):
    message = "encoding must be an encoding of text that Python knows"
    with pytest.raises(ConfigError, match=message):
        TextConfig(encoding=name)
    if name != "":
        with (
            pytest.raises(ConfigError, match=message),
            open_input(written(tmp_path, b"a"), encoding=name),
        ):
            pass


@pytest.mark.parametrize(
    ("asked", "name"),
    [("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("Windows-1252", "cp1252"), ("sjis", "shift_jis")],
)
def test_an_encoding_has_one_name(asked, name):
    assert TextConfig(encoding=asked).encoding == name
