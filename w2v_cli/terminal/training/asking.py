"""The command line of ``w2v train`` as a `Request`."""

from dataclasses import replace

from ...config import DEFAULTS, TrainConfig
from ...training.request import PLANNED, Outputs, Request, Saving, TimeBudget
from ..command import default_threads
from ..options.text import text_config
from ..settings.sources import Source, settings_of
from ..warnings import warn


def train_config(options):
    """The TrainConfig that a command's options (dict) stand for."""
    values = {name: options[name] for name in DEFAULTS}
    return TrainConfig(**{**values, "threads": default_threads(options["threads"])})


def request_of(ctx, options):
    """What a command line asks for, before any file is opened.

    Raises
    ------
    ConfigError   if it contradicts itself
    """
    config = train_config(options)
    request = Request(
        config=config,
        paths=options["corpus"],
        text=text_config(options, config.threads),
        glob=options["glob"],
        init=options["init"],
        freeze=options["freeze"],
        tmpdir=options["tmpdir"],
        outputs=_outputs(options),
        saving=Saving.asked(options["checkpoint"], options["checkpoint_every"], options["resume"]),
        time_budget=None if options["time_budget"] is None else TimeBudget(options["time_budget"]),
        chosen=chosen_options(ctx, config),
        round_words=options["round_words"],
    )
    _mention_spacing(ctx, request)
    return request


def chosen_options(ctx, config):
    """The fields of a TrainConfig that were asked for. A run to repeat does not ask for what is
    of another model than the one that is asked for.
    """
    settings = settings_of(ctx)
    return frozenset(
        name
        for name in filter(settings.is_chosen, DEFAULTS)
        if config.has(name) or settings.source_of(name) is not Source.RUN
    )


def _mention_spacing(ctx, request):
    """Who says how often checkpoints are written must not believe that there are any without."""
    is_given = settings_of(ctx).source_of("checkpoint_every") is Source.COMMAND_LINE
    if is_given and request.saving is None:
        warn("--checkpoint-every has no effect: no checkpoint is written without --checkpoint DIR")


def left_to_plan(ctx):
    """Options that --time-budget would choose: dict of name to that option.

    Raises
    ------
    ConfigError   if it is no time
    """
    if not ctx.params["time_budget"]:
        return {}
    TimeBudget(ctx.params["time_budget"])
    return {
        name: "chosen by --time-budget" for name in PLANNED if not settings_of(ctx).is_chosen(name)
    }


def old_vectors(request):
    """The OldVectors of --init; what the reader noticed becomes warnings.

    Raises
    ------
    InputError    if the file cannot be read
    OutputError   if one of their words cannot stand in the output
    """
    from ...formats.reading import read
    from ...formats.writing import check_words
    from ...training.warmstart import OldVectors

    old = OldVectors.of(read(request.init), request.config.model)
    for note in old.notes:
        warn(note)
    check_words(request.outputs.vectors, request.outputs.format, old.embeddings.words)
    return old


def with_format(request):
    """The request with the format of its vectors, which must suit the paths of all of them.

    Raises
    ------
    ConfigError   if no format is named, or it does not suit
    """
    from ...formats.registry import check_target, format_for, format_named

    outputs = request.outputs
    chosen = format_for(outputs.vectors, outputs.format)
    for path in filter(None, (outputs.vectors, outputs.context)):
        check_target(format_named(chosen), path)
    return replace(request, outputs=replace(outputs, format=chosen))


def _outputs(options):
    return Outputs(
        vectors=options["output"],
        context=options["save_context"],
        vocabulary=options["save_vocab"],
        stats=options["stats"],
        format=options["format"],
        keep_context=options["keep_context"],
        provenance=options["provenance"],
    )
