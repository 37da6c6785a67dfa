"""``w2v train --like FILE``: the options of an earlier run, and whether it is the same again."""

import os

from ... import __version__
from ...config import (
    BY_SIZE,
    DEFAULTS,
    MODELS,
    OWN_DEFAULTS,
    RANGES,
    TEXT_DEFAULTS,
    USUAL_N,
    TextConfig,
    TrainConfig,
)
from ...errors import ConfigError, InputError
from ...files.paths import STDIO, is_special
from ...phrases.config import config_of_spec
from ..help.completion import FILE
from ..help.headings import Heading, option
from ..warnings import warn
from .sources import Source, as_written, settings_of


def like_option(command):
    """Add --like to a command."""
    add = option(
        "--like",
        heading=Heading.TRAINING,
        type=FILE,
        is_eager=True,
        callback=_load,
        help="Repeat the run that made these vectors: its options, where no others are given, and "
        "its corpus, if none is named.",
    )
    return add(command)


class Repeated:
    """An earlier run, as its vectors tell of it.

    Parameters
    ----------
    path : str     of the vectors
    facts : dict   from a file that anybody may have written: what is not as expected is ignored
    """

    def __init__(self, path, facts):
        self.path = path
        self._facts = facts
        start = facts.get("init")
        self._start = start if isinstance(start, dict) else None
        if facts.get("version") != __version__:
            warn(
                f"{path} was made by w2v {facts.get('version')}, and this is {__version__}: "
                "vectors may differ"
            )

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
        if self._start and self._start.get("freeze") is True:
            found["freeze"] = True
        if (phrases := self._asked_phrases()) and config_of_spec(phrases):
            found["phrases"] = phrases
        written = {name: as_written(value) for name, value in found.items()}
        for name, text in written.items():
            if text is None:
                raise InputError(
                    f"{self.path}: tells no value of {name} that can be: {found[name]!r:.100}; "
                    "give one on the command line"
                )
        return written

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

    def sources(self, must_exist=True):
        """The corpus of the run: paths of such names here, or where the vectors are.

        Raises
        ------
        ConfigError   if there are none, unless they need not exist: then the list is empty
        """
        try:
            names = self._facts.get("sources")
            if not isinstance(names, list) or not names:
                raise ConfigError(f"{self.path} does not tell its corpus; name it: CORPUS...")
            return [self._source(name) for name in names]
        except ConfigError:
            if must_exist:
                raise
            return []

    def _source(self, name):
        if name == STDIO:
            raise ConfigError(f"{self.path} was trained on standard input; name the corpus, or -")
        # A name and nothing more: nobody else's file may lead elsewhere.
        if isinstance(name, str) and name and os.path.basename(name) == name:
            for folder in ("", os.path.dirname(self.path)):
                path = os.path.join(folder, name)
                if os.path.exists(path) and not is_special(path):
                    return path
        raise ConfigError(
            f"{self.path} was trained on {name}, which is neither here nor beside it; "
            "name the corpus"
        )


def _load(ctx, _param, path):
    """Make the options of the run defaults, which those of --config replace."""
    if path is None:
        return None
    if path == STDIO:
        raise ConfigError("--like needs a file, not standard input; name one")

    from ...formats.provenance import training_of
    from ...formats.reading import read

    found = read(path, limit=1, keep_faults=True)
    facts = training_of(found.record)
    if facts is None:
        why = f": {'; '.join(found.notes)}" if found.notes else ""
        raise InputError(f"{path}: does not tell how it was trained{why}")
    repeated = Repeated(path, facts)
    settings = settings_of(ctx)
    settings.repeated = repeated
    values = repeated.defaults()
    # Asked for when all eager options have been read.
    values["corpus"] = lambda: repeated.sources(must_exist=not settings.is_printing)
    settings.offer(values, Source.RUN, f"--like {path}")
    return path
