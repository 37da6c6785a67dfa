"""From text to trained vectors: the stages in their order, and the statistics of a run."""

import hashlib
import os
import threading
import time
from dataclasses import asdict, dataclass

from .. import __version__
from ..config import TextConfig, TrainConfig, option_name
from ..corpus.archive import check_ids, is_archive, open_archive, select_words
from ..corpus.counting import count_text
from ..corpus.encoded import EncodedCorpus, encode
from ..corpus.reader import expand_paths
from ..corpus.tokens import count_tokens
from ..corpus.vocabulary import Vocabulary, no_word_left
from ..errors import ConfigError, InputError
from ..files.paths import display_name
from ..machine.system import peak_memory_bytes
from ..machine.threads import Background
from .checkpoint import Checkpoints
from .trainer import Training, train_model
from .warmstart import Join

DIGEST_SHOWN = 16


@dataclass
class Run:
    """A corpus with its vocabulary, then the training on it: everything the statistics need."""

    config: TrainConfig
    vocabulary: Vocabulary
    corpus: EncodedCorpus
    tokens_read: int
    irregular: dict
    pruned_below: int
    text: TextConfig
    seconds_vocab: float
    vocabulary_given: bool = False
    sources: tuple = ()
    training: "Training | None" = None
    join: "Join | None" = None
    plan: "dict | None" = None
    _digest: "str | None" = None

    def train(self, progress=None, checkpoints=None, resume=False, stop=None):
        """Train on the corpus and give its disk space back; see `trainer.train_model`."""
        # One core is busy with it for some seconds in the hours that so much text takes to train.
        hashing = Background(self._compute_digests)
        try:
            self.training = train_model(
                self.corpus,
                self.vocabulary.counts,
                self.config,
                progress,
                checkpoints,
                resume,
                stop,
                self.join,
            )
            hashing.result()
        finally:
            hashing.end()
            self.corpus.close()

    def checkpoints(self, folder, spacing, warn):
        """The `Checkpoints` of this run in a folder; ``spacing`` is a `checkpoint.Spacing`."""
        tokens = spacing.tokens(self.corpus.n_tokens, self.config.epochs)
        return Checkpoints(folder, self._identity(), warn, spacing.seconds, tokens)

    def _identity(self):
        """What a checkpoint must be of. Epochs and threads are no part of it: they may change."""
        options = {**asdict(self.text), **asdict(self.config), "lr": self.config.start_lr}
        return {
            "version": __version__,
            "corpus": {
                "tokens": self.corpus.n_tokens,
                "vocabulary": len(self.vocabulary),
                "digest": self.digest(),
            },
            "options": {
                option_name(name): value
                for name, value in options.items()
                if name not in ("epochs", "threads")
            }
            | self._start(),
            "plan": self.plan,
        }

    def _start(self):
        """The options that say where training starts, as checkpoints keep them."""
        old = self.join and self.join.old
        return {
            "--init": f"vectors with the digest {old.digest[:DIGEST_SHOWN]}" if old else None,
            "--freeze": True if old and old.freeze else None,
        }

    def digest(self):
        """SHA-256 of the encoded corpus and its vocabulary, as hexadecimal digits.

        It is computed once, while the corpus is open or is being trained on.
        """
        if self._digest is None:
            self._compute_digests(threading.Event())
        return self._digest

    def _compute_digests(self, stop):
        """*In place:* the digests of the corpus, and of the vectors that training goes on from."""
        if self._digest is None:
            digest = hashlib.sha256()
            for ids in self.corpus.ids.blocks():
                if stop.is_set():
                    return
                digest.update(ids)
            digest.update("\n".join(self.vocabulary.words).encode())
            digest.update(self.vocabulary.counts)
            self._digest = digest.hexdigest()
        if self.join and not stop.is_set():
            self.join.old.compute_digest(stop)

    @property
    def words(self):
        """The words of the results: those of the text, and old ones (see `warmstart.Join`)."""
        return self.join.words if self.join else self.vocabulary.words

    @property
    def counts(self):
        """Their counts: ndarray of int64, shape (n_results,); None if they are not known."""
        return self.join.counts if self.join else self.vocabulary.counts

    @property
    def vectors(self):
        """Their vectors: rows that can be sliced, shape (n_results, dim)."""
        model = self.training.model
        return self.join.vectors(model) if self.join else model.vectors

    @property
    def context_vectors(self):
        """Their output rows, likewise."""
        model = self.training.model
        return self.join.context_vectors(model) if self.join else model.context_vectors

    def statistics(self, seconds_write):
        """The object that ``--stats`` writes (keys as documented for the command)."""
        training = self.training
        seconds = max(training.seconds_train, 1e-9)
        return {
            "tokens_read": self.tokens_read,
            "irregular": self.irregular,
            "pruned_below": self.pruned_below,
            "tokens_in_vocab": self.corpus.n_tokens,
            "sentences": self.corpus.n_sentences,
            "vocab_size": len(self.vocabulary),
            "init": self._init_statistics(),
            "plan": self.plan,
            "tokens_processed": training.tokens_processed,
            "pairs_trained": training.pairs_trained,
            "epochs": self.config.epochs,
            "threads": self.config.threads,
            "seconds": {
                "vocab": self.seconds_vocab,
                "compile": training.seconds_compile,
                "train": training.seconds_train,
                "write": seconds_write,
            },
            "words_per_second": training.tokens_processed / seconds,
            "loss": training.losses,
            "peak_memory_bytes": peak_memory_bytes(),
            "seed": self.config.seed,
            "version": __version__,
            "options": {**asdict(self.text), **asdict(self.config), "lr": self.config.start_lr},
        }

    def _init_statistics(self):
        join = self.join
        if join is None:
            return None
        return {
            "words_known": join.n_known,
            "words_new": join.n_new,
            "words_kept": join.n_kept,
            "context": join.has_context,
            "freeze": join.old.freeze,
        }

    def provenance(self):
        """How the vectors came about: the object that is kept with them."""
        facts = self.statistics(seconds_write=0.0)
        del facts["peak_memory_bytes"], facts["seconds"]["write"]
        facts["corpus_digest"] = self.digest()
        facts["vocabulary_given"] = self.vocabulary_given
        if self.join:
            old = self.join.old
            facts["init"] |= {"file": old.name, "digest": old.digest, "provenance": old.provenance}
        return {"command": "train", "sources": list(self.sources), **facts}


def read_corpus(paths, config, tmpdir, vocabulary=None, progress=None, text=None, old=None):
    """Read the text once: count its words, and encode it for training.

    Parameters
    ----------
    paths : list of str               files, folders, or ``-``; or one encoded corpus
    config : TrainConfig
    tmpdir : str                      folder for the encoded corpus
    vocabulary : Vocabulary or None   use this one as it is, instead of making one
    progress : callable or None       see `corpus.counting.count_text`
    text : TextConfig or None         how text becomes tokens; by default as it is
    old : OldVectors or None          vectors to go on from; their words are in the vocabulary
                                      wherever they occur, however rare

    Returns
    -------
    Run   not yet trained

    Raises
    ------
    InputError, OutputError   if the text cannot be read, is empty, or has no word to train on
    ConfigError               if ``text`` asks for something that an encoded corpus has not
    """
    started = time.perf_counter()
    if len(paths) == 1 and is_archive(paths[0]):
        return _read_archive(paths[0], config, tmpdir, vocabulary, progress, text, old)
    files = expand_paths(paths)
    text = text or TextConfig(threads=config.threads)
    counts = count_text(files, text, tmpdir, progress)
    sources = tuple(map(_base_name, paths))
    return _encoded(counts, _names(files), config, vocabulary, text, old, started, sources)


def read_sentences(sentences, config, tmpdir, vocabulary=None, progress=None, text=None, old=None):
    """`read_corpus` for sentences that are there as lists of tokens (iterable of list of str).

    They are gone through once, and may come from a generator. Tokens may hold spaces.

    Raises
    ------
    ConfigError   if ``text`` has a ``max_table``: nothing is dropped while tokens are counted
    InputError, OutputError   as `read_corpus`, and if a token is empty or holds a newline
    """
    started = time.perf_counter()
    text = text or TextConfig()
    if text.max_table is not None:
        raise ConfigError("--max-table is for text in files, not for lists of tokens; leave it out")
    counts = count_tokens(sentences, text, tmpdir, progress)
    return _encoded(counts, "the sentences", config, vocabulary, text, old, started, ())


def _encoded(counts, name, config, vocabulary, text, old, started, sources):
    """The Run of a text that was counted; ``name`` is for messages."""
    vocabulary_given = vocabulary is not None
    try:
        _check_not_empty(counts, name)
        if vocabulary is None:
            vocabulary = _vocabulary(counts, config, old)
        corpus = encode(counts.spools, counts.id_maps(vocabulary.words))
        if corpus.n_tokens == 0:
            raise InputError(
                f"{name}: no word of the given vocabulary occurs in it; "
                "give --vocab of such text, in the same case"
            )
    except BaseException:
        counts.close()
        raise
    return Run(
        config=config,
        vocabulary=vocabulary,
        corpus=corpus,
        tokens_read=counts.tokens_read,
        irregular=counts.irregular,
        pruned_below=counts.pruned_below,
        text=text,
        seconds_vocab=time.perf_counter() - started,
        vocabulary_given=vocabulary_given,
        sources=sources,
        join=_join(old, vocabulary, config),
    )


def count_words(files, config, progress=None, text=None):
    """Count the words of a text.

    Parameters
    ----------
    files : list of str           as `corpus.reader.expand_paths` returns them
    config : VocabConfig          ``min_count`` and ``keep`` say which words are wanted
    progress : callable or None   see `corpus.counting.count_text`
    text : TextConfig or None     how text becomes tokens; by default as it is

    Returns
    -------
    Counted

    Raises
    ------
    InputError   if a file cannot be read, the text is empty, or no word is frequent enough
    """
    counts = count_text(files, text or TextConfig(), None, progress)
    _check_not_empty(counts, _names(files))
    words, numbers = counts.select(config.min_count, config.keep)
    if not words:
        raise no_word_left(config.min_count, counts.highest())
    return Counted(words, numbers, counts.tokens_read, counts.irregular, counts.pruned_below)


@dataclass(frozen=True)
class Counted:
    """Words of a text in order of first appearance, and how often they occur.

    Attributes
    ----------
    words : list of str
    counts : ndarray of int64, (n_words,)
    tokens_read : int
    irregular : dict of int                 see `corpus.counting.TextCounts`
    pruned_below : int
    """

    words: list
    counts: object
    tokens_read: int
    irregular: dict
    pruned_below: int


def _check_not_empty(counts, name):
    if counts.tokens_read == 0:
        raise InputError(
            f"{name}: the corpus is empty, there is no word in it; give text with words"
        )


def _base_name(path):
    """What a file that others may get says of a source: its name, without the folders."""
    return os.path.basename(os.path.normpath(path))


def _names(files):
    return display_name(files[0]) if len(files) == 1 else f"{len(files)} files"


def _vocabulary(counts, config, old):
    known = old.words if old else ()
    words, numbers = counts.select(config.min_count, frozenset(known))
    if not words:
        raise no_word_left(config.min_count, counts.highest())
    return Vocabulary.from_counts(words, numbers, config.min_count, config.max_vocab, known)


def _join(old, vocabulary, config):
    return old and old.join(vocabulary, config.loss != "hs")


def _read_archive(path, config, tmpdir, vocabulary, progress, text, old):
    """`read_corpus` for an encoded corpus."""
    started = time.perf_counter()
    archive = open_archive(path)
    facts = archive.facts
    try:
        _check_text_options(path, text or TextConfig(), facts.text)
        given = vocabulary is not None or facts.vocabulary_given
        if vocabulary is None:
            vocabulary = _cut_vocabulary(archive, config, old)
        corpus = _corpus_of(archive, vocabulary, tmpdir, progress)
        if corpus.n_tokens == 0:
            corpus.close()
            raise InputError(
                f"{path}: no word of the given vocabulary occurs in it; "
                "give --vocab of such text, in the same case"
            )
    except BaseException:
        archive.corpus.close()
        raise
    return Run(
        config=config,
        vocabulary=vocabulary,
        corpus=corpus,
        tokens_read=facts.tokens_read,
        irregular=facts.irregular,
        pruned_below=facts.pruned_below,
        text=facts.text,
        seconds_vocab=time.perf_counter() - started,
        vocabulary_given=given,
        sources=facts.sources,
        join=_join(old, vocabulary, config),
    )


def _check_text_options(path, asked, encoded):
    """The text is encoded already: what is asked for must be what was done to it."""
    for name in ("lowercase", "digits", "max_table"):
        wanted = getattr(asked, name)
        if wanted not in (getattr(TextConfig, name), getattr(encoded, name)):
            raise ConfigError(
                f"{option_name(name)} cannot change an encoded corpus: {path} was encoded "
                "without it; give the option to w2v encode"
            )


def _cut_vocabulary(archive, config, old):
    """The words to train on. What the user named when encoding is used as it is."""
    words, counts = archive.words, archive.counts
    if archive.facts.vocabulary_given:
        return Vocabulary(words, counts)
    known = old.words if old else ()
    return Vocabulary.from_counts(words, counts, config.min_count, config.max_vocab, known)


def _corpus_of(archive, vocabulary, tmpdir, progress):
    """The ids as they lie in the archive, or in a spool if the vocabulary is another one."""
    if vocabulary.words == archive.words:
        check_ids(archive, progress)
        return archive.corpus
    corpus = select_words(archive, vocabulary.ids(archive.words), tmpdir, progress)
    archive.corpus.close()
    return corpus
