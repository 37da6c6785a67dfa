"""Training by blocks of the vocabulary, as a trial: the other way to use many machines.

Input rows and output rows are dealt out to N blocks each, and the pairs of an episode, of all
ranks together, to N x N blocks of pairs. N blocks that share no row are trained at a time, one by
each rank, with negative samples out of the output block that it has; then output blocks are handed
on. No row is ever in two places, so there is nothing to merge, and what is simulated here one block
after the other is what N machines would do. Zhu, Xu, Tang and Qu 2019, "GraphVite"
(arXiv:1903.00757), section 3.2.
"""

import numpy as np
from numba import njit

TABLE = 1 << 20
PAIR_BYTES = 8
"""Two ids of four bytes, which a rank sends to the one that trains the pair."""


def train_by_blocks(corpus, keep, chances, config, n_ranks, episode_words):
    """Train skip-gram with negative sampling.

    Parameters
    ----------
    corpus : EncodedCorpus
    keep, chances : ndarray of float64, (n_words,)   of a word to be kept, and to be a negative
    config : TrainConfig                    its learning rate is set
    n_ranks, episode_words : int            words of all ranks in an episode

    Returns
    -------
    inputs : ndarray of float32, (n_words, dim)
    outputs : ndarray, likewise
    loss : float                            mean of a pair, in the last epoch
    bytes_sent, episodes : int              of all ranks
    """
    rng = np.random.default_rng(config.seed)
    n_words = len(keep)
    inputs = ((rng.random((n_words, config.dim)) - 0.5) / config.dim).astype(np.float32)
    outputs = np.zeros_like(inputs)
    tables = [_table(chances, block, n_ranks) for block in range(n_ranks)]
    borders = corpus.chunk_borders(episode_words, config.max_sentence)
    n_episodes = (len(borders) - 1) * config.epochs
    bytes_sent = 0
    for episode in range(n_episodes):
        if episode % (len(borders) - 1) == 0:
            order, sums = rng.permutation(len(borders) - 1), np.zeros(2)
        place = order[episode % (len(borders) - 1)]
        lr = config.lr * max(1 - episode / n_episodes, 1e-4)
        ids = corpus.window(borders[place], borders[place + 1])
        pairs = _pairs(ids, keep, config.half_width, int(rng.integers(1 << 62)))
        bytes_sent += len(pairs) * PAIR_BYTES * (n_ranks - 1) // n_ranks
        bytes_sent += outputs.nbytes * (n_ranks - 1)
        # Sorted by block; within one they stay in the order of the text.
        of_block = pairs[:, 0] % n_ranks * n_ranks + pairs[:, 1] % n_ranks
        pairs = pairs[np.argsort(of_block, kind="stable")]
        starts = np.concatenate([[0], np.cumsum(np.bincount(of_block, minlength=n_ranks**2))])
        for shift in range(n_ranks):
            for rank in range(n_ranks):
                number = rank * n_ranks + (rank + shift) % n_ranks
                part = pairs[starts[number] : starts[number + 1]]
                table = tables[(rank + shift) % n_ranks]
                seed = int(rng.integers(1 << 62))
                sums += _train(inputs, outputs, part, table, config.negative, lr, seed)
    return inputs, outputs, sums[1] / sums[0], bytes_sent, n_episodes


def _table(chances, block, n_ranks):
    """Words of a block, each as often as it is to be drawn."""
    words = np.arange(block, len(chances), n_ranks)
    edges = np.cumsum(chances[words]) / chances[words].sum()
    return words[np.searchsorted(edges, (np.arange(TABLE // n_ranks) + 0.5) * n_ranks / TABLE)]


@njit(nogil=True)
def _pairs(ids, keep, half_width, seed):
    """Pairs (input, output) of a piece of text: int32, (n, 2)."""
    np.random.seed(seed & 0xFFFFFFFF)
    kept = np.empty(len(ids), np.int32)
    n_kept = 0
    for word in ids:
        if word < 0 or np.random.random() < keep[word]:
            kept[n_kept] = word
            n_kept += 1
    pairs = np.empty((n_kept * 2 * half_width, 2), np.int32)
    n_pairs = 0
    for place in range(n_kept):
        if kept[place] < 0:
            continue
        width = np.random.randint(1, half_width + 1)
        for step in (-1, 1):
            for distance in range(1, width + 1):
                other = place + step * distance
                if other < 0 or other >= n_kept or kept[other] < 0:
                    break
                pairs[n_pairs, 0], pairs[n_pairs, 1] = kept[other], kept[place]
                n_pairs += 1
    return pairs[:n_pairs]


@njit(nogil=True, fastmath=True)
def _train(inputs, outputs, pairs, table, negative, lr, seed):
    """(pairs trained, sum of their losses); *in place:* the matrices."""
    state = np.uint64(seed) | np.uint64(1)
    dim = inputs.shape[1]
    change = np.empty(dim, np.float32)
    loss = 0.0
    for pair in range(len(pairs)):
        source, target = pairs[pair]
        change[:] = 0
        for draw in range(negative + 1):
            output, label = target, np.float32(1)
            if draw:
                state ^= state << np.uint64(13)
                state ^= state >> np.uint64(7)
                state ^= state << np.uint64(17)
                output, label = (
                    table[(state >> np.uint64(20)) % np.uint64(len(table))],
                    np.float32(0),
                )
                if output == target:
                    continue
            product = np.float32(0)
            for d in range(dim):
                product += inputs[source, d] * outputs[output, d]
            chance = np.float32(1) / (np.float32(1) + np.exp(-product))
            loss -= np.log(max(chance if draw == 0 else 1 - chance, np.float32(1e-7)))
            step = np.float32(lr) * (label - chance)
            for d in range(dim):
                change[d] += step * outputs[output, d]
                outputs[output, d] += step * inputs[source, d]
        for d in range(dim):
            inputs[source, d] += change[d]
    return np.array([float(len(pairs)), loss])
