"""Addresses that can be fetched: http, https, and file for what lies here."""

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from ..errors import ConfigError, InputError, field
from ..wording.nearnames import missing_file

SCHEMES = ("http", "https", "file")
GIVE_FILE = f"give {field('url', 'file:PATH')}"
"""What to do with a file that is fetched otherwise, for messages."""


def validate_url(url):
    """The address in ASCII, as a request needs it.

    Raises
    ------
    ConfigError   if it is none that can be fetched, or holds a password
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"{field('url', url)} is no address: {error}; correct it") from error
    if parts.scheme not in SCHEMES or not (host or parts.scheme == "file"):
        raise ConfigError(
            f"{field('url', url)} is no address of the web; it begins with http:// or https://, "
            "or with file: and the path of a file"
        )
    if parts.username is not None:
        raise ConfigError(
            f"{field('url')} takes no user name and password, as they would be seen by others; "
            f"fetch it with another program, and {GIVE_FILE}"
        )
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ConfigError(f"{field('url', url)} holds a space; write %20 for it")
    if parts.scheme == "file":
        return url
    place = f"[{host}]" if ":" in host else host
    place += f":{port}" if port is not None else ""
    path, query = (quote(text, safe="/%:;=@,+$!~*'()&?-._") for text in (parts.path, parts.query))
    return urlunsplit((parts.scheme, place, path or "/", query, ""))


def local_path(url):
    """The Path that a file: address names; None for an address of the web.

    Raises
    ------
    InputError   if no such file is there
    """
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    path = Path(unquote(parts.path))
    if parts.netloc not in ("", "localhost") or not path.is_file():
        hint = missing_file(str(path)) or "correct the path"
        raise InputError(f"{url}: there is no such file; {hint}")
    return path
