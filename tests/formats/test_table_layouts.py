"""Text in which vectors stand as tables: every layout is read as it is meant, or refused."""

import numpy as np
import pandas as pd
import pytest

from w2v_cli.errors import InputError
from w2v_cli.formats import word2vec_text
from w2v_cli.formats.reading import read

WORDS = ["king", "queen", "man"]
ROWS = [[0.5, 0.25], [1.5, -2.0], [0.125, 3.0]]


def found(folder, data, **options):
    """(words, vectors, notes without the name of the file) of a file of these bytes."""
    path = folder / "v"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    result = read(path, **options)
    notes = [note.replace(f"{path}: ", "") for note in result.notes]
    return list(result.embeddings.words), result.embeddings.vectors.tolist(), notes


def refusal(folder, data):
    with pytest.raises(InputError) as caught:
        found(folder, data)
    return str(caught.value).replace(f"{folder / 'v'}: ", "")


LAYOUTS = {
    "commas": "king,0.5,0.25\nqueen,1.5,-2\nman,125e-3,3\n",
    "commas and blanks": "king, 0.5, 0.25\nqueen, 1.5, -2\nman, .125, 3\n",
    "header by commas": "3,2\nking,0.5,0.25\nqueen,1.5,-2\nman,0.125,3\n",
    "header by a blank": "3 2\nking,0.5,0.25\nqueen,1.5,-2\nman,0.125,3\n",
    "write.csv": '"","V1","V2"\n"king",0.5,0.25\n"queen",1.5,-2\n"man",0.125,3\n',
    "all in quotes": '"king","0.5","0.25"\n"queen","1.5","-2"\n"man","0.125","3"\n',
    "titles": "word,x,y\nking,0.5,0.25\nqueen,1.5,-2\nman,0.125,3\n",
    "one title fewer": "x,y\nking,0.5,0.25\nqueen,1.5,-2\nman,0.125,3\n",
    "ended": "king,0.5,0.25,\nqueen,1.5,-2,\nman,0.125,3,\n",
    "semicolons": "king;0.5;0.25\nqueen;1.5;-2\nman;0.125;3\n",
    "bars": 'king|0.5|0.25\nqueen|1.5|-2\n"man"|0.125|3\n',
    "tabs": "king\t0.5\t0.25\nqueen\t1.5\t-2\nman\t0.125\t3\n",
    "tabs, titles": "word\tx\ty\nking\t0.5\t0.25\nqueen\t1.5\t-2\nman\t0.125\t3\n",
    "Excel's first line": "sep=;\r\nword;x;y\r\nking;0,5;0,25\r\nqueen;1,5;-2\r\nman;0,125;3\r\n",
    "row numbers": "\tword\t0\t1\n0\tking\t0.5\t0.25\n1\tqueen\t1.5\t-2\n2\tman\t0.125\t3\n",
    "decimal commas; semicolons": "king;0,5;0,25\nqueen;1,5;-2\nman;0,125;3\n",
    "decimal commas, tabs": "king\t0,5\t0,25\nqueen\t1,5\t-2\nman\t0,125\t3\n",
    "decimal commas, blanks": "3 2\nking 0,5 0,25\nqueen 1,5 -2,0\nman 1,25e-1 3\n",
    "Fortran": "king 5D-1 2.5d-1\nqueen 1.5D+00 -2D0\nman 0.125 3D0\n",
    "comments": "# made by hand\n% twice\n3 2\nking 0.5 0.25\nqueen 1.5 -2\nman 0.125 3\n",
    "carriage returns": "king,0.5,0.25\r\nqueen,1.5,-2\r\nman,0.125,3\r\n",
    "a mark": "\ufeffking,0.5,0.25\nqueen,1.5,-2\nman,0.125,3\n",
    "no word": "\n  king  0.5  0.25\n queen  1.5 -2\n   man  0.125  3\n",
    "DL4J": "3 2 9\nB64:a2luZw== 0.5 0.25\nB64:cXVlZW4= 1.5 -2\nB64:bWFu 1.25E-1 3\n",
    "DL4J, plain": "3 2 9\nking 0.5 0.25\nqueen 1.5 -2\nman 1.25E-1 3\n",
}


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts_that_are_certain_are_read_without_a_word(tmp_path, data):
    assert found(tmp_path, data) == (WORDS, ROWS, [])


NOTED = {
    '"x" "y"\n"king" 0.5 0.25\n"queen" 1.5 -2\n"man" 0.125 3\n': "was taken for titles",
    "0 king 0.5 0.25\n1 queen 1.5 -2\n2 man 0.125 3\n": "which count the rows",
    "king 900 0.5 0.25\nqueen 20 1.5 -2.0\nman 20 0.125 3.0\n": "how often the word was seen",
    "3 2\nking 0.25 9 0.125 9\nqueen 1 9 -1 9\nman 0.1 9 2 9\n": "line 1 says 2 numbers a row",
    "3 2\nking 0.25 0.125 9 0.25 0.125 7\nqueen 1 -1 9 0.5 -1 8\nman 0 2 1 0.125 1 1\n": "sums",
}


@pytest.mark.parametrize(("data", "note"), list(NOTED.items())[:3] + list(NOTED.items())[4:])
def test_what_is_left_out_between_blanks_is_told(tmp_path, data, note):
    words, vectors, [told] = found(tmp_path, data)
    assert (words, vectors) == (WORDS, ROWS)
    assert note in told


TITLED = {
    "word,freq,x,y\nking,9,0.5,0.25\nqueen,20,1.5,-2\nman,7,0.125,3\n": "the column 'freq' before",
    "Word\tID\tx\ty\nking\t9\t0.5\t0.25\nqueen\t2\t1.5\t-2\nman\t7\t0.125\t3\n": "column 'ID'",
}


@pytest.mark.parametrize(("data", "note"), TITLED.items())
def test_a_column_that_is_no_number_of_a_vector_is_left_out(tmp_path, data, note):
    words, vectors, [told] = found(tmp_path, data)
    assert (words, vectors) == (WORDS, ROWS)
    assert note in told


def test_numbers_that_count_the_rows_are_left_out_where_that_is_sure(tmp_path):
    rows = [f"word{number} {number} 0.5 {number}.25\n" for number in range(1, 11)]
    words, vectors, [told] = found(tmp_path, "".join(rows))
    assert words[9] == "word10"
    assert vectors[9] == [0.5, 10.25]
    assert "which counts the rows, was left out" in told
    assert found(tmp_path, "".join(rows[:4]))[1][3] == [4, 0.5, 4.25]
    words, vectors, [told] = found(tmp_path, "4 2\n" + "".join(rows[:4]))
    assert vectors[3] == [0.5, 4.25]


def test_words_with_separators_and_quotes_in_them(tmp_path):
    csv = '"queen, the",1,2\n"the ""king""",3,4\n"\n'.removesuffix('"\n') + '",5,6\nnew york,7,8\n'
    assert found(tmp_path, csv)[0] == ["queen, the", 'the "king"', '"', "new york"]
    assert found(tmp_path, "word,x,y\n1,000,1,2\na,3,4\nb,5,6\nc,7,8\n")[0][0] == "1,000"
    table = '"V1" "V2"\n"new york" 1 2\n"a \\"b\\"" 3 4\n'
    assert found(tmp_path, table)[:2] == (["new york", 'a "b"'], [[1, 2], [3, 4]])


def test_tables_with_tabs_have_quotes_where_words_have_some(tmp_path):
    rows = "".join(f"word{number}\t1\t{number}\n" for number in range(150))
    words = found(tmp_path, rows + '"a ""b"""\t3\t4\n""""\t5\t6\n')[0]
    assert words[150:] == ['a "b"', '"']
    words = found(tmp_path, rows + '"a ""b"""\t3\t4\n"\t5\t6\n')[0]
    assert words[150:] == ['"a ""b"""', '"']


MARKED = {
    "commas": "#,0.5,0.25\n%x,1.5,-2\nman,0.125,3\n",
    "tabs": "#\t0.5\t0.25\n%x\t1.5\t-2\nman\t0.125\t3\n",
    "decimal commas": "#;0,5;0,25\n%x;1,5;-2,0\nman;0,125;3,0\n",
    "quotes": '#,"0.5","0.25"\n%x,"1.5","-2"\nman,"0.125","3"\n',
    "bars": "#|0.5|0.25\n%x|1.5|-2\nman|0.125|3\n",
    "blanks": "# 0.5 0.25\n%x 1.5 -2\nman 0.125 3\n",
}


@pytest.mark.parametrize("data", MARKED.values(), ids=MARKED)
def test_words_that_begin_as_comments_do(tmp_path, data):
    assert found(tmp_path, data) == (["#", "%x", "man"], ROWS, [])


def test_all_words_may_begin_as_comments_do(tmp_path):
    assert found(tmp_path, "#a,0.5,2\n#b,1,-2\n")[0] == ["#a", "#b"]


@pytest.mark.parametrize(
    "data",
    [
        "# made on 2020-01-01, dim 2\n\nking 0.5 0.25\nqueen 1.5 -2\nman 0.125 3\n",
        "# by hand\n# dim: 2\n3 2\nking 0.5 0.25\nqueen 1.5 -2\nman 0.125 3\n",
        "# dim 2\nword,x,y\nking,0.5,0.25\nqueen,1.5,-2\nman,0.125,3\n",
    ],
)
def test_comments_may_end_in_a_number(tmp_path, data):
    assert found(tmp_path, data) == (WORDS, ROWS, [])


def test_one_word_that_looks_like_base64_leaves_the_others_alone(tmp_path):
    data = "3 2\nking 0.5 0.25\nB64:abcd 1.5 -2\nman 0.125 3\n"
    assert found(tmp_path, data) == (["king", "B64:abcd", "man"], ROWS, [])


JOINED = {
    "king 0.135 0.5 0.25\nqueen 1.5 -2\nman 0.125 3\n": "king 0.135",
    "4 2\nking 1.5 -2.5e-05 queen 1 -2\nman 0.125 3\nof 1 2\n": "king 1.5 -2.5e-05 queen",
    "king,0.135,0.5,0.25\nqueen,1.5,-2\nman,0.125,3\n": "king,0.135",
    "king\t0.135\t0.5\t0.25\nqueen\t1.5\t-2\nman\t0.125\t3\n": "king\t0.135",
}


@pytest.mark.parametrize(("data", "word"), JOINED.items())
def test_words_with_numbers_of_vectors_in_them_are_told(tmp_path, data, word):
    words, _, notes = found(tmp_path, data)
    assert word in words
    assert any("words with numbers in them: 1 of 3" in note for note in notes)


@pytest.mark.parametrize(
    "data",
    [
        'word,x,y\n"1,234.567",1,2\nof,3,4\n3.14159,5,6\n',
        "1,234.567 1 2\nwindows 3.1 3 4\nof 5 6\nin 1 1\nfrom 1990.2 7 8\n",
    ],
)
def test_words_that_are_numbers_are_none(tmp_path, data):
    assert found(tmp_path, data)[2] == []


def test_quotes_that_are_words_stay(tmp_path):
    assert found(tmp_path, '" 1 2\n"" 3 4\n\'\' 5 6\nking 7 8\n')[0] == ['"', '""', "''", "king"]


def test_the_length_is_that_of_most_rows_where_words_have_spaces(tmp_path):
    """Most rows have four columns, but all have two numbers."""
    data = "new york 1 2\nlos angeles 3 4\nrome 5 6\nthe big apple 7 8\nsao paulo 9 1\n"
    words, vectors, notes = found(tmp_path, data)
    assert words == ["new york", "los angeles", "rome", "the big apple", "sao paulo"]
    assert vectors == [[1, 2], [3, 4], [5, 6], [7, 8], [9, 1]]
    assert notes == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("3 9\nking 3:0.5 7:0.1\nqueen 1:1\nman 2:3\n", "holds sparse rows ('3:0.5'"),
        ("king 3:0.5 7:0.1\nqueen 1:1\n", "holds sparse rows"),
        ("king: 0.5 1\nqueen: 1 2\nman: 3 4\n", "each word ends in ':'"),
        ("king,0.5 1 2\nqueen,1 2 3\nman,3 4 5\n", "a number is joined to each word ('king,0.5')"),
        ("'king' 1 2\n'queen' 3 4\n'man' 5 6\n", "stands in quotes"),
        ("b'king' 1 2\nb'queen' 3 4\nb'man' 5 6\n", "stands in quotes"),
        ("C01,king,1,2\nC07,queen,3,4\nC02,man,5,6\n", "more than one column before its numbers"),
        ("king,0,5,0,25\nqueen,1,5,-2,0\nman,0,05,3,0\n", "commas seem to stand"),
        ("king 1 2\rqueen 3 4\r", "carriage returns alone"),
        ("0.1 0.2 0.3 king\n0.4 0.5 0.6 queen\n", "words stand behind their numbers"),
        ("0.1,0.2,0.3\n0.4,0.5,0.6\n", "holds numbers only"),
        ("0,1 0,2 0,3\n0,4 0,5 0,6\n", "holds numbers only"),
        ("3 3\n0.1 0.2 0.3\n0.4 0.5 0.6\n0.7 0.8 0.9\n", "holds numbers only"),
        ("king [0.1, 0.2]\nqueen [0.3, 0.4]\n", r"stand in brackets ('[0.1, 0.2]')"),
        ('word,vector\nking,"[0.1 0.2]"\nqueen,"[0.3 0.4]"\n', "stand in brackets"),
        ('{"king": [1, -2], "queen": [3, 4]}\n', "stand in brackets ('[1, -2], ')"),
        ("word,x,y,freq\nking,0.5,2,9\nqueen,1,2,8\n", "has a column 'freq' among its numbers"),
        ("# nothing else\n% is there\n\n", "is empty"),
        ("king,0.5,0.25\nqueen,NA,1\nman,1,2\n", "line 2: 'NA' is not a number"),
        ("king,0.5,0.25\nqueen,,1\nman,1,2\n", "line 2: not 2 numbers behind a word"),
        ("king,0.5,0.25\nqueen,1\nman,1,2\n", "line 2: a word and 2 numbers are needed"),
        ("2 2\nking 0x1p-3 0x1\nqueen 0x1 0x2\n", "line 2: '0x1p-3' is not a number"),
        ("2 2\nking \u22120.5 1\nqueen 1 2\n", "line 2: '\u22120.5' is not a number"),
        ("1 2\nking 0,5 1.5\n", "line 2: '0,5' is not a number"),
    ],
)
def test_what_is_not_certain_is_refused_with_the_reason(tmp_path, data, reason):
    assert reason in refusal(tmp_path, data)


def test_a_first_row_that_counts_up_is_a_row(tmp_path):
    assert found(tmp_path, "a 1 2 3\nb 4 5 6\nc 7 8 9\n")[0] == ["a", "b", "c"]
    assert found(tmp_path, "3 3\na,0,1,2\nb,4,5,6\nc,7,8,9\n")[0] == ["a", "b", "c"]


def test_three_numbers_are_a_row_where_they_cannot_be_a_header(tmp_path):
    assert found(tmp_path, "300 1 5\n9 2 7\n")[0] == ["300", "9"]
    assert found(tmp_path, "5 2 7\n9 2 7\n")[0] == ["5", "9"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark_is_refused_with_its_encoding(tmp_path, encoding):
    reason = refusal(tmp_path, LAYOUTS["commas"].encode(encoding))
    assert reason.startswith(f"is {encoding[:6].upper()} without a byte-order mark")
    assert encoding in reason.partition(";")[2]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_of_what_has_no_mark_are_refused(tmp_path, encoding):
    with pytest.raises(InputError, match="is not a file of word vectors"):
        found(tmp_path, LAYOUTS["commas"], encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be", "utf-16-le"])
def test_wide_text_is_known_by_its_mark_or_by_name(tmp_path, encoding):
    data = "2 2\nkönig 1 2\n東京 3 4\n".encode(encoding)
    options = {} if encoding in ("utf-16", "utf-32") else {"encoding": encoding}
    assert found(tmp_path, data, **options) == (["könig", "東京"], [[1, 2], [3, 4]], [])


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("quoting", [0, 1, 2])
def test_we_read_pandas(tmp_path, sep, index, decimal, quoting):
    if sep == decimal:
        return
    values = np.random.default_rng(3).standard_normal((40, 7)).round(4)
    words = [f"w{row}" for row in range(39)] + ["new york"]
    frame = pd.DataFrame(values)
    frame = frame.set_axis(words, axis=0) if index else frame
    if not index:
        frame.insert(0, "word", words)
    text = frame.to_csv(sep=sep, index=index, decimal=decimal, quoting=quoting)
    read_words, vectors, notes = found(tmp_path, text)
    assert read_words == words
    assert np.array_equal(np.float32(vectors), values.astype(np.float32))
    assert notes == []
    numbered = frame.reset_index().to_csv(sep=sep, decimal=decimal)
    if index:
        assert found(tmp_path, numbered)[:2] == (words, vectors)


def test_the_empty_word_is_left_out_of_text(tmp_path):
    data = "4 2\n 1 2\na 3 4\n\t5\t6\nb 7 8\n"
    words, vectors, [note] = found(tmp_path, data)
    assert (words, vectors) == (["a", "b"], [[3, 4], [7, 8]])
    assert note == "rows left out because their word is empty: 2"
    assert "no row is left" in refusal(tmp_path, "1 2\n 1 2\n")


BAD = "6 2\na 1 2\nb 3\nc nan 1\nd x 1\ne 1e39 2\nf 5 6\n"


@pytest.mark.parametrize("compiled_from", [0, 1 << 60])
def test_bad_rows_are_left_out_if_asked_for(tmp_path, monkeypatch, compiled_from):
    monkeypatch.setattr(word2vec_text, "COMPILED_FROM", compiled_from)
    words, vectors, [note] = found(tmp_path, BAD, skip_bad_rows=True)
    assert (words, vectors) == (["a", "f"], [[1, 2], [5, 6]])
    assert note == (
        "damaged rows left out: 4; the first is line 3: a word and 2 numbers are needed, and 2 "
        "columns are there"
    )
    assert "line 3" in refusal(tmp_path, BAD)


def test_a_file_of_bad_rows_alone_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no row is left"):
        found(tmp_path, "2 2\na nan 1\nb 2 x\n", skip_bad_rows=True)


def test_words_that_are_not_utf8_are_told_with_number_guess_and_remedy(tmp_path):
    words = ["größe", "führt", "über", "straße", "mädchen", "können", "für", "später"]
    data = b"".join(word.encode("cp1252") + b" 1 2\n" for word in [*words, "und", "der"])
    _, _, [note] = found(tmp_path, data)
    assert note.startswith("words with bytes that are not UTF-8: 8 of 10;")
    assert "'größe' in cp1252" in note
    assert found(tmp_path, data, encoding="cp1252")[0] == [*words, "und", "der"]
    assert found(tmp_path, data, encoding="latin-1")[2] == []


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "gbk", "shift_jis", "euc-kr", "latin-1"])
@pytest.mark.parametrize("layout", ["2 2\n{} 1 2\n{} 3 4\n", "{},1,2\n{},3,4\n"])
def test_words_of_other_encodings(tmp_path, encoding, layout):
    words = {"cp1251": "мир мор", "koi8-r": "мир мор", "gbk": "北京 上海", "shift_jis": "ソ 表",
             "euc-kr": "서울 부산", "latin-1": "bär bör"}[encoding].split()  # fmt: skip
    data = layout.format(*words).encode(encoding)
    assert found(tmp_path, data, encoding=encoding) == (words, [[1, 2], [3, 4]], [])
