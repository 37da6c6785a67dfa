"""Which settings of a classifier are tried, and how they fit into a time."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v_cli.labelled.config import ClassifyConfig
from w2v_cli.tuning.classifiers.pace import Pace, work_of
from w2v_cli.tuning.classifiers.search import (
    CHARACTERS,
    NUMBERS,
    SEARCHED,
    Facts,
    Search,
    Space,
)

PLAIN = Facts(n_labels=3, several=0.0, by_label=False, by_probability=False)
BASE = ClassifyConfig()


def drawn(n, fixed=(), base=BASE, seed=1, facts=PLAIN):
    """So many settings, the last of which is always the best."""
    search, best, found = Search(Space(base, fixed, facts), seed), None, []
    for number in range(n):
        best = search.next(best, number / n, lambda config, _: config)
        found.append(best)
    return found


def test_the_defaults_come_first():
    first, second, third = drawn(3)
    assert first == BASE
    assert (second.word_ngrams, second.epochs) == (2, 25)
    assert (third.min_n, third.max_n) == (2, 4)


def test_the_same_seed_draws_the_same():
    assert drawn(30) == drawn(30)
    assert drawn(30) != drawn(30, seed=2)
    assert len(set(drawn(200))) == 200


@pytest.mark.parametrize("name", SEARCHED)
def test_what_is_fixed_stays(name):
    base = replace(BASE, min_n=3, max_n=5, epochs=7, balance=True, word_ngrams=3)
    facts = Facts(n_labels=5000, several=0.5, by_label=True, by_probability=False)
    found = drawn(60, {name}, base, facts=facts)
    assert {getattr(config, name) for config in found} == {getattr(base, name)}
    others = set(SEARCHED) - {name}
    if name in ("min_n", "max_n"):  # one makes no sense without the other
        others -= {"min_n", "max_n"}
    for other in others:
        assert len({getattr(config, other) for config in found}) > 1, other


def test_values_are_in_their_ranges_and_short():
    for config in drawn(300):
        for name, option in NUMBERS.items():
            value = getattr(config, name)
            assert option.low <= value <= max(option.high, getattr(BASE, name))
            assert value == float(f"{value:.2e}")
        assert (config.min_n, config.max_n) in CHARACTERS.values


def test_losses_are_tried_where_they_may_pay():
    several = replace_facts(several=0.2)
    many = replace_facts(n_labels=5000)
    assert {config.loss for config in drawn(40)} == {"softmax"}
    assert {config.loss for config in drawn(40, facts=several)} == {"softmax", "ova"}
    assert {config.loss for config in drawn(40, facts=many)} == {"softmax", "hs"}
    # Log-losses of different losses cannot be compared.
    alone = replace_facts(several=0.2, by_probability=True)
    assert {config.loss for config in drawn(40, facts=alone)} == {"softmax"}
    assert {config.balance for config in drawn(40, facts=replace_facts(by_label=True))} == {
        False, True,
    }  # fmt: skip


def replace_facts(**values):
    return replace(PLAIN, **values)


def test_draws_come_near_the_best_in_the_end():
    best = replace(BASE, lr=0.1, dim=64, epochs=10)
    space, rng = Space(BASE, (), PLAIN), np.random.default_rng(1)
    spread = [
        np.std([np.log2(space.draw(best, progress, rng).lr) for _ in range(500)])
        for progress in (0.0, 1.0)
    ]
    assert spread[1] < 0.5 * spread[0]


def test_nothing_is_left_to_try():
    search = Search(Space(BASE, set(SEARCHED), PLAIN), 1)
    assert search.next(None, 0.0, lambda config, _: config) == BASE
    assert search.next(BASE, 0.5, lambda config, _: config) is None
    # Buckets make no difference without n-grams.
    fixed = set(SEARCHED) - {"buckets"}
    search = Search(Space(BASE, fixed, PLAIN), 1)
    assert search.next(None, 0.0, lambda config, _: config) == BASE
    assert search.next(BASE, 0.5, lambda config, _: config) is None


class Budget:
    """A time of which some is over."""

    def __init__(self, seconds, spent=0.0):
        self.seconds, self.spent = seconds, spent


def test_epochs_are_cut_to_the_time():
    pace = Pace(Budget(100.0), 0.0)
    config = replace(BASE, epochs=50)
    assert pace.fitted(config, 10.0, True, 0.0) == config, "nobody knows how fast it is"
    pace.learn(10.0, 10.0)
    pace.learn(1e9, 0.001)  # too short to tell
    cut = pace.fitted(config, 10.0, True, 0.0)
    assert 1 <= cut.epochs < 5
    assert cut == replace(config, epochs=cut.epochs)
    assert pace.fitted(config, 10.0, True, 0.5) is None, "hardly the same settings"
    assert pace.fitted(replace(config, epochs=5), 5.0, True, 0.5).epochs == 3
    assert pace.fitted(config, 10.0, False, 0.0) is None
    assert pace.fitted(config, 1000.0, True, 0.0) is None
    assert pace.fitted(config, 0.1, True, 0.0) == config
    over = Pace(Budget(100.0, spent=101.0), 0.0)
    over.learn(10.0, 10.0)
    assert over.fitted(config, 0.1, True, 0.0) is None


def test_time_for_the_end_is_kept():
    budget = Budget(100.0, spent=40.0)
    pace = Pace(budget, 1.2)
    assert pace.left == 60
    pace.reserve(20.0, 25_000_000)
    assert 60 - 1.2 * 20 * 2 < pace.left < 60 - 1.2 * 20 - 3
    budget.spent = 90.0
    assert pace.is_over and not pace.is_spent
    budget.spent = 99.5
    assert pace.is_spent
    untimed = Pace(None, 1.2)
    assert not untimed.is_over and not untimed.is_spent and not untimed.is_timed


@given(st.integers(1, 256), st.integers(1, 2_000_000), st.integers(0, 10_000))
def test_a_model_is_written_in_little_of_the_time(dim, buckets, n_rows):
    pace = Pace(Budget(10.0), 0.0)
    config = replace(BASE, dim=dim, buckets=buckets, word_ngrams=2)
    found = pace.with_room(config, n_rows)
    assert found == replace(config, buckets=found.buckets)
    assert found.buckets <= max(buckets, 10_000)
    assert 4 * dim * (found.buckets + n_rows) <= 12.5e6 or found.buckets == 10_000


def test_work_grows_with_what_is_done():
    more = replace(BASE, dim=200)
    assert work_of(1000, 10, 4, more) > 1.5 * work_of(1000, 10, 4, BASE)
    tree = replace(BASE, loss="hs")
    assert work_of(1000, 1000, 5000, tree) < work_of(1000, 1000, 5000, BASE) / 10
