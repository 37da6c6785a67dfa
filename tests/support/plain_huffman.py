"""The Huffman tree of word2vec.c by its plain algorithm: an oracle."""


def plain_paths(counts):
    """The (node, sign) lists of all words, merging two items at a time as word2vec.c does."""
    n_words = len(counts)
    order = sorted(range(n_words), key=lambda word: -counts[word])
    weights = [counts[word] for word in order]
    parent, bit = {}, {}
    word, inner = n_words - 1, n_words

    def take_lightest():
        nonlocal word, inner
        no_inner = inner == len(weights)
        if word >= 0 and (no_inner or weights[word] < weights[inner]):
            word -= 1
            return word + 1
        inner += 1
        return inner - 1

    for _ in range(n_words - 1):
        first, second = take_lightest(), take_lightest()
        parent[first] = parent[second] = len(weights)
        bit[first], bit[second] = 0, 1
        weights.append(weights[first] + weights[second])

    paths = [[] for _ in counts]
    for rank, word in enumerate(order):
        node = rank
        while node in parent:
            # word2vec.c's number of an inner node is its place behind the words.
            number = n_words - 2 - (parent[node] - n_words)
            paths[word].insert(0, (number, 1 - 2 * bit[node]))
            node = parent[node]
    return paths
