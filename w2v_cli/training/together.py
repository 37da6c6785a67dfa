"""A text that several ranks read and train on together: each its share, with one vocabulary."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import chain
from typing import Any

import numpy as np

from .. import __version__
from ..corpus.counting import count_text
from ..corpus.encoded import EncodedCorpus, PartOfCorpus, encode
from ..corpus.facts import TextFacts
from ..corpus.remarks import line_remark
from ..corpus.spool import BLOCK_IDS, Spool
from ..corpus.vocabulary import Vocabulary, empty_corpus, no_word_left
from ..distributed.communicator import Communicator
from ..distributed.shares import Manifest, check_same_files, share_of
from ..distributed.words import merge_words
from ..errors import ConfigError, InputError, field

MODELS = ("skipgram", "cbow")
MAY_DIFFER = ("threads",)
"""Options that ranks may have different values of."""


class SharedCorpus:
    """The shares of all ranks as one corpus; see `methods.base.Corpus`.

    Attributes
    ----------
    communicator : Communicator
    own : EncodedCorpus           this rank's share
    round_words : int or None     that all train between two merges; None: what suits the text
    n_tokens, n_sentences : int   of all shares
    shares : list of int          tokens of each rank's
    facts : dict                  what statistics tell of it
    seconds : dict                that this rank spent in rounds: ``rounds`` in all, of these
                                  ``waiting`` for slower ranks, and ``merging`` copies
    """

    def __init__(
        self, communicator: Communicator, own: EncodedCorpus, identity: Any,
        round_words: int | None = None,
    ) -> None:  # fmt: skip
        """``identity``: bytes that tell the text from others, or the whole as an EncodedCorpus."""
        self.round_words = round_words
        self.communicator, self.own = communicator, own
        counts = communicator.gather((own.n_tokens, own.n_sentences))
        self.shares = [tokens for tokens, _ in counts]
        self.n_tokens = sum(self.shares)
        self.n_sentences = sum(sentences for _, sentences in counts)
        self.seconds = {"rounds": 0.0, "waiting": 0.0, "merging": 0.0}
        self._identity = identity

    def add_round(self, seconds: float, waiting: float, merging: float) -> None:
        """Add a round to `seconds`."""
        for name, more in (("rounds", seconds), ("waiting", waiting), ("merging", merging)):
            self.seconds[name] += more

    @property
    def communication(self) -> float:
        """The share of the time of all rounds that this rank has not trained: 0 to 1."""
        spent = self.seconds["waiting"] + self.seconds["merging"]
        return spent / max(self.seconds["rounds"], 1e-9)

    @property
    def facts(self) -> dict[str, Any]:
        """See above."""
        return {
            "processes": self.communicator.size,
            "tokens_of_processes": self.shares,
            "seconds_waiting": self.seconds["waiting"],
            "seconds_merging": self.seconds["merging"],
            "bytes_sent": self.communicator.bytes_sent,
        }

    @property
    def disk_bytes(self) -> int:
        """What the share of this rank takes."""
        return self.own.disk_bytes

    def blocks(self) -> Iterator[np.ndarray]:
        """What tells the text from another one, however many ranks have cut it into shares."""
        if isinstance(self._identity, bytes):
            yield np.frombuffer(self._identity, dtype=np.uint8)
            yield np.array([self.n_tokens])
        else:
            yield from self._identity.blocks()

    def close(self) -> None:
        """Give back what this rank has."""
        self.own.close()


def check_request(request: Any) -> None:
    """Raise ConfigError if something is asked for that one process alone can do."""
    config = request.config
    if config.model not in MODELS:
        raise ConfigError(
            f"{field('distributed')} is of {' and '.join(MODELS)}, not of "
            f"{field('model', config.model)}; leave one of them out"
        )
    if config.ensemble > 1:
        raise ConfigError(
            f"{field('distributed')} and {field('ensemble', config.ensemble)} exclude each other; "
            "train one model after the other, with seeds of their own"
        )
    if request.freeze == "outputs":
        raise ConfigError(
            f"{field('distributed')} and {field('freeze', 'outputs')} exclude each other: what "
            "several processes have learnt is added up, outputs too; leave one of them out"
        )
    check_shareable(
        dedup=request.text.dedup,
        phrases=request.phrases is not None,
        time_budget=request.time_budget is not None,
    )


def check_shareable(**asked: bool) -> None:
    """Raise ConfigError if something is asked for, by name, that no share of the text tells."""
    for name, is_asked in asked.items():
        if is_asked:
            raise ConfigError(
                f"{field('distributed')} and {field(name)} exclude each other: that is known only "
                "where the whole text is; leave one of them out"
            )


def check_agreement(communicator: Communicator, request: Any) -> None:
    """Raise ConfigError, on every rank, if others have another version or other options."""
    options = {
        name: value
        for name, value in {**asdict(request.text), **asdict(request.config)}.items()
        if name not in MAY_DIFFER
    }
    everybody = communicator.gather((__version__, options))
    version, first = everybody[0]
    for rank, (other_version, other) in enumerate(everybody):
        if other_version != version:
            raise ConfigError(
                f"process {rank} runs w2v {other_version} and process 0 {version}; install one "
                "version everywhere"
            )
        for name, value in other.items():
            if value != first[name]:
                raise ConfigError(
                    f"process {rank} has {field(name, value)} and process 0 "
                    f"{field(name, first[name])}; start all with the same options"
                )


def count_share(
    communicator: Communicator, sources: Any, text: Any, folder: str | None, progress: Any,
    sentence_end: str | None = None,
) -> tuple[Any, TextFacts]:  # fmt: skip
    """Count the words of a rank's share of a text.

    Parameters
    ----------
    communicator : Communicator
    sources : Sources
    text : TextConfig
    folder : str or None      where ids are written; None: they are not wanted
    progress : Report
    sentence_end : str or None   a token that ends a sentence

    Returns
    -------
    counted : TextCounts   of the share, but for its facts and glimpses; to be closed
    facts : TextFacts      of all shares

    Raises
    ------
    InputError   if ranks see other files, or there is no word in any
    """
    check_same_files(communicator, Manifest.of(sources.files))
    share = share_of(sources.files, communicator.rank, communicator.size)
    counted = count_text(share, text, folder, progress)
    try:
        if sentence_end:
            counted.end_sentences_at(sentence_end)
        counted.facts = facts = _facts_of_all(communicator, counted.facts)
        counted.glimpses = list(chain(*communicator.gather(counted.glimpses)))
        if facts.tokens_read == 0:
            raise empty_corpus(sources.name)
    except BaseException:
        counted.close()
        raise
    return counted, facts


def read_share(
    request: Any, sources: Any, progress: Any
) -> tuple[SharedCorpus, Vocabulary, TextFacts, Any]:
    """Read a rank's share of a text, and encode it with the vocabulary of all.

    Parameters
    ----------
    request : Request   with a communicator
    sources : Sources
    progress : Report

    Returns
    -------
    corpus : SharedCorpus   to be closed
    vocabulary : Vocabulary
    facts : TextFacts       of all shares
    counted : TextCounts    for remarks: see `count_share`

    Raises
    ------
    InputError   if ranks see other files, or there is no word to train on
    """
    communicator = request.communicator
    counted, facts = count_share(
        communicator, sources, request.text, request.folder, progress, request.sentence_end
    )
    try:
        vocabulary = request.vocabulary or _vocabulary(communicator, counted, request)
        own = encode(counted.spools, counted.id_maps(vocabulary.words))
    except BaseException as error:
        counted.close()
        remark = line_remark(counted.glimpses)  # which may be the reason
        if remark and isinstance(error, InputError):
            progress.warn(remark)
        raise
    try:
        identity = hashlib.sha256(repr(Manifest.of(sources.files)).encode()).digest()
        corpus = SharedCorpus(communicator, own, identity, request.round_words)
    except BaseException:  # another process may have ended the work
        own.close()
        raise
    return corpus, vocabulary, facts, counted


def _vocabulary(communicator, counted, request):
    config = request.config
    known = frozenset(request.old.words) if request.old else frozenset()
    words, counts = counted.select()
    words, counts, highest = merge_words(communicator, words, counts, config.min_count, known)
    if not words:
        raise no_word_left(config.min_count, highest)
    return Vocabulary.from_counts(words, counts, config.min_count, config.max_vocab, known)


def _facts_of_all(communicator, facts):
    """The TextFacts of all shares, given those of one."""
    everybody = communicator.gather(facts)
    irregular: dict[str, int] = {}
    for each in everybody:
        for name, count in each.irregular.items():
            irregular[name] = irregular.get(name, 0) + count
    return replace(
        facts,
        tokens_read=sum(each.tokens_read for each in everybody),
        irregular=irregular,
        pruned_below=max(each.pruned_below for each in everybody),
    )


def share_of_archive(request: Any, corpus: EncodedCorpus) -> SharedCorpus:
    """The share that a rank trains of an encoded corpus, which all ranks see."""
    communicator, max_sentence = request.communicator, request.config.max_sentence
    size = -(-corpus.length // communicator.size)
    borders = corpus.chunk_borders(max(size, 1), max_sentence)
    borders += [corpus.length] * (communicator.size + 1 - len(borders))
    start, stop = borders[communicator.rank], borders[communicator.rank + 1]
    part = PartOfCorpus(corpus, start, stop)
    return SharedCorpus(communicator, part, corpus, request.round_words)


def gathered(corpus: SharedCorpus, folder: str) -> EncodedCorpus | None:
    """All shares, one behind the other, for the first process; None for the others.

    ``folder`` is for a temporary file, which is there until the corpus is closed.

    Raises
    ------
    OutputError   if it cannot be written
    """
    communicator = corpus.communicator
    spool = Spool(folder) if communicator.is_first else None
    nothing = [b""] * communicator.size
    for rank, length in enumerate(communicator.gather(corpus.own.length)):
        for start in range(0, length, BLOCK_IDS):
            parts = list(nothing)
            if rank == communicator.rank:
                parts[0] = corpus.own.window(start, min(start + BLOCK_IDS, length)).tobytes()
            received = communicator.exchange(parts)[rank]
            if spool is not None:
                spool.append(np.frombuffer(received, dtype=np.int32))
    corpus.close()
    if spool is None:
        return None
    return EncodedCorpus(spool, corpus.n_tokens, corpus.n_sentences)
