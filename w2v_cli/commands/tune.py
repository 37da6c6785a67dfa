"""``w2v tune``: which settings score best on a sample of a corpus, and whether that is noise."""

import time
from dataclasses import asdict, replace

import click

from .. import __version__
from ..config import DEFAULTS, TrainConfig, option_name, parse_seconds
from ..errors import TrainingStopped, W2VError
from ..files.outputs import atomic_output
from ..terminal.checks import check_outputs, check_standard_input, note_terminal
from ..terminal.command import Command, default_threads, memory_option, require_given
from ..terminal.options.text import text_config, text_options
from ..terminal.options.train import model_options
from ..terminal.progress.reporter import progress_options, reporter_for
from ..terminal.scoring import use_one_blas_thread, write_lines
from ..terminal.settings.presets import preset_option
from ..terminal.tables import aligned_lines, formatted, formatted_interval, tsv_line
from ..terminal.warnings import warn
from ..tuning.grid import configs_of, parse_grid

GRID = "dim=100,200 window=5,10"
SAMPLE_WORDS = 1_000_000
LEAST_WORDS = 1000
TRAINING_SHARE = 0.85
"""Of the time budget; the rest is for scoring."""
CALIBRATION_SHARE = 0.1

EXAMPLES = r"""
  w2v tune corpus.txt --questions questions-words.txt
  w2v tune corpus.txt --pairs men.txt --grid "dim=50,100 window=5,10"
  w2v tune corpus.txt --questions questions-words.txt --save best.toml \
    --grid "model=skipgram,cbow epochs=5,15"
  w2v train corpus.txt --config best.toml -o vectors.bin"""


@click.command(
    cls=Command,
    examples=EXAMPLES,
    short_help="Find settings by measurement.",
    needs_less="a smaller dim in --grid needs less",
)
@click.argument("corpus", nargs=-1, metavar="CORPUS...")
@click.option("--questions", metavar="FILE", help="Score by these analogy questions.")
@click.option("--pairs", metavar="FILE", help="Score by these word pairs with similarities.")
@click.option(
    "--grid",
    multiple=True,
    metavar="TEXT",
    help=f"Options with the values to try, all combinations; may be repeated.  [default: {GRID}]",
)
@click.option(
    "--sample-words",
    type=click.IntRange(min=LEAST_WORDS),
    metavar="N",
    help=f"Train on about so many words.  [default: {SAMPLE_WORDS:,}]",
)
@click.option(
    "--time-budget",
    metavar="TIME",
    help="Take a sample for which all trials together take about so long (90s, 10m, 2h).",
)
@click.option("--save", metavar="FILE", help="Write the best settings as a --config file.")
@click.option("--json", is_flag=True, help="Print one JSON object.")
@click.option("--tsv", is_flag=True, help="Print rows with tabs.")
@model_options
@text_options
@preset_option
@click.option(
    "--tmpdir", metavar="DIR", help="For the encoded corpus.  [default: that of the system]"
)
@memory_option
@progress_options
@click.pass_context
def tune(ctx, **options):
    """Try settings on a sample of CORPUS, and print how well each scores.

    The sample is whole lines from places all over the corpus, the same ones for all trials and
    every time. What the grid does not name is as given, or as in w2v train. The score is the
    accuracy of all questions, unknown words being wrong answers, or Spearman's correlation.

    "alike" stands beside settings that cannot be told from the best: the 95 % interval of the
    difference, a paired bootstrap over the questions or pairs, has 0 in it. Other seeds make a
    difference too, which seed=1,2,3 in the grid shows.
    """
    require_given(ctx, "corpus")
    _check(options)
    names, configs = _configs(options)
    use_one_blas_thread()
    test = _test(options, configs[0].threads)
    session = _Session(names, configs, test, options)
    try:
        session.run()
    finally:
        session.print()
    best = session.best()
    if best is None:
        raise W2VError(
            "no trial has a score: the words of the test are not those of the sample; look at the "
            "case of letters (--lowercase), or give a larger --sample-words"
        )
    if options["save"]:
        _save(options, best, test.measure)


def _check(options):
    if (options["questions"] is None) == (options["pairs"] is None):
        raise click.UsageError("give --questions FILE or --pairs FILE, and not both")
    if options["json"] and options["tsv"]:
        raise click.UsageError("--tsv and --json exclude each other; give one of them")
    if options["sample_words"] and options["time_budget"]:
        raise click.UsageError(
            "--sample-words and --time-budget exclude each other; give one of them"
        )
    if options["time_budget"]:
        parse_seconds(options["time_budget"], "--time-budget")
    test = options["questions"] or options["pairs"]
    outputs = [options["save"]] if options["save"] else []
    inputs = {"a corpus": options["corpus"], "the test": [test]}
    check_outputs(outputs, inputs, options["log_json"])
    check_standard_input({"the corpus": options["corpus"], "the test": [test]})
    note_terminal("the corpus", options["corpus"])


def _configs(options):
    options["threads"] = default_threads(options["threads"])
    base = TrainConfig(**{name: options[name] for name in DEFAULTS})
    return configs_of([parse_grid(text) for text in options["grid"] or [GRID]], base)


def _test(options, threads):
    from ..evaluation.pairs import read_pairs
    from ..evaluation.questions import read_questions
    from ..tuning.trials import AnalogyTest, SimilarityTest

    if options["questions"]:
        return AnalogyTest(read_questions(options["questions"]), threads)
    return SimilarityTest(read_pairs(options["pairs"]))


class _Session:
    """The trials of one command."""

    def __init__(self, names, configs, test, options):
        self._names, self._configs = names, configs
        self._test, self._options = test, options
        self._trials = []
        self._sample = None
        self._started = time.monotonic()

    def run(self):
        """Read the corpus, take a sample, run all trials; what is done is kept if it fails."""
        from ..terminal.stopping import StopSignals

        signals = StopSignals()
        with reporter_for(self._options) as report:
            run = self._read(report)
            with run.corpus:
                self._sample = self._take_sample(run, report)
            with signals.caught():
                for config in self._configs:
                    self._try(config, report, signals)

    def best(self):
        """The best Trial so far, or None."""
        from ..tuning.trials import best_of

        return best_of(self._trials)

    def print(self):
        """Print what is known on standard output."""
        if not self._trials:
            return
        from ..tuning.trials import compared

        verdicts = compared(self._trials, self._test)
        if self._options["json"]:
            lines = [self._json(verdicts)]
        elif self._options["tsv"]:
            lines = [tsv_line(row) for row in self._rows(verdicts, ".6f")]
        else:
            lines = aligned_lines(self._rows(verdicts, ".4f", intervals_together=True))
        write_lines(lines)

    def _read(self, report):
        from tempfile import gettempdir

        from ..machine.limits import require_memory
        from ..training.needs import training_memory
        from ..training.run import read_corpus

        # All words that any trial wants.
        least = min(config.min_count for config in self._configs)
        config = replace(self._configs[0], min_count=least, max_vocab=None)
        text = text_config(self._options, config.threads)
        folder = self._options["tmpdir"] or gettempdir()
        run = read_corpus(self._options["corpus"], config, folder, None, report, text)
        report.say(
            f"{run.tokens_read:,} words read, {run.corpus.n_tokens:,} of them in the vocabulary "
            f"of {len(run.vocabulary):,}"
        )
        most = max(
            sum(training_memory(len(run.vocabulary), config).values()) for config in self._configs
        )
        warning = require_memory(most, "training", lambda left: "give a smaller dim in --grid")
        if warning:
            warn(warning)
        return run

    def _take_sample(self, run, report):
        from ..tuning.trials import Sample

        n_words = self._options["sample_words"] or SAMPLE_WORDS
        if self._options["time_budget"]:
            n_words = self._words_in_time(run, report)
        max_line = max(config.max_sentence for config in self._configs)
        sample = Sample(run.corpus, run.vocabulary.words, n_words, max_line)
        report.say(
            f"{len(self._configs)} trials on a sample of {sample.n_tokens:,} words in "
            f"{sample.n_lines:,} lines"
        )
        return sample

    def _words_in_time(self, run, report):
        """How many words all trials can be trained on in the time that is left."""
        from ..errors import TrainingError
        from ..tuning.plan import shown_seconds
        from ..tuning.speed import measure_speed

        budget = parse_seconds(self._options["time_budget"], "--time-budget")
        each = min(CALIBRATION_SHARE * budget / len(self._configs), 1.0)
        counts = run.vocabulary.counts
        seconds = 0.0
        for config in self._configs:
            speed = measure_speed(run.corpus, counts, config, [config.dim], each, report)
            seconds += config.epochs * speed.seconds_of_word(config.dim)
        left = budget - (time.monotonic() - self._started)
        n_words = int(TRAINING_SHARE * left / seconds)
        if n_words < LEAST_WORDS:
            raise TrainingError(
                f"--time-budget {self._options['time_budget']} is too little: "
                f"{shown_seconds(max(left, 0))} are left for {len(self._configs)} trials, which "
                f"need {seconds * 1e6:.3g} s for a million words; give more time, or "
                "fewer values in --grid"
            )
        return n_words

    def _try(self, config, report, signals):
        from ..tuning.trials import run_trial

        number, n_trials = len(self._trials) + 1, len(self._configs)
        try:
            trial = run_trial(
                config, self._sample, self._test, signals.heeding(report), signals.requested
            )
        except TrainingStopped as stopped:
            raise self._stopped(signals) from stopped
        self._trials.append(trial)
        what = " ".join(f"{option_name(name)} {value}" for name, value in self._values(config))
        score = f"{self._test.measure} {formatted(trial.score, '.4f')}"
        report.say(f"trial {number} of {n_trials}: {what}: {score} ({trial.seconds:.1f} s)")
        if trial.note:
            warn(f"{what}: {trial.note}")
        if signals.requested.is_set() and number < n_trials:
            raise self._stopped(signals)

    def _stopped(self, signals):
        error = W2VError(
            f"stopped after {len(self._trials)} of {len(self._configs)} trials; those that were "
            "done are printed"
        )
        error.exit_code = signals.exit_code
        return error

    def _values(self, config):
        for name in self._names:
            value = getattr(config, name)
            yield name, config.start_lr if name == "lr" and value is None else value

    def _rows(self, verdicts, form, intervals_together=False):
        ends = ["95 % interval"] if intervals_together else ["low", "high"]
        of_best = ["best is better by"] if intervals_together else ["better_low", "better_high"]
        names = [option_name(name)[2:] for name in self._names]
        yield [*names, self._test.measure, *ends, *of_best, "", "asked", "skipped", "seconds"]
        for trial, (verdict, difference) in zip(self._trials, verdicts, strict=True):
            values = [_shown(value) for _, value in self._values(trial.config)]
            cells = [
                cell
                for interval in (trial.interval, difference)
                for cell in _interval_cells(interval, form, intervals_together)
            ]
            numbers = [str(trial.asked), str(trial.skipped), f"{trial.seconds:.1f}"]
            yield [*values, formatted(trial.score, form), *cells, verdict, *numbers]

    def _json(self, verdicts):
        from json import dumps

        trials = [
            {
                "options": dict(self._values(trial.config)),
                "score": trial.score,
                "interval": trial.interval,
                "verdict": None if verdict == "-" else verdict,
                "best_is_better_by": difference,
                "asked": trial.asked,
                "skipped": trial.skipped,
                "seconds": trial.seconds,
                "note": trial.note or None,
            }
            for trial, (verdict, difference) in zip(self._trials, verdicts, strict=True)
        ]
        best = self.best()
        return dumps(
            {
                "measure": self._test.measure,
                "sample": {"words": self._sample.n_tokens, "lines": self._sample.n_lines},
                "trials": trials,
                "best": best and dict(self._values(best.config)),
            },
            ensure_ascii=False,
        )


def _interval_cells(interval, form, together):
    if together:
        return [formatted_interval(interval, form)]
    return [formatted(end, form) for end in interval or (None, None)]


def _shown(value):
    return str(value).lower() if isinstance(value, bool) else "-" if value is None else str(value)


def _save(options, trial, measure):
    """Write the settings of a trial; those of the machine, and what is not set, are left out."""
    from ..terminal.settings.printconfig import toml_value

    text = asdict(text_config(options, trial.config.threads))
    values = {**text, **asdict(trial.config)}
    values = {name: value for name, value in values.items() if value is not None}
    values.pop("threads")
    low, high = trial.interval
    lines = [
        f"# the best of a w2v tune {__version__}: {measure} {trial.score:.4f}, "
        f"95 % interval {low:.4f} to {high:.4f}",
        "[train]",
        *(f"{option_name(name)[2:]} = {toml_value(value)}" for name, value in values.items()),
    ]
    with atomic_output(options["save"]) as stream:
        stream.write("".join(line + "\n" for line in lines).encode())
