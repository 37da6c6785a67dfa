"""Which words may be answers."""

import numpy as np
import pytest

from w2v_cli.embeddings.restriction import restrict_answers
from w2v_cli.embeddings.table import Embeddings
from w2v_cli.errors import InputError


def embeddings(counts=None):
    return Embeddings(list("abcdef"), np.eye(6, dtype=np.float32), counts=counts)


def allowed(restriction):
    return [row for row in range(restriction.n_rows) if row not in restriction.barred]


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"n_rows": 2}, [0, 1]),
        ({"n_rows": 100}, [0, 1, 2, 3, 4, 5]),
        ({"not_words": ["b", "nobody", "f"]}, [0, 2, 3, 4]),
        ({"n_rows": 3, "not_words": ["c", "a"]}, [1]),
        ({"not_words": "abcdef"}, []),
        ({"min_count": 5}, [0, 1, 3]),
        ({"min_count": 10}, [0]),
        ({"min_count": 11}, []),
        ({"min_count": 5, "counts": (["f", "x", "a"], np.array([7, 9, 4]))}, [5]),
    ],
)
def test_restrictions(options, rows):
    restriction = restrict_answers(embeddings(np.array([10, 9, 2, 5, 1, 4])), **options)
    assert allowed(restriction) == rows
    assert restriction.n_rows == (rows[-1] + 1 if rows else 0)


def test_a_least_count_needs_counts():
    with pytest.raises(InputError, match="counts"):
        restrict_answers(embeddings(), min_count=2)
