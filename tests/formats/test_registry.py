"""The list of formats is what all else that names formats is made from."""

import os
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from conftest import ROOT

from w2v_cli.cli import cli
from w2v_cli.formats import registry
from w2v_cli.formats.registry import ALL, FORMATS, TEXT_BYTES, WRITTEN, format_named
from w2v_cli.formats.writing import write_embeddings

N_WORDS, DIM = 300, 20


@pytest.fixture
def vectors():
    return np.random.default_rng(3).standard_normal((N_WORDS, DIM)).astype(np.float32) / DIM


def test_everything_that_the_list_names_is_there():
    places = [getattr(each, field) for each in ALL for field in ("recogniser", "reader", "writer")]
    places += [place for each in ALL for place in (each.sides, each.checker)]
    assert all(callable(registry._resolve(place)) for place in places if place)
    assert all(each.reader or each.writer for each in ALL)


def test_no_two_formats_have_one_name_or_extension():
    extensions = [extension for each in WRITTEN for extension in each.extensions]
    assert len(set(extensions)) == len(extensions)
    assert len({each.name for each in ALL}) == len(ALL)


def test_the_list_needs_no_numpy():
    code = "import sys, w2v_cli.formats.registry; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", [each.name for each in WRITTEN if each.has_words])
def test_a_file_is_as_large_as_its_format_says_or_little_larger(tmp_path, vectors, name):
    format = format_named(name)
    path = tmp_path / f"v{format.extensions[-1] if format.extensions else '.bin'}"
    write_embeddings(path, [f"w{row}" for row in range(N_WORDS)], vectors, name)
    numbers = N_WORDS * DIM
    size = max(map(os.path.getsize, format.files(path)))
    n_matrices = 2 if format.has_outputs else 1
    assert 1 <= size / (numbers * format.bytes_of_number) < 2 * n_matrices


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_of_text_takes_time_to_print(name):
    """Numbers that are printed take thirty times as long as those that are copied."""
    format = format_named(name)
    if name == "dl4j":
        pytest.skip("its text is compressed")
    assert (format.seconds_of_number > 1e-7) == (format.bytes_of_number >= TEXT_BYTES)


@pytest.mark.parametrize("command", ["train", "convert"])
def test_help_names_every_format(command):
    text = CliRunner().invoke(cli, [command, "--help"]).output
    assert ", ".join(FORMATS) in " ".join(text.split())


def test_the_help_of_convert_and_the_documentation_tell_of_every_format():
    help_text = CliRunner().invoke(cli, ["convert", "--help"]).output
    table = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").partition("## Reading")[0]
    for each in WRITTEN:
        assert f"  {each.name} " in help_text
        assert each.about in help_text
        assert f"`{each.name}`" in table
