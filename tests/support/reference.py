"""The training algorithm in plain NumPy and Python, written from the papers, as a test oracle.

It imports nothing from the package. Numbers are float64; random numbers are Python integers.
"""

import numpy as np

SENTENCE_END = -1
LARGEST_LOGIT = 60
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


def train(ids, syn0, syn1, *, model, loss, lr, most_inputs, seed, in_tiles, lists=None, **options):
    """Train in place on one chunk; returns (tokens seen, pairs trained, sum of their losses).

    ``lists`` has the rows of syn0 that make the vector of each word; without, word i is row i.
    ``in_tiles(loss, n_outputs)`` tells in which tiles outputs learn, of inputs as these are at
    their turn: slices; none if they learn at once, of inputs as they were.
    """
    random = SplitMix64(seed)
    negatives = pooled_negatives(SplitMix64(random.next()), **options)
    n_tokens = n_pairs = total = 0
    for sentence in split_sentences(ids, options["max_sentence"]):
        n_tokens += len(sentence)
        kept = subsampled(sentence, random, **options)
        words = Words(syn0, kept, lists, **options)
        for place, contexts in windows(len(kept), random, **options):
            words.move(place)
            # At most so many inputs are in a step; a bag takes all at once.
            size = most_inputs if model == "skipgram" else len(contexts)
            for start in range(0, len(contexts), size):
                group = contexts[start : start + size]
                inputs = words.vectors(group)
                if model == "cbow":
                    inputs = np.average(inputs, axis=0, weights=words.sizes(group), keepdims=True)
                rows, objective = outputs(loss, kept[place], negatives, **options)
                likelihood, gradient = objective(inputs @ syn1[rows].T)
                input_changes = lr * gradient @ syn1[rows]
                gradient = lr * gradient
                output_changes = gradient.T @ inputs
                tiles = in_tiles(loss, len(rows))
                if model == "skipgram" and tiles:
                    output_changes = changes_in_turn(
                        inputs, words.rows(group), gradient, syn1[rows], tiles
                    )
                # A row that stands in several places takes the change of each.
                words.add(group, input_changes)
                np.add.at(syn1, rows, output_changes)
                n_pairs += len(inputs)
                total -= likelihood
        words.leave_all()
    return n_tokens, n_pairs, total


def changes_in_turn(inputs, input_rows, gradient, outputs, tiles):
    """Changes of outputs by inputs that are as they are at their turn, tile by tile.

    An input has then learnt from the tiles before, and from where its row came before it.
    """
    now, changes = {}, np.zeros(outputs.shape)
    for tile in tiles:
        for i, row in enumerate(input_rows):
            seen = now.get(row, inputs[i])
            changes[tile] += np.outer(gradient[i, tile], seen)
            now[row] = seen + gradient[i, tile] @ outputs[tile]
    return changes


def equal_tiles(largest, smallest, n_outputs):
    """The fewest tiles that hold so many outputs, all of one size: slices."""
    n_tiles = max(-(-n_outputs // largest), 1)
    size = max(-(-n_outputs // n_tiles), smallest)
    return [slice(start, start + size) for start in range(0, n_outputs, size)]


class Words:
    """The vectors of the words of a sentence by place: rows of syn0, or means of lists of rows.

    A list is put together when its word comes into the window of a center, and what has changed
    is added to each of its rows when the word leaves it; in wide windows, all are put together anew
    every few centers.
    """

    def __init__(self, syn0, kept, lists, window, max_sentence, **_):
        self.syn0, self.kept, self.lists, self.window = syn0, kept, lists, window
        self.made = {}
        n_places = min(2 * window + 1, max_sentence)
        self.refresh = max_sentence if window <= 20 else max(4000 // n_places, 1)

    def move(self, center):
        if self.lists is None:
            return
        first, last = center - self.window, center + self.window
        for place in [each for each in self.made if each < first or center % self.refresh == 0]:
            self.leave(place)
        for place in range(max(first, 0), min(last + 1, len(self.kept))):
            if place not in self.made:
                vector = self.syn0[self.lists[self.kept[place]]].mean(axis=0)
                self.made[place] = [vector, vector.copy()]

    def leave(self, place):
        vector, before = self.made.pop(place)
        # Each row takes the whole change; one that stands there twice takes it twice.
        np.add.at(self.syn0, self.lists[self.kept[place]], vector - before)

    def leave_all(self):
        for place in list(self.made):
            self.leave(place)

    def vectors(self, places):
        if self.lists is None:
            return self.syn0[[self.kept[place] for place in places]]
        return np.array([self.made[place][0] for place in places])

    def rows(self, places):
        """What places have in common if the same row stands for them; a list has a row for each."""
        return places if self.lists is not None else [self.kept[place] for place in places]

    def sizes(self, places):
        """A word weighs as much in a bag as it has rows."""
        words = [self.kept[place] for place in places]
        return [1 if self.lists is None else len(self.lists[word]) for word in words]

    def add(self, places, changes):
        if self.lists is None:
            np.add.at(self.syn0, [self.kept[place] for place in places], changes)
            return
        each = np.broadcast_to(changes, (len(places), changes.shape[1]))
        for place, change in zip(places, each, strict=True):
            self.made[place][0] = self.made[place][0] + change


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


def subsampled(sentence, random, keep, **_):
    return [word for word in sentence if (random.next() & 0xFFFFFFFF) <= keep[word]]


def windows(n_words, random, window, fixed_window, **_):
    """(place of a center, those of its context words) for each word that has some."""
    for place in range(n_words):
        half = window if fixed_window else 1 + (((random.next() >> 32) * window) >> 32)
        first, last = max(place - half, 0), min(place + half, n_words - 1)
        if first < last:
            yield place, [each for each in range(first, last + 1) if each != place]


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
