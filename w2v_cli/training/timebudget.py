"""Measures how fast training is, and chooses epochs and length of vectors for a time budget."""

from dataclasses import replace

from ..errors import ConfigError, InputError, field
from ..formats.registry import format_named
from ..machine.limits import limits
from ..wording.amounts import shown_time
from .checkpoint import saved_plan
from .needs import training_memory
from .plan import DIMS, MOST_EPOCHS, TimeLeft, longest_dim, plan
from .request import PLANNED
from .speed import measure_speed

CALIBRATION_SHARE = 0.02
CALIBRATION_SECONDS = (1.0, 10.0)


def fit_into_time(request, prepared, report):
    """The `Prepared` with epochs and dim that fit the time, if there is a budget.

    Raises
    ------
    TrainingError   if nothing fits
    """
    if request.plan:
        tell_earlier_plan(request.plan, report)
        return replace(prepared, plan=request.plan)
    budget = request.time_budget
    if budget is None:
        return prepared
    fixed = set(PLANNED) & (request.chosen | ({"dim"} if prepared.join else set()))
    spent = budget.spent
    planned = plan(_room(request, prepared, budget, fixed, report), budget.seconds)
    report.say(planned_told(planned, budget.text, _words_told(prepared), spent))
    return prepared.planned(planned.as_dict())


def tell_earlier_plan(planned, report):
    """Say what an earlier run has chosen: a dict."""
    report.say(f"as planned before: {_spelled(planned)}")


def with_resumed_plan(request):
    """A request to resume a run, with what was planned for that.

    Parameters
    ----------
    request : Request   or another one with the same ``config``, ``saving``, ``time_budget``,
                        ``chosen`` and ``plan``

    Raises
    ------
    ConfigError   if the run had no plan and there is a budget, or the other way round, or if what
                  is asked for differs from the plan
    """
    folder, budget = request.saving.folder, request.time_budget
    try:
        found = saved_plan(folder)
    except InputError:
        if budget:
            raise
        return request  # what is damaged is told when training is to go on from it
    if found is None:
        if budget:
            raise ConfigError(
                f"{folder}: that run was begun without {field('time_budget')}; "
                "leave it out to go on"
            )
        return request
    for name in PLANNED:
        _check_planned(name, getattr(request.config, name), found, request)
    config = replace(request.config, dim=found["dim"], epochs=found["epochs"])
    return replace(request, config=config, plan=found)


def _check_planned(name, asked, found, request):
    """Raise ConfigError if a field that was planned is asked for, or left, otherwise."""
    if asked == found[name]:
        return
    folder = request.saving.folder
    if name in request.chosen:
        raise ConfigError(
            f"{field(name, asked)} differs from what was planned when the run in "
            f"{folder} was begun: {found[name]}; leave it out to go on"
        )
    if not request.time_budget:
        raise ConfigError(
            f"{folder}: that run was planned by {field('time_budget')}, with "
            f"{_spelled(found, ' and ')}; give {field('time_budget')} again, or these two"
        )


def _room(request, prepared, budget, fixed, report):
    """What there is to plan with: the speed is measured now."""
    config, n_words = prepared.config, len(prepared.vocabulary)
    dims = _dims(request, prepared, fixed)
    seconds = calibration_seconds(budget)
    measured = sorted({dims[0], dims[-1]})
    speed = measure_speed(
        prepared.corpus, prepared.vocabulary.counts, config, measured, seconds, report,
        lists=prepared.lists,
    )  # fmt: skip
    return TimeLeft(
        n_tokens=prepared.corpus.n_tokens * config.ensemble,
        seconds=budget.seconds - budget.spent,
        speed=speed,
        seconds_of_dim=n_words * _writing_seconds(request.outputs),
        dims=dims,
        epochs=config.epochs if "epochs" in fixed else None,
    )


def calibration_seconds(budget):
    """How long the speed is measured, of a TimeBudget: float."""
    low, high = CALIBRATION_SECONDS
    return min(max(CALIBRATION_SHARE * budget.seconds, low), high, budget.seconds / 4)


def _writing_seconds(outputs):
    """Seconds that writing a number takes; 0 where nothing is written."""
    if outputs.vectors is None:
        return 0.0
    return format_named(outputs.format).seconds_at(outputs.vectors)


def _dims(request, prepared, fixed):
    """The lengths to choose from."""
    if "dim" in fixed:
        return (prepared.config.dim,)
    left = min((limit.left for limit in limits()), default=None)
    longest = longest_dim(prepared.corpus.n_tokens)

    def fits(dim):
        config = replace(prepared.config, dim=dim)
        n_words, has_checkpoints = len(prepared.vocabulary), request.saving is not None
        lists, corpus = prepared.lists, prepared.corpus
        needed = training_memory(n_words, config, has_checkpoints, lists, corpus)
        return left is None or sum(needed.values()) <= left

    n_models = prepared.config.ensemble
    equal_parts = sorted({dim - dim % n_models for dim in DIMS if dim <= longest})
    dims = tuple(dim for dim in equal_parts if fits(dim))
    return dims or (equal_parts[0],)  # what does not fit into memory is told before training


def _spelled(planned, between=" "):
    return between.join(field(name, planned[name]) for name in PLANNED)


def _words_told(prepared):
    """The words of an epoch, which each model of an ensemble has."""
    n_models = prepared.config.ensemble
    of_each = f" of each of {n_models} models" if n_models > 1 else ""
    return f"{prepared.corpus.n_tokens:,} words an epoch{of_each}"


def planned_told(planned, budget, words, spent):
    """What is said of a `Plan`.

    Parameters
    ----------
    planned : Plan
    budget : str    as the user wrote it
    words : str     of an epoch, told
    spent : float   seconds before
    """
    line = (
        f"time budget {budget}: {_spelled(planned.as_dict())}, as "
        f"{words} at {planned.words_per_second:,.0f} words/s "
        f"take {shown_time(planned.training_seconds)} in all; "
        f"reading took {shown_time(spent)}"
    )
    if planned.is_enough:
        more = "more epochs" if planned.epochs == MOST_EPOCHS else "longer vectors"
        line += f"; {more} would hardly help with so little text, so the rest of the time is left"
    return line
