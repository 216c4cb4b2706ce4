"""What plots leave out and where they put a time: of any values, never a tooth lost nor a time invented."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memdoctor.reports.html.thinning import evenly, extremes
from memdoctor.reports.html.time_axis import beside, unit_of

# How long a busy machine takes says nothing of the code.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUES = st.lists(st.integers(0, 1000), max_size=100)
TIMES = st.lists(st.floats(0, 1e7, allow_nan=False), min_size=1, max_size=20).map(sorted)
LIVES = st.lists(TIMES, min_size=1, max_size=40)


@PATIENT
@given(VALUES, st.integers(4, 50))
def test_of_a_long_line_the_extremes_stay_in_their_order(values: list[int], most: int) -> None:
    points = list(enumerate(values))
    kept = extremes(points, lambda point: point[1], most)
    assert len(kept) <= most
    assert list(kept) == sorted(set(kept) & set(points))
    if points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])
        assert {min(values), max(values)} <= {value for _, value in kept}
    assert len(points) > most or list(kept) == points


@PATIENT
@given(VALUES, st.integers(2, 50))
def test_of_a_long_table_the_ends_and_what_lies_evenly_between(values: list[int], most: int) -> None:
    rows = list(enumerate(values))
    kept = evenly(rows, most)
    assert len(kept) == min(most, len(rows))
    assert list(kept) == sorted(set(kept))
    if rows:
        assert (kept[0], kept[-1]) == (rows[0], rows[-1])
        gaps = {later - earlier for (earlier, _), (later, _) in pairwise(kept)}
        assert not gaps or max(gaps) - min(gaps) <= 1


@PATIENT
@given(LIVES)
def test_a_life_keeps_its_times_and_no_two_meet(lives: list[list[float]]) -> None:
    axis = beside([(times[0], times[-1]) for times in lives])
    placed = [[axis.at(number, time) for time in times] for number, times in enumerate(lives)]
    for times, places in zip(lives, placed, strict=True):
        for time, place in zip(times, places, strict=True):
            apart = (time - times[0]) / axis.unit.seconds
            assert place - places[0] == pytest.approx(apart, abs=1e-6)
    for before, after in pairwise(placed):
        assert after[0] > before[-1]
    assert axis.breaks() == [(before[-1], after[0]) for before, after in pairwise(placed)]


@PATIENT
@given(LIVES)
def test_a_tick_stands_at_the_time_it_names(lives: list[list[float]]) -> None:
    axis = beside([(times[0], times[-1]) for times in lives])
    ticks = axis.ticks()
    assert bool(ticks) == (len(lives) > 1)
    for place, told in zip(ticks.get("tickvals", ()), ticks.get("ticktext", ()), strict=True):
        time = float(told) * axis.unit.seconds
        assert any(
            axis.at(number, time) == pytest.approx(place, rel=1e-4, abs=1e-4)
            and times[0] <= time * (1 + 1e-4) + 1e-6
            and time * (1 - 1e-4) - 1e-6 <= times[-1]
            for number, times in enumerate(lives)
        )


@PATIENT
@given(st.floats(0, 1e9, allow_nan=False))
def test_a_unit_fits_its_span(span: float) -> None:
    unit = unit_of(span)
    assert unit.of(span) * unit.seconds == pytest.approx(span, abs=1e-3)
    assert unit.name == "seconds" or unit.of(span) >= 2
