"""A session of tuning: a corpus is read, a sample taken, and all settings are tried on it."""

from dataclasses import dataclass, replace

from ..errors import ConfigError, TrainingError, TrainingStopped, TuningStopped, field
from ..machine.limits import require_memory
from ..training.needs import training_memory
from ..training.prepare import prepare
from ..training.report import NeverStopping, Silence
from ..training.speed import measure_speed
from ..wording.amounts import shown_time
from . import LEAST_WORDS, SAMPLE_WORDS
from .trials import Sample, best_of, compare, run_trial

TRAINING_SHARE = 0.85
"""Of the time budget; the rest is for scoring."""
CALIBRATION_SHARE = 0.1


def _smaller(_n_bytes):
    return f"give a smaller {field('dim')} in {field('grid')}"


@dataclass(frozen=True)
class Tuning:
    """What a session found.

    Attributes
    ----------
    measure : str                ``accuracy`` or ``spearman``
    sample : dict of int         ``words`` and ``lines`` of the sample
    trials : list of Trial       with verdicts
    best : dict or None          options of the best trial; None if none has a score
    """

    measure: str
    sample: dict
    trials: list
    best: dict | None


class Session:
    """The trials of some settings on a sample of a corpus.

    Parameters
    ----------
    request : Request             its ``config`` is what the settings do not say
    names : list of str           fields of TrainConfig that differ between trials
    configs : list of TrainConfig
    test : AnalogyTest or SimilarityTest
    sample_words : int or None    about how many words the sample has; None: SAMPLE_WORDS, or as
                                  many as fit the request's ``time_budget``

    Raises
    ------
    ConfigError   if there are both

    Attributes
    ----------
    trials : list of Trial        that were done
    sample : Sample or None       once the corpus was read
    """

    def __init__(self, request, names, configs, test, sample_words=None):
        if sample_words is not None and request.time_budget:
            raise ConfigError(
                f"{field('sample_words')} and {field('time_budget')} exclude each other; "
                "give one of them"
            )
        self.names, self.test = names, test
        self.trials = []
        self.sample = None
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
        prepared = self._prepared(report)
        with prepared.corpus:
            self.sample = self._take_sample(prepared, report)
        with stopping.caught():
            for config in self._configs:
                self._try(config, report, stopping)

    def best(self):
        """The best Trial so far, or None."""
        return best_of(self.trials)

    def result(self, spell):
        """What is known so far: Tuning, with notes as ``spell(message)`` has them."""
        best = self.best()
        trials = [
            replace(trial, note=trial.note and spell(trial.note))
            for trial in compare(self.trials, self.test)
        ]
        return Tuning(
            measure=self.test.measure,
            sample={"words": self.sample.n_tokens, "lines": self.sample.n_lines},
            trials=trials,
            best=best and best.options,
        )

    def values(self, config):
        """Yield (name, value) of what differs between trials."""
        for name in self.names:
            value = getattr(config, name)
            yield name, config.start_lr if name == "lr" and value is None else value

    def _prepared(self, report):
        # All words that any trial wants.
        least = min(config.min_count for config in self._configs)
        config = replace(self._configs[0], min_count=least, max_vocab=None)
        prepared = prepare(replace(self._request, config=config), report)
        n_words = len(prepared.vocabulary)
        most = max(sum(training_memory(n_words, config).values()) for config in self._configs)
        warning = require_memory(most, "training", _smaller)
        if warning:
            report.warn(warning)
        return prepared

    def _take_sample(self, prepared, report):
        n_words = self._sample_words or SAMPLE_WORDS
        if self._request.time_budget:
            n_words = self._words_in_time(prepared, report)
        max_line = max(config.max_sentence for config in self._configs)
        sample = Sample(prepared.corpus, prepared.vocabulary.words, n_words, max_line)
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
            speed = measure_speed(prepared.corpus, counts, config, [config.dim], each, report)
            seconds += config.epochs * speed.seconds_of_word(config.dim)
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
            trial = run_trial(
                config,
                dict(self.values(config)),
                self.sample,
                self.test,
                stopping.heeding(report),
                stopping.requested,
            )
        except TrainingStopped as stopped:
            raise TuningStopped(len(self.trials), n_trials) from stopped
        self.trials.append(trial)
        what = " ".join(field(name, value) for name, value in trial.options.items())
        score = "-" if trial.score is None else format(trial.score, ".4f")
        report.say(
            f"trial {number} of {n_trials}: {what}: {self.test.measure} {score} "
            f"({shown_time(trial.seconds)})"
        )
        if trial.note:
            report.warn(f"{what}: {trial.note}")
        if stopping.requested.is_set() and number < n_trials:
            raise TuningStopped(len(self.trials), n_trials)
