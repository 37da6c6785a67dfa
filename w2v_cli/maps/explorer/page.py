"""What the page holds, and the page itself: template, style and script with the data put in.

The neighbors are computed here, exactly, and stand in the page, about 10 bytes each: the vectors
themselves would take ten times the room, or be rounded so that the answers differ from those of
``w2v neighbors``.
"""

import base64
import hashlib
import json
import re
from html import escape
from importlib.resources import files

import numpy as np

from ...embeddings.lookup import spelled_or_folded
from ...embeddings.restriction import Restriction
from ..choices import METHOD_TITLES
from ..projection import project
from ..wordmap import related_pairs

SCALE = 100_000
"""Coordinates are whole numbers between -SCALE and SCALE, as fine as a projection's."""
SCORE_UNITS = 10_000
QUERIES = 4096
"""Words whose neighbors are searched for at a time."""
POLICY = "default-src 'none'; img-src data:; script-src '{script}'; style-src '{style}'"


def explore_data(embeddings, n_words, n_neighbors, method="pca", seed=1, sections=()):
    """All that the page shows.

    Parameters
    ----------
    embeddings : Embeddings
    n_words : int       the first words, which are the most frequent, as many as there are
    n_neighbors : int   nearest words of each, among those on the page
    method, seed        as for `project`
    sections : list of Section   analogy questions; of their related words those on the page

    Returns
    -------
    dict   as the script documents it

    Raises
    ------
    InputError            if there are too few words for the method
    MissingLibraryError   if the method's library is not installed
    """
    n_words = min(n_words, len(embeddings))
    projection = project(embeddings.unit(slice(0, n_words)), method, seed)
    x, y = np.round(projection.points * SCALE).astype(np.int64).T
    ids, scores = _neighbors(embeddings, n_words, n_neighbors)
    counts = None if embeddings.counts is None else embeddings.counts[:n_words].tolist()
    return {
        "words": [embeddings.words[row] for row in range(n_words)],
        "x": x.tolist(),
        "y": y.tolist(),
        "scale": SCALE,
        "method": method,
        "variance": projection.shares,
        "width": ids.shape[1],
        "neighbors": ids.ravel().tolist(),
        "scores": scores.ravel().tolist(),
        "counts": counts,
        "total": len(embeddings),
        "sections": _related(embeddings, n_words, sections),
    }


def render_page(data, title):
    """The page as UTF-8: the same data give the same bytes.

    Whatever the words and the title hold is text and never markup: what could end the data or
    begin an element is written as an escape, and the policy of the page allows no other script
    than its own, and no connection at all.

    Parameters
    ----------
    data : dict   of `explore_data`
    title : str

    Returns
    -------
    bytes
    """
    style, script = _resource("page.css"), _resource("page.js")
    parts = {
        "policy": POLICY.format(script=_digest(script), style=_digest(style)),
        "title": escape(_without_controls(title)),
        "legend": escape(_legend(data)),
        "style": style,
        "data": _json(data),
        "script": script,
    }
    page = re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _resource("page.html"))
    return page.encode()


def _neighbors(embeddings, n_words, n_neighbors):
    """Rows and cosines, in whole units, of the nearest words of each: shape (n_words, k) both."""
    blocks = []
    for start in range(0, n_words, QUERIES):
        rows = np.arange(start, min(start + QUERIES, n_words))
        queries = embeddings.unit(rows)
        own = [[row] for row in rows.tolist()]
        ids, cosines = embeddings.nearest(queries, n_neighbors, own, Restriction(n_words))
        cosines = np.where(ids < 0, 0, np.round(cosines * SCORE_UNITS))
        blocks.append((ids, cosines.astype(np.int64)))
    ids, scores = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return ids, scores


def _related(embeddings, n_words, sections):
    """Sections with the rows of their pairs on the page, one after the other; not empty ones."""
    named = {word for section in sections for question in section.questions for word in question}
    lookup = spelled_or_folded(embeddings)
    rows = {word: row for word in named if (row := lookup.row(word)) is not None}
    related = []
    for section in sections:
        pairs = [[rows.get(word, n_words) for word in pair] for pair in related_pairs(section)]
        known = dict.fromkeys(tuple(pair) for pair in pairs if max(pair) < n_words)
        if known:
            related.append({"name": section.name, "pairs": [row for pair in known for row in pair]})
    return related


def _legend(data):
    if data["variance"] is None:
        name = METHOD_TITLES[data["method"]]
        return f"{name}: near is alike, but directions and large distances mean little"
    first, second = (100 * share for share in data["variance"])
    return f"Principal components with {first:.1f} % and {second:.1f} % of the variance"


def _json(data):
    """JSON in which no word can end the element that holds it, or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029\ufeff\0"})


def _digest(text):
    """How the policy of a page names a script or style that is part of it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _without_controls(text):
    return "".join(char if char.isprintable() else " " for char in text)


def _resource(name):
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
