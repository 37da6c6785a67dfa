"""A session of tuning: a corpus is read, a sample taken, and all settings are tried on it."""

from dataclasses import dataclass, replace

from ..errors import ConfigError, TrainingError, TrainingStopped, TuningStopped, field
from ..machine.limits import require_memory
from ..training.givencounts import are_counts
from ..training.needs import training_memory
from ..training.ngrams import ListsOfSettings
from ..training.prepare import prepare
from ..training.report import NeverStopping, Silence
from ..training.run import check_readout
from ..training.speed import measure_speed
from ..wording.amounts import shown_time
from . import LEAST_WORDS, MOST_SEEDS, SAMPLE_WORDS
from .size import ENOUGH, PART, UNTRIED, doubts, varied
from .trials import Sample, best_of, compare, run_trial, together

TRAINING_SHARE = 0.85
"""Of the time budget; the rest is for scoring."""
CALIBRATION_SHARE = 0.1
MUCH = 0.1
"""The share of a test that a sample may skip for its small size without a warning."""


def _smaller(_n_bytes):
    return f"give a smaller {field('dim')} in {field('grid')}"


def _check_seeds(seeds, names):
    if isinstance(seeds, bool) or not isinstance(seeds, int) or not 1 <= seeds <= MOST_SEEDS:
        raise ConfigError(f"{field('seeds')} must be from 1 to {MOST_SEEDS}, not {seeds!r}")
    if seeds > 1 and "seed" in names:
        raise ConfigError(
            f"{field('seeds')} and seed in {field('grid')} exclude each other; give one of them"
        )


@dataclass(frozen=True)
class Tuning:
    """What a session found.

    Attributes
    ----------
    measure : str                ``accuracy``, ``spearman``, or such as ``hit-rate@10``
    sample : dict of int         ``words`` and ``lines`` of the sample
    trials : list of Trial       with verdicts
    best : dict or None          options of the best trial; None if none has a score
    settled : dict or None       those of them that hold for all of the text
    unsettled : dict of str to str   the others, and why each may not hold
    checks : list of Trial       settings that were tried in a part of the sample for that
    """

    measure: str
    sample: dict
    trials: list
    best: dict | None
    settled: dict | None
    unsettled: dict
    checks: list


class Session:
    """The trials of some settings on a sample of a corpus.

    Parameters
    ----------
    request : Request             its ``config`` is what the settings do not say
    names : list of str           fields of TrainConfig that differ between trials
    configs : list of TrainConfig
    test                          see `measures.read_test`
    sample_words : int or None    about how many words the sample has; None: SAMPLE_WORDS, or as
                                  many as fit the request's ``time_budget``
    seeds : int                   how many seeds each setting is trained with

    Raises
    ------
    ConfigError   if what excludes each other is given, or there are too many seeds, or vectors
                  that a setting does not have are to come out

    Attributes
    ----------
    trials : list of Trial        that were done
    sample : Sample or None       once the corpus was read
    n_all : int                   words of the corpus that the sample is of, likewise
    unsettled : dict of str to str   see `Tuning`
    """

    def __init__(self, request, names, configs, test, sample_words=None, seeds=1):
        _check_seeds(seeds, names)
        if sample_words is not None and request.time_budget:
            raise ConfigError(
                f"{field('sample_words')} and {field('time_budget')} exclude each other; "
                "give one of them"
            )
        for path in filter(are_counts, request.paths):
            raise ConfigError(
                f"{path}: holds counts of pairs, and settings are tried on a sample of text; give "
                "the text"
            )
        for config in configs:
            check_readout(config)
            config.check_ensemble()
        self.names, self.test = names, test
        self.trials = []
        self.sample = None
        self.n_all = 0
        self.unsettled = {}
        self._checks = {}
        self._seeds = seeds
        self._told = set()
        self._lists = None
        self._request, self._configs = request, configs
        self._sample_words = sample_words

    def run(self, report=None, stopping=None):
        """Read the corpus, take a sample, run all trials; what is done is kept if it fails.

        Parameters
        ----------
        report : Report or None
        stopping : Stopping or None

        Raises
        ------
        InputError, OutputError, MemoryShortageError   as `training.run.run`
        TrainingError   if the time is too short
        TuningStopped   if it was stopped
        """
        report, stopping = report or Silence(), stopping or NeverStopping()
        for message in self.test.warnings:
            report.warn(message)
        for line in self.test.told:
            report.say(line)
        report.say("reading all of the text: the sample is from all over it")
        prepared = self._prepared(report)
        with prepared.corpus:
            self.sample = self._take_sample(prepared, report)
            self._lists = None  # of all words, which trials do not need
            self.n_all = prepared.corpus.n_tokens
        if self.share < ENOUGH:
            self.unsettled = dict.fromkeys(varied(self._configs, self.names), UNTRIED)
        vocabulary = prepared.vocabulary
        with stopping.caught():
            for config in self._configs:
                self._try(config, report, stopping)
                self._tell_rare(vocabulary, config, report)
                self._heed(stopping)
            self._settle(report, stopping)

    @property
    def share(self):
        """How much of the text the sample is, from 0 to 1."""
        return self.sample.n_tokens / self.n_all

    def best(self):
        """The best Trial so far, or None."""
        return best_of(self.trials)

    def result(self, spell):
        """What is known so far: Tuning, with notes as ``spell(message)`` has them."""
        best = self.best()
        options = best.options if best else {}
        settled = {name: options[name] for name in options if name not in self.unsettled}
        return Tuning(
            measure=self.test.measure,
            sample={"words": self.sample.n_tokens, "lines": self.sample.n_lines},
            trials=_spelled(compare(self.trials, self.test), spell),
            best=options if best else None,
            settled=settled if best else None,
            unsettled={name: spell(reason) for name, reason in self.unsettled.items()},
            checks=_spelled(self._checks.values(), spell),
        )

    def values(self, config):
        """Yield (name, value) of what differs between trials."""
        for name in self.names:
            yield name, getattr(self._settled(config), name)

    def _settled(self, config):
        """A config with its learning rate, once there is a sample that it goes by."""
        if self.sample is None:
            return config
        corpus, words, _ = self.sample.of(config)
        return config.for_text(corpus.n_tokens, len(words))

    def _prepared(self, report):
        # All words that any trial wants.
        least = min(config.min_count for config in self._configs)
        config = replace(self._configs[0], min_count=least, max_vocab=None)
        prepared = prepare(replace(self._request, config=config), report)
        n_words = len(prepared.vocabulary)
        self._lists = ListsOfSettings(prepared.vocabulary.words, prepared.vocabulary.counts)
        most = max(
            sum(training_memory(n_words, sized, lists=lists).values())
            for sized, lists in map(self._lists.of, self._configs)
        )
        warning = require_memory(most, "training", _smaller)
        if warning:
            report.warn(warning)
        return prepared

    def _take_sample(self, prepared, report):
        n_words = self._sample_words or SAMPLE_WORDS
        if self._request.time_budget:
            n_words = self._words_in_time(prepared, report)
        max_line = max(config.max_sentence for config in self._configs)
        words, hold_out = prepared.vocabulary.words, self.test.hold_out
        sample = Sample(prepared.corpus, words, n_words, max_line, hold_out)
        report.say(
            f"{len(self._configs)} trials on a sample of {sample.n_tokens:,} words in "
            f"{sample.n_lines:,} lines"
        )
        return sample

    def _words_in_time(self, prepared, report):
        """How many words all trials can be trained on in the time that is left."""
        budget = self._request.time_budget
        each = min(CALIBRATION_SHARE * budget.seconds / len(self._configs), 1.0)
        counts = prepared.vocabulary.counts
        seconds = 0.0
        for config in self._configs:
            sized, lists = self._lists.of(config)
            speed = measure_speed(
                prepared.corpus, counts, sized, [config.dim], each, report, lists=lists
            )
            seconds += self._seeds * config.all_epochs * speed.seconds_of_word(config.dim)
        seconds *= 1 + (1 / PART if varied(self._configs, self.names) else 0)
        left = budget.seconds - budget.spent
        n_words = int(TRAINING_SHARE * left / seconds)
        if n_words < LEAST_WORDS:
            raise TrainingError(
                f"{field('time_budget')} of {budget.text} is too little: "
                f"{shown_time(max(left, 0))} are left for {len(self._configs)} trials, which "
                f"need {seconds * 1e6:.3g} s for a million words; give more time, or "
                f"fewer values in {field('grid')}"
            )
        return n_words

    def _try(self, config, report, stopping):
        number, n_trials = len(self.trials) + 1, len(self._configs)
        try:
            trial = self._trained(config, self.sample, report, stopping)
        except TrainingStopped as stopped:
            raise TuningStopped(len(self.trials), n_trials) from stopped
        self.trials.append(trial)
        self._tell(f"trial {number} of {n_trials}", trial, report)

    def _trained(self, config, sample, report, stopping):
        """A setting as one Trial, with as many seeds as are wanted."""
        return together(
            [
                run_trial(
                    # Ensembles that share a model would differ too little.
                    replace(config, seed=config.seed + number * config.ensemble),
                    dict(self.values(config)),
                    sample,
                    self.test,
                    stopping.heeding(report),
                    stopping.requested,
                )
                for number in range(self._seeds)
            ]
        )

    def _tell(self, which, trial, report):
        what = " ".join(field(name, value) for name, value in trial.options.items())
        score = "-" if trial.score is None else format(trial.score, ".4f")
        report.say(f"{which}: {what}: {self.test.measure} {score} ({shown_time(trial.seconds)})")
        if trial.note:
            report.warn(f"{what}: {trial.note}")

    def _settle(self, report, stopping):
        """Find out which options of the best trial hold for all of the text."""
        best, names = self.best(), list(self.unsettled)
        if best is None or not names:
            return

        def in_part(trials):
            part = self.sample.part(PART)
            return [self._checked(trial.config, part, report, stopping) for trial in trials]

        self.unsettled = doubts(names, compare(self.trials, self.test), self.share, in_part)
        for name, reason in self.unsettled.items():
            report.say(f"{field(name, best.options[name])} is best in the sample, but {reason}")

    def _checked(self, config, part, report, stopping):
        """The Trial of a setting in a part of the sample."""
        if config not in self._checks:
            try:
                trial = self._trained(config, part, report, stopping)
            except TrainingStopped as stopped:
                raise TuningStopped(len(self.trials), len(self._configs)) from stopped
            self._checks[config] = trial
            self._tell(f"a check, in {part.n_tokens:,} words", trial, report)
        return self._checks[config]

    def _heed(self, stopping):
        if stopping.requested.is_set() and len(self.trials) < len(self._configs):
            raise TuningStopped(len(self.trials), len(self._configs))

    def _tell_rare(self, vocabulary, config, report):
        """Warn, once for each ``min_count``, if the sample skips much that all the text has."""
        if config.min_count in self._told or self.sample.n_tokens == self.n_all:
            return
        self._told.add(config.min_count)
        trial = self.trials[-1]
        n_lines = trial.asked + trial.skipped
        n_words = int((vocabulary.counts >= config.min_count).sum())
        lost = self.test.n_known(vocabulary.words[:n_words]) - trial.asked
        if lost > MUCH * n_lines:
            report.warn(
                f"{lost:,} of {n_lines:,} questions, pairs or sessions are skipped since their "
                f"words occur fewer than {config.min_count} times in the sample, and not in all "
                f"of the text; a larger {field('sample_words')} or a lower {field('min_count')} "
                "asks more"
            )


def _spelled(trials, spell):
    """Trials whose notes are as ``spell(message)`` has them."""
    return [replace(trial, note=trial.note and spell(trial.note)) for trial in trials]
