"""Which choices of a sample are taken for those of all the text."""

import pytest

from w2v_cli.config import TrainConfig
from w2v_cli.tuning.size import LEANS, doubts, varied
from w2v_cli.tuning.trials import Trial


def trial(verdict, score=0.5, **options):
    return Trial(TrainConfig(), options, score=score, verdict=verdict)


def never(_trials):
    raise AssertionError("no part of the sample is needed")


def test_options_that_size_decides_are_fields_and_count_if_they_vary():
    fields = vars(TrainConfig())
    assert set(LEANS) <= set(fields)
    configs = [TrainConfig(dim=dim, window=dim, epochs=3) for dim in (5, 6)]
    assert varied(configs, ["window", "dim", "epochs"]) == ["dim"]


@pytest.mark.parametrize(
    ("name", "wanted", "unwanted"),
    [
        ("dim", 200, 100),
        ("min_count", 10, 2),
        ("max_vocab", None, 1000),
        ("epochs", 5, 15),
        ("lr", 0.025, 0.1),
        ("sample", 1e-5, 1e-3),
        ("sample", 1e-3, 0.0),
        ("negative", 5, 15),
    ],
)
def test_what_more_text_wants_too_holds(name, wanted, unwanted):
    both = [trial("best", **{name: wanted}), trial("worse", **{name: unwanted})]
    assert doubts([name], both, 0.001, never) == {}
    both = [trial("worse", **{name: wanted}), trial("best", **{name: unwanted})]
    [(found, reason)] = doubts([name], both, 0.4, never).items()
    assert found == name
    assert "that was tried, and more text wants" in reason


def test_a_direction_is_told():
    both = [trial("worse", dim=200), trial("best", dim=100)]
    lowest = "it is the lowest that was tried, and more text wants higher values"
    assert doubts(["dim"], both, 0.1, never) == {"dim": lowest}
    both = [trial("worse", epochs=5), trial("best", epochs=50)]
    highest = "it is the highest that was tried, and more text wants lower values"
    assert doubts(["epochs"], both, 0.1, never) == {"epochs": highest}


def test_what_may_be_chance_does_not_hold():
    trials = [trial("best", dim=200), trial("alike", dim=100), trial("worse", dim=50)]
    assert "cannot be told from it" in doubts(["dim"], trials, 0.4, never)["dim"]
    failed = [trial("best", dim=200), trial(None, score=None, dim=100)]
    assert doubts(["dim"], failed, 0.4, never) == {}


def test_a_choice_needs_a_rival_with_the_same_settings():
    trials = [
        trial("worse", dim=100, window=5, epochs=5),
        trial("worse", dim=100, window=2, epochs=5),
        trial("best", dim=200, window=2, epochs=5),
        trial("worse", dim=100, window=9, epochs=9),
    ]
    found = doubts(["dim", "epochs"], trials, 0.4, never)
    assert found == {"epochs": "no other value was tried with the same other settings"}


def test_a_value_between_others_is_tried_in_a_part():
    trials = [trial("worse", dim=50), trial("best", dim=100), trial("worse", dim=200)]
    asked = []

    def in_part(scores):
        def scored(some):
            asked.append([each.options["dim"] for each in some])
            return [trial(None, scores[each.options["dim"]], **each.options) for each in some]

        return scored

    assert doubts(["dim"], trials, 0.1, in_part({50: 0.1, 100: 0.2, 200: 0.1})) == {}
    assert asked == [[100, 50, 200]]
    found = doubts(["dim"], trials, 0.1, in_part({50: 0.3, 100: 0.2, 200: None}))
    assert "a quarter of the sample likes" in found["dim"]
    assert "50" in found["dim"]
    small = "the sample is too small a part of the text to tell whether it moves"
    assert doubts(["dim"], trials, 0.1, in_part({50: None, 100: None, 200: None})) == {"dim": small}
    assert doubts(["dim"], trials, 0.01, never) == {"dim": small}
