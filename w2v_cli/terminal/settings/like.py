"""``w2v train --like FILE``: the options of an earlier run, and whether it is the same again."""

from ...config import (
    BY_SIZE,
    DEFAULTS,
    FREEZABLE,
    MODELS,
    OWN_DEFAULTS,
    RANGES,
    TEXT_DEFAULTS,
    USUAL_N,
    TextConfig,
    TrainConfig,
)
from ...errors import ConfigError
from ...phrases.config import config_of_spec
from ..warnings import warn
from .earlier import EarlierRun, earlier_run_option, told_by


class Repeated(EarlierRun):
    """An earlier run, as its vectors tell of it.

    Parameters
    ----------
    path : str     of the vectors
    facts : dict   from a file that anybody may have written: what is not as expected is ignored
    """

    def __init__(self, path, facts):
        super().__init__(path, facts, "vectors")
        start = facts.get("init")
        self._start = start if isinstance(start, dict) else None

    def defaults(self):
        """Options by name, as click takes them; those of the file that are not set are left out."""
        options = self._facts["options"]
        known = [*DEFAULTS, *TEXT_DEFAULTS]
        found = {name: options[name] for name in known if options.get(name) is not None}
        for name, value in self._own(found).items():
            if found.get(name) == value:
                del found[name]  # so that --model and another corpus take their own
        for name in ("digits", "tokenize"):
            if found.get(name) == getattr(TextConfig, name):
                del found[name]
        frozen = self._start and self._start.get("freeze")
        if frozen in (True, *FREEZABLE):
            found["freeze"] = FREEZABLE[0] if frozen is True else frozen
        if (phrases := self._asked_phrases()) and config_of_spec(phrases):
            found["phrases"] = phrases
        return self.written(found)

    def _own(self, found):
        """What the model of the run takes by itself, by name."""
        model, epochs = found.get("model"), found.get("epochs")
        if model not in MODELS:
            return {}
        sizes = epochs, self._facts.get("tokens_in_vocab"), self._facts.get("vocab_size")
        has_ngrams = any(found.get(name) for name in ("min_n", "max_n"))
        own = OWN_DEFAULTS[model] | ({"vectors": "input"} if has_ngrams else {})
        epochs, n_tokens, n_words = sizes
        is_known = all(isinstance(size, int) and size > 0 for size in sizes)
        if is_known and epochs <= RANGES["epochs"][1]:
            longest = USUAL_N[1] if has_ngrams else 0
            config = TrainConfig(model=model, epochs=epochs, max_n=longest)
            config = config.for_text(n_tokens, n_words)
            own |= {name: getattr(config, name) for name in BY_SIZE if config.has(name)}
        return own

    def check_init(self, init):
        """Raise ConfigError if the run went on from vectors and ``init``, a path, names none."""
        if self._start and not init:
            raise ConfigError(
                f"{self.path} was trained with --init {self._start.get('file')}; name that file"
            )

    def check_phrases(self, phrases):
        """Raise ConfigError if the run joined phrases of a file and ``phrases`` names none."""
        asked = self._asked_phrases()
        if asked and not phrases:
            raise ConfigError(f"{self.path} was trained with --phrases {asked}; name that file")

    def _asked_phrases(self):
        """The phrases that were joined in its text, as they were asked for; or None."""
        phrases = self._facts.get("phrases")
        asked = phrases.get("asked") if isinstance(phrases, dict) else None
        return asked if isinstance(asked, str) else None

    def check_start(self, old):
        """Warn if the vectors to go on from (OldVectors) are not those of the run."""
        if self._start is None:
            warn(f"{self.path} was trained without --init: this is another run")
        elif self._start.get("digest") != old.digest:
            warn(f"{self.path} went on from other vectors than {old.name}: this is another run")

    def check_corpus(self, prepared):
        """Warn if the words of a corpus that was read are not those of the run."""
        saved = self._facts.get("corpus_digest")
        if saved == prepared.digest():
            return
        if saved is None:
            warn(f"{self.path} does not tell the digest of its corpus: it may be another one")
        elif self._facts.get("vocabulary_given") is True and not prepared.facts.vocabulary_given:
            warn(f"{self.path} was trained with --vocab: its words are others")
        else:
            warn(
                f"the corpus is not that of {self.path}: its text, or the words that were chosen, "
                f"differ ({self._facts.get('tokens_in_vocab')} words there, "
                f"{prepared.corpus.n_tokens} here)"
            )


def _load(path):
    from ...formats.reading import read

    found = read(path, limit=1, keep_faults=True)
    return Repeated(path, told_by(path, found.record, found.notes, "train"))


like_option = earlier_run_option(_load, "these vectors")
