"""The input embeddings of a transformer as word vectors.

A transformer begins by looking up a row of a matrix for each token of a text. Those rows are
vectors of words wherever a token is a word; nothing of the rest of the model is read.
"""

import json
import os

import numpy as np

from ...errors import InputError, field
from ...files.storedzip import MAGIC
from ..arrays import join_words
from ..safetensors_file import LENGTH_BYTES, MAX_HEADER
from ..sidecar import words_beside, words_files
from ..static_model import MATRICES
from ..wordrules import decode_words, some_of
from .families import chosen_tensor, family_of, is_embedding
from .files import CONFIG, TOKENIZER_CONFIG
from .marks import WORDS
from .pieces import mean_rows, pieces_of
from .statedict import PICKLE, check_numbers, tensors_of_torch
from .tensors import INDEX_KEY, shards_of, tensors_of_safetensors
from .vocabulary import Vocabulary, read_vocabulary

LARGEST_CONFIG = 1 << 20
NAME_IN_ZIP, LONGEST_NAME = 30, 300
OF_TRANSFORMERS = ("num_hidden_layers", "num_attention_heads", "n_layer", "transformers_version")
"""What stands in the configuration of a transformer, and not in those of tables of vectors."""
OWN_SIDES = (".vocab.json", ".words.txt")


def recognises(head):
    """Whether a file that begins with these bytes has the parameters of a transformer."""
    if head.startswith(MAGIC[0]):
        return PICKLE.encode() in head[NAME_IN_ZIP : NAME_IN_ZIP + LONGEST_NAME]
    if head.lstrip()[:1] == b"{":
        return f'"{INDEX_KEY}"'.encode() in head
    return any(map(is_embedding, _names_in(head)))


def _names_in(head):
    """All texts in the header of a file of safetensors, names of tensors among them."""
    length = int.from_bytes(head[:LENGTH_BYTES], "little")
    if head[LENGTH_BYTES : LENGTH_BYTES + 1] != b"{" or length > MAX_HEADER:
        return []
    texts = head[LENGTH_BYTES : LENGTH_BYTES + length].split(b'"')[1::2]
    return [text.decode(errors="replace") for text in texts]


def is_of_transformer(source):
    """Whether a file of safetensors lies beside the configuration of a transformer."""
    config = settings_beside(source.path, CONFIG)
    is_static = not set(MATRICES).isdisjoint(_names_in(source.head))
    return not is_static and any(key in config for key in OF_TRANSFORMERS)


def read(source):
    """The Embeddings of the words among the tokens of a model, in the order of its rows.

    ``source.all_tokens`` takes all tokens as they are written; ``source.wanted`` are words that,
    if they are no tokens, are to be made of their pieces.
    """
    if not source.is_plain_file:
        raise InputError(
            f"{source.name}: has its words in a file beside it, and is compressed, or a pipe; "
            "unpack it, and give the folder of the model"
        )
    vocabulary = _vocabulary(source)
    name, tensor = _tensor(source, vocabulary)
    pairs = list(vocabulary.tokens.items()) if source.all_tokens else vocabulary.words()
    pairs = _within(pairs, tensor, vocabulary, source)
    if not pairs:
        raise InputError(
            f"{vocabulary.path}: none of its {len(vocabulary.tokens):,} tokens is a whole word; "
            f"{field('all_tokens')} takes them all"
        )
    n_words = len(pairs)
    pairs = pairs[: source.limit]
    words = [word for word, _ in pairs]
    matrix = tensor.rows(np.array([row for _, row in pairs], dtype=np.int64))
    made_words, made = _made(words, vocabulary, tensor, source)
    if made_words:
        words, matrix = words + made_words, np.concatenate([matrix, made])
    words = decode_words([word.encode(errors="surrogatepass") for word in words], source)
    source.provenance = {
        "family": family_of(settings_beside(source.path, CONFIG), name),
        "tensor": name,
        "stored_as": f"{tensor.dtype} {list(tensor.shape)}",
        "tokenizer": vocabulary.marks.title,
        "tokens": len(vocabulary.tokens),
        "tokens_that_are_words": n_words,
    }
    return join_words(words, matrix, source)


def _vocabulary(source):
    config = settings_beside(source.path, CONFIG)
    own = [path for path in words_files(source.path) if path.endswith(OWN_SIDES)]
    if not own:
        return read_vocabulary(os.path.dirname(source.path), config, source.name)
    words, _, path = words_beside(source, OWN_SIDES[0])
    tokens = dict(zip(reversed(words), range(len(words) - 1, -1, -1), strict=True))
    tokens = dict(sorted(tokens.items(), key=lambda item: item[1]))
    return Vocabulary(path, tokens, WORDS, frozenset(), frozenset())


def _tensor(source, vocabulary):
    """(name, Tensor) of the input embeddings, in whatever file of the model they are."""
    path, head = source.path, source.head
    if head.startswith(MAGIC[0]):
        tensors = tensors_of_torch(path)
    elif head.lstrip()[:1] == b"{":
        tensors = _in_shards(path, source)
    else:
        tensors = tensors_of_safetensors(path)
    name = chosen_tensor(tensors, vocabulary.n_rows, source.tensor, source.name)
    tensor = tensors[name]
    if tensor.shape[0] < vocabulary.n_rows:
        raise InputError(
            f"{source.name}: {name} has {tensor.shape[0]:,} rows, and {vocabulary.path} needs "
            f"{vocabulary.n_rows:,}: they do not belong together; {field('tensor')} names another "
            "tensor"
        )
    if _is_zip(tensor.path):
        check_numbers(tensor)
    return name, tensor


def _in_shards(path, source):
    """The tensors of the shards that may have the embeddings: of one file, as a rule."""
    where = shards_of(path)
    known = {file for name, file in where.items() if is_embedding(name)}
    if source.tensor in where:
        known = {where[source.tensor]}
    found = {}
    for file in sorted(known or set(where.values())):
        if not os.path.isfile(file):
            raise InputError(
                f"{path}: {os.path.basename(file)} has a part of the model, and is not there; get "
                "all files of the model"
            )
        found |= tensors_of_torch(file) if _is_zip(file) else tensors_of_safetensors(file)
    return {name: tensor for name, tensor in found.items() if name in where}


def _is_zip(path):
    with open(path, "rb") as file:
        return file.read(len(MAGIC[0])) == MAGIC[0]


def _within(pairs, tensor, vocabulary, source):
    """Tokens that have a row; those added later may have none."""
    n_rows = tensor.shape[0]
    if not pairs or pairs[-1][1] < n_rows:
        return pairs
    beyond = [token for token, row in pairs if row >= n_rows]
    source.notes.append(
        f"{vocabulary.path}: tokens that were added and have no row were left out: "
        f"{len(beyond)} ({some_of(beyond)})"
    )
    return [pair for pair in pairs if pair[1] < n_rows]


def _made(words, vocabulary, tensor, source):
    """(words that are made of their pieces, their vectors), of those that are asked for."""
    there = set(words)
    missing = [word for word in dict.fromkeys(source.wanted or ()) if word not in there]
    if not missing:
        return [], None
    config = settings_beside(source.path, TOKENIZER_CONFIG)
    groups = zip(missing, pieces_of(missing, vocabulary, config), strict=True)
    groups = [(word, rows) for word, rows in groups if rows and max(rows) < tensor.shape[0]]
    if not groups:
        return [], None
    longest, rows = max(groups, key=lambda group: len(group[1]))
    source.notes.append(
        f"words that are no tokens were made of their pieces: {len(groups):,}; {longest!r:.60} of "
        f"{len(rows)}; {field('compose', False)} leaves them out"
    )
    return [word for word, _ in groups], mean_rows([rows for _, rows in groups], tensor)


def settings_beside(path, name=CONFIG):
    """A file of settings in the folder of another one: a dict, empty if there is none."""
    path = os.path.join(os.path.dirname(path), name)
    try:
        if os.path.getsize(path) > LARGEST_CONFIG:
            return {}
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    return config if isinstance(config, dict) else {}
