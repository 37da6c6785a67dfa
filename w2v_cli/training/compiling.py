"""The kernel of training is compiled beside this process while the text is read."""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from ..compiling.cache import is_cached, made_beside
from ..kernels import Worker
from ..machine.beside import Beside, can_work_beside
from ..methods.base import new_parameters
from ..methods.registry import method_of
from ..progress.codecache import why_not_kept
from .ngrams import lists_of, with_sizes

MODELS = ("skipgram", "cbow")
WORDS = ("a", "b")
COUNTS = np.array([2, 1])


@contextmanager
def kernel_compiled_beside(request):
    """A block in which the kernel that a request needs is compiled by another process.

    Who needs it waits for that, and gets it from the cache; in the end nothing is left running.
    That is for the first run of all; once there is a kernel, others are compiled when they are
    needed. Where another process is no help (see `machine.beside.can_work_beside`), or could not
    hand over what it has made, so is the first.

    Parameters
    ----------
    request : Request   that went through `run.begin`
    """
    process = _process(request.config) if _is_wanted(request) else None
    if process is None:
        yield
        return
    try:
        with made_beside(Worker.functions, process.wait):
            yield
    finally:
        process.end()


def _process(config):
    try:
        return Beside(lambda: compile_kernel(config))
    except OSError:  # there are too many, or there is no memory
        return None


def _is_wanted(request):
    config = request.config
    return (
        config.model in MODELS
        # What these need depends on the vocabulary, and on old vectors.
        and config.loss != "softmax"
        and request.init is None
        and request.communicator is None
        and not any(map(is_cached, Worker.functions))
        and can_work_beside()
        and why_not_kept() is None
    )


def compile_kernel(config):
    """Have the kernel compiled that trains with such a `TrainConfig`, and keep it."""
    config = replace(config, ensemble=1, threads=1).for_text(int(COUNTS.sum()), len(WORDS))
    lists = None
    if config.has_ngrams:
        config = with_sizes(WORDS, config)
        lists = lists_of(WORDS, COUNTS, config)
    method = method_of(config, lists)
    parameters = new_parameters(method, len(WORDS), config)
    engine = method.engine(None, parameters, method.tables(COUNTS, config), config)
    engine.prepare(None)
    engine.synchronise()
