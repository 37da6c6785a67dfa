"""The errors that w2v raises on purpose. Each message says what failed, where, and what to do.

Library code raises these and prints nothing; ``cli.py`` turns them into one line on standard
error and an exit code.
"""


class W2VError(Exception):
    """Something could not be done. Exit code 1."""

    exit_code = 1


class ConfigError(W2VError):
    """An option has a value that cannot work. Exit code 2, as for any wrong usage."""

    exit_code = 2


class InputError(W2VError):
    """A file cannot be read, or what is in it is not what it should be."""


class OutputError(W2VError):
    """A result could not be written. Whatever stood there before is untouched."""


class MemoryShortageError(W2VError):
    """More memory is needed than there is, or than was allowed. Nothing was begun."""


class MissingLibraryError(W2VError, ImportError):
    """What was asked for needs a library that is optional and not installed."""


class TrainingError(W2VError):
    """Training did not do exactly what was asked; its result must not be used."""


class TrainingStopped(W2VError):  # noqa: N818 - it was asked for
    """Training was stopped from outside. Exit code 130, or 143 after SIGTERM."""

    exit_code = 130

    def __init__(self, epochs_done: float, epochs: int, folder: "str | None") -> None:
        """``folder`` holds a checkpoint; None means that nothing is left."""
        left = (
            f"go on with --resume {folder}"
            if folder
            else "what was trained is lost; --checkpoint DIR would have kept it"
        )
        super().__init__(f"stopped after {epochs_done:.3g} of {epochs} epochs; {left}")


class TuningStopped(TrainingStopped):
    """Likewise between trials of settings, or in one of them."""

    def __init__(self, n_done: int, n_trials: int) -> None:
        super(TrainingStopped, self).__init__(
            f"stopped after {n_done} of {n_trials} trials; those that were done are printed"
        )


class W2VWarning(UserWarning):
    """Something was repaired or is not as one might expect; what was asked for is done."""
