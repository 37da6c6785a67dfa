"""A web server on the loopback interface that does what servers do wrong, for tests."""

import hashlib
import io
import socket
import threading
import zipfile
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """What the server has and how it behaves; tests change it between requests.

    Attributes
    ----------
    files : dict        path -> bytes
    faults : list       of functions that are called, first to last, one a request, in place of the
                        right answer
    requests : list     (path, headers) of what was asked
    ranges : bool       whether it can go on in the middle
    etag, last_modified : str or None   what it tells of files; "" for the right one
    """

    def __init__(self):
        self.files = {}
        self.faults = []
        self.requests = []
        self.ranges = True
        self.etag = ""
        self.last_modified = None
        self.url = None

    def etag_of(self, data):
        return f'"{hashlib.md5(data).hexdigest()}"' if self.etag == "" else self.etag


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """No log."""

    def do_GET(self):
        site = self.server.site
        site.requests.append((self.path, dict(self.headers)))
        # A stopped client is no news.
        try:
            if site.faults:
                site.faults.pop(0)(self)
            else:
                self.answer()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self):
        """What a good server says."""
        site = self.server.site
        data = site.files.get(self.path)
        if data is None:
            self.refuse(404)
            return
        start = self._start(data) if site.ranges else None
        self.send_response(200 if start is None else 206)
        if start is not None:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.describe(data)
        body = data[start or 0 :]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def describe(self, data):
        etag = self.server.site.etag_of(data)
        if etag:
            self.send_header("ETag", etag)
        if self.server.site.last_modified:
            self.send_header("Last-Modified", self.server.site.last_modified)

    def _start(self, data):
        asked = self.headers.get("Range")
        if asked is None:
            return None
        condition = self.headers.get("If-Range")
        site = self.server.site
        if condition and condition not in (site.etag_of(data), site.last_modified):
            return None
        return int(asked.removeprefix("bytes=").removesuffix("-"))

    def refuse(self, code, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def break_off(self, n_bytes, claimed=None):
        """Send so many bytes, from where it is asked, and close the connection."""
        site = self.server.site
        data = site.files[self.path]
        start = (self._start(data) if site.ranges else None) or 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.describe(data)
        self.send_header("Content-Length", str((claimed or len(data)) - start))
        self.end_headers()
        self.wfile.write(data[start : start + n_bytes])
        self.wfile.flush()
        self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Nobody reads it."""


@contextmanager
def file_server():
    """A `Site` that is served, under ``site.url``, until the block ends."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.site = site = Site()
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def closed_port():
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


YESTERDAY = formatdate(1_700_000_000, usegmt=True)


def zipped(**members):
    """An archive of files, name -> bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def fetching(w2v, site, folder):
    """Run the command with a cache of its own; {} in arguments is the address of the server."""

    def run(*args, **kwargs):
        args = [str(arg).replace("{}", site.url) for arg in args]
        return w2v("fetch", "--cache", folder / "cache", *args, cwd=folder, **kwargs)

    return run
