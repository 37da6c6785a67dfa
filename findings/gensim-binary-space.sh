#!/usr/bin/env bash
# gensim 4.4.0 writes a word with a blank in it, such as a phrase, to word2vec's binary format without a warning, and
# its own reader cannot read the file.
#
# In that format a blank ends a word. The reader takes what is behind the first blank for the numbers of the vector, so
# that rows get out of step: mostly it stops at bytes that are no UTF-8, and with unicode_errors="ignore" it returns as
# many words as were written, some of them with numbers that are none of theirs. The text format fails, too, with an error
# about a number.
#
# Seen on 2026-12-01: strict: UnicodeDecodeError; ignore: of the 3 words "new york", "the", "of" only the last one comes
# back as it was; text: ValueError.
#
# Needs python3 (3.10 or later) and a network. Exit code 0: it is still so; 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install gensim==4.4.0
venv/bin/python - <<'END'
import sys
import warnings

import numpy as np
from gensim.models import KeyedVectors

warnings.simplefilter("error")  # a warning would be news
words = ["new york", "the", "of"]
vectors = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
keyed = KeyedVectors(4)
keyed.add_vectors(words, vectors)
keyed.save_word2vec_format("phrases.bin", binary=True)
keyed.save_word2vec_format("phrases.txt", binary=False)
warnings.simplefilter("default")


def outcome(path, **options):
    try:
        found = KeyedVectors.load_word2vec_format(path, **options)
    except Exception as error:
        return type(error).__name__
    return [word for word in found.index_to_key if word in words and np.array_equal(found[word], keyed[word])]


seen = {
    "strict": outcome("phrases.bin", binary=True),
    "ignore": outcome("phrases.bin", binary=True, unicode_errors="ignore"),
    "text": outcome("phrases.txt", binary=False),
}
print(seen)
sys.exit(seen != {"strict": "UnicodeDecodeError", "ignore": ["of"], "text": "ValueError"})
END
echo "still so: what gensim wrote, gensim cannot read"
