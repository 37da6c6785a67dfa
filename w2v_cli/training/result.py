"""What a training made: vectors with their words, and everything that is told of it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import __version__
from ..config import LANGUAGE_MODELS
from ..embeddings.blocks import Rows
from ..embeddings.subwords import Subwords
from ..files.outputs import atomic_output
from ..languagemodels.model import LanguageModel
from ..machine.system import peak_memory_bytes
from ..methods.neural.model import language_model_of
from ..methods.neural.parameters import NeuralParameters
from .prepare import Prepared
from .trainer import Training

LARGEST_LOSS = 700.0
"""exp of more would be infinite."""


def statistics_of(facts: dict[str, Any], seconds_write: float) -> dict[str, Any]:
    """The statistics of a training: its facts, and what this process took."""
    seconds = {**facts["seconds"], "write": seconds_write}
    return {**facts, "seconds": seconds, "peak_memory_bytes": peak_memory_bytes()}


def write_statistics(path: str, statistics: dict[str, Any]) -> None:
    """Write them as one JSON object; OutputError if they cannot be written."""
    with atomic_output(path) as stream:
        stream.write(json.dumps(statistics, indent=2).encode() + b"\n")


def perplexity(loss: float) -> float:
    """exp of a mean loss in nats: among how many words one would have to guess."""
    return math.exp(min(loss, LARGEST_LOSS))


@dataclass(frozen=True)
class Trained:
    """A corpus that was trained on, and what came of it.

    Attributes
    ----------
    prepared : Prepared   its corpus is closed
    training : Training
    """

    prepared: Prepared
    training: Training

    @property
    def words(self) -> list[str]:
        """The words of the results: list of str."""
        return self.prepared.words

    @property
    def counts(self) -> np.ndarray | None:
        """Their counts: ndarray of int64, shape (n_results,); None if they are not known."""
        return self.prepared.counts

    @property
    def vectors(self) -> Rows:
        """Their vectors: float32 rows that can be sliced, shape (n_results, dim)."""
        return self.prepared.vectors(self.training.parameters)

    @property
    def subwords(self) -> Subwords | None:
        """The n-grams that these are made of, with their rows; None where there are none."""
        return self.prepared.subwords(self.training.parameters)

    @property
    def context_vectors(self) -> Rows | None:
        """Their output rows, likewise; None without."""
        return self.prepared.context_vectors(self.training.parameters)

    @property
    def nodes(self) -> Rows | None:
        """The inner nodes of the tree of hierarchical softmax, float32, (n_words - 1, dim).

        None if there is no tree, or the results have other words than it.
        """
        prepared, outputs = self.prepared, self.context_vectors
        if prepared.config.loss != "hs" or prepared.join or outputs is None:
            return None
        return outputs[: len(prepared.vocabulary) - 1]

    @property
    def language_model(self) -> LanguageModel | None:
        """What tells how likely words are; None of other models, of several together, or where the
        results are not the inputs of these words.
        """
        prepared, config = self.prepared, self.prepared.config
        words, is_one = prepared.vocabulary.words, config.ensemble == 1
        is_whole = is_one and prepared.readout == "input" and prepared.words == words
        if config.model not in LANGUAGE_MODELS or not is_whole:
            return None
        [parameters] = self.training.parameters.members
        text: Any = prepared.corpus  # the `HeldOutText` that these methods train on
        assert isinstance(parameters, NeuralParameters)
        return language_model_of(
            parameters,
            words,
            prepared.vocabulary.counts,
            text.n_lines,
            config,
            prepared.facts.text,
        )

    def facts(self) -> dict[str, Any]:
        """What was done: the object that statistics and provenance begin with."""
        prepared, training, text = self.prepared, self.training, self.prepared.facts
        return {
            "tokens_read": text.tokens_read,
            "irregular": text.irregular,
            "pruned_below": text.pruned_below,
            "sentences_dropped": text.sentences_dropped,
            "tokens_dropped": text.tokens_dropped,
            "tokens_in_vocab": prepared.corpus.n_tokens,
            "sentences": prepared.corpus.n_sentences,
            "vocab_size": len(prepared.vocabulary),
            "phrases": text.phrases,
            "init": prepared.join and prepared.join.facts(),
            "plan": prepared.plan,
            **training.facts(prepared.config.threads, prepared.seconds),
            **self._perplexities(),
            **prepared.corpus.facts,
            "seed": prepared.config.seed,
            "version": __version__,
            "options": prepared.options(),
        }

    def _perplexities(self) -> dict[str, Any]:
        """Of a model that learns probabilities: of the text as it is trained on, and held out."""
        config, training = self.prepared.config, self.training
        if config.model not in LANGUAGE_MODELS or config.loss == "ns":
            return {}
        return {
            "perplexity": list(map(perplexity, training.losses)),
            "validation_perplexity": list(map(perplexity, training.held_out_losses)),
        }

    def statistics(self, seconds_write: float) -> dict[str, Any]:
        """The statistics: the facts, and what this process took."""
        return statistics_of(self.facts(), seconds_write)

    def provenance(self) -> dict[str, Any]:
        """How the vectors came about: the object that is kept with them."""
        prepared, join = self.prepared, self.prepared.join
        facts = self.facts()
        facts["corpus_digest"] = prepared.digest()
        facts["vocabulary_given"] = prepared.facts.vocabulary_given
        if join:
            facts["init"] |= {
                "file": join.old.name,
                "digest": join.old.digest,
                "provenance": join.old.provenance,
            }
        return {"command": "train", "sources": list(prepared.facts.sources), **facts}
