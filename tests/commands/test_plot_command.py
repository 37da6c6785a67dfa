"""``w2v plot`` as users run it: pictures, coordinates, which words, and what goes wrong."""

import json
import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from conftest import ROOT, SHARED_DATA, fails_with

from w2v_cli import cli
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.formats.writing import write_embeddings
from w2v_cli.maps.drawing import fonts

WORDS = ["the", "paris", "france", "rome", "italy", "new", "日本", "$x_1$", "<b>&amp;", "a\x1b[31m"]
TEXT = "{http://www.w3.org/2000/svg}text"
QUESTIONS = """\
: capitals
Paris France Rome Italy
Oslo Norway Rome Italy
: other
the new new the
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plot")
    matrix = np.random.default_rng(0).standard_normal((len(WORDS), 8)).astype(np.float32)
    write_embeddings(folder / "v.bin", WORDS, matrix, "binary")
    many = np.random.default_rng(1).standard_normal((600, 8)).astype(np.float32)
    write_embeddings(folder / "many.bin", [f"word{n}" for n in range(600)], many, "binary")
    spaced = [" ".join(map(str, row)) for row in matrix.tolist()]
    lines = [f"{word} {row}" for word, row in zip(["new york", "b", "c"], spaced, strict=False)]
    (folder / "spaced.txt").write_text("3 8\n" + "\n".join(lines) + "\n")
    (folder / "questions.txt").write_text(QUESTIONS)
    return folder


@pytest.fixture
def plot(folder, capsys):
    """Run the command in this process, on the vectors of the test unless others are named."""

    def run(*args, vectors="v.bin"):
        code = cli._run([str(arg) for arg in ("plot", folder / vectors, *args)], debug=False)
        text, errors = capsys.readouterr()
        return SimpleNamespace(returncode=code, text=text, errors=errors)

    return run


def svg_texts(path):
    return [node.text for node in ElementTree.parse(path).iter(TEXT)]


def test_a_png_of_the_size_asked_for(plot, tmp_path):
    from PIL import Image

    result = plot("-o", tmp_path / "a.png", "paris", "rome", "italy", "--size", "640x480")
    assert (result.returncode, result.text) == (0, "")
    assert result.errors == f"w2v: wrote a map of 3 words to {tmp_path / 'a.png'}\n"
    with Image.open(tmp_path / "a.png") as image:
        assert (image.format, image.size) == ("PNG", (640, 480))
        assert len(image.convert("RGB").getcolors(1 << 20)) > 10


def test_an_svg_holds_the_words_as_text(plot, tmp_path):
    plot("-o", tmp_path / "a.svg", *WORDS, "--title", "<T> & $1")
    texts = svg_texts(tmp_path / "a.svg")
    for word in [*WORDS[:-1], "a\\x1b[31m", "<T> & $1"]:
        assert word in texts
    assert sum("of the variance" in text for text in texts) == 2


def test_an_svg_is_as_large_as_a_png(plot, tmp_path):
    plot("-o", tmp_path / "a.svg", "paris", "rome", "--size", "1200x600")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    # Three points are four pixels.
    assert (root.get("width"), root.get("height")) == ("900pt", "450pt")


@pytest.mark.parametrize("name", ["a.png", "a.svg", "a.pdf"])
def test_the_same_bytes_each_time(w2v, plot, folder, tmp_path, name):
    args = ["--neighbors", 2, "paris", "rome"]
    plot("-o", tmp_path / name, *args)
    env = {"PYTHONHASHSEED": "2", "OPENBLAS_NUM_THREADS": "1"}
    w2v("plot", folder / "v.bin", "-o", tmp_path / f"again-{name}", *args, env=env)
    assert (tmp_path / name).read_bytes() == (tmp_path / f"again-{name}").read_bytes()


def test_themes_differ_and_the_dark_one_is_dark(plot, tmp_path):
    from PIL import Image

    for theme, value in (("light", 255), ("dark", 22)):
        plot("-o", tmp_path / "a.png", "paris", "rome", "--theme", theme)
        with Image.open(tmp_path / "a.png") as image:
            assert image.convert("RGB").getpixel((2, 2))[0] == value


def test_a_section_has_arrows_from_first_to_second(plot, folder):
    result = plot("--questions", folder / "questions.txt", "--section", "capitals", "--json")
    found = json.loads(result.text)
    assert found["arrows"] == [["paris", "france"], ["rome", "italy"]]
    assert [row["word"] for row in found["words"]] == ["paris", "france", "rome", "italy"]
    assert "section capitals: 2 unknown words" in result.errors
    assert "'Oslo', 'Norway'" in result.errors
    assert result.returncode == 0


def test_the_picture_of_a_section_is_titled_and_has_an_arrow_a_pair(plot, folder, tmp_path):
    output = tmp_path / "a.svg"
    plot("--questions", folder / "questions.txt", "--section", "capitals", "-o", output)
    assert "capitals" in svg_texts(output)
    plot("-o", tmp_path / "plain.svg", "paris", "france", "rome", "italy", "--title", "capitals")
    # Each arrow is a line and a head.
    n_paths = [path.read_text().count("<path") for path in (output, tmp_path / "plain.svg")]
    assert n_paths[0] - n_paths[1] >= 4


def test_words_from_a_list_with_spaces_in_them(w2v, folder):
    stdin = "\ufeffnew york\r\n\n b \nnew york\n".encode()
    result = w2v("plot", folder / "spaced.txt", "--words", "-", "c", "--tsv", stdin=stdin)
    assert [line.split("\t")[0] for line in result.text.splitlines()] == ["c", "new york", "b"]


def test_coordinates_are_those_of_the_library(plot, folder):
    from w2v_cli.formats.reading import read_embeddings
    from w2v_cli.maps.wordmap import Choice, lay_out

    choice = Choice(read_embeddings(folder / "v.bin"))
    choice.add_words(["paris", "rome"])
    choice.add_neighbors(3)
    wordmap = lay_out(read_embeddings(folder / "v.bin"), choice)
    result = plot("paris", "rome", "--neighbors", 3, "--tsv")
    rows = [line.split("\t") for line in result.text.splitlines()]
    assert [row[0] for row in rows] == wordmap.words
    np.testing.assert_allclose([list(map(float, row[1:3])) for row in rows], wordmap.points)
    assert {row[3] for row in rows} == {"chosen", "neighbor"}


def test_unknown_words_warn_and_fail_at_the_end(plot, tmp_path):
    result = plot("-o", tmp_path / "a.png", "paris", "zzz", "rome", "-q")
    assert result.errors == "w2v: warning: unknown word 'zzz'\n"
    assert result.returncode == 1
    assert (tmp_path / "a.png").exists()


def test_without_words_the_most_frequent_are_shown(plot):
    result = plot("--tsv", vectors="many.bin")
    words = [line.split("\t")[0] for line in result.text.splitlines()]
    assert words == [f"word{n}" for n in range(100)]


def test_what_there_is_no_room_for_is_said(plot, tmp_path):
    args = ["--top", 10**9, "--size", "300x300", "-q"]
    result = plot("-o", tmp_path / "a.png", *args, vectors="many.bin")
    assert re.search(
        r"^w2v: warning: \d+ of 600 words have no label, for want of room: '\w+', '\w+', '\w+', "
        r"'\w+', '\w+', \.\.\.; a larger --size has more\n$", result.errors,
    )  # fmt: skip
    named = re.findall(r"'(\w+)'", result.errors)
    plot("-o", tmp_path / "a.svg", *args, vectors="many.bin")
    texts = svg_texts(tmp_path / "a.svg")
    assert "word0" in texts and not set(named) & set(texts)


def test_characters_that_no_font_has_are_said_once(plot, tmp_path, monkeypatch):
    base = [(name, path) for name, path in fonts._installed() if name == fonts.BASE]
    monkeypatch.setattr(fonts, "_installed", lambda: base)
    for name in ("a.png", "a.pdf"):
        result = plot("-o", tmp_path / name, "日本", "paris", "--neighbors", 2, "-q")
        assert "no installed font has 2 of the characters, such as 日 本" in result.errors
        assert "name the file of one with --font" in result.errors
        assert result.errors.count("\n") == 1
    assert plot("-o", tmp_path / "a.svg", "日本", "paris", "-q").errors == ""


def test_a_font_with_a_box_for_every_character_is_none():
    """matplotlib comes with one, "Last Resort"; no other has the letters of the private use."""
    families, missing = fonts.find_fonts(["a\U00100000"])
    assert missing == {"\U00100000"}
    assert not any("Resort" in family for family in families)


@pytest.mark.parametrize("asked", ["DejaVu Serif", "dejavu serif", "{file}"])
def test_a_font_that_is_asked_for(plot, tmp_path, asked):
    import matplotlib

    file = os.path.join(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSerif.ttf")
    shutil.copy(file, tmp_path / "mine.ttf")
    asked = asked.replace("{file}", str(tmp_path / "mine.ttf"))
    result = plot("-o", tmp_path / "a.svg", "paris", "rome", "--font", asked, "-q")
    assert (result.returncode, result.errors) == (0, "")
    assert "DejaVu Serif" in (tmp_path / "a.svg").read_text()
    plot("-o", tmp_path / "b.svg", "paris", "rome")
    assert "DejaVu Serif" not in (tmp_path / "b.svg").read_text()


def test_more_dots_an_inch_enlarge_all_that_is_drawn(plot, tmp_path):
    """The same picture with three times the pixels, so that labels are as large on paper."""
    from PIL import Image

    words = ["paris", "france", "rome", "italy"]
    plot("-o", tmp_path / "a.png", *words, "--size", "600x450")
    plot("-o", tmp_path / "b.png", *words, "--size", "1800x1350", "--dpi", 288)
    plot("-o", tmp_path / "c.png", *words, "--size", "1800x1350")
    with Image.open(tmp_path / "b.png") as image:
        assert image.size == (1800, 1350)
        assert round(image.info["dpi"][0]) == 288
    small, large, other = (dark_share(tmp_path / name) for name in ("a.png", "b.png", "c.png"))
    assert large == pytest.approx(small, rel=0.15)
    assert other < small / 2


def dark_share(path):
    """How much of a picture is not its background."""
    from PIL import Image

    with Image.open(path) as image:
        return (np.asarray(image.convert("L")) < 200).mean()


def test_larger_letters(plot, tmp_path):
    sizes = {}
    for size in (9, 18):
        plot("-o", tmp_path / "a.svg", "paris", "rome", "--font-size", size)
        text = (tmp_path / "a.svg").read_text()
        sizes[size] = set(re.findall(r"font:? ?(?:-size: )?(\d+(?:\.\d+)?)px", text))
    assert sizes[9] == {"9"} and sizes[18] == {"18"}


def test_a_pdf_is_vector_text_with_the_same_bytes(plot, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        plot("-o", tmp_path / name, "paris", "rome", "--size", "960x480", "-q")
    content = (tmp_path / "a.pdf").read_bytes()
    assert content == (tmp_path / "b.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/MediaBox [ 0 0 720 360 ]" in content
    assert b"/Subtype /Type42" in content or b"/FontFile2" in content, "no Type 3 fonts"
    assert b"/Type3" not in content


def test_a_legend_says_what_marks_are(plot, folder, tmp_path):
    def texts(*args):
        plot("-o", tmp_path / "a.svg", *args)
        return svg_texts(tmp_path / "a.svg")

    kinds = {"chosen words", "their neighbors", "first of a pair", "second of a pair"}
    assert not kinds & set(texts("paris", "rome")), "marks of one kind need none"
    assert kinds & set(texts("paris", "--neighbors", 2)) == {"chosen words", "their neighbors"}
    section = ("--questions", folder / "questions.txt", "--section", "capitals")
    assert kinds & set(texts(*section)) == {"first of a pair", "second of a pair"}


def test_groups_have_colors_shapes_and_names(plot, tmp_path):
    lines = ["paris\tcities of Europe", "rome\tcities of Europe", "france state", "nowhere\tx"]
    (tmp_path / "g.tsv").write_text("\n".join(lines) + "\n")
    result = plot("-o", tmp_path / "a.svg", "--groups", tmp_path / "g.tsv", "italy", "-q")
    assert result.errors == "w2v: warning: unknown word 'nowhere'\n"
    assert {"cities of Europe", "state", "chosen words"} <= set(svg_texts(tmp_path / "a.svg"))
    assert "x" not in svg_texts(tmp_path / "a.svg"), "no mark has that group"
    text = (tmp_path / "a.svg").read_text()
    for color in ("#0072b2", "#d55e00", "#5f6368"):
        assert color in text
    (tmp_path / "one.tsv").write_text("paris\tcity\n")
    plot("-o", tmp_path / "b.svg", "--groups", tmp_path / "one.tsv", "--neighbors", 2)
    assert "#d55e00" not in (tmp_path / "b.svg").read_text(), "a color of groups, not of neighbors"
    found = json.loads(plot("--json", "--groups", tmp_path / "g.tsv", "italy").text)
    assert [(row["word"], row.get("group")) for row in found["words"]] == [
        ("italy", None),
        ("paris", "cities of Europe"),
        ("rome", "cities of Europe"),
        ("france", "state"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("paris\n", "g.tsv: 'paris' has no group; write word, tab, group"),
        ("paris,a\nrome\n", "g.tsv: 'paris,a' has no group; write word, tab, group"),
        ("paris\ta\nparis\tb\n", "'paris' is in the groups 'a' and 'b'; keep one"),
        ("".join(f"w{n}\tg{n}\n" for n in range(50)), "50 groups are more than the 49"),
    ],
)
def test_groups_that_cannot_be_are_told(plot, tmp_path, text, message):
    (tmp_path / "g.tsv").write_text(text)
    fails_with(plot("--tsv", "--groups", tmp_path / "g.tsv"), 1, message)


@pytest.mark.parametrize(
    "text",
    [
        "paris;big city\r\nrome;big city\r\nitaly;state\r\n",
        '\ufeffparis,big city\nrome,"big city"\n"italy", state\n',
        "paris\tbig city\nrome\tbig city\nitaly state\n",
    ],
)
def test_groups_as_spreadsheets_write_them(plot, tmp_path, text):
    (tmp_path / "g.csv").write_bytes(text.encode())
    found = json.loads(plot("--json", "--groups", tmp_path / "g.csv").text)
    groups = {row["word"]: row["group"] for row in found["words"]}
    assert groups == {"paris": "big city", "rome": "big city", "italy": "state"}


def test_what_takes_long_says_so_in_a_log(plot, tmp_path):
    pytest.importorskip("sklearn")
    result = plot("-o", tmp_path / "a.png", "--top", 40, "--method", "tsne", vectors="many.bin")
    lines = [line for line in result.errors.splitlines() if "warning" not in line]
    assert lines[0] == "w2v: placing 40 words by t-SNE"
    assert re.fullmatch(r"w2v: placed in [\d.]+m?s", lines[1])


def test_a_picture_on_standard_output(w2v, folder):
    result = w2v("plot", folder / "v.bin", "-o", "-", "--format", "png", "paris", "rome")
    assert result.stdout.startswith(b"\x89PNG")
    message = "w2v: wrote a map of 2 words to standard output\n"
    assert (result.errors, result.returncode) == (message, 0)


def test_vectors_from_standard_input(w2v, folder):
    result = w2v("plot", "-", "--tsv", "paris", "rome", stdin=(folder / "v.bin").read_bytes())
    assert len(result.text.splitlines()) == 2


def test_no_home_no_display_and_odd_settings(w2v, plot, folder, tmp_path):
    (tmp_path / "matplotlibrc").write_text("backend: TkAgg\nfigure.facecolor: red\nnonsense\n")
    env = {
        "MPLCONFIGDIR": "/proc/none",
        "HOME": "/proc/none",
        "MPLBACKEND": "nonsense",
        "DISPLAY": "",
    }
    args = ["plot", folder / "v.bin", "paris", "rome", "-o"]
    strange = w2v(*args, "strange.png", env=env, cwd=tmp_path)
    message = "w2v: wrote a map of 2 words to strange.png\n"
    assert (strange.errors, strange.returncode) == (message, 0)
    plot("paris", "rome", "-o", tmp_path / "usual.png")
    assert (tmp_path / "strange.png").read_bytes() == (tmp_path / "usual.png").read_bytes()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["-o", "{tmp}/a.jpg", "paris"], 2, r"a\.jpg: \.jpg is not written; name it \.png or"),
        (["-o", "{tmp}/a", "paris"], 2, r"/a: the name tells no format; name it \.png or \.svg"),
        (["-o", "-", "paris"], 2, r"give --format png\|svg\|pdf"),
        (["-o", "{tmp}/a.png", "paris", "--dpi", "10"], 2, "10 is not in the range"),
        (["-o", "{tmp}/a.png", "paris", "--font-size", "0"], 2, "0.0 is not in the range"),
        (
            ["-o", "{tmp}/a.png", "paris", "--size", "400x900", "--dpi", "300"],
            2,
            "a picture of 1.3 by 3.0 inches has no room for a map; give a larger --size or a lower",
        ),
        (
            ["-o", "{tmp}/a.png", "paris", "--font", "DejaVu Sens"],
            2,
            "no font named 'DejaVu Sens' is installed; did you mean DejaVu Sans",
        ),
        (
            ["-o", "{tmp}/a.png", "paris", "--font", "Nothing"],
            2,
            r"'Nothing' is installed; give the path of a \.ttf or \.otf file",
        ),
        (
            ["-o", "{tmp}/a.png", "paris", "--font", __file__],
            2,
            r"is no font that can be used; give a \.ttf or \.otf file",
        ),
        (["paris", "rome"], 2, "Missing option '-o'"),
        (["paris", "--tsv", "--json"], 2, "exclude each other"),
        (["paris", "--tsv", "-o", "{tmp}/a.png"], 2, "exclude each other"),
        (["-o", "{tmp}/a.png", "--size", "10x10"], 2, "'10x10' is not like 1200x900"),
        (["-o", "{tmp}/a.png", "--size", "axb"], 2, "'axb' is not like 1200x900"),
        (["-o", "{tmp}/a.png", "--section", "x"], 2, "belong together"),
        (["-o", "{tmp}/none/a.png", "the", "new"], 1, "none/a.png: cannot be written: No such"),
        (["-o", "{tmp}/a.png", "--words", "{tmp}/no.txt"], 1, "no.txt: cannot be opened"),
        (["-o", "{tmp}/a.png", "paris"], 1, "at least 2 known words, and only 'paris' is"),
    ],
)
def test_what_cannot_be_done_is_one_line(plot, tmp_path, args, code, message):
    args = [arg.replace("{tmp}", str(tmp_path)) for arg in args]
    fails_with(plot(*args), code, message)
    assert os.listdir(tmp_path) == []


def test_a_section_that_is_not_there(plot, folder):
    result = plot("--questions", folder / "questions.txt", "--section", "capital", "--tsv")
    fails_with(result, 1, "has no section 'capital'; there are capitals, other")


def test_an_old_picture_outlives_a_failure(plot, tmp_path):
    (tmp_path / "a.png").write_text("old")
    assert plot("-o", tmp_path / "a.png", "paris").returncode == 1
    assert (tmp_path / "a.png").read_text() == "old"
    result = plot("-o", tmp_path / "a.png", "the", "new", vectors=tmp_path / "a.png")
    fails_with(result, 2, "both the file of vectors and an output")


def test_equal_vectors_are_drawn_with_a_warning(plot, tmp_path):
    (tmp_path / "v.txt").write_text("3 2\na 1 2\nb 1 2\nc 2 4\n")
    result = plot("-o", tmp_path / "a.svg", "a", "b", "c", vectors=tmp_path / "v.txt")
    assert "are all equal, so that they lie on one point" in result.errors
    assert {"a", "b", "c"} <= set(svg_texts(tmp_path / "a.svg"))


def test_vectors_of_one_number(plot, tmp_path):
    (tmp_path / "v.txt").write_text("3 1\na 1\nb -1\nc 0\n")
    result = plot("--tsv", "a", "b", "c", vectors=tmp_path / "v.txt")
    assert [line.split("\t")[1:3] for line in result.text.splitlines()] == [
        ["1.00000", "0.00000"],
        ["-1.00000", "0.00000"],
        ["0.00000", "0.00000"],
    ]


def test_without_matplotlib_the_extra_is_named_and_coordinates_are_printed(folder, tmp_path):
    program = (
        "import sys\n"
        "sys.modules['matplotlib'] = None\n"
        "from w2v_cli.cli import main\n"
        "main(sys.argv[1:])\n"
    )

    def run(*args):
        command = [sys.executable, "-c", program, "plot", folder / "v.bin", "the", "new", *args]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    result = run("-o", tmp_path / "a.png")
    assert result.stderr.startswith("w2v: error: w2v plot needs matplotlib, which ")
    assert result.stderr.endswith("; pip install matplotlib\n")
    assert result.returncode == 1
    assert len(run("--tsv").stdout.splitlines()) == 2


def test_every_section_of_the_real_questions_can_be_chosen():
    path = SHARED_DATA / "questions-words.txt"
    if not path.exists():
        pytest.skip(f"{path.name} is not here; it is not part of the repository")
    from w2v_cli.evaluation.questions import read_questions
    from w2v_cli.maps.wordmap import related_pairs

    sections = {section.name: related_pairs(section) for section in read_questions(path)}
    assert len(sections) == 14
    assert len(sections["capital-common-countries"]) == 23
    assert ("Athens", "Greece") in sections["capital-common-countries"]


def test_embeddings_are_not_changed_by_a_map():
    from w2v_cli.maps.wordmap import Choice, lay_out

    matrix = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    before = matrix.copy()
    choice = Choice(embeddings := Embeddings(list("abcde"), matrix))
    choice.add_top(5)
    lay_out(embeddings, choice)
    np.testing.assert_array_equal(matrix, before)
