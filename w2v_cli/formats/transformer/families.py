"""Where the families of transformers keep their input embeddings: names of tensors.

=============================== ==================================================================
``word_embeddings.weight``      BERT and its kin, ALBERT, DeBERTa, XLM-R; BLOOM
``embed_tokens.weight``         Llama, Mistral, Qwen, Gemma, OPT, Phi
``wte.weight``                  GPT-2 and kin, MPT
``shared.weight``               T5, BART, Marian, Pegasus
``embed_in.weight``             GPT-NeoX, Pythia
``tok_embeddings.weight``       ModernBERT, Llama as Meta wrote it
others                          XLNet, CLIP, GPT, Mamba, RWKV
=============================== ==================================================================

What stands before differs with the head that a model was saved with: ``bert.``, ``transformer.``.
"""

import math

from ...errors import InputError, field
from ..wordrules import some_of

ENDINGS = (
    "shared.weight",
    "word_embeddings.weight",
    "embed_tokens.weight",
    "wte.weight",
    "embed_in.weight",
    "tok_embeddings.weight",
    "word_embedding.weight",
    "token_embedding.weight",
    "tokens_embed.weight",
    "backbone.embeddings.weight",
    "backbone.embedding.weight",
    "rwkv.embeddings.weight",
)
"""How the names end, those first that stand for others: T5 may have ``shared.weight`` and its
copies ``encoder.embed_tokens.weight`` and ``decoder.embed_tokens.weight``."""
DECODER = "decoder."
READ = ("F32", "F16", "BF16", "F64")
"""The types that are read, as safetensors calls them."""
SHOWN = 8


def is_embedding(name):
    """Whether a tensor of that name has the input embeddings of a family that is known."""
    return any(name == ending or name.endswith("." + ending) for ending in ENDINGS)


def chosen_tensor(tensors, n_rows, asked, name):
    """The name of the tensor of input embeddings.

    Parameters
    ----------
    tensors : dict of str to Tensor
    n_rows : int            rows that it needs, for each token one
    asked : str or None     the name that the user gives
    name : str              of the model, for messages

    Returns
    -------
    str

    Raises
    ------
    InputError   if there is none, or several, or the one asked for is no matrix of such numbers
    """
    if asked is not None:
        return _asked(tensors, asked, name)
    matrices = {key: tensor for key, tensor in tensors.items() if len(tensor.shape) == 2}
    for ending in ENDINGS:
        found = [key for key in matrices if key == ending or key.endswith("." + ending)]
        if len(found) > 1:
            found = [key for key in found if DECODER not in key] or found
        if len(found) > 1 and _are_alike(matrices, found):
            raise InputError(
                f"{name}: has several matrices of input embeddings ({some_of(found, SHOWN)}); "
                f"{field('tensor')} names one"
            )
        if found:
            return _checked(tensors, max(found, key=lambda key: matrices[key].shape[0]), name)
    large = sorted(
        (key for key, tensor in matrices.items() if tensor.shape[0] >= max(n_rows, 2)),
        key=lambda key: -math.prod(matrices[key].shape),
    )
    if not large:
        raise InputError(
            f"{name}: holds no matrix with a row for each of {n_rows:,} tokens; take the folder "
            "of a whole model, with its own tokenizer"
        )
    raise InputError(
        f"{name}: it is not known which tensor has its input embeddings; {field('tensor')} names "
        f"it: {some_of(large, SHOWN)}"
    )


def _are_alike(matrices, names):
    """Whether none of some matrices has more rows than all others."""
    rows = sorted(matrices[name].shape[0] for name in names)
    return rows[-1] == rows[-2]


def _asked(tensors, asked, name):
    if asked not in tensors:
        matrices = [key for key, tensor in tensors.items() if len(tensor.shape) == 2]
        raise InputError(
            f"{name}: has no tensor {asked!r:.200}; its matrices are "
            f"{some_of(matrices, SHOWN) or 'none'}"
        )
    return _checked(tensors, asked, name)


def _checked(tensors, key, name):
    tensor = tensors[key]
    if len(tensor.shape) != 2 or tensor.dtype not in READ:
        raise InputError(
            f"{name}: the tensor {key} is {tensor.dtype} {list(tensor.shape)}, and a matrix of "
            f"{', '.join(READ)} is needed; {field('tensor')} names another one"
        )
    return key


def family_of(config, tensor):
    """What a model is, by its configuration, or by the name of the tensor: str."""
    kind = config.get("model_type")
    if isinstance(kind, str) and kind:
        return kind
    first = tensor.partition(".")[0]
    return first if tensor.count(".") > 1 and first != "model" else "unknown"
