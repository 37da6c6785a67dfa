"""The row of ``</s>`` that word2vec.c writes first."""

import numpy as np

from w2v_cli.compat.sentence_end import WithSentenceEnd


def test_the_sentence_end_stands_first():
    both = WithSentenceEnd(["a", "b"], np.array([3, 2]), 9)
    assert (both.words, both.counts.tolist()) == (["</s>", "a", "b"], [9, 3, 2])
    rows = both.vectors(np.array([[1, 2], [3, 4]], dtype=np.float32), seed=1)
    assert rows[1:].tolist() == [[1, 2], [3, 4]]
    assert (np.abs(rows[0]) <= 0.25).all()
    assert rows[0].any()
    known = WithSentenceEnd(["a", "</s>"], np.array([3, 2]), 9)
    assert (known.words, known.counts.tolist()) == (["</s>", "a"], [11, 3])
    rows = known.vectors(np.array([[1, 2], [3, 4]], dtype=np.float32), seed=1)
    assert rows.tolist() == [[3, 4], [1, 2]]
