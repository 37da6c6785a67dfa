"""``w2v distill``: a table of vectors out of a transformer."""

import click

from ..distilling.settings import POOLINGS, DistillConfig
from ..formats.registry import FORMATS, formats_with
from ..terminal.command import Command, exclusive
from ..terminal.help.completion import FILE, FOLDER, Names
from ..terminal.progress.options import progress_options, reporter_for
from ..terminal.ranges import FloatRange

EXAMPLES = """
  w2v distill all-MiniLM-L6-v2/ minilm-static/
  w2v distill all-MiniLM-L6-v2/ minilm.w2v --dim 128
  w2v distill bert-base-uncased/ static/ --pooling first --float16"""


@click.command(
    cls=Command, examples=EXAMPLES, short_help="Distill a transformer into a table of vectors."
)
@click.argument("source", type=FOLDER, metavar="MODEL_DIR")
@click.argument("target", type=FILE, metavar="OUT")
@click.option(
    "-d",
    "--dim",
    type=click.IntRange(min=1),
    default=DistillConfig.dim,
    show_default=True,
    metavar="K",
    help="Keep the K directions of the largest variance (PCA).",
)
@click.option(
    "--pooling",
    type=click.Choice(POOLINGS),
    default=DistillConfig.pooling,
    show_default=True,
    help="What is taken of the outputs for a token and those around it ([CLS], [SEP]).",
)
@click.option(
    "--sif-a",
    type=FloatRange(0, 1),
    default=DistillConfig.a,
    show_default=True,
    metavar="A",
    help="Tokens count with A / (A + p), p by Zipf's law from their rank; 0: all alike.",
)
@click.option(
    "--format",
    type=Names(*FORMATS),
    metavar="NAME",
    help="Format to write, whatever the name of OUT.",
)
@click.option(
    "--float16",
    is_flag=True,
    help=f"Write numbers of two bytes ({', '.join(formats_with('float16'))}).",
)
@click.option(
    "--int8",
    is_flag=True,
    help=f"Write numbers of one byte ({', '.join(formats_with('int8'))}).",
)
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=DistillConfig.batch,
    show_default=True,
    metavar="N",
    help="Tokens that are run at a time.",
)
@click.option(
    "--device",
    default=DistillConfig.device,
    show_default=True,
    metavar="NAME",
    help="Where the model runs, as PyTorch calls it: cpu, cuda, mps.",
)
@progress_options
@exclusive("--float16", "--int8")
def distill(source, target, dim, pooling, sif_a, format, batch, device, **options):
    """Run each token of a transformer through it by itself, and keep the outputs as vectors.

    OUT is a folder as model2vec and sentence-transformers read it, with the model's tokenizer; with
    an extension (.w2v, .vec...) it is a file of vectors of those tokens that are words. Needs torch
    and transformers: pip install torch transformers. The model must be on this machine: nothing is
    fetched, and no code that lies with it is run.

    The input embeddings alone, which w2v convert takes without any of that, know words as well or
    better; outputs are better for texts.
    """
    from ..distilling.distill import distill, target_format
    from ..formats.containers import files_of
    from ..formats.registry import check_target
    from ..terminal.checks import check_outputs

    chosen = target_format(target, format)
    dtype = next((name for name in ("float16", "int8") if options[name]), "float32")
    check_target(chosen, target, dtype)
    written = chosen.files(target)
    inputs = {"the input": files_of(source)}
    in_folders = written if chosen.is_folder else ()
    check_outputs(written, inputs, options["log_json"], in_folders=in_folders)
    config = DistillConfig(dim, pooling, sif_a, batch, device)
    with reporter_for(options) as report:
        report("distill", 0, None)
        done = distill(source, target, config, format=chosen.name, dtype=dtype, report=report)
        report.say(
            f"wrote {done.n_rows:,} vectors of length {done.dim} to {target} ({chosen.title}); "
            f"they have {100 * done.share:.1f} % of the variance of the outputs"
        )
