"""What stands before the matrices of a fastText model: settings, as numbers of fixed places.

args.cc of fastText writes twelve int32 and a float64; that of floret two more int32, the mode and
the number of hashes, before the last but one. Both begin with the same magic and version.
"""

import math
import struct

from ..errors import InputError

MAGIC = struct.pack("<i", 793712314)
VERSION = 12
VERSIONS = (11, VERSION)
SUPERVISED = 3
MODELS = {1: "cbow", 2: "skipgram", SUPERVISED: "supervised"}
LOSSES = {1: "hs", 2: "ns", 3: "softmax", 4: "ova"}
FLORET = "floret"
MODES = {1: "fasttext", 2: FLORET}
FLORET_HASHES = range(1, 5)
SETTINGS = struct.Struct("<13i")
FIRST_SETTINGS = struct.Struct("<15i")
"""Magic, version, and these."""
LAST_SETTINGS = struct.Struct("<id")
WRITTEN_SETTINGS = struct.Struct("<i12id")
HALF, HALVES_JOINED = struct.Struct("<i"), struct.Struct("<d")
SETTING_NAMES = (
    *("dim", "window", "epochs", "min_count", "negative", "word_ngrams", "loss", "model"),
    *("buckets", "min_n", "max_n", "lr_update_rate", "sample"),
)
DEFAULTS = {
    "window": 5, "epochs": 5, "min_count": 1, "negative": 5, "word_ngrams": 1, "loss": "ns",
    "model": "skipgram", "buckets": 0, "min_n": 0, "max_n": 0, "lr_update_rate": 100,
    "sample": 1e-4,
}  # fmt: skip
"""What is written where nothing is known of the training."""
SIZES = struct.Struct("<iiiqq")
ENTRY = struct.Struct("<qb")
SHAPE = struct.Struct("<qq")
LIMITS = {"dim": (1, 1 << 24), "buckets": (0, 1 << 31), "max_n": (0, 100)}
OLD = struct.Struct("<12id3iq")
"""How files began before 2017: without magic and version, and without what was pruned."""
OLD_LIMITS = (
    *((1, 10_000), (1, 1000), (1, 10_000), (0, 1 << 30), (0, 10_000), (0, 100), (1, 3), (1, 3)),
    *((0, 1 << 30), (0, 100), (0, 100), (1, 1 << 30)),
)


def recognises(head):
    """Whether a file that begins with these bytes is a fastText model."""
    return head.startswith(MAGIC)


def recognises_classifier(head):
    """Whether a file that begins with these bytes is a model that tells labels."""
    if not recognises(head) or len(head) < FIRST_SETTINGS.size:
        return False
    _, version, *numbers = FIRST_SETTINGS.unpack_from(head)
    return version in VERSIONS and numbers[SETTING_NAMES.index("model")] == SUPERVISED


def recognises_old(head):
    """Whether a file that begins with these bytes is a model as fastText wrote it before 2017."""
    if len(head) < OLD.size:
        return False
    *settings, sample, size, n_words, n_labels, n_tokens = OLD.unpack_from(head)
    fit = (low <= value <= high for value, (low, high) in zip(settings, OLD_LIMITS, strict=True))
    are_sizes = 0 < n_words <= size == n_words + n_labels and n_tokens > 0
    return all(fit) and 0 <= sample <= 1 and are_sizes


def read_settings(reader, name):
    """The settings of a model: dict, by the names of our own options where there are such.

    Parameters
    ----------
    reader : object   ``take(size)`` -> bytes, ``unpack(layout)`` -> numbers of a struct
    name : str        for messages

    Raises
    ------
    InputError   if it is of another version, or one of them cannot be
    """
    reader.take(len(MAGIC))
    (version,) = reader.unpack(HALF)
    if version not in VERSIONS:
        raise InputError(f"{name}: is a fastText model of version {version}; 11 and 12 can be read")
    numbers = reader.unpack(SETTINGS)
    own = {}
    if numbers[-2] in MODES and numbers[-1] in FLORET_HASHES:
        # floret has two more, where fastText has the rate and half of a fraction.
        own = {"mode": MODES[numbers[-2]], "hashes": numbers[-1]}
        rate, sample = reader.unpack(LAST_SETTINGS)
    else:
        rate = numbers[-2]
        (sample,) = HALVES_JOINED.unpack(HALF.pack(numbers[-1]) + reader.take(HALF.size))
    settings = dict(zip(SETTING_NAMES, (*numbers[:-2], rate, sample), strict=True)) | own
    if version == 11 and settings["model"] == SUPERVISED:
        settings["max_n"] = 0  # such models were trained without n-grams, whatever they say
    _check(settings, name)
    settings["model"] = MODELS.get(settings["model"], str(settings["model"]))
    settings["loss"] = LOSSES.get(settings["loss"], str(settings["loss"]))
    return settings


def _check(settings, name):
    for key, (low, high) in LIMITS.items():
        if not low <= settings[key] <= high:
            raise InputError(
                f"{name}: is damaged: {key} is {settings[key]}; get or make the file again"
            )
    if settings["max_n"] >= max(settings["min_n"], 1) and settings["buckets"] == 0:
        raise InputError(
            f"{name}: is damaged: it has n-grams of {settings['min_n']} to {settings['max_n']} "
            "characters and 0 buckets for them; get or make the file again"
        )


def pack_settings(settings, has_labels=False):
    """The first bytes of a model: magic, version and settings, where ``settings`` has them.

    Parameters
    ----------
    settings : dict   as of `read_settings`, ``dim`` among them; what is missing, or cannot stand
                      there, becomes that of DEFAULTS
    has_labels : bool   it is a classifier
    """
    models = {name: number for number, name in MODELS.items() if number != SUPERVISED}
    losses = {name: number for number, name in LOSSES.items() if has_labels or name != "ova"}
    values = []
    for name in SETTING_NAMES:
        value = settings.get(name)
        if name in ("model", "loss"):
            numbers = models if name == "model" else losses
            value = numbers.get(value, numbers[DEFAULTS[name]])
            if name == "model" and has_labels:
                value = SUPERVISED
        elif name == "sample":
            is_number = isinstance(value, (int, float)) and math.isfinite(value)
            value = float(value) if is_number else DEFAULTS[name]
        elif type(value) is not int or not 0 <= value < 1 << 31:
            value = DEFAULTS[name]
        values.append(value)
    return MAGIC + WRITTEN_SETTINGS.pack(VERSION, *values)
