"""Crash loops: found by window and by beat, with cause, and healed only where that is proven."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.analysis.workers.crashes import Episode, episodes
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import EXIT, MISSING_MODULE, ONLINE, STOP, Event, Log

_START = datetime(2026, 11, 20, 0, 43, 23, tzinfo=UTC)


def _at(seconds: float) -> datetime:
    return _START + timedelta(seconds=seconds)


def _exit(seconds: float, **detail: object) -> Event:
    return Event("pm2.log", 1, EXIT, _at(seconds), app="worker", pm_id=0, detail={"code": 1, **detail})


def _online(seconds: float) -> Event:
    return Event("pm2.log", 1, ONLINE, _at(seconds), app="worker", pm_id=0)


def _loops(events: Sequence[Event], end: float) -> tuple[Episode, ...]:
    ordered = tuple(sorted(events, key=lambda event: event.at or _START))
    return episodes(
        Worker("worker", "worker", 0, events=ordered, logs=(Log("pm2.log", 9, _START, _at(end)),))
    )


def _seed(end: float) -> tuple[Episode, ...]:
    """Return ten crashes within 20 seconds, and a start 93 seconds after the first that lasts."""
    exits = [_exit(2.0 * number) for number in range(10)]
    return _loops([*exits, *(_online(2.0 * number + 1) for number in range(9)), _online(93)], end)


def test_ten_crashes_that_healed() -> None:
    [loop] = _seed(end=1000)
    assert (loop.count, loop.by, loop.healed_after, loop.is_over) == (10, "window", 93.0, True)


def test_a_log_that_ends_sooner_proves_no_healing() -> None:
    [loop] = _seed(end=100)
    assert (loop.healed_after, loop.is_over, loop.healing.up) == (None, False, 7.0)


def test_a_slow_beat_is_a_loop_that_no_window_shows() -> None:
    [loop] = _loops([_exit(34.0 * number) for number in range(10)], end=330)
    assert (loop.count, loop.by, loop.gap) == (10, "beat", 34.0)


@pytest.mark.parametrize("gaps", [(40, 90, 300, 25, 700), (50, 50, 50), (3000, 3000, 3000)])
def test_a_few_exits_far_apart_are_none(gaps: tuple[int, ...]) -> None:
    times = [sum(gaps[:index]) for index in range(len(gaps) + 1)]
    assert _loops([_exit(time) for time in times], end=times[-1] + 100) == ()


def test_what_was_asked_for_is_no_crash() -> None:
    assert _loops([_exit(number, stopped=True) for number in range(20)], end=60) == ()
    assert _loops([_exit(30.0 * number, memory=True) for number in range(24)], end=800) == ()


def test_a_job_that_ends_well_every_hour_is_none() -> None:
    assert _loops([_exit(3600.0 * number, code=0) for number in range(12)], end=50_000) == ()
    [loop] = _loops([_exit(2.0 * number, code=0) for number in range(12)], end=30)
    assert loop.is_clean


def test_equal_errors_in_a_row_are_spread_over_their_time() -> None:
    def merged(count: int, last: float) -> Event:
        return Event("a.log", 1, MISSING_MODULE, _at(0), count=count, last_line=9, last_at=_at(last))

    assert _loops([merged(3, 9 * 86_400)], end=10 * 86_400) == ()
    [loop] = _loops([merged(10, 90)], end=100)
    assert (loop.count, loop.gap, loop.span, loop.of_exits) == (10, 10.0, 90.0, False)
    [loop] = _loops([merged(3000, 6000)], end=100)
    assert (loop.count, loop.span) == (3000, 6000.0)


def test_a_stop_ends_what_might_have_been_healing() -> None:
    events = [_exit(7), _exit(14), _exit(21), _online(21), Event("pm2.log", 1, STOP, _at(24), app="worker")]
    [loop] = _loops(events, end=300)
    assert (loop.is_over, loop.healing.up) == (False, 3.0)


def test_two_episodes_far_apart() -> None:
    times = [*range(5), *range(5000, 5004)]
    first, second = _loops([_exit(time) for time in times], end=6000)
    assert (first.count, second.count) == (5, 4)


def test_the_cause_is_the_error_next_to_the_exit() -> None:
    errors = [
        Event("error.log", number, MISSING_MODULE, _at(2.0 * number - 0.4), detail={"module": "./x.js"})
        for number in range(5)
    ]
    far = Event("error.log", 99, "port-in-use", _at(500), detail={"port": 80})
    [loop] = _loops([*(_exit(2.0 * number) for number in range(5)), *errors, far], end=600)
    assert loop.cause == MISSING_MODULE
    assert loop.error is not None


def test_errors_are_exits_where_nothing_else_tells_of_them() -> None:
    errors = [Event("error.log", number, MISSING_MODULE, _at(number)) for number in range(4)]
    [loop] = _loops(errors, end=10)
    assert loop.count == 4


def test_a_stop_and_a_start_by_hand_are_no_loop() -> None:
    events = [Event("pm2.log", 1, STOP, _at(n), app="worker", pm_id=0) for n in range(9)]
    assert _loops([*events, *(_exit(n + 0.5, stopped=True) for n in range(9))], end=90) == ()


@given(st.lists(st.floats(0, 1e6, allow_nan=False), max_size=60), st.lists(st.floats(0, 1e6), max_size=20))
def test_episodes_hold_each_exit_once_at_most(exits: list[float], starts: list[float]) -> None:
    found = _loops([*map(_exit, exits), *map(_online, starts)], end=1e6)
    assert sum(loop.count for loop in found) <= len(exits)
    for loop in found:
        assert loop.count >= 3
        assert loop.healed_after is None or loop.healed_after >= loop.span
