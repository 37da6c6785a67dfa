"""The encoded corpus: every word of the text as the id of a vocabulary, in sentences."""

import numpy as np

from ..compiling.cache import compiled_code_cache
from .marks import SENTENCE_END
from .spool import BLOCK_IDS

with compiled_code_cache():
    from .mapping import AFTER_END, N_SENTENCES, N_TOKENS, N_WRITTEN, map_ids

__all__ = ["EncodedCorpus", "encode", "encode_blocks"]


class EncodedCorpus:
    """Sentences of word ids in a file, ready to train on.

    Attributes
    ----------
    length : int        ids in the file, sentence ends included
    n_tokens : int      words
    n_sentences : int   lines that have at least one word
    facts : dict        what statistics tell of it beyond that: nothing
    """

    def __init__(self, ids, n_tokens, n_sentences):
        """``ids`` is an IdFile, owned by this object from now on."""
        self.ids = ids
        self.length = ids.length
        self.n_tokens = n_tokens
        self.n_sentences = n_sentences
        self.facts = {}

    @property
    def disk_bytes(self):
        """What the file takes on its disk, as long as it is there: 0 unless it is temporary."""
        return self.ids.disk_bytes

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def blocks(self):
        """Yield all ids as they lie there, in arrays of int32."""
        return self.ids.blocks()

    def window(self, start, stop):
        """The ids from ``start`` up to ``stop`` (int32): word ids, and SENTENCE_END."""
        return self.ids.window(start, stop)

    def chunk_borders(self, chunk_size, max_sentence):
        """Where to cut the corpus into chunks: near multiples of ``chunk_size``, between lines.

        A line of more than ``max_sentence`` words may be cut inside: it is cut anyway.

        Returns
        -------
        list of int   positions, from 0 to ``length``
        """
        borders = [0]
        for target in range(chunk_size, self.length, chunk_size):
            stop = min(target + max_sentence, self.length)
            ends = np.flatnonzero(self.window(target, stop) == SENTENCE_END)
            border = target + int(ends[0]) + 1 if len(ends) else target
            if borders[-1] < border < self.length:
                borders.append(border)
        if self.length:
            borders.append(self.length)
        return borders

    def count_tokens(self, start, stop):
        """How many of the ids between two positions are words."""
        return int(np.count_nonzero(self.window(start, stop) != SENTENCE_END))

    def close(self):
        """Close the file; if it is a temporary one, it is gone."""
        self.ids.close()


class PartOfCorpus(EncodedCorpus):
    """The sentences of a corpus between two places; the corpus stays open as long as this is.

    Parameters
    ----------
    corpus : EncodedCorpus
    start, stop : int        between sentences
    """

    def __init__(self, corpus, start, stop):
        self._whole, self._start = corpus, start
        ids = corpus.window(start, stop)
        n_ends = int(np.count_nonzero(ids == SENTENCE_END))
        has_end = len(ids) == 0 or ids[-1] == SENTENCE_END
        super().__init__(corpus.ids, stop - start - n_ends, n_ends + (not has_end))
        self.length = stop - start

    def blocks(self):
        """Yield its ids in arrays of int32."""
        for start in range(0, self.length, BLOCK_IDS):
            yield self.window(start, min(start + BLOCK_IDS, self.length))

    def window(self, start, stop):
        """Ids by their places in this part."""
        return self._whole.window(self._start + start, self._start + stop)


def encode(spools, id_maps):
    """Map the provisional ids of spools, one behind the other, to the words of a vocabulary.

    Parameters
    ----------
    spools : list of Spool                not empty; the first is rewritten in place and takes in
                                          the others, which are closed
    id_maps : list of ndarray of int32    for each: provisional id -> word id or NOT_A_WORD

    Returns
    -------
    EncodedCorpus
    """
    mapping = _Mapping()
    first, *others = spools
    first.rewrite(lambda ids: mapping.to_words(ids, id_maps[0]))
    for spool, id_map in zip(others, id_maps[1:], strict=True):
        for ids in spool.blocks():
            first.append(mapping.to_words(ids, id_map))
        spool.close()
    return mapping.corpus(first)


def encode_blocks(blocks, id_map, spool):
    """Map ids once more, to the words of another vocabulary.

    Parameters
    ----------
    blocks : iterable of ndarray of int32   all ids in order; overwritten
    id_map : ndarray of int32               id -> word id or NOT_A_WORD; there is one for each id
    spool : Spool                           empty; takes the new ids

    Returns
    -------
    EncodedCorpus
    """
    mapping = _Mapping()
    for ids in blocks:
        spool.append(mapping.to_words(ids, id_map))
    return mapping.corpus(spool)


class _Mapping:
    """Maps a corpus block by block, and counts its words and sentences."""

    def __init__(self):
        self._state = np.zeros(4, dtype=np.int64)
        self._state[AFTER_END] = 1

    def to_words(self, ids, id_map):
        """The next ids mapped, in the array they came in."""
        map_ids(ids, id_map, self._state)
        return ids[: self._state[N_WRITTEN]]

    def corpus(self, ids):
        """The corpus whose mapped ids were written to an IdFile."""
        return EncodedCorpus(ids, int(self._state[N_TOKENS]), int(self._state[N_SENTENCES]))
