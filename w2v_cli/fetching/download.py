"""Downloads a file over HTTP, and resumes where an earlier download broke off.

What is there of a file is continued (Range) if it is certain that it is of the same file
(If-Range, with a strong entity tag or the time of the last change), else fetched from the start.
A temporary fault is tried again after a while. The whole is held against its length and checksum.
"""

import os
import random
import re
import shutil
import socket
import ssl
import time
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException, InvalidURL
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from .. import __version__
from ..errors import InputError, OutputError, field
from ..files.paths import reason
from .store import ELSEWHERE, sha256_of

BLOCK = 1 << 18
PASSING_CODES = (408, 425, 429, 500, 502, 503, 504)
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0
SLACK = 1 << 20
"""Bytes of a disk that are left free."""


@dataclass(frozen=True)
class RetryPolicy:
    """How patient to be: seconds without any byte, and how often in a row to try again."""

    timeout: float = 30.0
    retries: int = 4
    sleep: object = time.sleep


class TemporaryError(Exception):
    """A reason to try again; ``delay`` is what the server asks for, in seconds."""

    def __init__(self, message, delay=None):
        super().__init__(message)
        self.delay = delay


class ChecksumError(InputError):
    """What was fetched has another checksum than it should."""


class ChangedError(Exception):
    """What is there is no beginning of what the server has."""


def download(url, entry, size, sha256, retry_policy, report, *, beginning=None):
    """Fetch an address into the cache.

    Parameters
    ----------
    url : str
    entry : store.Entry    locked
    size : int or None     bytes that it must have
    sha256 : str or None   that it must have
    retry_policy : RetryPolicy
    report : object        has ``say(line)``; called as report("fetch", done, total), in bytes
    beginning : Beginning  that tells when enough has come; what is kept then is a beginning, which
        or None            no checksum is held against

    Returns
    -------
    bool   whether the whole file is there now

    Raises
    ------
    InputError    if it cannot be fetched, or is not what was expected
    OutputError   if the cache cannot be written
    """
    was_resumed = entry.n_bytes() > 0
    if not _patiently(url, entry, size, retry_policy, report, beginning):
        return False
    digest = sha256_of(entry.part)
    if sha256 is not None and digest != sha256:
        entry.drop_part()
        if was_resumed:
            report.say("the checksum is wrong; fetching from the start")
            return download(url, entry, size, sha256, retry_policy, report, beginning=beginning)
        raise ChecksumError(
            f"{url}: its SHA-256 is {digest}, and not {sha256}: it was damaged on the way, or is "
            "another file, and nothing of it was kept; try again, or give the right "
            + field("sha256")
        )
    entry.publish(digest)
    return True


def _patiently(url, entry, size, retry_policy, report, beginning):
    """Fetch the bytes, in as many tries as it takes or may take; whether all of them."""
    failures = 0
    while True:
        before = entry.n_bytes()
        try:
            return _transfer(url, entry, size, retry_policy, report, beginning)
        except ChangedError:
            entry.drop_part()
        except TemporaryError as temporary:
            failures = 1 if entry.n_bytes() > before else failures + 1
            if failures > retry_policy.retries:
                hint = resume_hint(entry) or "; try again later"
                raise InputError(f"{url}: {temporary}{hint}") from temporary
            delay = temporary.delay or FIRST_DELAY * 2 ** (failures - 1)
            delay = min(delay, LONGEST_DELAY) * random.uniform(1, 1.1)
            report.say(f"{temporary}; trying again in {delay:.0f} s")
            retry_policy.sleep(delay)


def resume_hint(entry):
    """What to tell of a beginning that is there, at the end of a message."""
    n_bytes = entry.n_bytes()
    if not n_bytes or _validator(entry) is None:
        return ""
    return f"; {n_bytes:,} bytes of it are kept, and the same again goes on from there"


def _transfer(url, entry, size, retry_policy, report, beginning):
    """One try; whether the whole file came, and not its beginning that is wanted."""
    offset, validator = entry.n_bytes(), _validator(entry)
    headers = {"User-Agent": f"w2v/{__version__}", "Accept-Encoding": "identity"}
    if offset and validator:
        headers |= {"Range": f"bytes={offset}-", "If-Range": validator}
    try:
        response = _open(Request(url, headers=headers), retry_policy.timeout)
    except HTTPError as error:
        with error:
            if error.code == 416 and offset:
                raise ChangedError from error
            raise _refusal(url, error) from error
    except (OSError, HTTPException) as error:
        raise _failure(url, error) from error
    with response:
        offset = _agreed_offset(response, entry, offset)
        total = _total(response, offset)
        _check_size(url, entry, total, size)
        if beginning is None:
            _check_room(entry, total, offset)
        entry.remember(part=_described(response))
        expected = total if total is not None else size
        report("fetch", offset, expected)
        tell = partial(report, "fetch", total=expected)
        if beginning is not None and beginning.rewind(entry.part, offset):
            return False
        done, is_enough = _copy(response, entry, offset, size, tell, url, beginning)
    if is_enough:
        return False
    if total is not None and done < total:
        raise TemporaryError(f"the connection ended after {done:,} of {total:,} bytes")
    if size is not None and done != size:
        entry.drop_part()
        raise _other_size(url, f"{done:,}", size)
    return True


def _copy(response, entry, offset, size, tell, url, beginning):
    """Write what comes behind what is there; the number of bytes then, and whether that is enough
    though there is more.
    """
    done = offset
    with _open_part(entry, offset) as file:
        while True:
            try:
                block = response.read1(BLOCK)
            except (OSError, HTTPException, ValueError) as error:
                raise _failure(url, error) from error
            if not block:
                return done, False
            done += len(block)
            if size is not None and done > size:
                raise _other_size(url, f"more than {size:,}", size)
            try:
                file.write(block)
            except OSError as error:
                raise _no_room(entry, error) from error
            tell(done)
            if beginning is not None and beginning.take(block):
                return done, True


def _open_part(entry, offset):
    try:
        file = open(entry.part, "r+b" if offset else "wb", buffering=0)
        file.seek(offset)
        file.truncate()
    except OSError as error:
        raise _no_room(entry, error) from error
    return file


def _no_room(entry, error):
    return OutputError(
        f"{entry.part}: cannot be written: {reason(error)}{resume_hint(entry)} ({ELSEWHERE})"
    )


class _Redirects(HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):
        """Follow, but never from an encrypted connection to one that is not."""
        if not newurl.startswith(("http://", "https://")):
            raise InputError(
                f"{req.full_url}: leads to {newurl!r}, which is no address of the web; give another"
            )
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            raise InputError(
                f"{req.full_url}: leads to {newurl}, which is not encrypted; give that address "
                "yourself if you trust it"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(request, timeout):
    """The response; proxies are those of the environment (http_proxy, https_proxy, no_proxy)."""
    return build_opener(_Redirects).open(request, timeout=timeout)


def _refusal(url, error):
    """What an answer of the server means that is not the file."""
    told = f"the server says {error.code} {error.reason}"
    if error.code in PASSING_CODES:
        asked = error.headers.get("Retry-After", "")
        return TemporaryError(told, float(asked) if re.fullmatch(r"[1-9]\d{0,8}", asked) else None)
    if error.code in (404, 410):
        return InputError(f"{url}: is not there: {told}; {field('url')} names a mirror")
    return _unfetchable(url, told)


def _unfetchable(url, why):
    return InputError(f"{url}: cannot be fetched: {why}; correct the address, or name a mirror")


def _failure(url, error):
    """Whether trying again can help against an error of the connection."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return InputError(
            f"{url}: the server's certificate is not valid: {reason(cause)}; look at the clock and "
            "the certificates of this machine"
        )
    if isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
        return InputError(
            f"{url}: there is no such server: {reason(cause)}; correct the address, or look at the "
            "network"
        )
    if isinstance(cause, (InvalidURL, str)):
        return _unfetchable(url, cause)
    if isinstance(cause, TimeoutError):
        return TemporaryError("the server does not answer")
    if isinstance(cause, OSError) and cause.errno:
        return TemporaryError(f"the connection failed: {reason(cause)}")
    return TemporaryError(f"the connection broke: {cause}")


def _agreed_offset(response, entry, offset):
    """Where what the server sends begins.

    Raises ChangedError if that does not fit what is there.
    """
    if response.status != 206:
        return 0
    start, total = _content_range(response)
    if not offset:
        if start != 0:
            raise TemporaryError("the server sends a part that nobody asked for")
        return 0
    before = entry.known("part")
    same = all(before.get(key) == value for key, value in _described(response).items() if value)
    if start != offset or not same or (total is not None and total < offset):
        raise ChangedError
    return offset


def _content_range(response):
    """(first byte, bytes of the whole) of a partial answer; None for what is not told."""
    told = response.headers.get("Content-Range", "")
    found = re.fullmatch(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", told.strip())
    if found is None:
        return None, None
    return int(found[1]), None if found[2] == "*" else int(found[2])


def _total(response, offset):
    """The length of the whole, if the server tells it."""
    if response.status == 206:
        total = _content_range(response)[1]
        if total is not None:
            return total
    return None if response.length is None else offset + response.length


def _check_size(url, entry, total, size):
    """Find out before fetching whether it is what was expected."""
    if total is not None and size is not None and total != size:
        entry.drop_part()
        raise _other_size(url, f"{total:,}", size)


def _check_room(entry, total, offset):
    """Find out before fetching whether there is room for all of it."""
    if total is None:
        return
    free = shutil.disk_usage(os.path.dirname(entry.part)).free
    if total - offset + SLACK > free:
        raise OutputError(
            f"{os.path.dirname(entry.part)}: {total - offset:,} bytes are to be fetched, and "
            f"{free:,} are free; {ELSEWHERE}"
        )


def _other_size(url, n_bytes, size):
    return InputError(
        f"{url}: has {n_bytes} bytes, and {size:,} were expected: it is another file, or an error "
        f"page; correct the address, or give the {field('sha256')} of that file if it is meant"
    )


def _described(response):
    """What tells a file from a later one under the same address."""
    return {
        "etag": response.headers.get("ETag"),
        "last_modified": response.headers.get("Last-Modified"),
    }


def _validator(entry):
    """What makes sure that a beginning is of the file that the server has now; None if nothing."""
    facts = entry.known("part")
    etag, changed = facts.get("etag"), facts.get("last_modified")
    if isinstance(etag, str) and not etag.startswith("W/"):
        return etag
    return changed if isinstance(changed, str) else None
