"""From text to trained vectors: the stages in their order, and the statistics of a run."""

import time
from dataclasses import asdict, dataclass

from . import __version__
from .config import TrainConfig
from .corpus.encoded import EncodedCorpus, Spool
from .corpus.reader import expand_paths, read_blocks
from .corpus.tokenizer import Tokenizer
from .errors import InputError
from .paths import display_name
from .resources import peak_memory_bytes
from .trainer import Training, train_model
from .vocabulary import Vocabulary


@dataclass
class Run:
    """A corpus with its vocabulary, then the training on it: everything the statistics need."""

    config: TrainConfig
    vocabulary: Vocabulary
    corpus: EncodedCorpus
    tokens_read: int
    repaired: dict
    seconds_vocab: float
    training: "Training | None" = None

    def train(self, progress=None):
        """Train on the corpus and give its disk space back."""
        try:
            self.training = train_model(self.corpus, self.vocabulary.counts, self.config, progress)
        finally:
            self.corpus.close()

    def statistics(self, seconds_write):
        """The object that ``--stats`` writes (keys as documented for the command)."""
        training = self.training
        seconds = max(training.seconds_train, 1e-9)
        return {
            "tokens_read": self.tokens_read,
            "tokens_repaired": self.repaired,
            "tokens_in_vocab": self.corpus.n_tokens,
            "sentences": self.corpus.n_sentences,
            "vocab_size": len(self.vocabulary),
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
            "loss": None,
            "peak_memory_bytes": peak_memory_bytes(),
            "seed": self.config.seed,
            "version": __version__,
            "options": {**asdict(self.config), "lr": self.config.start_lr},
        }


def read_corpus(paths, config, tmpdir, vocabulary=None, progress=None):
    """Read the text once: count its words, and encode it for training.

    Parameters
    ----------
    paths : list of str               files, folders, or ``-``
    config : TrainConfig
    tmpdir : str                      folder for the encoded corpus
    vocabulary : Vocabulary or None   use this one as it is, instead of making one
    progress : callable or None       called as progress("read", tokens, None)

    Returns
    -------
    Run   not yet trained

    Raises
    ------
    InputError, OutputError   if the text cannot be read, is empty, or has no word to train on
    """
    started = time.perf_counter()
    files = expand_paths(paths)
    spool = Spool(tmpdir)
    try:
        tokenizer = _spool_tokens(files, spool, progress)
        words, counts, word_of, repaired = tokenizer.words()
        source = display_name(files[0]) if len(files) == 1 else f"{len(files)} files"
        if not words:
            raise InputError(f"{source}: the corpus is empty, there is no word in it")
        if vocabulary is None:
            vocabulary = Vocabulary.from_counts(words, counts, config.min_count, config.max_vocab)
        corpus = EncodedCorpus(spool, vocabulary.ids(words)[word_of])
        if corpus.n_tokens == 0:
            raise InputError(f"{source}: no word of the given vocabulary occurs in it")
    except BaseException:
        spool.close()
        raise
    seconds = time.perf_counter() - started
    return Run(config, vocabulary, corpus, tokenizer.n_tokens, repaired, seconds)


def _spool_tokens(files, spool, progress):
    tokenizer = Tokenizer()
    for path in files:
        for block in read_blocks(path):
            spool.append(tokenizer.feed(block))
            if progress:
                progress("read", tokenizer.n_tokens, None)
        spool.append(tokenizer.end_file())
    return tokenizer
