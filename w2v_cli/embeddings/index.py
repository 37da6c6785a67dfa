"""Approximate nearest rows for millions of vectors: an inverted file of faiss, scored again.

Rows are put into lists around k-means centers, and a query looks into the nearest lists only. What
is found there is scored again with the vectors themselves, so that cosines are exact and only which
rows are found is approximate. A file of an index is a ZIP archive that holds `index.faiss` as faiss
writes it, not compressed, and `index.json`, which tells what it belongs to.
"""

import json
import os
import zipfile
from dataclasses import asdict, dataclass
from hashlib import blake2b
from time import perf_counter

import numpy as np

from ..errors import InputError
from ..files.outputs import atomic_output
from ..files.paths import reason
from ..files.storedzip import DAMAGE_ERRORS, regions
from ..machine.libraries import require
from ..machine.limits import FEWER_WORDS, require_memory
from ..machine.system import available_cpus
from .restriction import Restriction
from .search import pad
from .table import lengths

FORMAT = "w2v index 1"
LISTS_PER_ROOT = 4
"""Lists: so many times the square root of the rows, as finding lists and searching them balance."""
TRAINED_PER_LIST = 64
LEAST_PER_LIST = 39
"""faiss deems k-means with fewer rows a list too rough."""
ADDED_ROWS = 1 << 16
SPARE = 8
"""Rows found beyond those wanted: half-precision vectors order equals at random."""
RECALL_K = 10
SEED = 1
DIGEST_ROWS = 1024
CHECKED_BYTES = 1 << 20
META, PAYLOAD = "index.json", "index.faiss"
LARGEST_META = 1 << 20
FLOAT_BYTES, HALF_BYTES, ID_BYTES = 4, 2, 8
INDEX_GROWTH = 1.5
"""Lists of an index that grow have room for so much more than is in them, on average."""


@dataclass(frozen=True)
class IndexFacts:
    """What `index.json` holds.

    Attributes
    ----------
    format : str     FORMAT
    digest : str     of the vectors, see `vectors_digest`
    n_rows, dim, n_lists : int
    n_probes : int   lists that a query looks into
    recall : float   share of the ten nearest rows that are found, measured with `queries` queries
    queries : int
    """

    format: str
    digest: str
    n_rows: int
    dim: int
    n_lists: int
    n_probes: int
    recall: float
    queries: int


class ApproximateIndex:
    """Searches embeddings approximately.

    Parameters
    ----------
    embeddings : Embeddings   those that the index was built of
    facts : IndexFacts
    index : faiss.IndexIVF
    """

    def __init__(self, embeddings, facts, index):
        self.embeddings = embeddings
        self.facts = facts
        self._index = index
        self._faiss = _faiss()

    def nearest(self, queries, k=10, exclude=None, restriction=None):
        """Rows near each query vector; as `Embeddings.nearest`, but not always the nearest ones.

        A query for which fewer rows are found than there are is searched exactly.
        """
        wide = np.asarray(queries, dtype=np.float64).reshape(-1, self.embeddings.dim)
        norms = lengths(wide)
        wide = wide / np.where(norms > 0, norms, 1)[:, np.newaxis]
        restriction = restriction or Restriction(len(self.embeddings))
        exclude = pad([[]] * len(wide) if exclude is None else exclude)
        k = min(k, restriction.n_rows)
        ids = self._found(wide, min(k + exclude.shape[1] + SPARE, self.facts.n_rows), restriction)
        ids[(ids[:, :, np.newaxis] == exclude[:, np.newaxis, :]).any(axis=2)] = -1
        ids, cosines = self._best(wide, ids, k)
        short = np.flatnonzero((ids < 0).any(axis=1))
        if len(short):
            left_out = [rows[rows >= 0].tolist() for rows in exclude[short]]
            ids[short], cosines[short] = self.embeddings.nearest(
                wide[short], k, left_out, restriction
            )
        return ids, cosines

    def _found(self, wide, wanted, restriction):
        """Rows by approximate cosines, -1 for none: int64, shape (n_queries, wanted)."""
        parameters = self._faiss.SearchParametersIVF(nprobe=self.facts.n_probes)
        selector = None
        if restriction.n_rows < self.facts.n_rows or len(restriction.barred):
            allowed = np.zeros(self.facts.n_rows, dtype=bool)
            allowed[: restriction.n_rows] = True
            allowed[np.asarray(restriction.barred, dtype=np.int64)] = False
            selector = self._faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
            parameters = self._faiss.SearchParametersIVF(nprobe=self.facts.n_probes, sel=selector)
        if len(wide) == 0 or wanted == 0:
            return np.empty((len(wide), wanted), dtype=np.int64)
        _, ids = self._index.search(wide.astype(np.float32), wanted, params=parameters)
        return ids

    def _best(self, wide, ids, k):
        queries, slots = np.nonzero(ids >= 0)
        cosines = np.full(ids.shape, -np.inf)
        cosines[queries, slots] = self.embeddings.exact_cosines(wide, queries, ids[queries, slots])
        order = np.lexsort((ids, -cosines))[:, :k]
        return np.take_along_axis(ids, order, axis=1), np.take_along_axis(cosines, order, axis=1)

    def write(self, path):
        """Write the index to a file, whole or not at all.

        Raises
        ------
        OutputError   if it cannot be written
        """
        with (
            atomic_output(path) as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive,
        ):
            archive.writestr(META, json.dumps(asdict(self.facts), indent=1) + "\n")
            with archive.open(PAYLOAD, "w", force_zip64=True) as member:
                writer = self._faiss.PyCallbackIOWriter(member.write)
                self._faiss.write_index(self._index, writer)
                del writer


def build_index(embeddings, least_recall=0.98, n_queries=500, progress=None):
    """Build an index, and choose how many lists are looked into by measuring the recall.

    Parameters
    ----------
    embeddings : Embeddings
    least_recall : float      share of the ten nearest rows to be found, on average
    n_queries : int           rows taken as queries to measure that
    progress : callable or None   called as progress("build", rows added, all rows)

    Returns
    -------
    index : ApproximateIndex
    seconds : dict   ``build``; and ``exact_query``, ``query``: for one of many queries

    Raises
    ------
    MissingLibraryError   if faiss is not installed
    MemoryShortageError   if there is not enough memory
    InputError            if there are no vectors
    """
    if len(embeddings) == 0:
        raise InputError("there are no vectors to build an index of; give a file that holds some")
    start = perf_counter()
    n_lists = max(
        1, min(int(LISTS_PER_ROOT * len(embeddings) ** 0.5), len(embeddings) // LEAST_PER_LIST)
    )
    index = _fill(embeddings, n_lists, progress)
    built = perf_counter()
    rows = np.random.default_rng(SEED).permutation(len(embeddings))[:n_queries]
    queries, own = embeddings.unit(rows), [[row] for row in rows.tolist()]
    nearest, _ = embeddings.nearest(queries, RECALL_K, own)
    searched = perf_counter()
    n_probes = 1
    while True:
        facts = IndexFacts(FORMAT, vectors_digest(embeddings), len(embeddings), embeddings.dim,
                           n_lists, n_probes, 0.0, len(rows))  # fmt: skip
        found = ApproximateIndex(embeddings, facts, index)
        began = perf_counter()
        near, _ = found.nearest(queries, RECALL_K, own)
        ended = perf_counter()
        recall = _recall(nearest, near)
        if recall >= least_recall or n_probes == n_lists:
            break
        n_probes = min(2 * n_probes, n_lists)
    facts = IndexFacts(**{**asdict(facts), "recall": recall})
    seconds = {
        "build": built - start,
        "exact_query": (searched - built) / len(rows),
        "query": (ended - began) / len(rows),
    }
    return ApproximateIndex(embeddings, facts, index), seconds


def read_index(path, embeddings):
    """Read an index that `ApproximateIndex.write` wrote.

    Checksums, sizes and the digest of the vectors find damage and mistakes. They do not make a file
    safe that somebody made to do harm: faiss trusts what it reads.

    Raises
    ------
    MissingLibraryError   if faiss is not installed
    InputError            if it cannot be read, is damaged, is no index, or is one of other vectors
    """
    faiss = _faiss()
    try:
        with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
            members = regions(archive, file, os.fstat(file.fileno()).st_size)
            facts = _facts(archive, members[META])
            _check_payload(archive, members[PAYLOAD])
            if facts.digest != vectors_digest(embeddings):
                raise InputError(f"{path}: is the index of other vectors; build one with w2v index")
            with archive.open(PAYLOAD) as member:
                index = faiss.read_index(faiss.PyCallbackIOReader(member.read))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {reason(error)}") from error
    except (*DAMAGE_ERRORS, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: is damaged, or is no file that w2v index wrote; build it again with w2v index"
        ) from error
    expected = (facts.n_rows, facts.dim, facts.n_lists)
    if not isinstance(index, faiss.IndexIVF) or expected != (index.ntotal, index.d, index.nlist):
        raise InputError(
            f"{path}: does not hold the index that its {META} tells of; "
            "build it again with w2v index"
        )
    return ApproximateIndex(embeddings, facts, index)


def vectors_digest(embeddings):
    """A digest of the shape, and of words and vectors spread over all rows.

    It tells other vectors, or another order of them, in no time. Should two files differ elsewhere
    only, an index of one finds a little less in the other, and its cosines are right all the same.
    """
    n_rows = len(embeddings)
    rows = np.unique(np.linspace(0, max(n_rows - 1, 0), min(n_rows, DIGEST_ROWS)).astype(np.int64))
    digest = blake2b(f"{n_rows} {embeddings.dim}\n".encode(), digest_size=16)
    for row in rows.tolist():
        digest.update(embeddings.words[row].encode(errors="surrogatepass") + b"\n")
    digest.update(np.ascontiguousarray(embeddings.vectors[rows], dtype="<f4").tobytes())
    return digest.hexdigest()


def _faiss():
    faiss = require("faiss", "an index")
    faiss.omp_set_num_threads(available_cpus())
    return faiss


def _fill(embeddings, n_lists, progress):
    faiss = _faiss()
    n_rows, dim = embeddings.vectors.shape
    quantizer = faiss.IndexFlatIP(dim)
    kind = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, dim, n_lists, kind, faiss.METRIC_INNER_PRODUCT, False
    )
    index.cp.min_points_per_centroid = 1
    index.cp.seed = SEED
    random = np.random.default_rng(SEED)
    trained = random.permutation(n_rows)[: max(n_lists * TRAINED_PER_LIST, 1)]
    require_memory(
        index_memory(n_rows, dim, len(trained), ADDED_ROWS),
        "building the index",
        lambda _: FEWER_WORDS,
        available_cpus(),
    )
    index.train(embeddings.unit(np.sort(trained)).astype(np.float32))
    for start in range(0, n_rows, ADDED_ROWS):
        rows = slice(start, min(start + ADDED_ROWS, n_rows))
        index.add(embeddings.unit(rows).astype(np.float32))
        if progress:
            progress("build", rows.stop, n_rows)
    return index


def _recall(nearest, found):
    wanted = nearest >= 0
    hits = (nearest[:, :, np.newaxis] == found[:, np.newaxis, :]).any(axis=2)
    return float(hits[wanted].mean()) if wanted.any() else 1.0


def _facts(archive, region):
    if region.size > LARGEST_META:
        raise ValueError("not the facts of an index")
    facts = IndexFacts(**json.loads(archive.read(META)))
    numbers = (facts.n_rows, facts.dim, facts.n_lists, facts.n_probes)
    if facts.format != FORMAT or not all(type(number) is int and number > 0 for number in numbers):
        raise ValueError("not the facts of an index")
    return facts


def _check_payload(archive, region):
    """Read it all, which compares its checksum: damaged data must not get as far as faiss."""
    if region.size == 0:
        raise ValueError("empty")
    with archive.open(PAYLOAD) as member:
        while member.read(CHECKED_BYTES):
            pass


def index_memory(n_rows, dim, n_trained, n_added):
    """What building an approximate index takes beyond the vectors: int, bytes.

    Parameters
    ----------
    n_rows, dim : int
    n_trained : int   rows from which the centers of its lists are made
    n_added : int     rows that are added at a time
    """
    at_work = 3 * FLOAT_BYTES * dim  # a row as float64, and as the float32 that is made of it
    lists = INDEX_GROWTH * n_rows * (HALF_BYTES * dim + ID_BYTES)
    return int(max(n_trained * at_work, lists + min(n_added, n_rows) * at_work))
