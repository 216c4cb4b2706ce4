"""Sizes and durations as people read them: three digits, never a wrong unit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor import units


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "0.977 KiB"),
        (1024, "1.00 KiB"),
        (1048575, "1.00 MiB"),
        (5268754565, "4.91 GiB"),
        (1244069888, "1.16 GiB"),
        (118501521, "113 MiB"),
        (1 << 60, "1.00 EiB"),
        (-2048, "-2.00 KiB"),
        (None, "unknown"),
    ],
)
def test_sizes(count: int | None, text: str) -> None:
    assert units.size(count) == text


@given(st.integers(1024, 1 << 62))
def test_a_size_has_three_digits_and_is_right_to_half_a_percent(count: int) -> None:
    number, unit = units.size(count).split(" ")
    assert len(re.sub(r"^0?\.?0*|\.", "", number)) == 3
    back = float(number) * 1024 ** ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"].index(unit)
    assert abs(back / count - 1) < 0.006


@given(st.floats(0, 1e9))
def test_a_duration_never_shows_sixty_of_anything(seconds: float) -> None:
    text = units.duration(seconds)
    assert not re.search(r"\b60 (min|s)|\b24 h", text)
    assert text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.65, "0.650 s"),
        (31.878, "31.9 s"),
        (59.97, "1 min"),
        (2033.87, "33 min 54 s"),
        (3599.7, "1 h"),
        (22123, "6 h 9 min"),
        (86_399, "1 d"),
        (200_000, "2 d 8 h"),
        (None, "unknown"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert units.duration(seconds) == text
