"""The training algorithm in plain NumPy and Python, written from the papers, as a test oracle.

It imports nothing from the package. Numbers are float64; random numbers are Python integers.
"""

import numpy as np

SENTENCE_END = -1
LARGEST_LOGIT = 80
MASK = 2**64 - 1
POOL_STEPS = 256


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


def logistic(logits, signs):
    """Mikolov et al. 2013b, equations 3 and 4: (log-likelihood, its gradient by the logits).

    One column of logits an output: sign 1 is to be predicted, -1 is not, 0 has no effect.
    """
    agreement = np.clip(signs * logits, -LARGEST_LOGIT, LARGEST_LOGIT)
    likelihood = -np.logaddexp(0, -agreement) * np.abs(signs)
    return likelihood.sum(), signs / (1 + np.exp(agreement))


def softmax(logits, center):
    """Mikolov et al. 2013b, equation 2: (log-likelihood of center, its gradient by the logits)."""
    logits = logits - logits.max(axis=1, keepdims=True)
    log_shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    label = np.arange(logits.shape[1]) == center
    return log_shares[:, center].sum(), label - np.exp(log_shares)


def train(ids, syn0, syn1, *, model, loss, lr, most_inputs, seed, **options):
    """Train in place on one chunk; returns (tokens seen, pairs trained, sum of their losses)."""
    random = SplitMix64(seed)
    negatives = pooled_negatives(SplitMix64(random.next()), **options)
    n_tokens = n_pairs = total = 0
    for sentence in split_sentences(ids, options["max_sentence"]):
        n_tokens += len(sentence)
        for center, contexts in windows(sentence, random, **options):
            # At most so many inputs are in a step; a bag takes all at once.
            size = most_inputs if model == "skipgram" else len(contexts)
            for start in range(0, len(contexts), size):
                group = contexts[start : start + size]
                inputs = syn0[group]
                if model == "cbow":
                    inputs = inputs.mean(axis=0, keepdims=True)
                rows, objective = outputs(loss, center, negatives, **options)
                likelihood, gradient = objective(inputs @ syn1[rows].T)
                input_changes = lr * gradient @ syn1[rows]
                output_changes = lr * gradient.T @ inputs
                # A row that stands in several places takes the change of each.
                np.add.at(syn0, group, input_changes)
                np.add.at(syn1, rows, output_changes)
                n_pairs += len(inputs)
                total -= likelihood
    return n_tokens, n_pairs, total


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


def windows(sentence, random, keep, window, fixed_window, **_):
    """(center, its context words) for each word that subsampling leaves, if there are any."""
    kept = [word for word in sentence if (random.next() & 0xFFFFFFFF) <= keep[word]]
    for place, center in enumerate(kept):
        half = window if fixed_window else 1 + (((random.next() >> 32) * window) >> 32)
        contexts = kept[max(place - half, 0) : place] + kept[place + 1 : place + 1 + half]
        if contexts:
            yield center, contexts


def outputs(loss, center, negatives, keep, paths, **_):
    """The rows of syn1 for a step, and what their logits are judged by."""
    if loss == "softmax":
        return np.arange(len(keep)), lambda logits: softmax(logits, center)
    if loss == "hs":
        starts, nodes, signs = paths
        path = slice(starts[center], starts[center + 1])
        rows, signs = nodes[path].astype(int), signs[path].astype(float)
    else:
        # A negative that is the center itself has no effect, as in word2vec.c.
        rows = [center, *(word for word in next(negatives) if word != center)]
        signs = np.array([1.0] + [-1.0] * (len(rows) - 1))
    return rows, lambda logits: logistic(logits, signs)


def pooled_negatives(random, alias_table, negative, uses_of_negative, **_):
    """The negatives of each step, for ever: from a pool that is used again in another order."""
    while True:
        pool = [draw(alias_table, random) for _ in range(POOL_STEPS * negative)]
        for use in range(uses_of_negative):
            if use:
                shuffle(pool, random)
            for start in range(0, len(pool), negative):
                yield pool[start : start + negative]


def shuffle(items, random):
    """Fisher and Yates, from the last item to the first (Durstenfeld 1964)."""
    for i in range(len(items) - 1, 0, -1):
        other = ((random.next() >> 32) * (i + 1)) >> 32
        items[i], items[other] = items[other], items[i]


def draw(table, random):
    """A word by an alias table (Vose 1991) of rows (accept, alias)."""
    bits = random.next()
    column = ((bits >> 32) * len(table)) >> 32
    accept, alias = map(int, table[column])
    return column if (bits & 0xFFFFFFFF) <= accept else alias
