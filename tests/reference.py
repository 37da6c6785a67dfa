"""The training algorithm in plain NumPy and Python, written from the papers, as a test oracle.

It imports nothing from the package. Numbers are float64; random numbers are Python integers.
"""

import numpy as np

SENTENCE_END = -1
MASK = 2**64 - 1


class SplitMix64:
    """Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number Generators", figure 17."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def log_likelihood(inputs, outputs):
    """Mikolov et al. 2013b, equation 4, summed over the inputs; row 0 of outputs is the center."""
    logits = inputs @ outputs.T
    labels = np.zeros(len(outputs))
    labels[0] = 1
    return np.sum(np.log(sigmoid(np.where(labels == 1, logits, -logits))))


def step(inputs, outputs, lr):
    """The changes of one step of gradient ascent: (change of inputs, change of outputs)."""
    labels = np.zeros(len(outputs))
    labels[0] = 1
    gradient = lr * (labels - sigmoid(inputs @ outputs.T))
    return gradient @ outputs, gradient.T @ inputs


def split_sentences(ids, max_sentence):
    sentences, current = [], []
    for id_ in ids:
        if id_ == SENTENCE_END:
            sentences.append(current)
            current = []
            continue
        current.append(int(id_))
        if len(current) == max_sentence:
            sentences.append(current)
            current = []
    return [*sentences, current]


def train(
    model,
    ids,
    syn0,
    syn1neg,
    keep,
    negatives,
    lr,
    window,
    fixed_window,
    negative,
    max_sentence,
    seed,
):
    """Train in place on one chunk; returns (tokens seen, pairs trained)."""
    random = SplitMix64(int(seed))
    n_tokens = n_pairs = 0
    for sentence in split_sentences(ids, max_sentence):
        n_tokens += len(sentence)
        kept = [word for word in sentence if (random.next() & 0xFFFFFFFF) <= keep[word]]
        for position, center in enumerate(kept):
            width = window if fixed_window else 1 + (((random.next() >> 32) * window) >> 32)
            contexts = kept[max(position - width, 0) : position]
            contexts += kept[position + 1 : position + 1 + width]
            if not contexts:
                continue
            outputs = [center, *_negatives(center, negatives, negative, random)]
            if model == "skipgram":
                d_inputs, d_outputs = step(syn0[contexts], syn1neg[outputs], lr)
                n_pairs += len(contexts)
            else:
                mean = syn0[contexts].mean(axis=0, keepdims=True)
                d_inputs, d_outputs = step(mean, syn1neg[outputs], lr)
                d_inputs = np.repeat(d_inputs, len(contexts), axis=0)
                n_pairs += 1
            np.add.at(syn0, contexts, d_inputs)
            np.add.at(syn1neg, outputs, d_outputs)
    return n_tokens, n_pairs


def _negatives(center, negatives, negative, random):
    for _ in range(negative):
        bits = random.next()
        column = ((bits >> 32) * len(negatives)) >> 32
        accept, alias = map(int, negatives[column])
        sampled = column if (bits & 0xFFFFFFFF) <= accept else alias
        if sampled != center:
            yield sampled
