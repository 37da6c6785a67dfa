"""Libraries that only some users need: imported where they are used, missed in one clear line."""

import importlib

from ..errors import MissingLibraryError


def require(module, library, extra, purpose):
    """Import a module of an optional library.

    Parameters
    ----------
    module : str    Example: ``sklearn.manifold``
    library : str   what it is called where it is installed from: ``scikit-learn``
    extra : str     the extra of w2v that installs it: ``tsne``
    purpose : str   what needs it, to begin the message (see `errors.field`)

    Returns
    -------
    module

    Raises
    ------
    MissingLibraryError   if it is not installed, or is and cannot be imported
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        top = module.partition(".")[0]
        is_absent = isinstance(error, ModuleNotFoundError) and error.name == top
        fault = "which is not installed" if is_absent else f"which cannot be imported ({error})"
        raise MissingLibraryError(
            f"{purpose} needs {library}, {fault}; install w2v[{extra}]"
        ) from error
