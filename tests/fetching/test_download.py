"""Downloads: going on, trying again, and all that servers do wrong; on the loopback interface."""

import errno
import hashlib
import random
import threading

import pytest
from support.fileserver import YESTERDAY, closed_port, file_server

from w2v_cli.errors import ConfigError, InputError, OutputError
from w2v_cli.fetching import download as module
from w2v_cli.fetching.address import local_path, validate_url
from w2v_cli.fetching.catalog import Corpus
from w2v_cli.fetching.download import RetryPolicy, TemporaryError
from w2v_cli.fetching.obtaining import Request, obtain
from w2v_cli.fetching.store import Entry

DATA = random.Random(1).randbytes(700_000)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def site():
    with file_server() as site:
        site.files["/corpus.bin"] = DATA
        yield site


class Log:
    """A reporter that keeps what it is told."""

    def __init__(self):
        self.lines, self.bytes = [], []

    def say(self, line):
        self.lines.append(line)

    def __call__(self, stage, done, total):
        self.bytes.append((stage, done, total))


@pytest.fixture
def get(site, tmp_path):
    """Fetch the file; returns (its bytes, what was reported, pauses between tries)."""

    def run(force=False, retries=3, timeout=5, path="/corpus.bin", url=None, **expected):
        log, pauses = Log(), []
        corpus = Corpus("x", url or site.url + path, "x", "", **expected)
        retry_policy = RetryPolicy(timeout, retries, pauses.append)
        found, _ = obtain(Request(corpus, tmp_path / "cache", force, retry_policy), log)
        return found.read_bytes(), log, pauses

    return run


def entry_of(site, tmp_path):
    return Entry(tmp_path / "cache", site.url + "/corpus.bin")


def leave_part(site, tmp_path, n_bytes=300_000, data=DATA, **facts):
    """As after a download that was killed."""
    entry = entry_of(site, tmp_path)
    entry.part.write_bytes(data[:n_bytes])
    entry.remember(part=facts or {"etag": site.etag_of(DATA), "last_modified": None})


def ranges(site):
    return [headers.get("Range") for _, headers in site.requests]


def test_a_file_is_fetched_once(site, get, tmp_path):
    data, log, pauses = get(sha256=SHA256, size=len(DATA))
    assert (data, pauses) == (DATA, [])
    assert [log.bytes[0], log.bytes[-1]] == [("fetch", done, len(DATA)) for done in (0, len(DATA))]
    assert get(sha256=SHA256)[0] == DATA
    assert len(site.requests) == 1
    assert get(force=True)[0] == DATA
    assert len(site.requests) == 2
    left = sorted(path.suffix for path in (tmp_path / "cache").iterdir())
    assert left == [".bin", ".json", ".lock"]


def test_what_is_damaged_in_the_cache_is_fetched_again(site, get, tmp_path):
    get()
    path = entry_of(site, tmp_path).path
    path.write_bytes(DATA[:-1] + b"?")
    assert get()[0] == DATA
    assert len(site.requests) == 2


@pytest.mark.parametrize("facts", [b"", b"{", b"[1]", b'{"url": 3}', b"\xff", b"[" * 100_000])
def test_facts_that_cannot_be_read_are_none(site, get, tmp_path, facts):
    get()
    entry_of(site, tmp_path)._facts_path.write_bytes(facts)
    assert get()[0] == DATA
    assert len(site.requests) == 2


@pytest.mark.parametrize("validator", ["etag", "last_modified"])
def test_it_goes_on_where_it_stopped(site, get, tmp_path, validator):
    if validator == "last_modified":
        site.etag, site.last_modified = 'W/"weak"', YESTERDAY
        leave_part(site, tmp_path, etag=site.etag, last_modified=YESTERDAY)
    else:
        leave_part(site, tmp_path)
    data, log, _ = get(sha256=SHA256)
    assert data == DATA
    assert ranges(site) == ["bytes=300000-"]
    assert log.bytes[0] == ("fetch", 300_000, len(DATA))


def test_a_connection_that_ends_too_early_goes_on(site, get):
    site.faults += [lambda request: request.break_off(200_000)] * 2
    data, log, pauses = get(retries=1)
    assert data == DATA
    assert ranges(site) == [None, "bytes=200000-", "bytes=400000-"]
    assert "ended after 200,000 of 700,000 bytes; trying again in 1 s" in log.lines[0]
    # Each try brought something, so that none counts as the second failure in a row.
    assert [round(pause) for pause in pauses] == [1, 1]


@pytest.mark.parametrize("how", ["other file", "no ranges", "weak tag", "no tag"])
def test_what_may_be_of_another_file_is_not_gone_on_with(site, get, tmp_path, how):
    other = bytes(300_000)
    leave_part(site, tmp_path, data=other, etag='"old"', last_modified=None)
    if how == "no ranges":
        site.ranges = False
    elif how == "weak tag":
        leave_part(site, tmp_path, data=other, etag='W/"x"', last_modified=None)
    elif how == "no tag":
        leave_part(site, tmp_path, data=other, etag=None, last_modified=None)
    assert get(sha256=SHA256)[0] == DATA
    assert len(site.requests) == 1
    assert ranges(site) == ["bytes=300000-" if how in ("other file", "no ranges") else None]


def send_part(request, tag, start, total):
    request.send_response(206)
    request.send_header("Content-Range", f"bytes {start}-{len(DATA) - 1}/{total}")
    request.send_header("ETag", tag)
    body = DATA[start:] if tag else b"?" * 10
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.mark.parametrize(
    "fault",
    [
        lambda request: send_part(request, '"new"', 300_000, len(DATA)),
        lambda request: send_part(request, request.server.site.etag_of(DATA), 299_999, len(DATA)),
        lambda request: send_part(request, request.server.site.etag_of(DATA), 300_000, 5),
        lambda request: request.refuse(416),
    ],
    ids=["condition ignored", "another place", "nonsense", "range refused"],
)
def test_a_wrong_partial_answer_leads_to_the_start(site, get, tmp_path, fault):
    leave_part(site, tmp_path)
    site.faults.append(fault)
    assert get(sha256=SHA256)[0] == DATA
    assert ranges(site) == ["bytes=300000-", None]


def test_a_part_that_nobody_asked_for(site, get):
    site.faults.append(lambda request: send_part(request, '"x"', 5, len(DATA)))
    site.faults.append(lambda request: send_part(request, '"x"', 0, len(DATA)))
    data, log, _ = get(sha256=SHA256)
    assert data == DATA
    assert "a part that nobody asked for" in log.lines[0]


def test_a_part_that_is_whole_already(site, get, tmp_path):
    leave_part(site, tmp_path, n_bytes=len(DATA))
    assert get(sha256=SHA256)[0] == DATA


def test_a_damaged_beginning_is_fetched_from_the_start_once(site, get, tmp_path):
    leave_part(site, tmp_path, data=b"?" + DATA[1:])
    data, log, _ = get(sha256=SHA256)
    assert data == DATA
    assert "the checksum is wrong; fetching from the start" in log.lines
    assert ranges(site) == ["bytes=300000-", None]


def test_a_wrong_checksum_keeps_nothing(site, get, tmp_path):
    with pytest.raises(InputError, match=f"its SHA-256 is {SHA256}, and not 0000"):
        get(sha256="0" * 64)
    entry = entry_of(site, tmp_path)
    assert not entry.part.exists()
    assert not entry.path.exists()
    assert len(site.requests) == 1


def test_the_first_checksum_is_remembered(site, get, tmp_path):
    _, log, _ = get()
    assert f"no checksum is known for this file; its SHA-256 is {SHA256}" in log.lines
    site.files["/corpus.bin"] = DATA[::-1]
    with pytest.raises(InputError, match=f"{SHA256} is what it was when first fetched"):
        get(force=True)
    # The old one is still there, as it was.
    assert get()[0] == DATA
    new = hashlib.sha256(DATA[::-1]).hexdigest()
    with pytest.raises(InputError, match="force fetches it again"):
        get(sha256=new)
    assert get(force=True, sha256=new)[0] == DATA[::-1]


def test_what_changes_may_have_another_checksum(site, get):
    get(changes=True)
    site.files["/corpus.bin"] = DATA[::-1]
    assert get(changes=True, force=True)[0] == DATA[::-1]


def test_a_wrong_length_is_noticed_before_fetching(site, get):
    with pytest.raises(InputError, match="has 700,000 bytes, and 5 were expected"):
        get(size=5)


def without_length(request, n_bytes=None):
    request.send_response(200)
    request.send_header("Connection", "close")
    request.end_headers()
    request.wfile.write(DATA[:n_bytes])
    request.close_connection = True


def in_chunks(request, last=b"0\r\n\r\n"):
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    for start in range(0, len(DATA), 100_000):
        block = DATA[start : start + 100_000]
        request.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
    request.wfile.write(last)
    request.wfile.flush()
    request.close_connection = not last


def test_a_length_that_is_not_told(site, get):
    site.faults.append(without_length)
    assert get(size=len(DATA))[0] == DATA
    site.faults.append(in_chunks)
    assert get(force=True)[0] == DATA


def test_too_little_and_too_much_of_a_length_that_is_not_told(site, get):
    site.faults.append(lambda request: without_length(request, 1000))
    with pytest.raises(InputError, match="has 1,000 bytes, and 700,000 were expected"):
        get(size=len(DATA))
    site.faults.append(without_length)
    with pytest.raises(InputError, match="has more than 1,000 bytes, and 1,000 were expected"):
        get(size=1000)


def test_chunks_that_break_off(site, get):
    site.faults.append(lambda request: in_chunks(request, b""))
    site.etag = None
    data, log, _ = get()
    assert data == DATA
    assert "trying again" in log.lines[0]


def test_a_server_that_sends_too_much(site, get):
    def lie(request):
        request.send_response(200)
        request.send_header("Content-Length", str(len(DATA)))
        request.end_headers()
        request.wfile.write(DATA + b"and more")
        request.close_connection = True

    site.faults.append(lie)
    assert get(sha256=SHA256)[0] == DATA


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_errors_that_pass(site, get, code):
    site.faults += [lambda request: request.refuse(code)] * 2
    data, log, pauses = get()
    assert data == DATA
    assert f"the server says {code}" in log.lines[0]
    assert [round(pause) for pause in pauses] == [1, 2]


def test_the_server_may_say_when(site, get):
    answers = ["7", "100000", "soon", "Wed, 21 Oct 2015 07:28:00 GMT"]
    for answer in answers:
        site.faults.append(lambda request, answer=answer: request.refuse(503, Retry_After=answer))
    _, _, pauses = get(retries=4)
    for pause, low in zip(pauses, (7, 60, 4, 8), strict=True):
        assert low <= pause <= low * 1.1


def test_an_error_that_does_not_pass(site, get):
    site.faults += [lambda request: request.refuse(500)] * 9
    with pytest.raises(InputError, match=r"500 Internal Server Error; try again later$"):
        get(retries=3)
    assert len(site.requests) == 4


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (404, "is not there: the server says 404 Not Found; url names a mirror"),
        (410, "is not there"),
        (403, "cannot be fetched: the server says 403 Forbidden"),
        (401, "cannot be fetched"),
    ],
)
def test_errors_that_stay_are_not_tried_again(site, get, code, message):
    site.faults.append(lambda request: request.refuse(code))
    with pytest.raises(InputError, match=message):
        get()
    assert len(site.requests) == 1


def test_a_server_that_hangs(site, get):
    leave = threading.Event()

    def hang(request):
        request.send_response(200)
        request.describe(DATA)
        request.send_header("Content-Length", str(len(DATA)))
        request.end_headers()
        request.wfile.write(DATA[:1000])
        request.wfile.flush()
        leave.wait(10)

    site.faults += [hang, lambda _: leave.wait(10)]
    data, log, _ = get(timeout=0.3)
    leave.set()
    assert data == DATA
    assert [line.split(";")[0] for line in log.lines[:2]] == ["the server does not answer"] * 2
    assert ranges(site) == [None, "bytes=1000-", "bytes=1000-"]


def test_a_server_that_closes_or_talks_nonsense(site, get):
    def close(request):
        request.close_connection = True

    def nonsense(request):
        request.wfile.write(b"220 ftp.example.org ready\r\n")
        request.close_connection = True

    site.faults += [close, nonsense]
    assert get()[0] == DATA
    assert len(site.requests) == 3


def test_nobody_listens(get):
    url = f"http://127.0.0.1:{closed_port()}/x"
    with pytest.raises(InputError, match=r"failed: Connection refused; try again later$"):
        get(url=url, retries=2)


def test_redirects_are_followed(site, get):
    site.faults += [lambda request: request.refuse(302, Location="/corpus.bin")]
    assert get(path="/old", sha256=SHA256)[0] == DATA
    assert [path for path, _ in site.requests] == ["/old", "/corpus.bin"]


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_redirects_out_of_the_web_are_not(site, get, target):
    site.faults += [lambda request: request.refuse(302, Location=target)]
    with pytest.raises(InputError, match=r"no address of the web|is not allowed"):
        get()


def test_redirects_in_circles_end(site, get):
    site.faults += [lambda request: request.refuse(302, Location="/corpus.bin")] * 30
    with pytest.raises(InputError, match="302"):
        get()
    assert len(site.requests) < 30


def test_redirects_never_leave_encryption():
    request = module.Request("https://example.org/x")
    with pytest.raises(InputError, match="which is not encrypted"):
        module._Redirects().redirect_request(request, None, 302, "", {}, "http://example.org/x")


def test_a_proxy_of_the_environment_is_used(site, get, monkeypatch):
    site.files["http://corpora.example/x"] = DATA
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert get(url="http://corpora.example/x", sha256=SHA256)[0] == DATA


def test_a_full_disk_keeps_what_is_there(site, get, tmp_path, monkeypatch):
    real = module._open_part

    class Full:
        def __init__(self, file):
            self._file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

        def write(self, block):
            if self._file.tell() + len(block) > 400_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            self._file.write(block)

    monkeypatch.setattr(module, "_open_part", lambda entry, offset: Full(real(entry, offset)))
    with pytest.raises(
        OutputError, match=r"No space left.*bytes of it are kept.*cache names another place"
    ):
        get()
    monkeypatch.undo()
    n_bytes = entry_of(site, tmp_path).n_bytes()
    assert 0 < n_bytes <= 400_000
    assert get(sha256=SHA256)[0] == DATA
    assert ranges(site)[-1] == f"bytes={n_bytes}-"


def test_too_small_a_disk_is_noticed_before(get, monkeypatch):
    usage = module.shutil.disk_usage(".")
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(
        OutputError, match="700,000 bytes are to be fetched, and 1,000,000 are free"
    ):
        get()


def test_two_at_once_fetch_once(site, get):
    ready = threading.Event()

    def slow(request):
        ready.wait(10)
        request.answer()

    site.faults.append(slow)
    results = []
    threads = [threading.Thread(target=lambda: results.append(get())) for _ in range(2)]
    for thread in threads:
        thread.start()
    while not site.requests:
        pass
    ready.set()
    for thread in threads:
        thread.join(20)
    assert [data for data, _, _ in results] == [DATA, DATA]
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("corpus.txt", "is no address of the web"),
        ("ftp://example.org/x", "is no address of the web"),
        ("http:///x", "is no address of the web"),
        ("http://me:secret@example.org/x", "takes no user name and password"),
        ("http://example.org/a b", "write %20"),
        ("http://example.org/a\nb", "write %20"),
        ("http://[::1/x", "is no address"),
        ("http://example.org:99999/", "is no address"),
        ("http://" + "a" * 70 + ".org/", "is no address"),
    ],
)
def test_addresses_that_are_none(url, message):
    with pytest.raises(ConfigError, match=message) as caught:
        validate_url(url)
    assert "secret" not in str(caught.value)


def test_addresses_become_ascii():
    assert validate_url("http://bücher.example/wörter?q=ä") == (
        "http://xn--bcher-kva.example/w%C3%B6rter?q=%C3%A4"
    )
    assert validate_url("https://example.org:8080/a%20b.txt?x=1&y=2") == (
        "https://example.org:8080/a%20b.txt?x=1&y=2"
    )
    assert validate_url("http://example.org") == "http://example.org/"


def test_files_that_lie_here(tmp_path, get):
    path = tmp_path / "a b.txt"
    path.write_bytes(DATA)
    assert local_path(f"file:{tmp_path}/a%20b.txt") == path
    assert get(url=path.as_uri(), sha256=SHA256)[0] == DATA
    with pytest.raises(InputError, match="its SHA-256 is"):
        get(url=path.as_uri(), sha256="0" * 64)
    for url in (f"file:{tmp_path}", f"file:{tmp_path}/none", f"file://elsewhere{path}"):
        with pytest.raises(InputError, match="there is no such file; "):
            get(url=url)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (module.URLError(module.socket.gaierror(module.socket.EAI_NONAME, "no")), InputError),
        (module.URLError(module.socket.gaierror(module.socket.EAI_AGAIN, "later")), TemporaryError),
        (module.URLError(module.ssl.SSLCertVerificationError("bad")), InputError),
        (module.URLError(OSError(errno.ENETUNREACH, "unreachable")), TemporaryError),
        (module.URLError("unknown url type"), InputError),
        (module.InvalidURL("no port"), InputError),
    ],
    ids=str,
)
def test_which_failures_pass(error, kind):
    assert type(module._failure("http://x/", error)) is kind
