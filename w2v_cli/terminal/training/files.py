"""Checks of the files that ``w2v train`` is to read and write, before the work starts."""

import click

from ...phrases.config import phrase_files
from ..checks import CORPUS, check_outputs, check_standard_input, mention_unused_cuts, note_terminal


def check_files(ctx, request, options):
    """Find out whether inputs and outputs go together, and whether outputs can be written.

    Parameters
    ----------
    ctx : click.Context
    request : Request
    options : dict        of the command, for what is no part of the request
    """
    corpus, init = request.paths, [request.init] if request.init else []
    _check_outputs(request, options)
    check_standard_input(
        {
            "the corpus": corpus,
            "the vocabulary": [options["vocab"]],
            "the phrases": phrase_files(options["phrases"]),
            "the vectors to go on from": init,
        }
    )
    if options["vocab"]:
        mention_unused_cuts(ctx, "--vocab is used as it is")
    note_terminal("the corpus", corpus)


def _inputs(request, options):
    """What is read: dict of what it is to paths."""
    from ...formats.containers import files_of

    return {
        CORPUS: request.paths,
        "the vectors to go on from": files_of(request.init) if request.init else [],
        "the run to repeat": [options["like"]] if options["like"] else [],
        "the vocabulary": [options["vocab"]] if options["vocab"] else [],
        "the phrases": phrase_files(options["phrases"]),
        "the folder of checkpoints": [request.saving.folder] if request.saving else [],
    }


def check_kept_facts(request, options):
    """What is to be kept with the vectors, or beside them, must find its place."""
    from ...formats.provenance import check_beside, path_beside
    from ...formats.registry import format_named

    outputs = request.outputs
    chosen = format_named(outputs.format)
    vectors = [path for path in (outputs.vectors, outputs.context) if path]
    beside = []
    if not chosen.is_folder:
        beside = [side for path in vectors for side in chosen.side_files(path)]
    if outputs.keep_context and not chosen.keeps_context:
        raise click.UsageError(
            f"--keep-context needs the format of w2v (-o NAME.w2v): {chosen.title} has no place "
            "for the output matrix; --save-context writes it to a file of its own"
        )
    if outputs.provenance and not chosen.keeps_provenance:
        for path in vectors:
            check_beside(path)
        beside += [path for path in map(path_beside, vectors) if path]
    _check_outputs(request, options, beside)


def _check_outputs(request, options, beside=()):
    """Check all files that are written; ``beside`` are those of what is kept with vectors."""
    from ...formats.registry import folder_files

    outputs = request.outputs
    in_folders = [
        file
        for path in (outputs.vectors, outputs.context)
        if path
        for file in folder_files(path, outputs.format)
    ]
    others = [path for path in (outputs.vocabulary, outputs.stats) if path]
    paths = others if in_folders else outputs.paths
    check_outputs(
        [*in_folders, *paths, *beside],
        _inputs(request, options),
        options["log_json"],
        request.glob,
        in_folders=in_folders,
    )
