"""Grids of settings: how they are written, and what combinations they are."""

import pytest

from w2v_cli.config import TrainConfig
from w2v_cli.errors import ConfigError
from w2v_cli.tuning.grid import configs_of, parse_grid


def test_a_grid_is_all_combinations():
    assert parse_grid("dim=50,100 window=5,10") == [
        {"dim": 50, "window": 5},
        {"dim": 50, "window": 10},
        {"dim": 100, "window": 5},
        {"dim": 100, "window": 10},
    ]
    assert parse_grid("min-count=2 lr=0.05 --model=cbow fixed_window=true max-vocab=9") == [
        {"min_count": 2, "lr": 0.05, "model": "cbow", "fixed_window": True, "max_vocab": 9}
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("dim", "'dim' is not an option of training with its values"),
        ("dims=5", "'dims=5' is not an option of training .*; did you mean dim\\?"),
        ("threads=1,2", "threads is the same for all trials; give it beside the grid"),
        ("dim=5 dim=6", "dim is there twice"),
        ("dim=5,x", "dim needs a whole number, not 'x'"),
        ("dim=", "dim needs a whole number, not ''"),
        ("window=line", "window needs a whole number or sentence, not 'line'"),
        ("lr=fast", "lr needs a number, not 'fast'"),
        ("fixed-window=1", "fixed_window needs true or false, not '1'"),
    ],
)
def test_what_is_no_grid(text, message):
    with pytest.raises(ConfigError, match=message):
        parse_grid(text)


def test_a_window_may_be_the_whole_sentence():
    assert parse_grid("window=5,sentence") == [{"window": 5}, {"window": "sentence"}]


def test_grids_add_up_and_values_are_checked():
    grids = [parse_grid("dim=5,6"), parse_grid("window=2 dim=5")]
    names, configs = configs_of([*grids, parse_grid("dim=6")], TrainConfig(epochs=2))
    assert names == ["dim", "window"]
    assert [(c.dim, c.window, c.epochs) for c in configs] == [(5, 5, 2), (6, 5, 2), (5, 2, 2)]
    with pytest.raises(ConfigError, match=r"^dim must be from 1"):
        configs_of([parse_grid("dim=0")], TrainConfig())
    with pytest.raises(ConfigError, match=r"^model must be skipgram or cbow or .*, not 'lsa'"):
        configs_of([parse_grid("model=lsa")], TrainConfig())
    too_many = ",".join(map(str, range(1, 1002)))
    with pytest.raises(ConfigError, match="1,001 combinations are more than 1,000"):
        configs_of([parse_grid(f"dim={too_many}")], TrainConfig())
