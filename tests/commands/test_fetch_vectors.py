"""`w2v fetch` of published vectors: as they are, the first of them, and what is no such file."""

import gzip
import hashlib
import json

import numpy as np
import pytest
from conftest import fails_with
from support.fileserver import fetching, file_server, zipped

import w2v_cli
from w2v_cli.fetching.beginning import Beginning, open_beginning

N_WORDS, DIM = 1500, 300
RNG = np.random.default_rng(1)
ROWS = [
    f"wort{row} " + " ".join(f"{number:.4f}" for number in RNG.normal(size=DIM))
    for row in range(N_WORDS)
]
TEXT = f"{N_WORDS} {DIM}\n".encode() + "".join(row + "\n" for row in ROWS).encode()
GLOVE = "".join(" ".join(row.split(" ")[:51]) + "\n" for row in ROWS).encode()
PACKED = gzip.compress(TEXT, 6)


@pytest.fixture
def site():
    with file_server() as site:
        site.files["/cc.de.300.vec.gz"] = PACKED
        site.files["/wiki.de.vec"] = TEXT
        site.files["/glove.6B.zip"] = zipped(**{"glove.6B.50d.txt": GLOVE, "other.txt": b"no"})
        yield site


@pytest.fixture
def fetch(w2v, site, tmp_path):
    return fetching(w2v, site, tmp_path)


CRAWL = ["fasttext-crawl:de", "--url", "{}/cc.de.300.vec.gz"]
WIKI = ["fasttext-wiki:German", "--url", "{}/wiki.de.vec"]


def test_the_file_as_it_was_published(fetch, tmp_path):
    result = fetch(*CRAWL)
    assert result.returncode == 0
    assert f"its SHA-256 is {hashlib.sha256(PACKED).hexdigest()}" in result.errors
    assert "wrote 1,500 vectors to cc.de.300.vec.gz" in result.errors
    assert (tmp_path / "cc.de.300.vec.gz").read_bytes() == PACKED


def test_the_name_of_the_output_tells_compression(fetch, tmp_path):
    assert fetch(*CRAWL, "-o", "de.vec").returncode == 0
    assert (tmp_path / "de.vec").read_bytes() == TEXT
    assert fetch(*CRAWL, "-o", "-").stdout == TEXT
    assert fetch(*WIKI, "-o", "de.vec.gz").returncode == 0
    assert gzip.decompress((tmp_path / "de.vec.gz").read_bytes()) == TEXT


def test_out_of_an_archive(site, fetch, tmp_path):
    digest = hashlib.sha256(site.files["/glove.6B.zip"]).hexdigest()
    args = ["glove-6b:50d", "--url", "{}/glove.6B.zip", "--sha256", digest]
    assert fetch(*args).returncode == 0
    assert (tmp_path / "glove.6B.50d.txt").read_bytes() == GLOVE
    assert fetch(*args, "-o", "-", "--limit", "7").stdout == b"".join(
        GLOVE.splitlines(keepends=True)[:7]
    )


def test_without_the_name_of_a_member_what_a_system_adds_does_not_count(site, fetch):
    data = zipped(**{"vectors.txt": GLOVE, "__MACOSX/._vectors.txt": b"\0"})
    site.files["/new.zip"] = data
    args = ["glove-2024-wikigiga:50d", "--url", "{}/new.zip", "-o", "-"]
    assert fetch(*args, "--sha256", hashlib.sha256(data).hexdigest()).stdout == GLOVE


@pytest.mark.parametrize("source", [CRAWL, WIKI], ids=["gzip", "plain"])
def test_the_first_ones_need_no_more_than_their_bytes(site, fetch, tmp_path, source):
    sent = []

    def in_pieces(request):
        data = site.files[request.path]
        request.send_response(200)
        request.describe(data)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        for start in range(0, len(data), 1 << 15):
            request.wfile.write(data[start : start + (1 << 15)])
            sent.append(1 << 15)

    site.faults.append(in_pieces)
    result = fetch(*source, "--limit", "20", "-o", "some.vec")
    assert result.returncode == 0, result.errors
    assert "which no checksum is held against" in result.errors
    lines = TEXT.splitlines(keepends=True)
    assert (tmp_path / "some.vec").read_bytes() == b"20 300\n" + b"".join(lines[1:21])
    [part] = (tmp_path / "cache").glob("*.part")
    whole = len(site.files[source[2].removeprefix("{}")])
    assert part.stat().st_size < 0.8 * whole

    site.faults += [lambda request: request.refuse(404)] * 9
    again = fetch(*source, "--limit", "10", "-o", "-")
    assert "was fetched before" in again.errors
    assert again.stdout == b"10 300\n" + b"".join(lines[1:11])

    site.faults.clear()
    site.requests.clear()
    assert fetch(*source, "-o", "all.vec").returncode == 0
    assert (tmp_path / "all.vec").read_bytes() == TEXT
    assert site.requests[0][1]["Range"].startswith("bytes=")


def test_what_has_a_checksum_is_fetched_whole(fetch, tmp_path):
    known = ["--sha256", hashlib.sha256(PACKED).hexdigest(), "--limit", "3", "-o", "-"]
    assert fetch(*CRAWL, *known).stdout.count(b"\n") == 4
    assert not list((tmp_path / "cache").glob("*.part"))
    assert len(list((tmp_path / "cache").glob("*.vec.gz"))) == 1
    wrong = fetch(*CRAWL, "--sha256", "0" * 64, "--limit", "3", "-o", "-", "--force")
    fails_with(wrong, 1, "and not 000")


def test_more_than_there_are(fetch):
    result = fetch(*CRAWL, "--limit", "9999", "-o", "-")
    assert result.stdout == TEXT
    assert "wrote 1,500 vectors" in result.errors


def test_the_first_rows_of_an_address_without_a_name(site, fetch):
    site.files["/my.vec"] = TEXT
    result = fetch("--url", "{}/my.vec", "--limit", "2", "-o", "-")
    assert result.stdout == b"2 300\n" + b"".join(TEXT.splitlines(keepends=True)[1:3])


def test_a_model_with_ngrams(site, fetch, tmp_path):
    model = (793712314).to_bytes(4, "little") + bytes(1000)
    site.files["/cc.de.300.bin.gz"] = gzip.compress(model)
    args = ["fasttext-crawl-bin:de", "--url", "{}/cc.de.300.bin.gz"]
    assert fetch(*args, "-o", "de.bin").returncode == 0
    assert (tmp_path / "de.bin").read_bytes() == model
    fails_with(fetch(*args, "--limit", "5"), 2, "is a model with n-grams, of which all is needed")


def test_what_was_written_is_read(fetch, w2v, tmp_path):
    assert fetch(*CRAWL, "--limit", "50").returncode == 0
    path = tmp_path / "cc.de.300.vec"
    vectors = w2v_cli.load(path)
    assert len(vectors) == 50
    assert np.allclose(vectors["wort7"], np.array(ROWS[7].split(" ")[1:], dtype=np.float32))
    assert w2v("neighbors", path, "wort3", "-k", "2").returncode == 0


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<!doctype html><html>not here</html>", "is not vectors of 300 numbers: it begins with"),
        (b"2 100\na 1\nb 2\n", "is not vectors of 300 numbers"),
        (gzip.compress(TEXT)[:-200], "cut short"),
        (b"", "is not vectors of 300 numbers"),
    ],
    ids=["page", "dim", "cut", "empty"],
)
def test_another_file_at_the_address(site, fetch, tmp_path, data, told):
    (tmp_path / "out").write_bytes(b"old")
    site.files["/wrong"] = data
    fails_with(fetch("fasttext-crawl:de", "--url", "{}/wrong", "-o", "out", "-q"), 1, told)
    assert (tmp_path / "out").read_bytes() == b"old"


def test_fewer_rows_than_line_1_says(site, fetch):
    site.files["/short.vec"] = TEXT[: TEXT.rindex(b"wort1400 ")]
    result = fetch("fasttext-wiki:de", "--url", "{}/short.vec", "-o", "/dev/null")
    assert result.returncode == 0
    assert "line 1 says 1500 vectors, but 1400 are there" in result.errors


def test_limits_of_other_things(fetch):
    fails_with(fetch("text8", "--limit", "5"), 2, "--limit is for vectors, and text8 is text")
    fails_with(fetch("fasttext-crawl", "--limit", "5"), 2, "has 158 languages: name one")


def test_the_list_of_a_language(w2v):
    text = w2v("fetch", "--list", "Upper Sorbian").text
    assert [line.split()[0] for line in text.splitlines()[1:5]] == [
        f"fasttext-{name}:hsb" for name in ("crawl", "crawl-bin", "wiki", "wiki-bin")
    ]
    rows = [
        json.loads(line) for line in w2v("fetch", "--list", "glove-6b", "--json").text.splitlines()
    ]
    assert [row["dim"] for row in rows] == [50, 100, 200, 300]
    assert {row["licence"] for row in rows} == {"PDDL 1.0"}
    fails_with(w2v("fetch", "--list", "Klingon"), 2, "nothing to fetch has 'Klingon' in its name")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("n_lines", [1, 100, 1400])
def test_a_beginning_is_enough_when_its_lines_are_there(tmp_path, pack, n_lines):
    data, size = pack(TEXT), 4096
    beginning, n_taken = Beginning(n_lines), size
    while not beginning.take(data[n_taken - size : n_taken]):
        n_taken += size
        assert n_taken < len(data) + size
    path = tmp_path / "part"
    path.write_bytes(data[:n_taken])
    assert not Beginning(n_lines).rewind(path, n_taken - size)
    assert Beginning(n_lines).rewind(path, n_taken)
    text = b""
    with open_beginning(path) as stream:
        while piece := stream.read(size):
            text += piece
    assert TEXT.startswith(text)
    assert n_lines <= text.count(b"\n") < n_lines + 12


def test_of_an_archive_and_of_damage_nothing_is_enough():
    for data in (zipped(a=GLOVE), b"BZh9" + GLOVE, PACKED[:100] + b"damage" * 100_000):
        assert not Beginning(1).take(data)
