"""Trend statistics equal what their definitions give by brute force."""

import itertools
import math
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.analysis.trend import trend, upward_p

_VALUES = st.integers(-(10**6), 10**6).map(float)


def _points(values: list[float]) -> list[tuple[float, float]]:
    return [(float(time), value) for time, value in enumerate(values)]


def _rises(values: tuple[float, ...] | list[float]) -> int:
    return sum((b > a) - (b < a) for a, b in itertools.combinations(values, 2))


@st.composite
def _series(draw: st.DrawFn) -> list[tuple[float, float]]:
    times = draw(st.lists(st.integers(0, 10**6), min_size=2, max_size=12, unique=True))
    return [(float(time), draw(_VALUES)) for time in sorted(times)]


@given(_series())
def test_the_slope_is_the_median_of_all_slopes(points: list[tuple[float, float]]) -> None:
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(points, 2)]
    found = trend(points)
    assert found.slope == pytest.approx(median(slopes))
    assert min(slopes) <= found.low <= found.slope <= found.high <= max(slopes)


@given(st.lists(_VALUES, min_size=2, max_size=6, unique=True))
def test_p_is_the_share_of_orders_that_rise_as_much(values: list[float]) -> None:
    orders = list(itertools.permutations(values))
    as_much = sum(_rises(order) >= _rises(values) for order in orders)
    assert upward_p(_points(values)) == pytest.approx(as_much / len(orders))


@given(st.lists(st.integers(0, 3).map(float), min_size=2, max_size=8))
def test_ties_are_never_taken_for_a_rise(values: list[float]) -> None:
    # Broken in the direction of a fall, ties make the least of a trend.
    broken = [value - 1e-3 * index for index, value in enumerate(values)]
    assert upward_p(_points(values)) <= upward_p(_points(broken))
    assert upward_p(_points([1.0] * len(values))) >= 0.5


@pytest.mark.parametrize("count", range(2, 13))
def test_a_monotone_rise_is_one_order_of_all(count: int) -> None:
    rising = [float(index) for index in range(count)]
    assert upward_p(_points(rising)) == pytest.approx(1 / math.factorial(count))
    assert upward_p(_points(rising[::-1])) == 1


@given(_series(), st.floats(0.01, 100), st.integers(-1000, 1000))
def test_units_and_origins_do_not_matter(
    points: list[tuple[float, float]], scale: float, shift: int
) -> None:
    moved = [(time + shift, value * scale) for time, value in points]
    assert trend(moved).slope == pytest.approx(trend(points).slope * scale)
    assert trend(moved).p == pytest.approx(trend(points).p)


@given(st.integers(3, 12), st.floats(-1e6, 1e6), st.data())
def test_one_wild_value_moves_a_line_little(count: int, slope: float, data: st.DataObject) -> None:
    values = [slope * index for index in range(count)]
    wild = data.draw(st.integers(0, count - 1))
    if count >= 5:
        values[wild] += data.draw(st.sampled_from([-1e12, 1e12]))
    assert trend(_points(values)).slope == pytest.approx(slope, rel=1e-6, abs=1e-6)
