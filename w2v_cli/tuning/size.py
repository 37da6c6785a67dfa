"""Whether what is best in a sample of a text is best for all of it.

The best value of some options moves with the size of the text, and it is known which way (see
`LEANS`). So the value that larger texts lean to, if it wins in a sample already, wins in all of the
text. One from the other end of the grid may win for no reason but the size of the sample: what
would be better for more text was at hand, and how far it would move is not seen. A value between
the two is tried in a part of the sample, too: if that likes another one, the best value moves.
"""

import math

from ..errors import field

LEANS = {
    "dim": 1,
    "max_vocab": 1,
    "min_count": 1,
    "epochs": -1,
    "lr": -1,
    "sample": -1,
    "negative": -1,
}
"""Options -> 1 if larger texts want higher values, -1 if lower ones. Negatives: 5 to 20 for small
sets, 2 to 5 for large ones (arXiv:1310.4546, section 2.2)."""
ENOUGH = 0.5
"""The share of the text from which a sample is as good as all of it."""
LEAST_SHARE = 0.05
"""A choice that stays the same in a part of the sample is believed for a text up to 20 times it."""
PART = 4
"""The part of the sample is one in so many words."""

UNTRIED = "not all trials were done"


def varied(configs, names):
    """The fields (list of str) whose best value moves with size, and of which several are tried."""
    return [
        name
        for name in names
        if name in LEANS and len({getattr(config, name) for config in configs}) > 1
    ]


def doubts(names, trials, share, in_part):
    """Which options of the best trial may not be best for all of the text, and why.

    Parameters
    ----------
    names : list of str       see `varied`
    trials : list of Trial    with verdicts, one of which is the best
    share : float             of the text, that the sample is
    in_part : callable        some of the trials -> the same ones in a part of the sample

    Returns
    -------
    dict of str to str        option -> reason
    """
    [best] = [trial for trial in trials if trial.verdict == "best"]
    found = {}
    for name in names:
        others = _rivals(trials, best, name)
        reason = _doubt(name, best, others)
        if reason is None and not _is_wanted_by_more_text(name, best, others):
            reason = _moved(name, best, in_part([best, *others]) if share >= LEAST_SHARE else [])
        if reason is not None:
            found[name] = reason
    return found


def _rivals(trials, best, name):
    """The trials that differ from the best one in nothing but this option."""
    others = _without(best, name)
    return [
        trial
        for trial in trials
        if trial.options[name] != best.options[name] and _without(trial, name) == others
    ]


def _doubt(name, best, others):
    """Why a choice may not hold whatever a part of the sample says; None if it may."""
    if not others:
        return "no other value was tried with the same other settings"
    alike = [trial.options[name] for trial in others if trial.verdict == "alike"]
    if alike:
        return f"{field(name, alike[0])} cannot be told from it"
    if _rank(name, best) < min(_rank(name, trial) for trial in others):
        kind, more = ("lowest", "higher") if LEANS[name] > 0 else ("highest", "lower")
        return f"it is the {kind} that was tried, and more text wants {more} values"
    return None


def _is_wanted_by_more_text(name, best, others):
    return _rank(name, best) > max(_rank(name, trial) for trial in others)


def _moved(name, best, parts):
    """Why a value between others does not hold, given trials in a part of the sample, if any."""
    scored = [trial for trial in parts if trial.score is not None]
    if not scored:
        return "the sample is too small a part of the text to tell whether it moves"
    found = max(scored, key=lambda trial: trial.score).options[name]
    if found != best.options[name]:
        return f"a quarter of the sample likes {field(name, found)} better, so it moves with size"
    return None


def _without(trial, name):
    return {each: value for each, value in trial.options.items() if each != name}


def _rank(name, trial):
    """The higher, the more text wants it. No limit is high, as is a threshold of 0: all words."""
    value = trial.options[name]
    is_open = value is None or (name == "sample" and value == 0)
    return LEANS[name] * (math.inf if is_open else value)
