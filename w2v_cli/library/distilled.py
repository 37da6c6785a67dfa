"""A table of vectors out of a transformer, for programs: what ``w2v distill`` does."""

from __future__ import annotations

from ..distilling.distill import Distilled, target_format
from ..distilling.distill import distill as distill_model
from ..distilling.settings import DistillConfig
from ..files.outputs import check_apart, check_output
from ..files.paths import Path
from ..formats.containers import files_of
from ..formats.registry import NUMBER_TYPES, check_target
from .checks import check_choice, path_of, real_number, whole_number
from .reporting import Progress, check_callable, reporting


def distill(
    folder: Path,
    target: Path,
    *,
    dim: int = DistillConfig.dim,
    pooling: str = DistillConfig.pooling,
    sif_a: float = DistillConfig.a,
    format: str | None = None,
    dtype: str = "float32",
    batch: int = DistillConfig.batch,
    device: str = DistillConfig.device,
    progress: Progress | bool | None = None,
) -> Distilled:
    """Run each token of a transformer through it by itself, and write the outputs as vectors.

    Needs torch, transformers and tokenizers. Nothing is fetched, and no code that lies with the
    model is run.

    Parameters
    ----------
    folder : str or Path     of the model, with a ``tokenizer.json``
    target : str or Path     a folder, as model2vec and sentence-transformers read it, with the
                             model's tokenizer; with an extension (``.w2v``, ``.vec``...) a file of
                             those tokens that are words. `w2v_cli.load` reads both
    dim : int                keep so many directions of the largest variance (PCA), or all
    pooling : str            what is taken of the outputs for a token and those around it: ``mean``,
                             ``first``, ``last`` or ``pooler``
    sif_a : float            tokens count with a / (a + p), p by Zipf's law from their rank; 0: all
                             alike
    format : str or None     wins over the name, as in `Vectors.save`
    dtype : str              ``float16`` or ``int8``, of two bytes and of one
    batch : int              tokens that are run at a time
    device : str             where the model runs, as torch calls it: ``cpu``, ``cuda``, ``mps``
    progress : callable, bool or None   True for a bar, or a function that is told how far it is

    Returns
    -------
    Distilled   ``n_rows``, ``dim``, and ``share``, that of the variance which is left

    Raises
    ------
    MissingLibraryError   if one of the libraries is not there
    InputError            if the model cannot be read or loaded
    OutputError           if the target cannot be written
    ConfigError           if an option has a value that cannot be, or the target is a file of the
                          model
    """
    check_choice("dtype", dtype, NUMBER_TYPES)
    check_callable(progress=None if isinstance(progress, bool) else progress)
    source, path = path_of(folder, "folder"), path_of(target, "target")
    config = DistillConfig(
        whole_number("dim", dim, 1),
        pooling,
        real_number("sif_a", sif_a),
        whole_number("batch", batch, 1),
        device,
    )
    chosen = target_format(path, format)
    check_target(chosen, path, dtype)
    inputs = files_of(source)
    for output in chosen.files(path):
        check_output(output, chosen.is_folder)
        check_apart(output, "the input", inputs)
    with reporting(progress, verbose=False) as report:
        done: Distilled = distill_model(
            source, path, config, format=chosen.name, dtype=dtype, report=report
        )
    return done
