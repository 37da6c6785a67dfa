"""``w2v convert``: word vectors from one format to another."""

import click

from ..terminal.command import Command
from ..terminal.help.headings import Heading
from ..terminal.options.conversion import (
    FORMATS_TOLD,
    conversion_options,
    keep_context_option,
    normalize_option,
    readout_option,
)

EXAMPLES = """
  w2v convert GoogleNews.bin.gz google.txt --limit 100000
  w2v convert cc.en.300.bin vectors.safetensors --float16
  w2v convert bert-base/ bert.w2v
  w2v convert glove.txt - | w2v neighbors - king"""


@click.command(cls=Command, examples=EXAMPLES, epilog=FORMATS_TOLD, has_headings=True)
@conversion_options
@readout_option(Heading.OUTPUT)
@keep_context_option
@normalize_option(Heading.OUTPUT)
def convert(source, target, **options):
    """Convert word vectors from one format to another.

    IN is word2vec text or binary, GloVe text, fastText .vec, .bin or .ftz, floret .bin or .floret,
    safetensors or NumPy .npy with the words beside it; plain or compressed, recognised by its
    content. Of a ZIP archive or the folder of a model the file of vectors is taken;
    archive.zip:member names one. - is standard input or output.

    Of the folder of a transformer (BERT, GPT-2, Llama, T5...; safetensors or pytorch_model.bin)
    the input embeddings are taken of those tokens that are words. No other part of the model is
    read, and nothing in it is run.
    """
    from ..terminal.conversion import run_conversion

    run_conversion("convert", source, target, options)
