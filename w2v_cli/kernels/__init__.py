"""All compiled numeric code.

Orientation, as in word2vec.c: in skip-gram each *context* word's row of inputs (``syn0``) predicts
the *center*, whose row of outputs (``syn1``) is the one with label 1.

Threads share both matrices without locks (Hogwild; Niu et al. 2011, arXiv:1106.5730): a row that
two threads change at once may lose one of the changes. Rows are many and changes small, so this
costs no accuracy that can be measured, and locks would cost most of the speed.
"""

from ..compiling.cache import compiled_code_cache

with compiled_code_cache():
    from .backend import MAX_TILE, WIDTH, tile_for
    from .features import (
        NO_ROW,
        Features,
        count_features,
        count_ngrams,
        find_missing,
        hashes_of,
        lay_documents,
        lay_ngrams,
        mean_vectors,
        to_places,
    )
    from .labeltask import ONE_AGAINST_ALL, Documents, LabelTask, new_label_work
    from .labelworker import DocumentWorker
    from .lists import Lists, n_slots_of
    from .task import (
        CBOW,
        FULL_SOFTMAX,
        HIERARCHICAL_SOFTMAX,
        NEGATIVE_SAMPLING,
        SKIPGRAM,
        SharedMatrix,
        Task,
    )
    from .train import train_chunk
    from .work import most_neighbors
    from .worker import Worker

__all__ = [
    "CBOW",
    "FULL_SOFTMAX",
    "HIERARCHICAL_SOFTMAX",
    "MAX_TILE",
    "NEGATIVE_SAMPLING",
    "NO_ROW",
    "ONE_AGAINST_ALL",
    "SKIPGRAM",
    "WIDTH",
    "DocumentWorker",
    "Documents",
    "Features",
    "LabelTask",
    "Lists",
    "SharedMatrix",
    "Task",
    "Worker",
    "count_features",
    "count_ngrams",
    "find_missing",
    "hashes_of",
    "lay_documents",
    "lay_ngrams",
    "mean_vectors",
    "most_neighbors",
    "n_slots_of",
    "new_label_work",
    "tile_for",
    "to_places",
    "train_chunk",
]
