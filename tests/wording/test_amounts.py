"""Amounts for people to read."""

import pytest

from w2v_cli.config import parse_seconds
from w2v_cli.wording.amounts import counted, shown_bytes, shown_number, shown_time


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0s"),
        (8.54, "8.5s"),
        (9.96, "10s"),
        (59.6, "1m00s"),
        (725, "12m05s"),
        (3723, "1h02m"),
        (2 * 86400 + 3 * 3600 + 240, "2d03h"),
    ],
)
def test_times(seconds, text):
    assert shown_time(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 words"), (1, "1 word"), (2, "2 words"), (12345, "12,345 words")]
)
def test_counted(number, text):
    assert counted(number, "word") == text


def test_a_short_time_can_be_given_as_it_is_shown():
    assert parse_seconds(shown_time(42), "--time-budget") == 42


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0.0 KiB"),
        (10_000, "9.8 KiB"),
        ((1 << 20) - 1, "1.0 MiB"),
        (104_857_599, "100 MiB"),
        (3 << 29, "1.5 GiB"),
        (5 << 40, "5,120 GiB"),
    ],
)
def test_bytes(n_bytes, text):
    assert shown_bytes(n_bytes) == text


def test_numbers():
    shown = [shown_number(number) for number in (950, 12_345, 1_234_567, 123_456_789, 4.56e9)]
    assert shown == ["950", "12.3k", "1.23M", "123M", "4.56G"]
