"""The outputs of a transformer for short rows of tokens, by torch and transformers."""

import numpy as np

from ..errors import InputError, field
from ..machine.libraries import require

PURPOSE = "distilling a transformer"


class Outputs:
    """A model that is loaded, and what it makes of tokens.

    Parameters
    ----------
    folder : str      of the model; nothing is fetched, and no code in it is run
    pooling : str     of `settings.POOLINGS`
    device : str      as torch calls it

    Raises
    ------
    MissingLibraryError   if torch or transformers is not there
    InputError            if transformers does not load the model, or it has no such pooling
    """

    def __init__(self, folder, pooling, device):
        self._torch = require("torch", PURPOSE)
        library = require("transformers", PURPOSE)
        self._pooling = pooling
        library.logging.set_verbosity_error()
        library.logging.disable_progress_bar()
        try:
            model = library.AutoModel.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False, dtype=self._torch.float32
            )
            if getattr(model.config, "is_encoder_decoder", False):
                model = model.get_encoder()
            self._model = model.to(device).eval()
        except Exception as error:  # these libraries raise whatever they meet
            told = " ".join(str(error).split())
            raise InputError(
                f"{folder}: transformers {library.__version__} does not load it: {told}; take "
                "another version of it, or another model"
            ) from error
        self._name, self._device = folder, device

    def of(self, rows):
        """The outputs of rows of tokens of one length.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_rows, length)

        Returns
        -------
        ndarray of float32, shape (n_rows, n)   what is no number is 0
        """
        try:
            return self._of(rows)
        except (IndexError, RuntimeError) as error:
            told = " ".join(str(error).split())
            raise InputError(
                f"{self._name}: the model does not run on its own tokens: {told}; take a smaller "
                f"{field('batch')}, or another model"
            ) from error

    def _of(self, rows):
        with self._torch.inference_mode():
            ids = self._torch.from_numpy(rows).to(self._device)
            found = self._model(input_ids=ids, attention_mask=self._torch.ones_like(ids))
            if self._pooling == "pooler":
                pooled = getattr(found, "pooler_output", None)
                if pooled is None:
                    raise InputError(
                        f"{self._name}: the model has no pooler; take another {field('pooling')}"
                    )
            else:
                states = found.last_hidden_state
                pooled = {"first": states[:, 0], "last": states[:, -1]}.get(self._pooling)
                pooled = states.mean(dim=1) if pooled is None else pooled
            numbers = pooled.float().cpu().numpy()
        return np.nan_to_num(numbers, copy=True, nan=0.0, posinf=0.0, neginf=0.0)
