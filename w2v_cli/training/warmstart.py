"""Training that starts from existing vectors: how their words and those of a new text join.

What is trained are the words of the text. Words of the old vectors that are among them start as
they were, the others at random as always; old words that are not in the text stay as they were and
stand among the results again.

If the old outputs stay as they are (the compass method), what is learnt of several texts lies in
one space: each vector is what predicts the same outputs. Then the results are the words of the text
alone, since they tell of that text. A new word has no output, that is, zeros, which stay too: it is
learnt from the words around it, and nothing is learnt from it.

Source: Di Carlo, Bianchi and Palmonari, "Training Temporal Word Embeddings with a Compass", AAAI
2019 (arXiv:1906.02376).
"""

import hashlib
import os

import numpy as np

from ..config import ON_TEXT
from ..embeddings.blocks import LazyRows, first_not_finite, row_blocks
from ..errors import InputError, field
from ..formats.provenance import ensemble_told, readout_told
from ..methods.base import Frozen
from .ngramjoin import NgramJoin, composed


class OldVectors:
    """Vectors to go on from.

    Parameters
    ----------
    embeddings : Embeddings   with the output matrix as ``context``, if the file has it
    name : str                of the file, without folders
    provenance : dict or None   how they came about
    notes : list of str       what the user should know of them

    Attributes
    ----------
    words : Mapping of str to int   rows
    """

    def __init__(self, embeddings, name="", provenance=None, notes=()):
        self.embeddings = embeddings
        self.name = name
        self.provenance = provenance
        self.notes = notes
        self.words = embeddings.index
        self._digest = None

    @classmethod
    def of(cls, found, model=ON_TEXT[0]):
        """Those that were read from a file.

        Parameters
        ----------
        found : Read   with ``embeddings``, ``record``, ``notes`` and ``path``, as
                       `formats.reading.read` gives it
        model : str    that is to go on from them

        Raises
        ------
        InputError   if they hold a number that is not finite
        """
        check_finite(found.embeddings, found.path)
        notes = list(found.notes)
        if (n_models := ensemble_told(found.record)) > 1:
            notes.append(
                f"{found.path}: its vectors are those of {n_models} models side by side "
                f"({field('ensemble', n_models)}), and training starts from them as inputs of one"
            )
        elif model in ON_TEXT and (readout := readout_told(found.record)) != "input":
            notes.append(
                f"{found.path}: its vectors are of both matrices ({field('vectors', readout)}), "
                "and training starts from them as inputs; it goes on better from a file with "
                f"{field('keep_context')}"
            )
        return cls(found.embeddings, os.path.basename(found.path), found.record, notes)

    @property
    def digest(self):
        """SHA-256 of words, counts and matrices, as hexadecimal digits."""
        return self.compute_digest()

    def compute_digest(self, stop=None):
        """`digest`, computed once; None if ``stop``, an Event, was set before the end."""
        if self._digest is not None:
            return self._digest
        digest = hashlib.sha256("\n".join(self.embeddings.words).encode(errors="replace"))
        if self.embeddings.counts is not None:
            digest.update(np.ascontiguousarray(self.embeddings.counts, dtype="<i8"))
        for matrix in (self.embeddings.vectors, self.embeddings.context):
            digest.update(b"\0" if matrix is None else b"\1")
            for rows in row_blocks(0 if matrix is None else len(matrix)):
                if stop is not None and stop.is_set():
                    return None
                digest.update(np.ascontiguousarray(matrix[rows], dtype="<f4"))
        self._digest = digest.hexdigest()
        return self._digest


def check_finite(embeddings, name):
    """Raise InputError, naming the word, if a number of the vectors or outputs is not finite."""
    for what, matrix in (("vector", embeddings.vectors), ("output", embeddings.context)):
        row = None if matrix is None else first_not_finite(matrix)
        if row is not None:
            word = embeddings.words[row]
            raise InputError(f"{name}: the {what} of {word!r} holds NaN or infinity")


class Join:
    """The words of a text, joined with old vectors.

    Parameters
    ----------
    old : OldVectors
    vocabulary : Vocabulary    of the text
    outputs_are_words : bool   whether rows of outputs are words; they are tree nodes with ``hs``
    freeze : str or None       one of `config.FREEZABLE`, which stays as it is
    lists : NgramLists or None   rows that make the vectors of the words of the text

    Attributes
    ----------
    old : OldVectors
    words : list of str        of the results, most frequent first: by the sum of old and new
                               counts; if the old ones are not known, the old words as they were
                               and the new ones behind them, by their counts
    counts : ndarray of int64, (n_results,), or None   sums of counts; None if the old ones are
                               not known. If outputs stay, words and counts are those of the text
    n_known, n_new, n_kept : int   words of the text that have old vectors, and that have none;
                               old words that are not in the text
    frozen : Frozen or None    what stays, for `methods.base.Method.engine`
    freeze_told : bool or str  what of old vectors stays as records tell it: ``outputs``, or whether
                               inputs do
    has_context : bool         whether outputs start as they were, too
    """

    def __init__(self, old, vocabulary, outputs_are_words, freeze=None, lists=None):
        self.old, self.freeze = old, freeze
        self.freeze_told = freeze if self._keeps_outputs else bool(freeze)
        self._old = old.embeddings
        n_old, n_text = len(self._old), len(vocabulary)
        rows = old.words.get
        self._old_rows = np.fromiter(
            (rows(word, -1) for word in vocabulary.words), np.int64, len(vocabulary)
        )
        known = self._old_rows >= 0
        self.n_known = int(np.count_nonzero(known))
        self.n_new, self.n_kept = n_text - self.n_known, n_old - self.n_known
        self.frozen = None
        if freeze:
            self.frozen = Frozen(outputs=True) if self._keeps_outputs else Frozen(inputs=known)
        self._ngrams = None if lists is None else NgramJoin(old.embeddings, lists, self._old_rows)
        self.has_context = self._old.context is not None and outputs_are_words
        if self._keeps_outputs:
            self._trained_rows = self._order = np.arange(n_text)
            self.counts, self.words = vocabulary.counts, list(vocabulary.words)
            return
        # Results: all old words, then the new ones, and which rows of the parameters they are.
        trained = np.full(n_old, -1, dtype=np.int64)
        trained[self._old_rows[known]] = np.flatnonzero(known)
        self._trained_rows = np.concatenate([trained, np.flatnonzero(~known)])
        self.counts, self._order = self._summed_counts(vocabulary)
        self.words = self._joined_words(vocabulary)

    @property
    def _keeps_outputs(self):
        return self.freeze == "outputs"

    def known_rows(self):
        """Yield (rows of the parameters, rows of the old vectors) of words that have one."""
        for block in row_blocks(len(self._old_rows)):
            rows = self._old_rows[block]
            known = np.flatnonzero(rows >= 0)
            yield block.start + known, rows[known]

    def fill(self, parameters):
        """Let old words start as they were; *in place:* the matrices of ``parameters``."""
        matrices = []
        if self._ngrams is None:
            matrices.append((parameters.vectors, self._old.vectors))
        else:
            self._ngrams.fill(parameters.inputs)
        if self.has_context:
            matrices.append((parameters.context_vectors, self._old.context))
        for new, old in matrices:
            for rows, found in self.known_rows():
                new[rows] = old[found]

    def facts(self):
        """How many words joined: what is kept of it with the vectors."""
        return {
            "words_known": self.n_known,
            "words_new": self.n_new,
            "words_kept": self.n_kept,
            "context": self.has_context,
            "freeze": self.freeze_told,
        }

    def summary(self):
        """How old and new words join, in a line."""
        ngrams = self._ngrams.told() if self._ngrams else ""
        if self._keeps_outputs:
            return (
                f"going on from {self.old.name}, whose outputs stay as they are: {self.n_known:,} "
                f"words start from old vectors, {self.n_new:,} are new and have no outputs; "
                f"{self.n_kept:,} old words are not in the text and are left out{ngrams}"
            )
        frozen = ", which stay as they are" if self.freeze else ""
        return (
            f"going on from {self.old.name}: {self.n_known:,} words have old vectors{frozen}, "
            f"{self.n_new:,} are new; {self.n_kept:,} old words are not in the text and stay"
            f"{ngrams}"
        )

    def note(self):
        """What the user should know: that old and new words hardly join; None if they do."""
        if self.n_known == 0 and len(self._old) > 0:
            return (
                f"no word of the text is in {self.old.name}: is the case of letters the same "
                f"({field('lowercase')})?"
            )
        if self.freeze == "inputs" and self.n_new == 0:
            return (
                f"{field('freeze')}: every word of the text has an old vector; "
                "only outputs are learnt"
            )
        return None

    def vectors(self, parameters):
        """The vectors of all results: `LazyRows`."""
        if self._ngrams is None:
            return self._rows(self._old.vectors, parameters.vectors)
        return composed(self.subwords(parameters), self.words)

    def subwords(self, parameters):
        """The n-grams of all results with their rows: `Subwords`; None without n-grams."""
        if self._ngrams is None:
            return None
        return self._ngrams.subwords(parameters.inputs, self._rows)

    def context_vectors(self, parameters):
        """Likewise their outputs; zeros where an old one is not known. None if there are none."""
        if parameters.context_vectors is None:
            return None
        old = self._old.context if self.has_context else None
        return self._rows(old, parameters.context_vectors)

    def _rows(self, old, trained):
        """Rows of ``trained``; where there is none that of ``old``, or 0 without."""

        def rows_of(wanted):
            places = self._order[wanted]
            trained_rows = self._trained_rows[places]
            rows = trained[trained_rows]
            untrained = trained_rows < 0
            # Old rows are the first ones of the results before they are put in order.
            rows[untrained] = 0 if old is None else old[places[untrained]]
            return rows

        return LazyRows(len(self._order), trained.shape[1], rows_of)

    def _summed_counts(self, vocabulary):
        """(counts or None, the order of results)."""
        if self._old.counts is None:
            return None, np.arange(len(self._trained_rows))
        counts = np.where(self._trained_rows >= 0, vocabulary.counts[self._trained_rows], 0)
        counts[: len(self._old)] += self._old.counts
        order = np.argsort(-counts, kind="stable")
        return counts[order], order

    def _joined_words(self, vocabulary):
        known = self._old_rows >= 0
        new = [vocabulary.words[row] for row in np.flatnonzero(~known)]
        words = [*self._old.words, *new]
        return [words[place] for place in self._order]
