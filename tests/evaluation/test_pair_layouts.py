"""Word pairs as their authors publish them: which columns are words and score, by value."""

import pytest

from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import ConfigError, InputError
from w2v_cli.evaluation.pairs import read_pairs
from w2v_cli.evaluation.similarity import evaluate_similarity

PAIRS = [("cat", "dog"), ("car", "truck"), ("cat", "tree"), ("dog", "car")]
SCORES = [8, 6, 1, 2]
ROWS = [(i, a, b, s) for i, ((a, b), s) in enumerate(zip(PAIRS, SCORES, strict=True))]


def lines(form, head=""):
    """A file with a line for each pair, made of a format."""
    rows = (form.format(i=i, a=a, b=b, s=s) for i, a, b, s in ROWS)
    return head + "".join(row + "\n" for row in rows)


@pytest.fixture
def read(tmp_path):
    def found(data, *columns):
        path = tmp_path / "p"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_pairs(path, *columns)

    return found


SCWS = "{i}\t{a}\tn\t{b}\tn\tthe <b> {a} </b> was here\tnow a <b> {b} </b> too\t{s}\t{s}\t{s}"
SIMLEX = "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\tconcQ\tAssoc(USF)\tSimAssoc333\tSD\n"
HYPERLEX = "WORD1 WORD2 POS TYPE AVG_SCORE AVG_SCORE_0_10 STD SCORE_1 SCORE_2\n"
LETTERS = ["t\tcat\tdog\t8\n", "s\tcar\ttruck\t6\n", "t\tcat\ttree\t1\n", "i\tdog\tcar\t2\n"]


@pytest.mark.parametrize(
    ("text", "words", "score"),
    [
        # WordSim-353: the mean, and then the raters, whose names are numbers.
        (
            lines("{a},{b},{s}.00,7,8,9", "Word 1,Word 2,Human (mean),1,2,3\n"),
            ["Word 1", "Word 2"], "Human (mean)",
        ),
        (
            lines("{a}\t{b}\t{s}\t2", "word1\tword2\tscore\t2015\n"),
            ["word1", "word2"], "score",
        ),
        # SimLex-999 in other languages: the mean comes last.
        (
            lines("{a},{b},7,8,9,{s}", "Word1,Word2,1,2,3,Average Score\n"),
            ["Word1", "Word2"], "Average Score",
        ),
        (
            lines("{a}\t{b}\tN\t{s}\t2\t3\t1\t7.2\t1\t0.4", SIMLEX),
            ["word1", "word2"], "SimLex999",
        ),
        (lines("{a} {b} N hyp-1 {s} {s}.5 0.4 6 5", HYPERLEX), ["WORD1", "WORD2"], "AVG_SCORE"),
        (lines("{a}\t{b}\tV\t{s}\tSYNONYMS"), [1, 2], 4),
        # Rare Words: the mean, and ten ratings; and such a table with the mean at the end.
        (lines("{a}\t{b}\t{s}.25\t7\t7\t6\t1\t4\t6\t10\t6\t2\t9").replace(".25", ""), [1, 2], 3),
        ("cat dog 9 7 8\ncar truck 7 5 6\ncat tree 1 1 1\ndog car 3 1 2\n", [1, 2], 5),
        # WordSim's agreed pairs: a letter of the relation first.
        ("".join(LETTERS), [2, 3], 4),
        ("# 353\n# type\tw1\tw2\tmean\n" + "".join(LETTERS), ["w1", "w2"], "mean"),
        (lines(SCWS), [2, 4], 8),
        # What pandas and R write.
        (lines("{i},{a},{b},{s}", ",word1,word2,similarity\n"), ["word1", "word2"], "similarity"),
        (lines("{i},{a},{b},{s}"), [2, 3], 4),
        (lines('"{i}" "{a}" "{b}" {s}', '"word1" "word2" "score"\n'), ["word1", "word2"], "score"),
        (lines("pair{i}\t{a}\t{b}\t{s}"), [2, 3], 4),
        (lines("syn\t{a}\t{b}\t{s}"), [2, 3], 4),
        # Decimal commas.
        (lines("{a};{b};{s},0", "sana1;sana2;pisteet\n"), ["sana1", "sana2"], "pisteet"),
        (lines("{a}\t{b}\t{s},0"), [1, 2], 3),
        (lines("{a} {b} {s},0"), [1, 2], 3),
        (lines('{a},{b},"{s},0"', "word1,word2,score\n"), ["word1", "word2"], "score"),
        (lines("{a};{b};{s},0;0,4", "Wort1;Wort2;Urteil;SD\n"), ["Wort1", "Wort2"], "Urteil"),
        # Quotes, bars, colons, arrows, blanks in a row.
        (lines('"{a}"\t"{b}"\t"{s}"'), [1, 2], 3),
        (lines('"{a}" "{b}" "{s}"'), [1, 2], 3),
        (lines("{a}|{b}|{s}", "term_a|term_b|gold\n"), ["term_a", "term_b"], "gold"),
        (lines("{a}:{b}:{s}:0.5", "#WORD1:WORD2:AVG:STDEV\n"), ["WORD1", "WORD2"], "AVG"),
        (lines("{a} -> {b}\t{s}"), [1, 2], 3),
        (lines("{a}\t->\t{b}\t{s}"), [1, 2], 3),
        (lines("{a}\u2192{b},{s}"), [1, 2], 3),
        (lines("{a}    {b}    {s}"), [1, 2], 3),
        (lines("'{a}' '{b}' {s}"), [1, 2], 3),
        (lines("\u201c{a}\u201d;\u201c{b}\u201d;{s}"), [1, 2], 3),
        # Names that say nothing: those of pandas and R.
        (lines("{a},{b},{s},2013", "0,1,2,3\n"), [1, 2], 3),
        (lines("{i},{a},{b},{s},2013", ",0,1,2,3\n"), [2, 3], 4),
        (lines('"{i}" "{a}" "{b}" {s} 2013', '"V1" "V2" "V3" "V4"\n'), [2, 3], 4),
        (lines("{a} {b} {s}", "Word 1 Word 2 Human (mean)\n"), [1, 2], 3),
        # Columns of words that are named as a pair, and raters by numbers beside them.
        (lines("{a}\t{b}\t{s}", "source\ttarget\tscore\n"), ["source", "target"], "score"),
        (
            lines("en|{a}|{b}|{s}", "dataset|target|source|average\n"),
            ["target", "source"], "average",
        ),
        (lines("{i},{a},{b},{s}", "pair_id,first,second,mean\n"), ["first", "second"], "mean"),
        (
            lines("{a};{b};7;9;{s}", "first;second;1;2;rating\n"),
            ["first", "second"], "rating",
        ),
        (lines("{a},{b},{s}", "word,word.1,sim\n"), ["word", "word.1"], "sim"),
        (
            lines("{s} {a} {b}", "relatedness source target\n"),
            ["source", "target"], "relatedness",
        ),
        # Such names are words as well.
        ("cat dog 8\ncar truck 6\ncat tree 1\ndog car 2\n", [1, 2], 3),
        # Decimal commas between blanks, and beside bars.
        (lines("{a}  {b}  {s},0  0,4", "w1  w2  score  SD\n"), ["w1", "w2"], "score"),
        (lines("{a} {b} {s},0 0,4 0,5", "w1 w2 score x y\n"), ["w1", "w2"], "score"),
        (lines("{a}|{b}|{s},0|0,4", "w1|w2|score|SD\n"), ["w1", "w2"], "score"),
        # A comment that has as many words as there are columns is no header.
        (lines("{a} {b} {s} 2013", "# pairs of nouns score\n"), [1, 2], 3),
        (
            lines("{i} {a} {b} {s} 10", "# word1 word2 score n\n"),
            ["word1", "word2"], "score",
        ),
        # What spreadsheets add.
        ("sep=;\n" + lines("{a};{b};{s};;") + ";;;;\n", [1, 2], 3),
        (lines("{a},{b},{s}", "word1,word2,\n"), ["word1", "word2"], 3),
        # The score first.
        (lines("{s}\t{a}\t{b}", "score\tword1\tword2\n"), ["word1", "word2"], "score"),
        (lines("{s} {a} {b}"), [2, 3], 1),
        # Encodings and ends of lines.
        (lines("{a}\t{b}\t{s}").replace("\n", "\r\n").encode("utf-16"), [1, 2], 3),
        (lines("{a}\t{b}\t{s}").encode("utf-16-le"), [1, 2], 3),
        (lines("{a}\t{b}\t{s}").encode("utf-16-be"), [1, 2], 3),
        (lines("{a}\t{b}\t{s}").encode("utf-32"), [1, 2], 3),
        (lines("{a}\t{b}\t{s}").replace("\n", "\r"), [1, 2], 3),
        (lines("{a}\t{b}\t{s}", "% of people\n"), [1, 2], 3),
    ],
)  # fmt: skip
def test_columns_are_found(read, text, words, score):
    found = read(text)
    assert (found.pairs, found.scores) == (PAIRS, SCORES)
    assert found.columns.as_dict() == {"word_columns": words, "score_column": score}
    assert list(found.warnings()) == []


def test_words_that_often_name_columns_are_words_too(read):
    pairs = [("first", "second"), ("source", "target"), ("left", "right")]
    text = "".join(f"{a} {b} {i}.5\n" for i, (a, b) in enumerate(pairs))
    assert (read(text).pairs, read(text).scores) == (pairs, [0.5, 1.5, 2.5])


def test_numbers_of_one_line_are_no_names(read):
    """They differ in the last digit, like ``word1`` and ``word2``."""
    rated = "a b 0.1 0.2 0.15\nc d 0.5 0.5 0.50\ne f 0.9 0.2 0.55\n"
    assert read(rated).pairs == [("a", "b"), ("c", "d"), ("e", "f")]
    assert read(rated).scores == [0.15, 0.5, 0.55]


def test_a_deviation_a_count_or_a_year_behind_the_score_is_none(read):
    scores = [8.25, 6.5, 1.75, 2.5]
    for other in ([0.4, 1.2, 0.3, 0.9], [9000, 120, 777, 31415], [2013, 2014, 2013, 2015]):
        rows = zip(PAIRS, scores, other, strict=True)
        found = read("".join(f"{a}\t{b}\t{s}\t{n}\n" for (a, b), s, n in rows))
        assert found.scores == scores


RATED = "cat dog 9 7\ncar truck 7 5\ncat tree 1 1\ndog car 3 1\n"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("word1 word2 r1 r2\n" + RATED, "r1, r2"),
        ("word1 word2 1 2\n" + RATED, "1, 2"),
        ("Word 1,Word 2,Rater 1,Rater 2\n" + RATED.replace(" ", ","), "Rater 1, Rater 2"),
    ],
)  # fmt: skip
def test_the_score_is_the_mean_of_raters_where_there_is_none(read, text, columns):
    found = read(text)
    assert (found.pairs, found.scores) == (PAIRS, SCORES)
    assert found.columns.as_dict()["score_column"] == f"mean of {columns}"
    assert "score from the mean of 2 columns, 3 (" in found.told()


def test_equal_means_of_raters_are_equal(read):
    """Spearman's correlation looks at nothing else."""
    rated = "w1 w2 r1 r2 r3\na b 6 7 5\nc d 6 6 6\ne f 0.1 0.2 0.3\ng h 0.3 0.2 0.1\n"
    [first, second, third, fourth] = read(rated).scores
    assert (first, second) == (6, 6)
    assert third == fourth


def test_a_rater_who_is_missing_is_left_out_of_the_mean(read):
    assert read("w1,w2,r1,r2\na,b,1,NA\nc,d,2,4\ne,f,,5\n").scores == [1, 3, 5]


TWO_LANGUAGES = lines("{a},kat{i},{b},hund{i},{s}", "Word 1,da1,Word 2,da2,Human (mean)\n")
TWO_SCORES = "word1,word2,similarity,relatedness\na,b,8,1\nc,d,6,2\ne,f,1,7\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TWO_LANGUAGES, "columns 1 (Word 1) and 3 (Word 2), 2 (da1) and 4 (da2) may all hold the"),
        (TWO_SCORES, "columns 3 (similarity), 4 (relatedness) may all hold the score"),
        ("a b 9 8 7\nc d 6 7 4\ne f 1 2 1\n", "columns 3, 4, 5 may all hold the score"),
        ("a b 9.5 8\nc d 6.5 7\ne f 1 2\ng h 5 6\n", "columns 3, 4 may all hold the score"),
        ("a b 9 2\nc d 6 7\ne f 1 8\ng h 5 3\n", "columns 3, 4 may all hold the score"),
        ("a b 0.1 0.7\nc d 0.3 0.1\ne f 2 0.9\ng h 1 3.5\n", "columns 3, 4 may all hold the"),
        ("9 a 3 b\n7 c 4 d\n1 e 5 f\n", "columns 1, 3 may all hold the score"),
        ("a b 9 8\nc d 6 4\n", "columns 3, 4 may all hold the score"),
        ("word,count,share\na,5,0.5\nb,3,0.3\n", "there are no two columns of words"),
        ("1 2 9 8\n3 5 6 4\n5 9 3 4\n", "there are no two columns of words"),
        (lines("{a};{b};5;3;4", "w1;w2;ka;1;2\n"), "columns 3 (ka), 4 (1), 5 (2) may all hold the"),
        (lines("{a}\t{b}\ta{i}b\t{s}"), "columns 1, 2, 3 may all hold the words"),
        (lines("{i}\t{b}\t{s}"), "column 1 counts up and is no word"),
        (lines("n\t{b}\t{s}"), "column 1 holds the letter 'n' throughout and is no word"),
        (lines("{i}\t{a}\t{b}"), "there is no score: column 1 numbers the lines"),
        (lines("{a}\t{b}"), "scores in a file of their own are put beside the words with paste"),
        (lines("{a} {b} {s}%"), "p:1: there is no score after the two words, but '8%'"),
        (lines("{a},{b},{s}") + "a,b,x\n", "p:5: the score, in column 3, is 'x', and must be a"),
        # Another number may stand where the score should.
        (lines("{a},{b},{s},9", "w1,w2,score,year\na,b,5\n"), "p:2: has 3 columns, and most lines"),
        (lines("{a} {b} {s} 2013") + "a b 2015\n", "p:5: has 3 columns, and most lines have 4"),
        (lines("{a} {b} {s}") + "New York city 5\n", "p:5: has 4 columns, and most lines have 3"),
        (lines("{a},{b},{s}") + "a,b,747,5\n", "p:5: has 4 columns, and most lines have 3"),
        (b"PK\x03\x04\x14", "p: is no text but a ZIP archive; give a text file, such as CSV"),
        (lines("{a}\t{b}\t{s}").encode("utf-16-le")[:-1] + b"\xd8", "is not UTF-16-LE text"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_refused(read, text, message):
    with pytest.raises(InputError) as caught:
        read(text)
    assert message in str(caught.value)


def test_columns_may_be_named(read):
    for words in ("da1,da2", "DA1, da2", "2,4"):
        found = read(TWO_LANGUAGES, words)
        assert found.pairs == [(f"kat{i}", f"hund{i}") for i in range(4)]
        assert found.scores == SCORES
    assert read(TWO_SCORES, None, "relatedness").scores == [1, 2, 7]
    assert read(TWO_SCORES, None, "3").scores == [8, 6, 1]
    assert read(TWO_SCORES, None, "3,4").scores == [4.5, 4, 4]
    # In Python, numbers and lists.
    assert read(TWO_SCORES, [1, "word2"], 3).scores == [8, 6, 1]
    assert read(TWO_SCORES, ("word1", 2), [3, "relatedness"]).scores == [4.5, 4, 4]
    # The name of a column comes before the number of another.
    assert read("w1,w2,score,3\na,b,1,5\nc,d,2,6\n", None, "3").scores == [5, 6]
    for words, score in (
        ("word1", None),
        ("word1,w3", None),
        (None, "5"),
        (None, "0"),
        (None, "x"),
        (None, "a\nb"),
        (None, 0),
        (None, 1.5),
        (None, True),
        ([1, None], None),
        ([], None),
    ):
        with pytest.raises(ConfigError):
            read(TWO_SCORES, words, score)


@pytest.mark.parametrize("missing", ["NA", "", "nan", "NULL", "-", "#N/A"])
def test_a_pair_without_a_score_is_left_out_and_told(read, missing):
    found = read(lines("{a},{b},{s},2013", f"word1,word2,score,year\ntiger,lion,{missing},2015\n"))
    assert (found.pairs, found.scores) == (PAIRS, SCORES)
    [warning] = found.warnings()
    assert "p:2: there is no number in the column of the score; 1 such pairs of 5" in warning


def test_notes_behind_the_score_may_be_there_or_not(read):
    assert read("a,b,1,new\nc,d,2\ne,f,3,old,word\n").scores == [1, 2, 3]


def spearman_and_used(words, pairs):
    vectors = [[8 - i, 1] for i in range(len(words))]
    [score] = evaluate_similarity(Embeddings(words, vectors), [pairs]).files
    return score.used


def test_words_of_two_parts_and_tags_are_spelled_as_the_vectors_have_them(read):
    found = read("New York\tnew_jersey\t8\nnew york\tcat\t1\n")
    assert spearman_and_used(["new_york", "new jersey", "cat"], found) == 2
    assert spearman_and_used(["new york", "new_jersey", "cat"], found) == 2
    tagged = read("sun-n\tsee-v\t8\nmoon-n\tsun-n\t5\n")
    assert "tags such as -n" in tagged.told()
    assert spearman_and_used(["sun", "see", "moon"], tagged) == 2
    assert spearman_and_used(["sun-n", "see-v", "moon-n"], tagged) == 2
    assert spearman_and_used(["sun", "x"], read("sun-n\tx\t1\nx\tsun\t2\n")) == 1
