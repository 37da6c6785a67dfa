"""The list of all formats, what is known of each, and how one is found by its name or a file's.

Here is what help, errors, estimates and the commands know of formats. What reads and writes one is
in a file of its own, and loaded when it is first used: no NumPy is needed to tell what there is.
"""

import os
from dataclasses import dataclass
from importlib import import_module

from ..config import FNV, MURMUR
from ..errors import ConfigError, field
from ..files.paths import STDIO, is_special, split_compression
from .wordrules import ANYTHING, BLANKS, FIELD_ENDS, LINE_ENDS, NEWLINES, NULS_AND_BLANKS, Ends

NUMBER_TYPES = ("float32", "float16", "int8")
"""What numbers may be written as; see `formats.int8` for the last."""
ENCODING_ERRORS = ("replace", "strict")
"""What may be done about words that are not UTF-8."""
GLOVE_PARTS = ("sum", "word", "context", "both")
"""What may be taken of all parameters of GloVe: w + c, w, c, or [w; c]."""
UNKNOWN_ROWS = ("keep", "drop", "mean")
"""What may become of the row of ``<unk>``: as it is, left out, or made of the last ones."""
ROW_WEIGHTS = ("sif", "mean")
"""What words may count with in a text: less the more frequent they are, or all the same."""
TEXT_BYTES, TEXT_SECONDS = 9, 3e-7
"""Of a number in text: ``-0.12345 `` at least, in most of them; and to print it."""
FLOAT_BYTES, FLOAT_SECONDS = 4, 1e-8
LEAST_FLORET_NGRAM = 2
QUANTIZED = ".ftz"
"""What fastText's quantized models are named."""
PACKED_BYTES = 3
"""Of a number in a compressed file, at least; digits and bytes of vectors are all but random."""
PACKING_SECONDS = {".gz": 3e-8, ".bz2": 1.5e-7, ".xz": 3e-7, ".zst": 1.5e-8}
"""Of a byte that is compressed."""


@dataclass(frozen=True)
class Format:
    """One format of word vectors.

    What reads and writes it is named ``module:function``, of a module in this folder.

    Attributes
    ----------
    name : str                    as users name it
    title : str                   as messages name it
    extensions : tuple of str     that mean this format when a file is written
    about : str                   what the help of ``w2v convert`` says of it
    recogniser : str              recognises(head) -> whether a file that begins with these bytes
                                  has this format; empty if the format is told otherwise
    reader : str                  read(source) -> Embeddings; sets what else the source tells
    writer : str                  write(target, words, vectors); OutputError if a word or number
                                  cannot stand in such a file
    sides : str                   side_files(path) -> paths that are written beside ``path``, or in
                                  it if it is a folder
    in_sides : str                what is in those, as messages call it
    checker : str                 check(path) raises OutputError if ``path`` may not be written
    spaces : bool                 words may hold white space, which other programs do not split
    ends : Ends                   what ends a word in such a file, and so cannot be in one
    types : tuple of str          of NUMBER_TYPES, which numbers may have
    pools : bool                  it says how words become the vector of a text
    is_folder : bool              it is a folder, with several files in it
    needs_file : bool             it cannot be written to a pipe, nor compressed
    keeps_provenance : bool       it has a place for it; for others it is written beside
    keeps_context : bool          it has a place for the output matrix
    keeps_language_model : bool   it has one for a language model, if its numbers are float32
    has_outputs : bool            the output matrix belongs there, asked for or not
    hashes : tuple of str         how n-grams may be hashed that it has a place for; see `Ngrams`
    has_words : bool              it has one for words; without, n-grams are all there is
    has_all_buckets : bool        rows of n-grams that no word has are there, too
    bytes_of_number : int         in a file that is not compressed, at least
    seconds_of_number : float     of writing it there
    """

    name: str
    title: str
    extensions: tuple = ()
    about: str = ""
    recogniser: str = ""
    reader: str = ""
    writer: str = ""
    sides: str = ""
    in_sides: str = "their words"
    checker: str = ""
    spaces: bool = False
    ends: Ends = BLANKS
    types: tuple = ("float32",)
    pools: bool = False
    is_folder: bool = False
    needs_file: bool = False
    keeps_provenance: bool = False
    keeps_context: bool = False
    keeps_language_model: bool = False
    has_outputs: bool = False
    hashes: tuple = ()
    has_words: bool = True
    has_all_buckets: bool = False
    bytes_of_number: int = FLOAT_BYTES
    seconds_of_number: float = FLOAT_SECONDS

    @property
    def keeps_ngrams(self):
        """Whether it has a place for the n-grams that vectors are made of."""
        return bool(self.hashes)

    def recognises(self, head):
        """Whether a file that begins with these bytes is known to have this format."""
        return bool(self.recogniser) and _resolve(self.recogniser)(head)

    def read(self, source):
        """The Embeddings of a Source, which is told what else is in the file."""
        return _resolve(self.reader)(source)

    def write(self, target, words, vectors):
        """Write words and vectors to a Target."""
        _resolve(self.writer)(target, words, vectors)

    def bytes_at(self, path):
        """Bytes of a number in a file of that name, at least."""
        return PACKED_BYTES if split_compression(path)[1] else self.bytes_of_number

    def seconds_at(self, path):
        """Seconds that writing a number takes to a file of that name."""
        packing = PACKING_SECONDS.get(split_compression(path)[1].lower(), 0.0)
        return self.seconds_of_number + packing * self.bytes_of_number

    @property
    def words_beside(self):
        """Whether the words of such a file lie in another one."""
        return bool(self.sides) and bool(self.reader) and self.in_sides == "their words"

    def side_files(self, path):
        """Paths that are written beside ``path``, or in it if it is a folder."""
        return _resolve(self.sides)(path) if self.sides else []

    def files(self, path):
        """Paths of all files that are written under that name."""
        return [*([] if self.is_folder else [path]), *self.side_files(path)]

    def check(self, path):
        """Raise OutputError if something stands there that must not be replaced."""
        if self.checker:
            _resolve(self.checker)(path)


def _resolve(place):
    module, _, function = place.partition(":")
    return getattr(import_module(f".{module}", __package__), function)


ALL = (
    Format(
        name="text",
        title="word2vec text",
        extensions=("", ".txt", ".vec"),
        about="word2vec text; also what fastText calls .vec",
        reader="word2vec:read",
        writer="word2vec:write_text",
        bytes_of_number=TEXT_BYTES,
        seconds_of_number=TEXT_SECONDS,
    ),
    Format(
        name="binary",
        title="word2vec binary",
        extensions=(".bin",),
        about="word2vec binary",
        reader="word2vec:read",
        writer="word2vec:write_binary",
    ),
    Format(
        name="glove",
        title="GloVe text",
        extensions=(".glove",),
        about="text without a header",
        reader="word2vec:read",
        writer="word2vec:write_glove",
        bytes_of_number=TEXT_BYTES,
        seconds_of_number=TEXT_SECONDS,
    ),
    Format(
        name="glove-parameters",
        title="GloVe's parameters",
        reader="glove_parameters:read",
    ),
    Format(
        name="transformer",
        title="a transformer model",
        recogniser="transformer.reader:recognises",
        reader="transformer.reader:read",
        keeps_provenance=True,
    ),
    Format(
        name="w2v",
        title="the format w2v",
        extensions=(".w2v",),
        about="opened at once, with counts and how it was made",
        recogniser="w2v:recognises",
        reader="w2v:read",
        writer="w2v:write",
        spaces=True,
        ends=NEWLINES,
        types=NUMBER_TYPES,
        needs_file=True,
        keeps_provenance=True,
        keeps_context=True,
        keeps_language_model=True,
        hashes=(FNV, MURMUR),
    ),
    Format(
        name="fasttext",
        title="fastText .bin",
        about="fastText's own model, with n-grams and outputs",
        recogniser="fasttext_header:recognises",
        reader="fasttext_model:read",
        writer="fasttext_writing:write",
        ends=NULS_AND_BLANKS,
        keeps_context=True,
        has_outputs=True,
        hashes=(FNV,),
        has_all_buckets=True,
    ),
    Format(
        name="floret",
        title="floret .floret",
        extensions=(".floret",),
        about="floret's table of hashed n-grams, for spaCy",
        recogniser="floret_table:recognises",
        reader="floret_table:read",
        writer="floret_table:write",
        spaces=True,
        ends=ANYTHING,
        hashes=(MURMUR,),
        has_words=False,
        has_all_buckets=True,
        bytes_of_number=TEXT_BYTES,
        seconds_of_number=TEXT_SECONDS,
    ),
    Format(
        name="npy",
        title="NumPy .npy",
        extensions=(".npy",),
        about="NumPy, words in NAME.words.txt",
        recogniser="numpy_array:recognises",
        reader="numpy_array:read",
        writer="numpy_array:write",
        sides="numpy_array:side_files",
        spaces=True,
        ends=LINE_ENDS,
        types=("float32", "float16"),
        needs_file=True,
    ),
    Format(
        name="safetensors",
        title="safetensors",
        extensions=(".safetensors",),
        about="words in NAME.vocab.json",
        recogniser="safetensors_file:recognises",
        reader="safetensors_file:read",
        writer="safetensors_file:write",
        sides="safetensors_file:side_files",
        spaces=True,
        ends=ANYTHING,
        types=NUMBER_TYPES,
        needs_file=True,
        keeps_provenance=True,
    ),
    Format(
        name="gensim",
        title="gensim's KeyedVectors",
        extensions=(".kv",),
        about="gensim's KeyedVectors, and NAME.kv.vectors.npy",
        recogniser="gensim_native:recognises",
        reader="gensim_native:read",
        writer="gensim_native:write",
        sides="gensim_native:side_files",
        in_sides="numbers",
        spaces=True,
        ends=ANYTHING,
        needs_file=True,
    ),
    Format(
        name="model2vec",
        title="a model2vec folder",
        about="a folder for model2vec, sentence-transformers",
        writer="model2vec_folder:write",
        sides="model2vec_folder:side_files",
        checker="model2vec_folder:check_folder",
        spaces=True,
        ends=NULS_AND_BLANKS,
        types=NUMBER_TYPES,
        needs_file=True,
        keeps_provenance=True,
        pools=True,
        is_folder=True,
    ),
    Format(
        name="dl4j",
        title="Deeplearning4j's archive",
        about="Deeplearning4j's archive, for Lucene's synonyms",
        writer="dl4j:write",
        spaces=True,
        ends=ANYTHING,
        needs_file=True,
        seconds_of_number=TEXT_SECONDS,
    ),
    Format(
        name="tsv",
        title="TSV for the TensorBoard projector",
        extensions=(".tsv",),
        about="TensorBoard, words in NAME.metadata.tsv",
        writer="projector:write",
        sides="projector:side_files",
        ends=FIELD_ENDS,
        needs_file=True,
        bytes_of_number=TEXT_BYTES,
        seconds_of_number=TEXT_SECONDS,
    ),
)
_TITLES = [format.title for format in ALL if format.reader]
READABLE = f"{', '.join(_TITLES[:-1])} or {_TITLES[-1]}"
"""What can be read, for messages."""
WRITTEN = tuple(format for format in ALL if format.writer)
FORMATS = tuple(format.name for format in WRITTEN)
"""What a ``format`` may be."""
CHOICES = " or ".join(FORMATS)
COMPRESSED = tuple(format.name for format in WRITTEN if not format.needs_file)
"""Those that can be written to a pipe, and compressed."""


def formats_with(dtype):
    """Names of the formats whose numbers may be of that type, one of NUMBER_TYPES."""
    return [format.name for format in WRITTEN if dtype in format.types]


def format_named(name):
    """The Format of that name.

    Raises
    ------
    ConfigError   if there is none that can be written
    """
    for format in WRITTEN:
        if format.name == name:
            return format
    raise ConfigError(
        f"{field('format')} must be {', '.join(FORMATS[:-1])} or {FORMATS[-1]}, not {name!r}"
    )


def format_for(path, override=None):
    """The format that a file of vectors is to be written in.

    Parameters
    ----------
    path : str or Path         its extension tells, that before one of a compression; ``-``,
                               devices, and names without extension are text
    override : str or None     one of FORMATS wins over the name

    Returns
    -------
    str   one of FORMATS

    Raises
    ------
    ConfigError   if the extension says nothing, or ``override`` is no format
    """
    if override is not None:
        return format_named(override).name
    plain, compression = split_compression(path)
    extension = os.path.splitext(plain)[1].lower() or compression
    for format in WRITTEN:
        if extension in format.extensions:
            return format.name
    if is_special(path):
        return FORMATS[0]
    if extension == QUANTIZED:
        raise ConfigError(
            f"{path}: {QUANTIZED} is for quantized vectors, which w2v quantize IN OUT makes of a "
            "file that is there"
        )
    raise ConfigError(
        f"{path}: the extension {extension} tells no format; give a {field('format')}: {CHOICES}"
    )


def folder_files(path, name):
    """Paths of all files that a format of that name writes in the folder ``path``.

    None are where the format is no folder, or ``name`` is None: no folder is told by its name.
    """
    return [
        file
        for format in WRITTEN
        if format.name == name and format.is_folder
        for file in format.side_files(path)
    ]


def check_target(format, path, dtype="float32"):
    """Find out before the work whether a format can be written to a path, in a type of numbers.

    Raises
    ------
    ConfigError   if the path is a stream, or means compression, and the format needs a plain file;
                  or if its numbers cannot have that type
    OutputError   if something stands there that must not be replaced
    """
    plain, extension = split_compression(path)
    if format.needs_file and extension:
        raise ConfigError(
            f"{path}: {format.title} is not written compressed; name it {plain}, or give "
            f"a {field('format')}: {' or '.join(COMPRESSED)}"
        )
    if format.needs_file and (str(path) == STDIO or is_special(path)):
        raise ConfigError(f"{path}: {format.title} needs a file, not a pipe or a device")
    if dtype not in format.types:
        *others, last = formats_with(dtype)
        raise ConfigError(f"{format.title} has no {dtype}; {', '.join(others)} and {last} have")
    format.check(path)


def check_ngrams(format, path, hash=None, min_n=None):
    """Find out before the work whether a format can hold vectors of such n-grams.

    Parameters
    ----------
    format : Format
    path : str or Path
    hash : str or None     how they are hashed; None: there are none
    min_n : int or None    the shortest

    Raises
    ------
    ConfigError   if it has a place for others only
    """
    if hash is None and not format.has_words:
        raise ConfigError(
            f"{path}: {format.title} is a table of n-grams hashed by {MURMUR}, and these vectors "
            f"have none; give another {field('format')}"
        )
    if hash is not None and format.hashes and hash not in format.hashes:
        raise ConfigError(
            f"{path}: {format.title} has a place for n-grams hashed by {format.hashes[0]}, and "
            f"these are hashed by {hash}; {field('format', 'w2v')} keeps them"
        )
    if not format.has_words and min_n is not None and min_n < LEAST_FLORET_NGRAM:
        raise ConfigError(
            f"{path}: of n-grams of 1 character floret and spaCy make different vectors; "
            f"{field('format', 'w2v')} keeps them, or train with {field('min_n')} above 1"
        )
