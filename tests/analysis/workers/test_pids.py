"""Stale pids: a pid is somebody else's only where a listing of the same moment proves it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memdoctor.analysis.workers.pids import StalePid, stale_pids
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import App, Process, ProcessTable

_NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
_PID = 4242


def _at(seconds: float) -> datetime:
    return _NOW + timedelta(seconds=seconds)


def _look(
    pid: int | None = _PID, status: str | None = "online", at: float | None = 0, up: float | None = 600
) -> App:
    return App(
        "a", "a#/0", "worker", pm_id=0, pid=pid, status=status, at=None if at is None else _at(at),
        started_at=None if up is None else _at(-up),
    )  # fmt: skip


def _process(pid: int = _PID, started: float | None = -600) -> Process:
    return Process("ps.txt", f"ps.txt:{pid}", pid, started_at=None if started is None else _at(started))


def _table(*processes: Process, at: float | None = 5, whole: bool | None = True) -> ProcessTable:
    return ProcessTable("ps.txt", "ps.txt:1", processes, at=None if at is None else _at(at), whole=whole)


def _stale(look: App, *tables: ProcessTable) -> list[StalePid]:
    return list(stale_pids([(Worker("worker", "worker", 0, (look,)), look)], tables))


def test_the_worker_itself_has_its_pid() -> None:
    assert _stale(_look(), _table(_process())) == []


def test_nobody_has_it_in_a_whole_listing() -> None:
    table = _table(_process(1))
    [found] = _stale(_look(), table)
    assert (found.worker.name, found.look.pid, found.process, found.table) == ("worker", _PID, None, table)


@pytest.mark.parametrize("whole", [False, None])
def test_a_listing_that_is_not_whole_proves_nothing(whole: bool | None) -> None:
    assert _stale(_look(), _table(_process(1), whole=whole)) == []


@pytest.mark.parametrize("whole", [True, False, None])
def test_a_process_that_started_at_another_time_is_another(whole: bool | None) -> None:
    other = _process(started=-60)
    [found] = _stale(_look(), _table(other, whole=whole))
    assert found.process == other


@pytest.mark.parametrize("seconds", [-3.0, -0.7, 0.0, 0.9, 3.0])
def test_pm2_notes_the_start_a_little_earlier_or_later_than_listings(seconds: float) -> None:
    assert _stale(_look(), _table(_process(started=seconds - 600))) == []


def test_without_both_starts_a_pid_is_taken_for_the_same() -> None:
    assert _stale(_look(up=None), _table(_process(started=-60))) == []
    assert _stale(_look(), _table(_process(started=None))) == []


@pytest.mark.parametrize("seconds", [-31.0, 31.0, 3600.0])
def test_another_moment_proves_nothing(seconds: float) -> None:
    assert _stale(_look(), _table(_process(1), at=seconds)) == []


@pytest.mark.parametrize("seconds", [-30.0, 0.0, 30.0])
def test_half_a_minute_is_the_same_moment(seconds: float) -> None:
    assert len(_stale(_look(), _table(_process(1), at=seconds))) == 1


def test_of_several_listings_that_of_the_same_moment_counts() -> None:
    tables = [_table(_process(1), at=-300), _table(_process(), at=2), _table(_process(1), at=300)]
    assert _stale(_look(), *tables) == []


def test_without_times_a_listing_that_shows_pm2_is_taken_for_that_of_the_look() -> None:
    daemon = replace(_process(1), argv=("PM2 v6.0.14: God Daemon (/home/app/.pm2)",))
    assert len(_stale(_look(at=None), _table(daemon, at=None))) == 1
    assert _stale(_look(at=None), _table(_process(1), at=None)) == []
    assert _stale(_look(at=None), _table(_process(1), at=0)) == []
    assert _stale(_look(at=0), _table(_process(1), at=None)) == []


@pytest.mark.parametrize("status", ["stopped", "errored", "waiting restart", None])
def test_what_does_not_run_has_no_pid_to_be_stale(status: str | None) -> None:
    assert _stale(_look(status=status), _table(_process(1))) == []


@pytest.mark.parametrize("status", ["online", "launching", "stopping"])
def test_what_runs_should_have_its_process(status: str) -> None:
    assert len(_stale(_look(status=status), _table(_process(1)))) == 1


def test_a_look_without_a_pid_or_a_case_without_listings_proves_nothing() -> None:
    assert _stale(_look(pid=None), _table(_process(1))) == []
    assert _stale(_look()) == []


def test_full_quarters_of_an_hour_may_be_the_zone_of_a_listing() -> None:
    for hours in (-5, 2, 5.75, 13):
        assert _stale(_look(), _table(_process(started=3600 * hours - 600))) == []
    assert len(_stale(_look(), _table(_process(started=3600 * 2 - 600 - 60)))) == 1
