"""Training in this process, without a front end."""

from w2v_cli.training.prepare import prepare
from w2v_cli.training.report import NeverStopping, Silence
from w2v_cli.training.request import Request
from w2v_cli.training.run import train


class Told(Silence):
    """A Report whose progress goes to a function."""

    def __init__(self, progress):
        self._progress = progress

    def __call__(self, *args, **details):
        if self._progress:
            self._progress(*args, **details)


def prepared(path, config, folder, **asked):
    """The `Prepared` of a file; ``asked`` are fields of `Request`."""
    init = "vectors" if asked.get("old") else None
    return prepare(Request(config, paths=(path,), tmpdir=folder, init=init, **asked))


def trained(path, config, folder, progress=None, **asked):
    """The `Trained` of a file."""
    return train(prepared(path, config, folder, **asked), Told(progress), NeverStopping())
