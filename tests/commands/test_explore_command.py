"""``w2v explore`` as users run it: what is in the page, and the page in a real browser."""

import json
import os
import re
from configparser import ConfigParser
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT, SHARED_DATA, fails_with
from support.browser import NAMES, Browser, find_browser

from w2v_cli import cli
from w2v_cli.embeddings.restriction import Restriction
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.formats.reading import read_embeddings
from w2v_cli.formats.writing import write_embeddings

HOSTILE = [
    "</script><img/src=x/onerror=hacked()>",
    "<!--<script>",
    "<img/src=x/onerror=hacked()>",
    "{{data}}",
    "\\u003cb\\u003e",
    "'\"`${hacked()}&lt;",
    "javascript:hacked()",
    "__proto__",
    "constructor",
    "x\u2028\u202e#%zz",
]
N_WORDS = 300
QUESTIONS = ": pairs\nw12 W13 w14 w15\nw12 w13 absent w15\n: none\na b c d\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explore")
    words = [*HOSTILE, *(f"w{n}" for n in range(len(HOSTILE), N_WORDS))]
    matrix = np.random.default_rng(0).standard_normal((N_WORDS, 12)).astype(np.float32)
    write_embeddings(folder / "v.bin", words, matrix, "binary")
    (folder / "questions.txt").write_text(QUESTIONS)
    args = ["-o", folder / "page.html", "--top", N_WORDS, "--neighbors", 7, "-q"]
    args += ["--questions", folder / "questions.txt", "--title", "<script>hacked()</script>"]
    assert cli._run([str(arg) for arg in ("explore", folder / "v.bin", *args)], debug=False) == 0
    return folder


@pytest.fixture
def explore(folder, capsys):
    """Run the command in this process, on the vectors of the test unless others are named."""

    def run(*args, vectors="v.bin"):
        code = cli._run([str(arg) for arg in ("explore", folder / vectors, *args)], debug=False)
        text, errors = capsys.readouterr()
        return SimpleNamespace(returncode=code, text=text, errors=errors)

    return run


class Page(HTMLParser):
    """The elements of a page, and the text of its scripts and styles."""

    def __init__(self, path):
        super().__init__()
        self.elements = []
        self.texts = {}
        self._open = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open = dict(attrs).get("id", tag)

    def handle_endtag(self, tag):
        self._open = None

    def handle_data(self, data):
        self.texts[self._open] = self.texts.get(self._open, "") + data

    @property
    def data(self):
        return json.loads(self.texts["data"])


def expected_neighbors(folder, word, n_neighbors=7, n_words=N_WORDS):
    """What ``w2v neighbors --restrict-vocab`` answers."""
    embeddings = read_embeddings(folder / "v.bin")
    row = embeddings.index[word]
    ids, cosines = embeddings.nearest(
        embeddings.vectors[row], n_neighbors, [[row]], Restriction(n_words)
    )
    return [
        (embeddings.words[row], f"{cosine:.4f}")
        for row, cosine in zip(ids[0].tolist(), cosines[0].tolist(), strict=True)
    ]


def test_the_page_holds_all_that_is_asked_for(folder):
    page = Page(folder / "page.html")
    data = page.data
    embeddings = read_embeddings(folder / "v.bin")
    assert data["words"] == list(embeddings.words)
    for row in (0, 50, N_WORDS - 1):
        found = range(row * data["width"], (row + 1) * data["width"])
        assert [
            (data["words"][data["neighbors"][place]], f"{data['scores'][place] / 10000:.4f}")
            for place in found
        ] == expected_neighbors(folder, data["words"][row])
    assert data["sections"] == [{"name": "pairs", "pairs": [12, 13, 14, 15]}]
    assert max(map(abs, data["x"] + data["y"])) == data["scale"]
    assert data["total"] == N_WORDS


def test_the_page_names_nothing_outside_it(folder):
    page = Page(folder / "page.html")
    for tag, attributes in page.elements:
        assert tag not in ("iframe", "object", "embed", "base", "form", "a", "img")
        assert not {"src", "srcset", "action", "ping"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "data:,") == "data:,"
    assert "@import" not in page.texts["style"]
    assert "url(" not in page.texts["style"]
    assert page.texts["title"] == "<script>hacked()</script>"
    policies = [
        attributes["content"] for _, attributes in page.elements if "http-equiv" in attributes
    ]
    assert policies[0].startswith("default-src 'none'; ")
    assert "unsafe" not in policies[0]


def test_the_same_bytes_each_time_and_what_is_said(w2v, explore, folder, tmp_path):
    result = explore("-o", tmp_path / "a.html", "--top", 50)
    size = (tmp_path / "a.html").stat().st_size
    expected = f"w2v: wrote 50 words to {tmp_path / 'a.html'}, {size / 1e6:.2f} MB\n"
    assert (result.returncode, result.text, result.errors) == (0, "", expected)
    piped = w2v("explore", "-", "-o", "-", "--top", 50, "--title", "w2v: v.bin", "-q",
                stdin=(folder / "v.bin").read_bytes(), env={"PYTHONHASHSEED": "3"})  # fmt: skip
    assert piped.stdout == (tmp_path / "a.html").read_bytes()
    assert piped.errors == ""


def test_more_words_and_neighbors_than_there_are(explore, tmp_path):
    (tmp_path / "v.txt").write_text("3 2\na 1 2\nb 1 0\nc -2 4\n")
    args = ["-o", tmp_path / "a.html", "--top", 100_000, "--neighbors", 10**9, "-q"]
    assert explore(*args, vectors=tmp_path / "v.txt").returncode == 0
    data = Page(tmp_path / "a.html").data
    assert (data["width"], data["neighbors"][:3]) == (3, [2, 1, -1])


@pytest.mark.parametrize("rows", ["a 1 2\nb 1 2\n", "a 0 0\nb 0 0\n"])
def test_equal_vectors_lie_on_one_point_with_a_warning(explore, tmp_path, rows):
    (tmp_path / "v.txt").write_text("2 2\n" + rows)
    result = explore("-o", tmp_path / "a.html", "-q", vectors=tmp_path / "v.txt")
    assert "are all equal, so that they lie on one point" in result.errors
    assert result.returncode == 0


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        ([], 2, "Missing option '-o'"),
        (["-o", "{tmp}/none/a.html"], 1, "none/a.html: cannot be written: No such"),
        (["-o", "{tmp}"], 1, "is a folder; name a file"),
        (["-o", "{tmp}/a.html", "--top", "0"], 2, "--top"),
        (["-o", "{tmp}/a.html", "--top", "100001"], 2, "--top.*range 1<=x<=100000"),
        (["-o", "{tmp}/a.html", "--top", "1"], 1, "at least 2 words, not 1"),
        (["-o", "{tmp}/a.html", "--questions", "{tmp}/q"], 1, "q: cannot be opened"),
        (["-o", "{tmp}/a.html", "--method", "mds"], 2, "'mds'"),
    ],
)
def test_what_cannot_be_done_is_one_line(explore, tmp_path, args, code, message):
    fails_with(explore(*(arg.replace("{tmp}", str(tmp_path)) for arg in args)), code, message)
    assert os.listdir(tmp_path) == []


def test_counts_are_shown_where_they_are_known():
    from w2v_cli.maps.explorer import explore_data

    matrix = np.eye(3, dtype=np.float32)
    counts = np.array([9, 5, 2])
    assert explore_data(Embeddings(list("abc"), matrix, counts=counts), 2, 1)["counts"] == [9, 5]
    assert explore_data(Embeddings(list("abc"), matrix), 2, 1)["counts"] is None


def test_files_of_the_page_are_in_the_package():
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    patterns = setup["options.package_data"]["w2v_cli.maps.explorer"].split(",")
    folder = ROOT / "w2v_cli" / "maps" / "explorer"
    packed = {path for pattern in patterns for path in folder.glob(pattern.strip())}
    assert packed == {path for path in folder.iterdir() if path.suffix not in (".py", "")}
    assert len(packed) == 3


# ---- In a browser ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    path = find_browser()
    if path is None:
        pytest.skip(f"no browser is installed: none of {', '.join(NAMES)}")
    browser = Browser(path, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def page(browser, folder):
    """The page, opened anew; at the end it has asked for nothing and complained of nothing."""
    path = folder / "page.html"
    browser.open(path)
    yield browser
    assert browser.complaints() == []
    assert {re.sub("#.*", "", address) for address in browser.requests()} == {path.as_uri()}


def shown_word(page):
    return page.run("document.getElementById('word').textContent")


def shown_neighbors(page):
    text = (
        "[...document.querySelectorAll('#neighbors button')]"
        ".map((button) => [...button.children].map((part) => part.textContent))"
    )
    return [tuple(row) for row in page.run(text)]


def view(page):
    """Center and scale of the map."""
    return [float(part) for part in page.run("canvas.dataset.view").split()]


def place_on_screen(page, row):
    return page.run(
        f"(() => {{ const box = canvas.getBoundingClientRect();"
        f" return [box.left + screenX({row}), box.top + screenY({row})]; }})()"
    )


def test_search_finds_a_word_and_shows_its_neighbors(page, folder):
    page.run("search.focus()")
    page.type("W12")
    assert page.run("[...matches.children].map((item) => item.textContent)") == [
        "w12",
        *(f"w12{n}" for n in range(10)),
    ]
    page.press("Enter")
    assert shown_word(page) == "w12"
    assert shown_neighbors(page) == expected_neighbors(folder, "w12")
    assert page.run("location.hash") == "#w12"


def test_a_match_is_chosen_by_keys_or_by_the_mouse(page):
    page.run("search.focus()")
    page.type("w20")
    page.press("ArrowDown")
    page.press("ArrowDown")
    page.press("ArrowUp")
    page.press("Enter")
    assert shown_word(page) == "w200"
    page.run("search.blur(); search.focus()")
    page.type("w21")
    page.click_on("#match-2")
    assert shown_word(page) == "w211"
    page.run("search.focus()")
    page.type("no such word")
    page.press("Enter")
    assert shown_word(page) == "w211"
    assert page.run("matches.textContent") == "no such word on this page"


def test_a_click_on_a_neighbor_and_back(page, folder):
    page.run("select(rowOf.get('w40'))")
    [(first, _), *_] = expected_neighbors(folder, "w40")
    page.click_on("#neighbors button")
    assert shown_word(page) == first
    assert shown_neighbors(page) == expected_neighbors(folder, first)
    page.run("new Promise((done) => { addEventListener('popstate', done); history.back(); })")
    assert shown_word(page) == "w40"


def test_a_click_on_the_map_chooses_the_word_there(page, folder):
    page.run("zoomTo(view.fit * 30); view.x = data.x[77]; view.y = data.y[77]; redraw()")
    page.settle()
    page.click(*place_on_screen(page, 77))
    assert shown_word(page) == "w77"
    assert shown_neighbors(page) == expected_neighbors(folder, "w77")
    page.run("canvas.focus()")
    page.press("Escape")
    assert (shown_word(page), shown_neighbors(page)) == ("", [])


def test_the_wheel_zooms_around_the_pointer(page):
    before = view(page)
    place = place_on_screen(page, 33)
    page.wheel(*place, -200)
    assert view(page)[2] == pytest.approx(2 * before[2])
    # A wheel turns over a whole pixel.
    assert place_on_screen(page, 33) == pytest.approx(place, abs=1)
    page.wheel(*place, 200)
    assert view(page) == pytest.approx(before)


def test_dragging_moves_the_map_and_chooses_nothing(page):
    before = place_on_screen(page, 33)
    page.drag([(300, 300), (310, 310), (350, 320), (350, 320)])
    assert place_on_screen(page, 33) == pytest.approx([before[0] + 50, before[1] + 20], abs=10)
    assert place_on_screen(page, 33) != before
    assert shown_word(page) == ""


def test_keys_and_buttons_move_and_zoom(page):
    start = view(page)
    page.run("canvas.focus()")
    page.press("+")
    assert view(page)[2] == pytest.approx(1.5 * start[2])
    page.press("ArrowUp")
    assert view(page)[1] > start[1]
    page.press("0")
    assert view(page) == start
    page.click_on("#zoom-out")
    assert view(page)[2] < start[2]
    page.click_on("#show-all")
    assert view(page) == start
    page.press("/")
    assert page.run("document.activeElement.id") == "search"


def test_what_is_drawn_changes_with_zoom(page):
    before = page.run("canvas.toDataURL()")
    assert page.run("canvas.toDataURL()") == before
    page.wheel(300, 300, -600)
    assert page.run("canvas.toDataURL()") != before


def test_a_new_size_leaves_no_blank_canvas(browser, folder):
    """A size that is set clears the canvas, and a screenshot may be taken before the next frame."""
    browser.open(folder / "page.html", hash="#w5", size=(500, 600))
    is_drawn = "context.getImageData(0, 0, canvas.width, canvas.height).data.some((n) => n !== 0)"
    assert browser.run(f"(() => {{ resize(); return {is_drawn}; }})()")
    assert not browser.run(f"(() => {{ canvas.width = canvas.width; return {is_drawn}; }})()")
    browser.settle()


def test_words_that_are_not_on_the_page_are_told(page, w2v, folder, tmp_path):
    about = "document.getElementById('about').textContent"
    assert page.run(about).startswith(f"{N_WORDS} words. Search one")
    page.run("select(4)")
    assert page.run(about) == f"5 of {N_WORDS} by frequency. Nearest words, by cosine:"
    part = tmp_path / "part.html"
    result = w2v("explore", folder / "v.bin", "-o", part, "--top", 50)
    assert result.returncode == 0, result.errors
    page.open(part)
    assert page.run(about).startswith(f"The 50 most frequent of {N_WORDS} words. Search one")
    page.run("select(4)")
    assert page.run(about).endswith(" by frequency. Nearest words of the 50 here, by cosine:")
    page.open(folder / "page.html")


def test_arrows_of_a_section(page):
    assert page.run("[...sections.options].map((option) => option.textContent)") == [
        "no arrows",
        "pairs",
    ]
    page.run("sections.value = '0'; sections.dispatchEvent(new Event('change'))")
    page.settle()
    assert page.run("pairs") == [12, 13, 14, 15]
    for row in (12, 13, 14, 15):
        x, y = place_on_screen(page, row)
        assert 0 < x < 700
        assert 0 < y < 700


@pytest.mark.parametrize("row", range(len(HOSTILE)))
def test_hostile_words_are_words(page, folder, row):
    word = HOSTILE[row]
    page.run("window.hacked = () => { window.isHacked = true; }")
    page.run("search.focus()")
    page.type(word)
    page.press("Enter")
    assert shown_word(page) == word
    assert shown_neighbors(page) == expected_neighbors(folder, word)
    page.run("new Promise((done) => setTimeout(done, 20))")
    assert page.run("window.isHacked") is None
    assert page.run("document.querySelectorAll('img, script').length") == 2
    hash = page.run("location.hash")
    page.open(folder / "page.html", hash)
    assert shown_word(page) == word


def test_the_harness_sees_what_is_hacked(browser, tmp_path):
    """The words above would be noticed: here one of them is markup."""
    unsafe = "<script>function hacked() { window.isHacked = true; }</script>" + HOSTILE[2]
    (tmp_path / "a.html").write_text(unsafe.replace("/src", " src").replace("/onerror", " onerror"))
    browser.open(tmp_path / "a.html")
    browser.run("new Promise((done) => setTimeout(done, 200))")
    assert browser.run("window.isHacked") is True
    assert len(browser.requests()) == 2
    browser.run("console.log('a complaint')")
    browser.settle()
    assert any("a complaint" in text for text in browser.complaints())


@pytest.mark.parametrize("hash", ["#nothing-of-the-kind", "#%E0%A4%A", "#%"])
def test_an_address_without_a_word_is_said(page, folder, hash):
    page.open(folder / "page.html", hash)
    assert "is not on this page" in page.run("document.getElementById('about').textContent")
    assert shown_word(page) == ""


@pytest.mark.parametrize("size", [(320, 640), (390, 844), (844, 390), (1600, 1000)])
@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_every_screen_in_light_and_dark(page, folder, size, dark):
    page.open(folder / "page.html", "#w12", size=size, dark=dark, touch=size[0] < 1000)
    assert page.run("document.documentElement.scrollWidth") <= size[0]
    assert page.run("document.documentElement.scrollHeight") <= size[1]
    box = page.run(
        "(() => { const box = canvas.getBoundingClientRect(); return [box.width, box.height]; })()"
    )
    assert min(box) >= 120
    background = page.run("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(22, 24, 29)" if dark else "rgb(255, 255, 255)")


@pytest.mark.long
def test_ten_thousand_words(browser, tmp_path, explore):
    matrix = np.random.default_rng(2).standard_normal((10_000, 10)).astype(np.float32)
    write_embeddings(tmp_path / "v.bin", [f"w{n}" for n in range(10_000)], matrix, "binary")
    args = ["-o", tmp_path / "a.html", "--neighbors", 3, "-q"]
    assert explore(*args, vectors=tmp_path / "v.bin").returncode == 0
    browser.open(tmp_path / "a.html", "#w9999")
    assert shown_word(browser) == "w9999"
    assert len(shown_neighbors(browser)) == 3
    assert browser.complaints() == []


def test_the_real_questions(explore, tmp_path):
    path = SHARED_DATA / "questions-words.txt"
    if not path.exists():
        pytest.skip(f"{path.name} is not here; it is not part of the repository")
    (tmp_path / "v.txt").write_text("3 2\nathens 1 2\ngreece 1 0\nc -2 4\n")
    args = ["-o", tmp_path / "a.html", "--questions", path, "-q"]
    assert explore(*args, vectors=tmp_path / "v.txt").returncode == 0
    [section, *_] = Page(tmp_path / "a.html").data["sections"]
    assert section == {"name": "capital-common-countries", "pairs": [0, 1]}
