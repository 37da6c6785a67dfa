"""Libraries that only some users need: imported where they are used, missed in one clear line."""

import importlib

from ..errors import MissingLibraryError

PACKAGES = {
    "faiss": "faiss-cpu",
    "gensim": "gensim",
    "matplotlib": "matplotlib",
    "mpi4py": "mpi4py",
    "pandas": "pandas",
    "safetensors": "safetensors",
    "sklearn": "scikit-learn",
    "tokenizers": "tokenizers",
    "torch": "torch",
    "transformers": "transformers",
    "umap": "umap-learn",
}
"""Optional libraries by the name that is imported, and what pip installs them by. Always true:
extras of w2v are only known to pip in the folder of its source."""


def require(module, purpose):
    """Import a module of an optional library.

    Parameters
    ----------
    module : str    of a library in PACKAGES, such as ``sklearn.manifold``
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
        library = PACKAGES[top]
        is_absent = isinstance(error, ModuleNotFoundError) and error.name == top
        fault = "which is not installed" if is_absent else f"which cannot be imported ({error})"
        raise MissingLibraryError(
            f"{purpose} needs {library}, {fault}; pip install {library}"
        ) from error
