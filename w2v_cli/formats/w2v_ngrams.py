"""N-grams in the format of the project: more members of the archive that `w2v` writes and reads.

=============== ==================================================================
``ngrams.npy``  as the vectors, shape (n_rows, dim): rows of buckets
``buckets.npy`` int64, shape (n_rows,): their buckets, ascending; without it bucket i has row i
``trained.npy`` uint8, shape (n_rows,): 1 if a word of the vocabulary has it; without it all are
``own.npy``     as the vectors: the rows of words without their n-grams; not with ``murmur``
=============== ==================================================================

Rows of int8 have their scales in ``ngrams_scales.npy`` and ``own_scales.npy``. How words are cut
and hashed is in ``info.json``, under ``ngrams``.
"""

import numpy as np

from ..config import FNV, SUBWORD_HASHES
from ..embeddings.ngrams import MOST_HASHES, Ngrams
from ..embeddings.subwords import Subwords
from ..files.storedzip import DamageError

KEY = "ngrams"
NGRAMS, BUCKETS, TRAINED, OWN = "ngrams.npy", "buckets.npy", "trained.npy", "own.npy"
MOST_BUCKETS = 1 << 31
LONGEST_NGRAM = 100
RANGES = {
    "buckets": (1, MOST_BUCKETS),
    "min_n": (0, MOST_BUCKETS),
    "max_n": (0, LONGEST_NGRAM),
    "hashes": (1, MOST_HASHES),
    "rows": (1, MOST_BUCKETS),
}


def facts_of(subwords):
    """What ``info.json`` says of n-grams: dict."""
    ngrams = subwords.ngrams
    return {
        "buckets": ngrams.n_buckets,
        "min_n": ngrams.min_n,
        "max_n": ngrams.max_n,
        "hash": ngrams.hash,
        "hashes": ngrams.n_hashes,
        "rows": len(subwords.rows),
        "pruned": subwords.is_pruned,
    }


def write_ngrams(subwords, add, add_matrix):
    """Write the members.

    Parameters
    ----------
    subwords : Subwords
    add : callable          add(name, array, dtype) writes one
    add_matrix : callable   add_matrix(name, rows) writes one of vectors
    """
    if subwords.buckets is not None:
        add(BUCKETS, subwords.buckets, "<i8")
    if subwords.trained is not None:
        add(TRAINED, subwords.trained, "|u1")
    if subwords.own is not None:
        add_matrix(OWN, subwords.own)
    add_matrix(NGRAMS, subwords.rows)


def read_ngrams(info, n_words, dim, names, small, large):
    """The n-grams of an archive; None if it has none.

    Parameters
    ----------
    info : dict      what ``info.json`` holds
    n_words, dim : int
    names : container of str   of the members that are there
    small, large : callable    small(name, shape, dtype) -> the array of a member, its checksum
                               held against it; large(name, shape) -> rows of vectors

    Returns
    -------
    Subwords or None

    Raises
    ------
    DamageError   if it does not fit together
    """
    facts = info.get(KEY)
    if facts is None:
        return None
    _check(facts)
    if NGRAMS not in names or (facts["hash"] == FNV) != (OWN in names):
        raise DamageError(f"{NGRAMS} or {OWN} is missing, or one too many")
    ngrams = Ngrams(
        facts["buckets"], facts["min_n"], facts["max_n"], facts["hash"], facts["hashes"]
    )
    n_rows = facts["rows"]
    buckets = small(BUCKETS, (n_rows,), "<i8") if BUCKETS in names else None
    if buckets is None and n_rows != ngrams.n_buckets:
        raise DamageError(f"{BUCKETS} is missing")
    if buckets is not None and not _are_buckets(buckets, ngrams.n_buckets):
        raise DamageError(f"{BUCKETS} holds other numbers than buckets, ascending")
    trained = None
    if TRAINED in names:
        trained = small(TRAINED, (n_rows,), "|u1")
        if trained.max() > 1:
            raise DamageError(f"{TRAINED} holds other numbers than 0 and 1")
        trained = trained.view(bool)
    own = large(OWN, (n_words, dim)) if OWN in names else None
    rows = large(NGRAMS, (n_rows, dim))
    return Subwords(ngrams, rows, buckets, own, facts["pruned"], trained)


def _check(facts):
    fits = isinstance(facts, dict) and facts.get("hash") in SUBWORD_HASHES
    fits = fits and isinstance(facts.get("pruned"), bool)
    for name, (low, high) in RANGES.items():
        # type(), because true and false are integers to isinstance().
        fits = fits and type(facts.get(name)) is int and low <= facts[name] <= high
    if not fits or (facts["hash"] == FNV and facts["hashes"] != 1):
        raise DamageError(f"{KEY} in info.json is not as w2v writes it")


def _are_buckets(buckets, n_buckets):
    in_range = buckets[0] >= 0 and buckets[-1] < n_buckets
    return in_range and bool((np.diff(buckets) > 0).all())
