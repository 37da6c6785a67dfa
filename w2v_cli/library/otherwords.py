"""What gensim and fastText call what `Vectors` has: their names are answered with ours."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

ATTRIBUTES = {
    "add_vector": "vectors never change; Vectors.from_arrays(words, matrix) makes others",
    "add_vectors": "vectors never change; Vectors.from_arrays(words, matrix) makes others",
    "build_vocab": "train(sentences, init=vectors) goes on with more text",
    "closer_than": "neighbors(word, k) has the cosines of the nearest words",
    "distance": "a distance is 1 - vectors.similarity(a, b)",
    "doesnt_match": "vectors.odd_one_out(words)",
    "evaluate_word_analogies": "vectors.evaluate_analogies(questions)",
    "evaluate_word_pairs": "vectors.evaluate_similarity(pairs)",
    "expandos": "counts are in vectors.counts, and vectors.count(word)",
    "get_analogies": "vectors.analogy(a, b, c)",
    "get_dimension": "vectors.dim",
    "get_mean_vector": "vectors.vector('king + queen'), or vectors[words].mean(axis=0)",
    "get_nearest_neighbors": "vectors.neighbors(word)",
    "get_normed_vectors": "vectors.vector(word) has length 1",
    "get_vecattr": "vectors.count(word)",
    "get_vector": "vectors[word], or vectors.vector(word) at length 1",
    "get_word_vector": "vectors[word]",
    "get_words": "vectors.words",
    "has_index_for": "word in vectors",
    "index2entity": "vectors.words",
    "index2word": "vectors.words",
    "index_to_key": "vectors.words",
    "key_to_index": "vectors.index",
    "load_word2vec_format": "w2v_cli.load(path)",
    "most_similar": "vectors.neighbors('king - man + woman', k=10)",
    "most_similar_cosmul": "vectors.evaluate_analogies(questions, method='3cosmul')",
    "n_similarity": "vectors.similarity('a + b', 'c + d')",
    "rank": "neighbors(word, k) has the nearest words in their order",
    "save_word2vec_format": "vectors.save('vectors.bin'), or .txt",
    "shape": "vectors.matrix.shape",
    "similar_by_key": "vectors.neighbors(word)",
    "similar_by_vector": "vectors.neighbors(array)",
    "similar_by_word": "vectors.neighbors(word)",
    "size": "vectors.dim is the length of a vector, len(vectors) the number of words",
    "syn0": "vectors.matrix",
    "syn1neg": "vectors.context, after train(..., keep_context=True)",
    "train": "w2v_cli.train(sentences, init=vectors) goes on with more text",
    "vector_size": "vectors.dim",
    "vectors": "vectors.matrix",
    "vocab": "vectors.index has the rows of words, vectors.count(word) their counts",
    "word_vec": "vectors[word]",
    "wv": "there is no model around the vectors: vectors['king']",
}
"""Attributes and methods elsewhere -> what there is here."""

ARGUMENTS = {
    "binary": "the format of a file is found out, and save() takes it from the extension",
    "case_insensitive": "it is ignore_case= here",
    "dummy4unknown": "unknown words are counted in .skipped",
    "negative": "write an expression: neighbors('king + woman - man')",
    "no_header": "whether there is a header is found out",
    "positive": "write an expression: neighbors('king + woman - man')",
    "topn": "it is k= here",
    "topk": "it is k= here",
    "n": "it is k= here",
}
"""Likewise arguments of functions."""


def no_attribute(name: str) -> AttributeError:
    """The error of an attribute that `Vectors` do not have."""
    if name in ATTRIBUTES:
        return AttributeError(f"Vectors have no {name!r}; {ATTRIBUTES[name]}")
    return AttributeError(f"'Vectors' object has no attribute {name!r:.60}")


def knows_other_names(function: Function) -> Function:
    """A function that answers the arguments of other libraries with ours."""

    @functools.wraps(function)
    def checked(*args: Any, **options: Any) -> Any:
        for name in options.keys() & ARGUMENTS.keys():
            raise TypeError(f"{function.__name__}() has no argument {name!r}; {ARGUMENTS[name]}")
        return function(*args, **options)

    return checked  # type: ignore[return-value]
