"""Times, sizes and distances as users write them."""

import pytest

from w2v_cli.config import Spacing, parse_seconds, parse_size
from w2v_cli.errors import ConfigError

MIB = 1 << 20


@pytest.mark.parametrize(
    ("text", "seconds", "tokens"),
    [
        ("30s", 30, None),
        ("10m", 600, None),
        ("2.5h", 9000, None),
        ("5%", None, 250),
        ("1e", None, 1000),
        ("0.5e", None, 500),
    ],
)
def test_how_far_apart(text, seconds, tokens):
    spacing = Spacing.parse(text)
    assert spacing.seconds == seconds
    assert spacing.tokens(1000, 5) == tokens


@pytest.mark.parametrize("text", ["", "10", "m", "-1m", "0m", "0.0%", "1 e", "ten minutes", "1d"])
def test_a_distance_that_means_nothing_is_an_error(text):
    with pytest.raises(ConfigError, match="checkpoint_every must be a time, a share or epochs"):
        Spacing.parse(text)


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("1.5m", 90), (" 2h ", 7200)])
def test_times(text, seconds):
    assert parse_seconds(text, "budget") == seconds


@pytest.mark.parametrize("text", ["", "10", "0s", "-1m", "ten", "1d", "nan", "5%", "1e"])
def test_what_is_no_time(text):
    with pytest.raises(ConfigError, match="budget must be a time such as 90s"):
        parse_seconds(text, "budget")


@pytest.mark.parametrize(
    ("text", "size"), [("500M", 500 * MIB), ("1.5g", 1536 * MIB), (" 8 GiB ", 8192 * MIB)]
)
def test_sizes(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "0M", "500", "M", "-1G", "1e3M", "nan", "5 apples"])
def test_what_is_no_size(text):
    with pytest.raises(ConfigError, match="max_memory must be a size such as"):
        parse_size(text)
