"""All compiled numeric code.

Orientation, as in word2vec.c: in skip-gram each *context* word's row of inputs (``syn0``) predicts
the *center*, whose row of outputs (``syn1``) is the one with label 1.

Threads share both matrices without locks (Hogwild; Niu et al. 2011, arXiv:1106.5730): a row that
two threads change at once may lose one of the changes. Rows are many and changes small, so this
costs no accuracy that can be measured, and locks would cost most of the speed.
"""

from ..compiling.cache import compiled_code_cache, is_cached

with compiled_code_cache():
    from .backend import LANES, MAX_TILE, PATH_TILES, WIDTH, take_losses, tile_for
    from .features import (
        MISSING,
        NO_ROW,
        SINGLE,
        Features,
        Places,
        count_features,
        count_ngrams,
        divide_documents,
        hashes_of,
        lay_documents,
        lay_ngrams,
        mean_vectors,
        part_ngrams,
        place_documents,
    )
    from .labeltask import ONE_AGAINST_ALL, Documents, LabelTask, Slow, new_label_work
    from .labelworker import DocumentWorker
    from .lists import Lists, n_slots_of
    from .neural import (
        NOT_IN_BATCH,
        add_pieces,
        back_through,
        gather_rows,
        lay_histories,
        lay_streams,
        spread_rows,
        step_matrix,
        step_rows,
        sum_pieces,
        sum_rows,
    )
    from .nextwords import begin_negatives, merge_outputs, predict_next_words
    from .nextwordstask import NextWords, new_next_words_work
    from .pairs import (
        BIAS,
        BIAS_SQUARES,
        CONTEXT_SQUARES,
        IS_HELD,
        N_SCALARS,
        SECOND,
        hold_rows,
        train_coordinates,
        train_rows,
    )
    from .task import (
        CBOW,
        FULL_SOFTMAX,
        HIERARCHICAL_SOFTMAX,
        NEGATIVE_SAMPLING,
        SKIPGRAM,
        SharedMatrix,
        Task,
    )
    from .tiles import count_in_tiles, put_into_tiles
    from .train import train_chunk
    from .work import most_neighbors
    from .worker import Worker

__all__ = [
    "BIAS",
    "BIAS_SQUARES",
    "CBOW",
    "CONTEXT_SQUARES",
    "FULL_SOFTMAX",
    "HIERARCHICAL_SOFTMAX",
    "IS_HELD",
    "LANES",
    "MAX_TILE",
    "MISSING",
    "NEGATIVE_SAMPLING",
    "NOT_IN_BATCH",
    "NO_ROW",
    "N_SCALARS",
    "ONE_AGAINST_ALL",
    "PATH_TILES",
    "SECOND",
    "SINGLE",
    "SKIPGRAM",
    "WIDTH",
    "DocumentWorker",
    "Documents",
    "Features",
    "LabelTask",
    "Lists",
    "NextWords",
    "Places",
    "SharedMatrix",
    "Slow",
    "Task",
    "Worker",
    "add_pieces",
    "back_through",
    "begin_negatives",
    "count_features",
    "count_in_tiles",
    "count_ngrams",
    "divide_documents",
    "gather_rows",
    "hashes_of",
    "hold_rows",
    "is_cached",
    "lay_documents",
    "lay_histories",
    "lay_ngrams",
    "lay_streams",
    "mean_vectors",
    "merge_outputs",
    "most_neighbors",
    "n_slots_of",
    "new_label_work",
    "new_next_words_work",
    "part_ngrams",
    "place_documents",
    "predict_next_words",
    "put_into_tiles",
    "spread_rows",
    "step_matrix",
    "step_rows",
    "sum_pieces",
    "sum_rows",
    "take_losses",
    "tile_for",
    "train_chunk",
    "train_coordinates",
    "train_rows",
]
