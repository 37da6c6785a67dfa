"""``w2v train --init FILE``: the vectors that training goes on from, and what is told of them."""

from ..settings.defaults import is_chosen
from ..warnings import warn


def old_vectors(options, format_):
    """The OldVectors of --init; what the reader noticed becomes warnings.

    Parameters
    ----------
    options : dict    of the command line
    format_ : str     that all their words must fit into, as they will be in the results

    Raises
    ------
    InputError    if the file cannot be read
    OutputError   if one of their words cannot stand in the output
    """
    from ...formats import check_words, read
    from ...training.warmstart import OldVectors

    old = OldVectors.of(read(options["init"]), options["freeze"])
    for note in old.notes:
        warn(note)
    check_words(options["output"], format_, old.embeddings.words)
    return old


def with_dim_of(ctx, config, old):
    """The TrainConfig with the length of the old vectors, unless another one was asked for.

    Raises
    ------
    ConfigError   if it was
    """
    from ...training import warmstart

    return warmstart.with_dim_of(config, old, is_chosen(ctx, "dim"))


def tell_join(run, options, report):
    """Say how old and new words join, and warn if they hardly do."""
    join = run.join
    frozen = ", which stay as they are" if join.old.freeze else ""
    report.say(
        f"going on from {join.old.name}: {join.n_known:,} words have old vectors{frozen}, "
        f"{join.n_new:,} are new; {join.n_kept:,} old words are not in the text and stay"
    )
    if join.old.embeddings.context is not None and not join.has_context:
        report.say("the outputs of --loss hs are nodes of a tree, not words: they start at zero")
    if note := join.note():
        warn(note)
