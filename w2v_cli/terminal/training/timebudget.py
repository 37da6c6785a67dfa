"""``w2v train --time-budget TIME``: epochs and dim that fit the time, told in one line."""

import time
from dataclasses import replace

import click

from ...config import option_name, parse_seconds
from ...errors import ConfigError, InputError
from ...formats.registry import format_named
from ..settings.defaults import is_chosen

PLANNED = ("dim", "epochs")
CALIBRATION_SHARE = 0.02
CALIBRATION_SECONDS = (1.0, 10.0)


def time_budget_option(command):
    """Add --time-budget to a command."""
    option = click.option(
        "--time-budget",
        metavar="TIME",
        help="Choose --epochs and --dim, unless given, such that the whole command takes about "
        "this long (90s, 10m, 2h).",
    )
    return option(command)


def left_to_plan(ctx):
    """Options that --time-budget would choose: dict of name to that option.

    Raises
    ------
    ConfigError   if it is no time
    """
    if not ctx.params["time_budget"]:
        return {}
    parse_seconds(ctx.params["time_budget"], "--time-budget")
    return {name: "--time-budget" for name in PLANNED if not is_chosen(ctx, name)}


class TimeBudget:
    """The time that a command may take, from now on.

    Parameters
    ----------
    ctx : click.Context
    options : dict        of the command
    clock : callable      the time in seconds
    """

    def __init__(self, ctx, options, clock=time.monotonic):
        self._text = options["time_budget"]
        self._seconds = parse_seconds(self._text, "--time-budget")
        self._fixed = {name for name in PLANNED if is_chosen(ctx, name)}
        self._clock, self._started = clock, clock()

    def fix_dim(self):
        """Take the dim as it is: that of vectors to go on from."""
        self._fixed.add("dim")

    def plan(self, run, options, format_, report):
        """Measure, plan, and say so; *in place:* the options of ``run``, and its ``plan``.

        Parameters
        ----------
        run : Run          not trained yet
        options : dict     of the command
        format_ : str      of the vectors
        report : reporter

        Raises
        ------
        TrainingError   if nothing fits
        """
        from ...tuning.plan import Room, plan
        from ...tuning.speed import measure_speed

        spent = self._clock() - self._started
        dims = self._dims(run, options["checkpoint"] is not None)
        low, high = CALIBRATION_SECONDS
        seconds = min(max(CALIBRATION_SHARE * self._seconds, low), high, self._seconds / 4)
        measured = sorted({dims[0], dims[-1]})
        speed = measure_speed(
            run.corpus, run.vocabulary.counts, run.config, measured, seconds, report
        )
        room = Room(
            n_tokens=run.corpus.n_tokens,
            seconds=self._seconds - (self._clock() - self._started),
            speed=speed,
            seconds_of_dim=len(run.vocabulary)
            * format_named(format_).seconds_at(options["output"]),
            dims=dims,
            epochs=run.config.epochs if "epochs" in self._fixed else None,
        )
        planned = plan(room, self._seconds)
        run.config = replace(run.config, dim=planned.dim, epochs=planned.epochs)
        run.plan = planned.as_dict()
        report.say(_told(planned, self._text, run, spent))

    def _dims(self, run, checkpoints):
        """The lengths to choose from."""
        from ...machine.limits import limits
        from ...training.needs import training_memory
        from ...tuning.plan import DIMS, longest_dim

        if "dim" in self._fixed:
            return (run.config.dim,)
        left = min((limit.left for limit in limits()), default=None)
        longest = longest_dim(run.corpus.n_tokens)

        def fits(dim):
            config = replace(run.config, dim=dim)
            needed = training_memory(len(run.vocabulary), config, checkpoints)
            return left is None or sum(needed.values()) <= left

        dims = tuple(dim for dim in DIMS if dim <= longest and fits(dim))
        return dims or (DIMS[0],)  # what does not fit into memory is told before training


def planned_before(ctx, options, config):
    """The config with what was planned when the run to resume was begun, and that plan or None.

    Raises
    ------
    ConfigError   if the run had no plan and --time-budget is given, or the other way round, or if
                  what is given differs from the plan
    """
    from ...training.checkpoint import saved_plan

    folder = options["resume"]
    try:
        found = saved_plan(folder)
    except InputError:
        if options["time_budget"]:
            raise
        found = None  # what is damaged is told when training is to go on from it
    if found is None:
        if options["time_budget"]:
            raise ConfigError(
                f"{folder}: that run was begun without --time-budget; leave it out to go on"
            )
        return config, None
    for name in PLANNED:
        given = getattr(config, name)
        if is_chosen(ctx, name) and given != found[name]:
            raise ConfigError(
                f"{option_name(name)} {given} differs from what was planned when the run in "
                f"{folder} was begun: {found[name]}; leave it out to go on"
            )
        if not options["time_budget"] and not is_chosen(ctx, name) and given != found[name]:
            raise ConfigError(
                f"{folder}: that run was planned by --time-budget, with --dim {found['dim']} and "
                f"--epochs {found['epochs']}; give --time-budget again, or these two"
            )
    return replace(config, dim=found["dim"], epochs=found["epochs"]), found


def _told(planned, budget, run, spent):
    from ...tuning.plan import MOST_EPOCHS, shown_seconds

    line = (
        f"time budget {budget}: --dim {planned.dim} --epochs {planned.epochs}, as "
        f"{run.corpus.n_tokens:,} words an epoch at {planned.words_per_second:,.0f} words/s take "
        f"{shown_seconds(planned.training_seconds)} in all; reading took {shown_seconds(spent)}"
    )
    if planned.is_enough:
        more = "more epochs" if planned.epochs == MOST_EPOCHS else "longer vectors"
        line += f"; {more} would hardly help with so little text, so the rest of the time is left"
    return line
