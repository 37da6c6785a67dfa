"""A classifier by the rules of fastText, as a page of NumPy; it uses nothing of the package.

Features of a document are rows: each word's own, its n-grams of characters, ``</s>`` at the end,
then n-grams of words by hash. h is their mean; each row gets 1 / M of its gradient.
"""

import math

import numpy as np


def fnv(raw):
    """FNV-1a of 32 bits over bytes with their sign."""
    hashed = 2166136261
    for byte in raw:
        signed = byte - 256 if byte > 127 else byte
        hashed = ((hashed ^ (signed & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
    return hashed


def characters(word, min_n, max_n, n_buckets):
    """Buckets of the n-grams of a word."""
    marked = f"<{word}>"
    found = []
    for begin in range(len(marked)):
        for size in range(max(min_n, 1), max_n + 1):
            end = begin + size
            is_mark = size == 1 and (begin == 0 or end == len(marked))
            if end <= len(marked) and not is_mark:
                found.append(fnv(marked[begin:end].encode()) % n_buckets)
    return found


def features(line, words, prefix="__label__", word_ngrams=1, min_n=0, max_n=0, n_buckets=0):
    """(rows, labels) of a line; ``words`` is a list, whose places are rows."""
    tokens = line.split()
    labels = [token for token in tokens if token.startswith(prefix)]
    text = [token for token in tokens if not token.startswith(prefix)] + ["</s>"]
    rows = []
    for word in text:
        if word in words:
            rows.append(words.index(word))
        if word != "</s>" and max_n:
            rows += [len(words) + each for each in characters(word, min_n, max_n, n_buckets)]
    signed = [h - 2**32 if h >= 2**31 else h for h in (fnv(word.encode()) for word in text)]
    for first in range(len(text)):
        hashed = signed[first] % 2**64
        for last in range(first + 1, min(first + word_ngrams, len(text))):
            hashed = (hashed * 116049371 + signed[last]) % 2**64
            rows.append(len(words) + hashed % n_buckets)
    return rows, labels


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def step(inputs, outputs, rows, targets, lr, loss, path=None, scales=None):
    """One document; *in place:* both matrices. Returns its loss.

    ``targets`` are label numbers; for ``ns`` (label, negatives...), for ``hs`` ``path`` is
    (nodes, signs). ``scales`` has what the change of each row of inputs is multiplied by.
    """
    hidden = inputs[rows].mean(0)
    if loss == "softmax":
        scores = outputs @ hidden
        p = np.exp(scores - scores.max())
        p /= p.sum()
        error = -p
        error[targets[0]] += 1
        places, value = np.arange(len(outputs)), -math.log(p[targets[0]])
    elif loss == "ova":
        p = sigmoid(outputs @ hidden)
        wanted = np.isin(np.arange(len(outputs)), targets).astype(float)
        error, places = wanted - p, np.arange(len(outputs))
        value = -np.log(np.where(wanted == 1, p, 1 - p)).sum()
    elif loss == "ns":
        places = np.array(targets)
        wanted = np.arange(len(places)) == 0
        p = sigmoid(outputs[places] @ hidden)
        error = wanted - p
        value = -np.log(np.where(wanted, p, 1 - p)).sum()
    else:
        nodes, signs = path
        places = np.array(nodes)
        p = sigmoid(signs * (outputs[places] @ hidden))
        error = signs * (1 - p)
        value = -np.log(p).sum()
    change = lr * error @ outputs[places] / len(rows)
    np.add.at(outputs, places, lr * np.outer(error, hidden))
    shares = np.ones(len(inputs)) if scales is None else scales
    np.add.at(inputs, rows, shares[rows][:, np.newaxis] * change)
    return value
