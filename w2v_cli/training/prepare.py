"""From text to what can be trained on: its words are counted, chosen, and encoded as ids."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import time
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from tempfile import gettempdir
from threading import Event
from typing import Any

import numpy as np

from .. import __version__
from ..config import NGRAM_OPTIONS, TextConfig, TrainConfig
from ..corpus.archive import check_ids, is_archive, open_archive, select_words
from ..corpus.badbytes import find_bad_bytes
from ..corpus.counting import count_text
from ..corpus.encoded import EncodedCorpus, encode
from ..corpus.facts import TextFacts
from ..corpus.remarks import (
    line_remark,
    sentence_advice,
    sentence_end_note,
    text_remarks,
    texts_as_tokens,
)
from ..corpus.sources import choose, decoding_note
from ..corpus.texts import count_texts
from ..corpus.tokens import count_tokens
from ..corpus.vocabulary import Vocabulary, empty_corpus, no_word_left
from ..distributed.words import merge_words
from ..embeddings.blocks import Rows
from ..embeddings.readout import read_out, side_by_side
from ..embeddings.subwords import Subwords
from ..errors import ConfigError, InputError, field
from ..methods.base import Matrices, Parameters, readout_of
from ..methods.ngramlists import NgramLists
from ..methods.oncounts import CountedPairs
from ..methods.registry import method_of
from ..wording.marks import SENTENCE_END_WORD
from .givencounts import are_counts, read_counts, with_rule
from .joining import is_joined, join_archive, join_counted
from .ngrams import lists_of, with_sizes
from .report import Report, Silence
from .request import Request
from .together import (
    SharedCorpus,
    check_agreement,
    check_request,
    check_shareable,
    count_share,
    read_share,
    share_of_archive,
)
from .warmstart import Join
from .watch import Watch

DIGEST_SHOWN = 16
MAY_CHANGE = ("epochs", "threads", "vectors")
"""Options with which training may go on from checkpoints of others."""
MAY_CHANGE_OF_ENSEMBLE = tuple(name for name in MAY_CHANGE if name != "epochs")
"""Likewise: by the epochs of its models, the first ones are trained to their end."""


class Digest:
    """SHA-256 of an encoded corpus and its vocabulary, computed when it is first asked for."""

    def __init__(self):
        self._value = None

    def of(self, corpus, vocabulary, stop=None):
        """The digest as hexadecimal digits; None if ``stop``, an Event, was set before the end.

        The corpus must be open, unless it was computed before.
        """
        if self._value is None:
            digest = hashlib.sha256()
            for ids in corpus.blocks():
                if stop is not None and stop.is_set():
                    return None
                digest.update(ids)
            digest.update("\n".join(vocabulary.words).encode())
            digest.update(vocabulary.counts)
            self._value = digest.hexdigest()
        return self._value


@dataclass(frozen=True)
class Prepared:
    """A corpus with its vocabulary, ready to be trained on.

    Attributes
    ----------
    config : TrainConfig      as it was asked for; see `settled`
    vocabulary : Vocabulary
    corpus : EncodedCorpus    holds disk space until it is closed; see `counted`
    facts : TextFacts
    seconds : float           that reading took
    join : Join or None       the words of the text, joined with old vectors
    plan : dict or None       what a budget of time has chosen of ``config``
    lists : NgramLists or None   rows that make the vectors of words
    """

    config: TrainConfig
    vocabulary: Vocabulary
    corpus: EncodedCorpus
    facts: TextFacts
    seconds: float
    join: Join | None = None
    plan: dict[str, Any] | None = None
    lists: NgramLists | None = None
    _digest: Digest = dataclasses.field(default_factory=Digest, repr=False)

    def counted(self, folder: str, progress: Report) -> Prepared:
        """The same with what the model trains on in the place of the text: see `Method.material`.

        ``folder`` is for temporary files.
        """
        corpus = method_of(self.config, self.lists).material(
            self.corpus,
            self.vocabulary.counts,
            self.config,
            self.vocabulary.words,
            folder,
            progress,
        )
        return replace(self, corpus=corpus)

    def planned(self, plan: dict[str, Any]) -> Prepared:
        """The same, with what was planned: a dict with at least ``dim`` and ``epochs``."""
        config = replace(self.config, dim=plan["dim"], epochs=plan["epochs"])
        return replace(self, config=config, plan=plan)

    def digest(self) -> str:
        """SHA-256 of the encoded corpus and its vocabulary, as hexadecimal digits.

        It is computed once, while the corpus is open or is being trained on.
        """
        return self._digest.of(self.corpus, self.vocabulary)

    def compute_digests(self, stop: Event) -> None:
        """Compute `digest`, and that of the vectors to go on from, unless ``stop`` is set."""
        self._digest.of(self.corpus, self.vocabulary, stop)
        if self.join and not stop.is_set():
            self.join.old.compute_digest(stop)

    def options(self) -> dict[str, Any]:
        """All options by name, as they are kept with what was trained."""
        config = self.settled
        without = () if config.has_ngrams else NGRAM_OPTIONS
        return {
            **asdict(self.facts.text),
            **{
                name: value
                for name, value in asdict(config).items()
                if config.has(name) and name not in without
            },
            "vectors": self.readout,
        }

    def identity(self) -> dict[str, Any]:
        """What a checkpoint must be of, without what may change when training goes on."""
        may_change = MAY_CHANGE_OF_ENSEMBLE if self.config.ensemble > 1 else MAY_CHANGE
        options = {name: value for name, value in self.options().items() if name not in may_change}
        return {
            "version": __version__,
            "corpus": {
                "tokens": self.corpus.n_tokens,
                "vocabulary": len(self.vocabulary),
                "digest": self.digest(),
            },
            "options": options | self._start() | self._round_words(),
            "plan": self.plan,
            "processes": self._n_processes(),
        }

    def _round_words(self):
        """What else decides over the rounds of several processes."""
        if not isinstance(self.corpus, SharedCorpus):
            return {}
        return {"round_words": self.corpus.round_words}

    def _n_processes(self):
        return self.corpus.communicator.size if isinstance(self.corpus, SharedCorpus) else 1

    def _start(self):
        """The options that say where training starts, as checkpoints keep them."""
        join = self.join
        digest = f"vectors with the digest {join.old.digest[:DIGEST_SHOWN]}" if join else None
        return {"init": digest, "freeze": join.freeze_told if join and join.freeze else None}

    def vectors(self, parameters: Matrices) -> Rows:
        """The vectors of the results, out of what was trained: rows that can be sliced."""
        return side_by_side([self._read_out(member) for member in parameters.members])

    def context_vectors(self, parameters: Matrices) -> Rows | None:
        """Their output rows, likewise; None of an ensemble, whose vectors are no inputs."""
        if len(parameters.members) > 1:
            return None
        return self._outputs(parameters.members[0])

    def _read_out(self, member: Parameters) -> Rows:
        return read_out(self._inputs(member), self._outputs(member), self.readout)

    def _inputs(self, member: Parameters) -> Rows:
        if self.join:
            return self.join.vectors(member)
        return self.lists.vectors(member.inputs) if self.lists else member.vectors

    def _outputs(self, member: Parameters) -> Rows | None:
        return self.join.context_vectors(member) if self.join else member.context_vectors

    def subwords(self, parameters: Matrices) -> Subwords | None:
        """The n-grams of the results with their rows; None without n-grams."""
        if self.lists is None:
            return None
        [member] = parameters.members
        return self.join.subwords(member) if self.join else self.lists.subwords(member.inputs)

    @property
    def settled(self) -> TrainConfig:
        """The config with the learning rate that the size of the text asks for."""
        return self.config.for_text(self.corpus.n_tokens, len(self.vocabulary))

    @property
    def readout(self) -> str:
        """Which vectors come out: ``input`` or another of `config.READOUTS`."""
        return readout_of(method_of(self.config), self.config)

    @property
    def words(self) -> list[str]:
        """The words of the results: those of the text, and old ones (see `warmstart.Join`)."""
        return self.join.words if self.join else self.vocabulary.words

    @property
    def counts(self) -> np.ndarray | None:
        """Their counts: ndarray of int64, shape (n_results,); None if they are not known."""
        return self.join.counts if self.join else self.vocabulary.counts


def prepare(
    request: Request,
    report: Report | None = None,
    needs_pairs: bool = True,
    takes_counts: bool = True,
) -> Prepared:
    """Read a corpus once: count its words, and encode it for training.

    Parameters
    ----------
    request : Request
    report : Report or None   is told what was read, and what the user should know of it
    needs_pairs : bool        refuse a corpus in which no word has a neighbor
    takes_counts : bool       whether a file of counts of pairs is as good as a text

    Returns
    -------
    Prepared   its corpus is to be closed

    Raises
    ------
    InputError, OutputError   if the text cannot be read, is empty, or has no word to train on
    ConfigError               if it asks for something that such a corpus has not
    """
    started = time.perf_counter()
    report = report or Silence()
    if request.communicator:
        check_request(request)
        check_agreement(request.communicator, request)
    corpus, vocabulary, facts, number = _read(request, Watch(report), needs_pairs, takes_counts)
    tell_reading(facts, report)
    report.say(
        f"{facts.tokens_read:,} words read{number}, {corpus.n_tokens:,} of them in the vocabulary "
        f"of {len(vocabulary):,}"
    )
    config, lists = request.config, None
    if isinstance(corpus, CountedPairs):
        config = with_rule(config, corpus.pairs.rule, request.chosen)
    if config.has_ngrams:
        config, lists = _with_ngrams(corpus, vocabulary, config, report)
    return Prepared(
        config=config,
        vocabulary=vocabulary,
        corpus=corpus,
        facts=facts,
        seconds=time.perf_counter() - started,
        join=_join(request, vocabulary, lists),
        lists=lists,
    )


def _with_ngrams(corpus, vocabulary, config, report):
    """(the TrainConfig with lengths of n-grams, the rows that words are made of)."""
    try:
        config = with_sizes(vocabulary.words, config, report)
        lists = lists_of(vocabulary.words, vocabulary.counts, config)
    except BaseException:
        corpus.close()
        raise
    report.say(
        f"{lists.n_rows:,} of {config.buckets:,} buckets are of n-grams of these words, "
        f"{np.diff(lists.starts).mean() - config.has_own_rows:.1f} a word"
    )
    return config, lists


def count_words(
    paths, config, report=None, text=None, glob=(), sentence_end=False, tmpdir=None,
    communicator=None,
):  # fmt: skip
    """Count the words of a text.

    Parameters
    ----------
    paths : list of str           files, folders, or ``-``
    config : VocabConfig          ``min_count`` and ``keep`` say which words are wanted
    report : Report or None       is told what the user should know
    text : TextConfig or None     how text becomes tokens; by default as it is
    glob : sequence of str        which files of folders are read
    sentence_end : bool           it is known that ``</s>`` is no word
    tmpdir : str or None          folder for the encoded text, which ``dedup`` needs; None: that of
                                  the system
    communicator : Communicator or None   of several processes that count together, and all get
                                  the result

    Returns
    -------
    words : list of str                       in order of first appearance
    counts : ndarray of int64, (n_words,)
    facts : TextFacts
    number : str                              how many files were read, as part of a message

    Raises
    ------
    InputError   if a file cannot be read, the text is empty, or no word is frequent enough
    """
    report, text = report or Silence(), text or TextConfig()
    if len(paths) == 1 and is_archive(paths[0]):
        return *_counts_of_archive(paths[0], config, text), ""
    sources = chosen_sources(paths, glob, text, report)
    if communicator:
        return *_count_together(communicator, sources, text, config, report), number_of(sources)
    folder = (tmpdir or gettempdir()) if text.dedup else None
    with closing(count_text(sources.files, text, folder, Watch(report))) as counted:
        check_not_empty(counted, sources.name)
        if text.dedup:
            counted.drop_repeats(folder, Watch(report))
        return *_chosen_words(counted, config, report, sources, sentence_end), number_of(sources)


def _count_together(communicator, sources, text, config, report):
    """(words, counts, facts) of a text that several processes count."""
    check_shareable(dedup=text.dedup)
    counted, facts = count_share(communicator, sources, text, None, Watch(report))
    with closing(counted):
        tell_reading(facts, report)
        words, counts, highest = merge_words(
            communicator, *counted.select(), config.min_count, config.keep
        )
        if not words:
            raise no_word_left(config.min_count, highest)
        vocabulary = Vocabulary.from_counts(words, counts, config.min_count, keep=config.keep)
        if communicator.is_first:
            tell_remarks(counted, vocabulary, sources, report)
    return words, counts, facts


def _chosen_words(counted, config, report, sources, sentence_end):
    """(words, counts, facts) of a text that was counted."""
    tell_reading(counted.facts, report)
    words, counts = counted.select(config.min_count, config.keep)
    if not words:
        raise no_word_left(config.min_count, counted.highest())
    vocabulary = Vocabulary.from_counts(words, counts, config.min_count, keep=config.keep)
    tell_remarks(counted, vocabulary, sources, report, sentence_end)
    return words, counts, counted.facts


def _counts_of_archive(path, config, text):
    """(words, counts, facts) of an encoded corpus."""
    archive = open_archive(path)
    archive.corpus.close()
    check_text_options(path, text, archive.facts.text)
    wanted = (archive.counts >= config.min_count) | np.isin(archive.words, list(config.keep))
    if not wanted.any():
        raise no_word_left(config.min_count, int(archive.counts.max()))
    words = [archive.words[place] for place in np.flatnonzero(wanted)]
    return words, archive.counts[wanted], archive.facts


def chosen_sources(paths, glob, text, report):
    """The `Sources` that paths stand for; what is left out of folders is told."""
    sources = choose(paths, glob, text.encoding)
    if note := sources.skipping_note():
        report.warn(note)
    return sources


def number_of(sources):
    """How many files were read, as part of a message; nothing is said of a single one."""
    return f" from {sources.number}" if sources.n_found > 1 else ""


def tell_remarks(counted, vocabulary, sources, report, sentence_end=False):
    """Say what the user should know of a text that was read."""
    marked = [each for glimpse in counted.glimpses for each in glimpse.marked]
    if marked:
        report.say(decoding_note(marked))
    bad = None
    if counted.facts.irregular["not_utf8"]:
        bad = find_bad_bytes(sources.files, counted.glimpses)
    if SENTENCE_END_WORD in vocabulary.words and not sentence_end:
        report.warn(sentence_end_note())
    _tell_rest(counted, vocabulary, bad, len(sources.files), report)


def _tell_rest(counted, vocabulary, bad, n_files, report):
    warnings, hints = text_remarks(counted, vocabulary.words, vocabulary.counts, bad, n_files)
    for remark in warnings:
        report.warn(remark)
    for remark in hints:
        report.say(remark)


def _check_pairs(corpus, vocabulary, name, glimpses=()):
    """Raise InputError if no word has a neighbor, so that there is nothing to learn."""
    if corpus.n_tokens > corpus.n_sentences:
        return
    corpus.close()
    seen = b"".join(glimpse.raw for glimpse in glimpses).decode(errors="replace")
    raise InputError(
        f"{name}: no word has a neighbor to learn from: each of the {corpus.n_sentences:,} "
        f"sentences holds one word of the vocabulary, such as {vocabulary.words[0]!r:.60}; "
        f"{sentence_advice(seen)}"
    )


def tell_reading(facts, report):
    """Say what was dropped while a text was read."""
    if note := facts.pruning_note():
        report.warn(note)
    if note := facts.dropping_note():
        report.say(note)


def _read(request, progress, needs_pairs, takes_counts):
    """(corpus, vocabulary, facts, how many files) of whatever the corpus is."""
    if request.sentences is not None:
        corpus, vocabulary, facts = _read_sentences(request, progress, needs_pairs)
    elif request.texts is not None:
        corpus, vocabulary, facts = _read_texts(request, progress, needs_pairs)
    elif takes_counts and len(request.paths) == 1 and are_counts(request.paths[0]):
        corpus, vocabulary, facts = read_counts(request, progress)
    elif len(request.paths) == 1 and is_archive(request.paths[0]):
        corpus, vocabulary, facts = _read_archive(request, progress)
        if needs_pairs:
            _check_pairs(corpus, vocabulary, request.paths[0])
    else:
        return _read_text(request, progress, needs_pairs)
    return corpus, vocabulary, facts, ""


def _read_text(request, progress, needs_pairs):
    """Likewise of text in files."""
    sources = chosen_sources(request.paths, request.glob, request.text, progress)
    if request.communicator:
        return _read_share(request, sources, progress, needs_pairs)
    counted = count_text(sources.files, request.text, request.folder, progress)
    if request.sentence_end:
        counted.end_sentences_at(request.sentence_end)
    names = tuple(map(_base_name, request.paths))
    try:
        corpus, vocabulary, facts = _encoded(counted, sources.name, request, names, progress)
    except InputError:
        if remark := line_remark(counted.glimpses):  # which may be the reason
            progress.warn(remark)
        raise
    if needs_pairs:
        _check_pairs(corpus, vocabulary, sources.name, counted.glimpses)
    tell_remarks(counted, vocabulary, sources, progress)
    return corpus, vocabulary, facts, number_of(sources)


def _read_share(request, sources, progress, needs_pairs):
    """Likewise of what one of several processes reads."""
    corpus, vocabulary, facts, counted = read_share(request, sources, progress)
    _check_words_occur(corpus, sources.name)
    if needs_pairs:
        _check_pairs(corpus, vocabulary, sources.name, counted.glimpses)
    if request.communicator.is_first:  # it may look through the whole text
        tell_remarks(counted, vocabulary, sources, progress)
    names = tuple(map(_base_name, request.paths))
    given = request.vocabulary is not None
    facts = replace(facts, vocabulary_given=given, sources=names)
    return corpus, vocabulary, facts, number_of(sources)


def _read_texts(request, progress, needs_pairs):
    """Likewise of texts that a program has, which are gone through once."""
    if request.text.encoding != TextConfig.encoding:
        raise ConfigError(f"{field('encoding')} is for text in files; leave it out")
    counted = count_texts(request.texts, request.text, request.folder, progress)
    corpus, vocabulary, facts = _encoded(counted, "the texts", request, (), progress)
    if needs_pairs:
        _check_pairs(corpus, vocabulary, "the texts", counted.glimpses)
    _tell_rest(counted, vocabulary, None, 0, progress)
    return corpus, vocabulary, facts


def _read_sentences(request, progress, needs_pairs):
    """Likewise of lists of tokens, which are gone through once. Tokens may hold spaces."""
    check_token_options(request.text)
    counted = count_tokens(request.sentences, request.text, request.folder, progress)
    corpus, vocabulary, facts = _encoded(counted, "the sentences", request, (), progress)
    if needs_pairs:
        _check_pairs(corpus, vocabulary, "the sentences")
    if remark := texts_as_tokens(vocabulary.words, vocabulary.counts.tolist()):
        progress.warn(remark)
    return corpus, vocabulary, facts


def check_token_options(text):
    """Raise ConfigError if options of text (TextConfig) are asked for that no token can have."""
    for name in ("max_table", "tokenize", "sentences", "encoding"):
        if getattr(text, name) != getattr(TextConfig, name):
            raise ConfigError(f"{field(name)} is for text, not for lists of tokens; leave it out")


def _encoded(counted, name, request, sources, progress):
    """(corpus, vocabulary, facts) of a text that was counted; ``name`` is for messages."""
    try:
        check_not_empty(counted, name)
        if request.text.dedup:
            counted.drop_repeats(request.folder, progress)
        given = request.vocabulary is not None
        if request.phrases is not None:
            corpus, vocabulary, joined = join_counted(counted, request, progress)
            facts = replace(counted.facts, phrases=joined)
            _check_words_occur(corpus, name)
            return corpus, vocabulary, replace(facts, vocabulary_given=given, sources=sources)
        vocabulary = request.vocabulary if given else _vocabulary(counted, request)
        corpus = encode(counted.spools, counted.id_maps(vocabulary.words))
        _check_words_occur(corpus, name)
    except BaseException:
        counted.close()
        raise
    return corpus, vocabulary, replace(counted.facts, vocabulary_given=given, sources=sources)


def check_not_empty(counted, name):
    """Raise InputError if there is no word in a text that was counted."""
    if counted.facts.tokens_read == 0:
        raise empty_corpus(name)


def _check_words_occur(corpus, name):
    if corpus.n_tokens == 0:
        corpus.close()
        raise InputError(
            f"{name}: no word of the given vocabulary occurs in it; "
            f"give a {field('vocab')} of such text, in the same case"
        )


def _base_name(path):
    """What a file that others may get says of a source: its name, without the folders."""
    return os.path.basename(os.path.normpath(path))


def _vocabulary(counted, request):
    """The words to train on. Those of old vectors are in wherever they occur, however rare."""
    config = request.config
    known = request.old.words if request.old else ()
    words, counts = counted.select(config.min_count, frozenset(known))
    if not words:
        raise no_word_left(config.min_count, counted.highest())
    return Vocabulary.from_counts(words, counts, config.min_count, config.max_vocab, known)


def _join(request, vocabulary, lists):
    if request.old is None:
        return None
    are_words = method_of(request.config).outputs_are_words(request.config)
    return Join(request.old, vocabulary, are_words, request.freeze, lists)


def _read_archive(request, progress):
    """(corpus, vocabulary, facts) of an encoded corpus."""
    [path] = request.paths
    archive = open_archive(path)
    facts = archive.facts
    try:
        check_text_options(path, request.text, facts.text)
        vocabulary = request.vocabulary
        given = vocabulary is not None or facts.vocabulary_given
        if request.phrases is not None and not is_joined(request.phrases, facts):
            corpus, vocabulary, joined = join_archive(archive, request, progress)
            _check_words_occur(corpus, path)
            facts = replace(facts, phrases=joined, vocabulary_given=given)
            return corpus, vocabulary, facts
        if vocabulary is None:
            vocabulary = _cut_vocabulary(archive, request)
        corpus = _corpus_of(archive, vocabulary, request.folder, progress)
        _check_words_occur(corpus, path)
    except BaseException:
        archive.corpus.close()
        raise
    if request.communicator:
        corpus = share_of_archive(request, corpus)
    return corpus, vocabulary, replace(facts, vocabulary_given=given)


def check_text_options(path, asked, encoded):
    """The text is encoded already: what is asked for must be what was done to it."""
    if name := asked.first_beyond(encoded):
        raise ConfigError(
            f"{field(name)} cannot change an encoded corpus: {path} was encoded "
            f"without it; encode it again with {field(name)}"
        )


def _cut_vocabulary(archive, request):
    """The words to train on. What the user named when encoding is used as it is."""
    words, counts = archive.words, archive.counts
    if archive.facts.vocabulary_given:
        return Vocabulary(words, counts)
    config, known = request.config, request.old.words if request.old else ()
    return Vocabulary.from_counts(words, counts, config.min_count, config.max_vocab, known)


def _corpus_of(archive, vocabulary, tmpdir, progress):
    """The ids as they lie in the archive, or in a spool if the vocabulary is another one."""
    if vocabulary.words == archive.words:
        check_ids(archive, progress)
        return archive.corpus
    corpus = select_words(archive, vocabulary.ids(archive.words), tmpdir, progress)
    archive.corpus.close()
    return corpus
