"""The timeline of a worker: its looks and events in one order, each row in a few words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.analysis.workers.timeline import timeline, words
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import (
    COLLECTIONS,
    DAEMON,
    EXIT,
    GAVE_UP,
    LISTENERS,
    MEMORY_RESTART,
    MISSING_MODULE,
    ONLINE,
    OUT_OF_MEMORY,
    PORT_IN_USE,
    REJECTION,
    START,
    STOP,
    UNCAUGHT,
    Event,
    Sample,
)
from memdoctor.overviews import Moment
from memdoctor.units import MiB

_START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else _START + timedelta(seconds=seconds)


def _sample(seconds: float | None, used: float | None = 20, life: int = 0, **more: Any) -> Sample:
    heap = None if used is None else int(used * MiB)
    return Sample(
        "a", f"a#/{seconds}", series=f"worker, {life} restarts", at=_at(seconds), heap_used=heap, **more
    )


def _event(seconds: float | None, kind: str = EXIT, count: int = 1, **detail: Any) -> Event:
    return Event("pm2.log", 7, kind, _at(seconds), detail=detail, count=count)


def _rows(samples: Sequence[Sample] = (), events: Sequence[Event] = ()) -> tuple[Moment, ...]:
    return timeline(Worker("worker", "worker", 0, events=tuple(events)), samples)


def _told(*samples: Sample) -> list[str]:
    return [row.event for row in _rows(samples)]


def test_a_row_for_each_look_has_its_figures_and_place() -> None:
    [row] = _rows([_sample(60, 20, heap_total=25 * MiB, rss=80 * MiB, uptime=90.0)])
    assert (row.worker, row.place, row.at, row.elapsed) == ("worker", "a#/60", _at(60), 90.0)
    assert (row.used, row.committed, row.rss, row.usage) == (20 * MiB, 25 * MiB, 80 * MiB, 0.8)
    assert row.event == ""


def test_looks_and_events_are_in_one_order() -> None:
    rows = _rows([_sample(10), _sample(30), _sample(50, life=1)], [_event(40, code=1), _event(45, ONLINE)])
    assert [row.at for row in rows] == [_at(10), _at(30), _at(40), _at(45), _at(50)]
    assert [row.event for row in rows] == ["", "", "ended with code 1", "started", "a new process"]


def test_of_one_moment_looks_come_first_and_events_keep_their_order() -> None:
    rows = _rows([_sample(10)], [_event(10, STOP), _event(10), _event(10, ONLINE)])
    assert [row.event for row in rows] == ["", "stopped on request", "ended", "started"]


def test_what_has_no_time_stays_behind_what_it_follows() -> None:
    rows = _rows([_sample(5), _sample(60)], [_event(10), _event(None, OUT_OF_MEMORY), _event(20)])
    assert [row.at for row in rows] == [_at(5), _at(10), None, _at(20), _at(60)]


def test_events_stand_below_looks_without_times() -> None:
    rows = _rows([_sample(None, elapsed=0.0), _sample(None, elapsed=9.0)], [_event(10)])
    assert [row.at for row in rows] == [None, None, _at(10)]


def test_a_look_without_an_age_has_the_time_since_the_first_look() -> None:
    assert [row.elapsed for row in _rows([_sample(None, elapsed=15.0), _sample(None, uptime=3.0)])] == [
        15.0,
        3.0,
    ]


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        (EXIT, {"code": 1}, "ended with code 1"),
        (EXIT, {"code": 0}, "ended with code 0"),
        (EXIT, {"code": 0, "signal": "SIGKILL"}, "ended by SIGKILL"),
        (EXIT, {"code": None, "signal": None}, "ended"),
        (EXIT, {"code": 0, "memory": True}, "ended by the memory limit"),
        (MISSING_MODULE, {"module": "./x.js"}, "cannot find ./x.js"),
        (PORT_IN_USE, {"port": 80}, "port 80 is in use"),
        (MEMORY_RESTART, {"rss": 222 * MiB}, "PM2 restarts it at 222 MiB"),
        (LISTENERS, {"listeners": 11, "event": "data"}, "11 data listeners"),
        (REJECTION, {"error": "Error: a"}, "Error: a"),
        (UNCAUGHT, {"error": "TypeError: b"}, "TypeError: b"),
        (UNCAUGHT, {"error": ""}, "an error that nobody caught"),
        (OUT_OF_MEMORY, {}, "out of memory"),
        (ONLINE, {}, "started"),
        (STOP, {}, "stopped on request"),
        (GAVE_UP, {"restarts": 16}, "PM2 gives up"),
    ],
)
def test_what_each_kind_of_event_is_called(kind: str, detail: dict[str, Any], said: str) -> None:
    [row] = _rows(events=[_event(10, kind, **detail)])
    assert row.event == said == words(_event(10, kind, **detail))
    assert row.place == "pm2.log:7"


def test_equal_events_are_one_row_with_their_count() -> None:
    [row] = _rows(events=[_event(10, OUT_OF_MEMORY, 12)])
    assert row.event == "out of memory (12 times)"


@pytest.mark.parametrize("kind", [START, DAEMON, COLLECTIONS])
def test_what_tells_nothing_of_the_worker_is_no_row(kind: str) -> None:
    assert _rows(events=[_event(10, kind)]) == ()


def test_a_heap_that_fell_was_collected() -> None:
    assert _told(_sample(0, 40), _sample(60, 25)) == ["", "collected 15.0 MiB"]


@pytest.mark.parametrize(
    ("before", "after"), [(40, 37), (2, 1.5), (20, 20), (20, 30), (None, 9), (9, None)]
)
def test_a_small_fall_or_none_is_no_collection(before: float | None, after: float | None) -> None:
    assert _told(_sample(0, before), _sample(60, after)) == ["", ""]


def test_a_new_process_is_said_instead_of_a_collection() -> None:
    assert _told(_sample(0, 40), _sample(60, 9, life=1), _sample(90, 9, life=1)) == [
        "",
        "a new process",
        "",
    ]


def test_the_heap_just_after_a_full_collection_is_called_so() -> None:
    assert _told(_sample(0, after_collection=True), _sample(60, 5, after_collection=True)) == [
        "full collection",
        "full collection",
    ]


def test_what_a_person_wrote_beside_it_counts_most() -> None:
    assert _told(_sample(0, 40, label="baseline"), _sample(60, 9, life=1, label="after deploy")) == [
        "baseline",
        "after deploy",
    ]


_TIMES = st.none() | st.integers(0, 600)
_SAMPLES = st.builds(_sample, _TIMES, st.none() | st.floats(0, 100), st.integers(0, 2))
_EVENTS = st.builds(_event, _TIMES, st.sampled_from([EXIT, ONLINE, STOP, UNCAUGHT, OUT_OF_MEMORY]))


@settings(max_examples=50)
@given(st.lists(_SAMPLES, max_size=8), st.lists(_EVENTS, max_size=8))
def test_every_look_and_event_is_one_row(samples: list[Sample], events: list[Event]) -> None:
    rows = _rows(samples, events)
    places = [*(one.place for one in samples), *(one.place for one in events)]
    assert sorted(row.place for row in rows) == sorted(places)
    times = [row.at for row in rows if row.at is not None]
    assert times == sorted(times) or len(times) < len(rows)
