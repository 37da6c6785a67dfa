"""How many epochs a classifier is trained, so that it takes the time there is."""

import time
from dataclasses import replace

from ..formats.registry import format_named
from ..methods.supervised.schedule import DocumentSchedule
from ..training.plan import Speed, TimeLeft, plan
from ..training.speed import MANY_EPOCHS, seconds_a_word
from ..training.timebudget import calibration_seconds, planned_told, tell_earlier_plan
from ..training.turns import in_turn


def planned_epochs(request, method, documents, report, is_old=None):
    """What a budget of time chooses, or an earlier run with one has chosen.

    Parameters
    ----------
    request : ClassifyRequest
    method : Supervised
    documents : LabelledDocuments
    report : Report
    is_old : ndarray of bool or None   see `Supervised.engine`

    Returns
    -------
    dict or None   with ``epochs``; None without a budget

    Raises
    ------
    TrainingError   if nothing fits
    """
    if request.plan:
        tell_earlier_plan(request.plan, report)
        return request.plan
    budget, config = request.time_budget, request.config
    if budget is None:
        return None
    n_tokens, spent = int(documents.tokens.sum(dtype="int64")), budget.spent
    n_rows = len(documents.vocabulary) + config.n_buckets + len(documents.labels)
    of_number = format_named("fasttext").seconds_at(request.output) if request.output else 0.0
    seconds = calibration_seconds(budget)
    measured = _measured(method, documents, config, seconds, report, is_old)
    left = TimeLeft(
        n_tokens=n_tokens,
        seconds=budget.seconds - spent,
        speed=Speed.through({config.dim: measured}),
        seconds_of_dim=n_rows * of_number,
        dims=(config.dim,),
        epochs=config.epochs if "epochs" in request.chosen else None,
    )
    planned = plan(left, budget.seconds)
    words = f"{n_tokens:,} words and labels an epoch"
    report.say(planned_told(planned, budget.text, words, spent))
    return planned.as_dict()


def _measured(method, documents, config, seconds, report, is_old):
    """Seconds that a word takes: some training, of which the result is thrown away."""
    n_words, n_labels = len(documents.vocabulary), len(documents.labels)
    trial = replace(config, epochs=MANY_EPOCHS)
    schedule = DocumentSchedule(documents.tokens, trial, method.tokens_per_chunk(n_labels, trial))
    parameters = method.allocate(n_words, n_labels, trial)
    method.initialise(parameters, trial.seed)
    engine = method.engine(schedule, parameters, documents.label_counts, trial, is_old)
    engine.prepare(report)
    train = in_turn(schedule, engine)
    return seconds_a_word(
        lambda number: train(number)[1][0], engine.n_threads, seconds, time.perf_counter
    )
