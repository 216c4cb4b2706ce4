"""What PM2 shows of memory, as samples: a series for each life of a worker, none across a restart."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.workers.samples import samples_of, under_workers
from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.model import EXIT, PM2_LOOK, TRACE_GC, App, Case, Event, Log, Sample
from memdoctor.units import MiB

_START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _at(seconds: float) -> datetime:
    return _START + timedelta(seconds=seconds)


def _look(seconds: float, restarts: int | None = 0, pid: int | None = 10, **more: object) -> App:
    sizes = {"rss": 80 * MiB, "heap_used": 20 * MiB, "heap_total": 25 * MiB}
    values: dict[str, Any] = {"pm_id": 0, "status": "online", **sizes, **more}
    return App("a", f"a#/{seconds:g}", "worker", at=_at(seconds), restarts=restarts, pid=pid, **values)


def _renamed(sample: Sample, worker: Worker) -> str | None:
    """Return the name that a sample of a log has got."""
    [found] = under_workers([sample], [worker])
    return found.worker


def _samples(*looks: App) -> list[Sample]:
    return list(samples_of(Worker("worker", "worker", 0, looks)))


def test_a_look_is_a_sample_under_the_name_of_its_worker() -> None:
    [sample] = _samples(_look(30, started_at=_at(-60), created_at=_at(-90), handles=4, heap_limit=96 * MiB))
    assert (sample.worker, sample.pid, sample.document) == ("worker", 10, PM2_LOOK)
    assert (sample.at, sample.uptime) == (_at(30), 90.0)
    assert (sample.rss, sample.heap_used, sample.heap_total) == (80 * MiB, 20 * MiB, 25 * MiB)
    assert (sample.handles, sample.requested_heap_limit) == (4, 96 * MiB)


def test_what_was_reported_keeps_its_place() -> None:
    [sample] = _samples(_look(0, places={"heap_used": "a#/0/used"}))
    assert sample.places["heap_used"] == "a#/0/used"


def test_looks_of_one_life_are_one_series() -> None:
    assert len({sample.series for sample in _samples(*(_look(15 * number) for number in range(5)))}) == 1


def test_a_restart_begins_another_series() -> None:
    series = [sample.series for sample in _samples(_look(0), _look(15), _look(30, 1, 11), _look(45, 1, 11))]
    assert series[0] == series[1] != series[2] == series[3]


def _lives(*looks: App) -> list[tuple[str, int]]:
    """Return the processes that come out of looks, with the number of looks at each."""
    processes = Measurements(Case(apps=looks)).sampled_processes
    return [(process.name, len(process.looks)) for process in processes]


def test_a_restart_begins_another_process() -> None:
    looks = [_look(0), _look(15), _look(30, 1, 11), _look(45, 1, 11), _look(60, 2, 12)]
    assert _lives(*looks) == [("worker", 2), ("worker, pid 11", 2), ("worker, pid 12", 1)]


def test_a_restart_that_no_counter_shows_is_one_by_its_pid() -> None:
    looks = [_look(0, None, 10), _look(15, None, 10), _look(30, None, 11)]
    assert _lives(*looks) == [("worker", 2), ("worker, pid 11", 1)]


def test_a_counter_that_was_set_back_joins_no_two_lives() -> None:
    looks = [_look(0, 3, 10), _look(15, 4, 11), _look(30, 0, 12), _look(45, 3, 13)]
    assert [count for _, count in _lives(*looks)] == [1, 1, 1, 1]


def test_a_counter_that_was_set_back_under_a_worker_that_goes_on_is_no_restart() -> None:
    assert _lives(_look(0, 7, 10), _look(15, 0, 10), _look(30, 0, 10)) == [("worker", 3)]


def test_where_no_pid_is_shown_the_counter_tells_lives_apart() -> None:
    looks = [_look(15 * number, number // 2, None) for number in range(6)]
    assert [count for _, count in _lives(*looks)] == [2, 2, 2]


def test_workers_of_one_name_are_apart() -> None:
    apps = [_look(0, pm_id=2, pid=20), _look(0, pm_id=3, pid=30), _look(15, pm_id=2, pid=20)]
    samples = Workers(Case(apps=tuple(apps))).samples
    assert [(sample.worker, sample.pid) for sample in samples] == [
        ("worker (id 2)", 20), ("worker (id 2)", 20), ("worker (id 3)", 30),
    ]  # fmt: skip
    assert len({sample.series for sample in samples}) == 2


@pytest.mark.parametrize("status", ["launching", "stopping", "stopped", "errored", "waiting restart"])
def test_what_is_not_online_gives_no_sample(status: str) -> None:
    assert _samples(_look(0, status=status)) == []


def test_a_list_that_lost_its_status_still_gives_one() -> None:
    assert len(_samples(_look(0, status=None))) == 1


def test_a_look_without_memory_gives_none() -> None:
    assert _samples(_look(0, rss=None, heap_used=None)) == []
    assert _samples(_look(0, rss=0, heap_used=None)) == []
    assert len(_samples(_look(0, rss=0))) == 1


def test_a_size_is_never_zero() -> None:
    [sample] = _samples(_look(0, rss=80 * MiB, heap_used=0, heap_total=0))
    assert (sample.heap_used, sample.heap_total) == (None, None)


def test_a_look_without_a_time_among_timed_ones_is_in_no_series() -> None:
    untimed = App("b", "b#/0", "worker", pm_id=0, status="online", rss=90 * MiB)
    assert [sample.place for sample in _samples(untimed, _look(0), _look(15))] == ["a#/0", "a#/15"]


def test_the_first_start_tells_the_age_only_where_there_was_no_restart() -> None:
    assert _samples(_look(30, created_at=_at(0)))[0].uptime == 30.0
    assert _samples(_look(30, 1, created_at=_at(0)))[0].uptime is None


def test_a_start_after_the_look_tells_no_age() -> None:
    assert _samples(_look(30, started_at=_at(40)))[0].uptime is None


@pytest.mark.parametrize(
    ("interpreter", "runtime"),
    [
        ("bun", "bun"), ("/home/dev/.bun/bin/bun", "bun"), ("C:\\bun\\bun.exe", "bun"), ("node", "node"),
        ("/opt/node/bin/node", "node"), ("python3", None), ("none", None), ("bunyan", None), (None, None),
    ],
)  # fmt: skip
def test_the_program_that_runs_it_marks_the_runtime(interpreter: str | None, runtime: str | None) -> None:
    [sample] = _samples(_look(0, interpreter=interpreter, places={"interpreter": "a#/0/exec_interpreter"}))
    assert [(mark.runtime, mark.place) for mark in sample.marks] == (
        [] if runtime is None else [(runtime, "a#/0/exec_interpreter")]
    )


def _logged(**more: Any) -> Sample:
    return Sample("worker-out.log", "worker-out.log:9", **more)


def _of_log(*pids: int) -> Worker:
    events = tuple(Event("worker-out.log", 1, EXIT, pid=pid) for pid in pids)
    return Worker("worker", "worker", 0, (_look(0),), events, (Log("worker-out.log", 20),))


def test_a_sample_out_of_a_workers_log_has_its_name() -> None:
    assert _renamed(_logged(), _of_log()) == "worker"
    assert _renamed(_logged(pid=10), _of_log()) == "worker"
    assert _renamed(_logged(pid=12), _of_log(11, 12)) == "worker"


def test_a_sample_of_another_process_or_log_keeps_its_own() -> None:
    assert _renamed(_logged(pid=999), _of_log()) is None
    assert _renamed(Sample("other.log", "other.log:9"), _of_log()) is None


def test_a_log_that_no_app_has_names_collections_alone() -> None:
    nobody = Worker("gc.out", logs=(Log("worker-out.log", 20),))
    assert _renamed(_logged(), nobody) is None
    assert _renamed(_logged(document=TRACE_GC), nobody) == "gc.out"


_LOOKS = st.builds(
    _look, st.integers(0, 600), st.none() | st.integers(0, 3), st.none() | st.integers(1, 3),
    status=st.sampled_from(["online", "online", "launching", "stopped", None]),
)  # fmt: skip


@settings(max_examples=50)
@given(st.lists(_LOOKS, max_size=12))
def test_a_series_never_joins_two_counts_of_restarts(looks: list[App]) -> None:
    lives = defaultdict(set)
    by_place = {look.place: look for look in looks}
    for sample in Workers(Case(apps=tuple(by_place.values()))).samples:
        lives[sample.series].add(by_place[sample.place].restarts)
        assert by_place[sample.place].status in ("online", None)
    assert all(len(restarts - {None}) <= 1 for restarts in lives.values())
