"""Readers of options: the files of ``--config``, and what vectors tell of their training."""

import io
from contextlib import suppress
from pathlib import Path

import click

from w2v_cli.commands.info import _rows_of_vectors
from w2v_cli.commands.train import train
from w2v_cli.config import DEFAULTS
from w2v_cli.errors import ConfigError
from w2v_cli.formats.inspection import inspect
from w2v_cli.formats.provenance import Checksum, write_beside
from w2v_cli.terminal.settings import like
from w2v_cli.terminal.settings.sources import settings_of

from . import seeds

like.warn = repr  # instead of printing it, in ASCII where need be
TOML = [
    b'dim = 50\nmodel = "cbow"\nlr = 0.5\nquiet = true\n[train]\nepochs = 3\nsave-vocab = "x"\n',
    b"threads = 1_0\nwindow = 0x5\nsample = 1e-3\n[other]\nx = [1, {a = 1979-05-27T07:32:00Z}]\n",
]
FACTS = {
    "command": "train",
    "sources": ["corpus.txt"],
    "version": "0.0.1",
    "options": {**DEFAULTS, "lowercase": True, "digits": "zero", "max_table": 9, "lr": 0.025},
    "corpus_digest": "ab",
    "tokens_in_vocab": 9,
    "init": {"file": "old.bin", "digest": "cd", "freeze": True},
    "losses": [1.5],
}


def config(place):
    """Reads a ``--config`` file."""

    def put_and_read(data):
        path = place.put("run.toml", data)
        return lambda: _parse("--config", path, "corpus.txt")

    return put_and_read


def provenance(place):
    """Reads the provenance beside vectors, for ``w2v info`` and ``--like``."""
    path = place.put("v.bin", _vectors(place.path))
    place.put("corpus.txt", seeds.TEXT)

    def put_and_read(data):
        place.put("v.bin.w2v.json", data)

        def read():
            "".join(map(" ".join, _rows_of_vectors(inspect(path)))).encode(errors="replace")
            repeated = _parse("--like", path)
            if repeated:
                # Vectors that began with others are refused here, in one line.
                with suppress(ConfigError):
                    repeated.check_init(None)

        return read

    return put_and_read


def provenance_seeds(folder):
    """Files of provenance, of vectors as they are and of converted ones."""
    data = _vectors(folder)
    checksum = Checksum(io.BytesIO())
    checksum.write(data)
    converted = {"command": "convert", "source_provenance": {**FACTS, "init": None}}
    made = []
    for facts in (FACTS, converted):
        write_beside(Path(folder, "v.bin"), checksum, facts)
        made.append(Path(folder, "v.bin.w2v.json").read_bytes())
    return made


def _vectors(folder):
    [data] = seeds.of_format(folder, "binary", ".bin")
    return data


def _parse(*arguments):
    """Read a command line of ``w2v train``; the `Repeated` of --like, or None without."""
    try:
        context = train.make_context("train", [*arguments, "-o", "v.txt"])
    except click.UsageError as error:
        assert error.format_message()
        return None
    return settings_of(context).repeated
