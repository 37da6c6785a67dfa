#!/usr/bin/env bash
# fasttext-wheel 0.9.2 with NumPy 2 gives every answer of a list of texts the probability of the first one, without a
# word.
#
# model.predict(texts, k=3) returns the right labels in the right order, and arrays of three probabilities that are all
# that of the best label, so that they add up to more than 1. With NumPy 1.26 the same wheel and model give those of each
# label. model.f.predict, which takes one text, is right with both.
#
# Seen on 2026-12-01: NumPy 2.2.6: 0.966 0.966 0.966; NumPy 1.26.4: 0.966 0.032 0.002.
#
# Needs a python3 that there is such a wheel for, 3.11 say, and a network. Exit code 0: it is still so; 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > probabilities.py <<'END'
import fasttext
import numpy as np

with open("train.txt", "w") as file:
    file.write("__label__a good fine nice\n" * 30)
    file.write("__label__b bad poor sad\n" * 20)
    file.write("__label__c odd strange weird\n" * 10)
model = fasttext.train_supervised("train.txt", dim=8, epoch=5, lr=0.3, thread=1, verbose=0)
_, [found] = model.predict(["good fine"], k=3)
one_by_one = [probability for probability, _ in model.f.predict("good fine\n", 3, 0.0, "strict")]
print(np.__version__, *(f"{each:.3f}" for each in found))
print("equal" if len(set(found.tolist())) == 1 else "different")
print("right" if np.allclose(found, one_by_one, atol=1e-5) else "wrong")
END
for numpy in 2.2.6 1.26.4; do
    python3 -m venv "venv$numpy"
    "venv$numpy/bin/pip" --quiet --disable-pip-version-check install fasttext-wheel==0.9.2 "numpy==$numpy"
    "venv$numpy/bin/python" probabilities.py > "told$numpy"
    cat "told$numpy"
done
if [ "$(tail -n 2 told2.2.6 | xargs)" = "equal wrong" ] && [ "$(tail -n 2 told1.26.4 | xargs)" = "different right" ]; then
    echo "as described: with NumPy 2 all answers of a list have the probability of the first"
else
    echo "this has changed"
    exit 1
fi
