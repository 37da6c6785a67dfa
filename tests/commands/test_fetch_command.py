"""`w2v fetch`: names and addresses, where the text goes, and an interrupted download."""

import hashlib
import json
import re
import signal
import subprocess
import sys
import threading

import pytest
from conftest import ROOT, fails_with
from support.fileserver import fetching, file_server, zipped
from support.terminal import ENVIRONMENT

from w2v_cli.fetching.catalog import CATALOG

TEXT = b" the cat sat on the mat and the dog sat on the rug" * 2000


@pytest.fixture
def site():
    with file_server() as site:
        site.files["/text8.zip"] = zipped(text8=TEXT)
        site.files["/corpus.txt"] = TEXT
        yield site


@pytest.fixture
def fetch(w2v, site, tmp_path):
    return fetching(w2v, site, tmp_path)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def from_mirror(site):
    return ["text8", "--url", "{}/text8.zip", "--sha256", sha256(site.files["/text8.zip"])]


def test_a_name_from_a_mirror(site, fetch, tmp_path):
    result = fetch(*from_mirror(site))
    assert (result.returncode, result.text) == (0, "")
    assert result.errors == f"w2v: wrote {len(TEXT):,} bytes of text to text8\n"
    assert (tmp_path / "text8").read_bytes() == TEXT


def test_the_second_time_needs_no_network(site, fetch):
    assert fetch(*from_mirror(site), "-q").errors == ""
    site.faults += [lambda request: request.refuse(404)] * 9
    result = fetch(*from_mirror(site), "-o", "-")
    assert result.stdout == TEXT
    assert "was fetched before" in result.errors
    fails_with(fetch(*from_mirror(site), "--force"), 1, "is not there: the server says 404")


def test_a_file_that_was_not_named_is_not_replaced(site, fetch, tmp_path):
    (tmp_path / "text8").write_bytes(b"mine")
    result = fetch(*from_mirror(site))
    fails_with(result, 1, "text8 is there already; -o FILE or --force replaces it")
    assert not site.requests
    assert fetch(*from_mirror(site), "-o", "text8").returncode == 0
    assert (tmp_path / "text8").read_bytes() == TEXT


@pytest.mark.parametrize("folder", ["there", "new/deep/"])
def test_into_a_folder(site, fetch, tmp_path, folder):
    (tmp_path / "there").mkdir()
    assert fetch(*from_mirror(site), "-o", folder).returncode == 0
    assert (tmp_path / folder / "text8").read_bytes() == TEXT


def test_nothing_of_it_is_kept_if_that_is_not_wanted(site, fetch, tmp_path):
    assert fetch(*from_mirror(site), "--no-keep").returncode == 0
    assert sorted(path.suffix for path in (tmp_path / "cache").iterdir()) == [".json", ".lock"]


def test_an_address_without_a_name(fetch, tmp_path):
    result = fetch("--url", "{}/corpus.txt")
    assert result.returncode == 0
    assert f"its SHA-256 is {sha256(TEXT)}" in result.errors
    assert (tmp_path / "corpus.txt").read_bytes() == TEXT


def test_a_member_of_an_archive(site, fetch):
    site.files["/news.zip"] = zipped(a=b"one\n", b=b"two\n")
    fails_with(fetch("--url", "{}/news.zip", "-o", "x", "-q"), 1, "2 files in the archive: 'a'")
    result = fetch("--url", "{}/news.zip", "--member", "b", "-o", "-")
    assert result.stdout == b"two\n"


def test_a_failure_leaves_the_old_file(site, fetch, tmp_path):
    (tmp_path / "out").write_bytes(b"old")
    site.files["/broken.zip"] = site.files["/text8.zip"][:-30]
    result = fetch("--url", "{}/broken.zip", "-o", "out", "-q")
    fails_with(result, 1, "the archive is damaged")
    assert (tmp_path / "out").read_bytes() == b"old"


def test_the_wrong_file_at_the_address_of_a_mirror(fetch, tmp_path):
    fails_with(fetch("text8", "--url", "{}/text8.zip"), 1, "31,344,016 were expected")
    fails_with(
        fetch("text8", "--url", "{}/text8.zip", "--sha256", "0" * 64), 1, f"and not {'0' * 64}"
    )
    assert not (tmp_path / "text8").exists()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["text9"], 2, "nothing to fetch is called 'text9'; did you mean text8?"),
        (["text8", "--member", "x"], 2, "--member is for --url without NAME"),
        (["--url", "text8.zip"], 2, "is no address of the web"),
        (["--url", "http://x.org/"], 2, "tells no name for the text"),
        (["text8", "--sha256", "12"], 2, "is no SHA-256"),
        (["text8", "--json"], 2, "--json belongs to --list"),
        (["--force"], 2, "give the NAME of a corpus or of vectors, or --url"),
        (["text8", "-o", "none/text8"], 1, "none/text8: cannot be written"),
        (["text8", "--url", "file:none.zip"], 1, "there is no such file"),
    ],
    ids=str,
)
def test_wrong_usage(site, fetch, args, code, message):
    fails_with(fetch(*args), code, message)
    assert not site.requests


def test_a_cache_that_cannot_be_made(w2v, tmp_path, site):
    (tmp_path / "file").write_bytes(b"")
    url = f"{site.url}/corpus.txt"
    result = w2v("fetch", "--url", url, "--cache", tmp_path / "file" / "x", "-o", "-")
    fails_with(result, 1, "the cache cannot be made: Not a directory")


def test_the_list(w2v):
    text = w2v("fetch", "--list").text
    rows = [json.loads(line) for line in w2v("fetch", "--list", "--json").text.splitlines()]
    for corpus, row in zip(CATALOG, rows, strict=False):
        assert f"{corpus.name}: {corpus.title}" in text
        assert row["sha256"] == corpus.sha256


def test_from_the_environment(site, fetch, tmp_path):
    digest = sha256(site.files["/text8.zip"])
    env = {"W2V_FETCH_URL": f"{site.url}/text8.zip", "W2V_FETCH_SHA256": digest}
    assert fetch("text8", env=env).returncode == 0
    assert (tmp_path / "text8").read_bytes() == TEXT


def test_into_training(site, tmp_path):
    url, digest = f"{site.url}/text8.zip", sha256(site.files["/text8.zip"])
    w2v = f"{sys.executable} -m w2v_cli"
    line = (
        f"{w2v} fetch text8 --url {url} --sha256 {digest} --cache cache -o - -q"
        f" | {w2v} train - -o v.txt -q -d 4 -e 1 --stats stats.json"
    )
    subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=tmp_path, env=ENVIRONMENT, check=True
    )
    stats = json.loads((tmp_path / "stats.json").read_text())
    assert stats["tokens_read"] == len(TEXT.split())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_download_goes_on(site, fetch, tmp_path, number):
    data = bytes(range(32, 127)) * 20_000
    site.files["/big.txt"] = data
    begun, leave = threading.Event(), threading.Event()

    def stop_in_the_middle(request):
        request.send_response(200)
        request.describe(data)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data[:1_000_000])
        request.wfile.flush()
        begun.set()
        leave.wait(20)

    site.faults.append(stop_in_the_middle)
    cache = tmp_path / "cache"
    args = ["fetch", "--url", f"{site.url}/big.txt", "--cache", str(cache), "-o", "out"]
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_cli", *args],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert begun.wait(20)
    while not sum(path.stat().st_size for path in cache.glob("*.part")) >= 1_000_000:
        assert process.poll() is None
    process.send_signal(number)
    errors = process.communicate(timeout=20)[1]
    leave.set()
    assert process.returncode == 128 + number
    assert errors == (
        "w2v: error: interrupted; 1,000,000 bytes of it are kept, and the same again goes on "
        "from there\n"
    )
    assert not (tmp_path / "out").exists()
    assert fetch("--url", "{}/big.txt", "-o", "out").returncode == 0
    assert (tmp_path / "out").read_bytes() == data
    assert site.requests[-1][1]["Range"] == "bytes=1000000-"


def test_progress_on_a_terminal(site, tmp_path):
    from support.terminal import ESCAPES, run_in_terminal

    site.files["/big.txt"] = TEXT * 50
    args = [
        "fetch",
        "--url",
        f"{site.url}/big.txt",
        "--cache",
        tmp_path / "c",
        "-o",
        tmp_path / "o",
    ]
    code, shown = run_in_terminal(args)
    assert code == 0
    assert "fetching" in ESCAPES.sub("", shown)
    assert "wrote 5,000,000 bytes of text to" in ESCAPES.sub("", shown).replace("\r\n", "")
    assert run_in_terminal([*args, "-q"]) == (0, "")

    for env in ({"CI": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in run_in_terminal(args, **env)[1]


def test_verbose_and_a_log(site, fetch, tmp_path):
    site.files["/big.txt"] = TEXT * 50
    result = fetch("--url", "{}/big.txt", "-o", "out", "-v", "--log-json", "log")
    assert result.returncode == 0
    for pattern in (r"fetching took \d", r"unpacking took \d", "wrote 5,000,000 bytes of text"):
        assert re.search(pattern, result.errors), result.errors
    log = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [log[0]["event"], log[-1]["event"]] == ["start", "done"]
    last = [record for record in log if record.get("stage") == "fetch"][-1]
    assert (last["done"], last["total"], last["share"]) == (5_000_000, 5_000_000, 1.0)
    result = fetch("--url", "{}/big.txt", "-o", "-", "--log-json", "-")
    assert result.returncode == 2
    assert "standard output is named for two different outputs" in result.errors


def test_the_documentation_shows_the_list(w2v):
    """The documentation shows the list as it is."""
    shown = (ROOT / "docs" / "fetch.md").read_text()
    assert w2v("fetch", "--list").text in shown
