"""Whose log it is where its name does not say: by paths, times, scripts of pids; and never by chance."""

from datetime import UTC, datetime, timedelta

import pytest

from memdoctor.analysis.workers.gathering import workers_of
from memdoctor.model import EXIT, UNCAUGHT, App, Case, Event, Process, ProcessTable

_START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _app(name: str, pm_id: int = 0, **more: object) -> App:
    values: dict[str, object] = {"source": "jlist.json", "place": "#/0", "status": "online", **more}
    return App(name=name, pm_id=pm_id, **values)  # type: ignore[arg-type]


def _error(second: float | None, source: str = "err.log", pid: int | None = None) -> Event:
    at = None if second is None else _START + timedelta(seconds=second)
    return Event(source, 1, UNCAUGHT, at, pid)


def _exit(second: float, app: str, pm_id: int) -> Event:
    return Event("pm2.log", 1, EXIT, _START + timedelta(seconds=second), app=app, pm_id=pm_id)


def _process(pid: int, *argv: str) -> Process:
    return Process("ps.txt", f"ps.txt:{pid}", pid, argv=argv)


def _owners(case: Case, source: str = "err.log") -> dict[str, str | None]:
    """Return who has the events of a log, each with why it counts as its own."""
    found = workers_of(case)
    return {one.name: one.linked for one in found if any(event.source == source for event in one.events)}


def test_whole_paths_count_before_names_of_files() -> None:
    apps = (_app("a", 0, error_log="/srv/a/err.log"), _app("b", 1, error_log="/srv/b/err.log"))
    events = (_error(1, "/srv/b/err.log"),)
    assert _owners(Case(apps=apps, events=events), "/srv/b/err.log") == {"b": None}


def test_two_logs_of_one_name_are_two_workers() -> None:
    workers = workers_of(Case(events=(_error(1, "x/err.log"), _error(2, "y/err.log"))))
    assert [worker.name for worker in workers] == ["x/err.log", "y/err.log"]


def test_errors_at_the_exits_of_one_worker_are_its_own_and_it_says_why() -> None:
    exits = [_exit(10 * number, "api", 0) for number in range(5)]
    others = [_exit(10 * number + 5, "mail", 1) for number in range(5)]
    errors = [_error(10 * number + 0.5) for number in range(5)]
    assert _owners(Case(events=(*exits, *others, *errors))) == {"api": "err.log has an error at its exits"}


@pytest.mark.parametrize("seconds", [(0, 1), (3, 13, 23, 33), (0, 13, 23, 33, 43, 53)])
def test_a_few_that_meet_by_chance_are_nobodys(seconds: tuple[int, ...]) -> None:
    exits = [_exit(10 * number, "api", 0) for number in range(6)]
    others = [_exit(10 * number + 7, "mail", 1) for number in range(6)]
    case = Case(events=(*exits, *others, *(_error(second) for second in seconds)))
    assert _owners(case) == {"err.log": None}


def test_a_pid_in_a_log_whose_process_runs_the_script_of_the_worker() -> None:
    apps = (_app("a", 0, script="/srv/a/main.js"), _app("b", 1, script="/srv/b/main.js"))
    table = ProcessTable("ps.txt", "ps.txt", (_process(7, "node", "/srv/b/main.js"),))
    assert _owners(Case(apps=apps, events=(_error(1, pid=7),), tables=(table,))) == {"b": None}


def test_the_only_worker_is_not_blamed_for_what_another_script_has_written() -> None:
    apps = (_app("a", 0, script="/srv/a/main.js"),)
    table = ProcessTable("ps.txt", "ps.txt", (_process(7, "node", "/srv/b/other.js"),))
    assert _owners(Case(apps=apps, events=(_error(1, pid=7),), tables=(table,))) == {"err.log": None}


@pytest.mark.parametrize(
    ("source", "owner"),
    [
        *(("err.log", "api-worker"), ("worker-error.log", "api-worker"), ("api-error.log", "api-worker")),
        *(("api2-error.log", "api2-error.log"), ("my-api-error.log", "my-api-error.log")),
    ],
)
def test_a_name_of_another_app_keeps_a_log_from_the_only_worker(source: str, owner: str) -> None:
    case = Case(apps=(_app("api-worker"),), events=(_error(1, source),))
    assert set(_owners(case, source)) == {owner}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("my_app", "my-app-error.log"), ("api.v2", "api.v2-out.log"), ("app", "app-error.log-20261120.gz"),
        ("воркер 名前 🚀", "-" * 12 + "-error.log"),
    ],
)  # fmt: skip
def test_names_as_pm2_writes_them_into_names_of_logs(name: str, source: str) -> None:
    apps = (_app(name, 0), _app("bystander", 1))
    assert _owners(Case(apps=apps, events=(_error(1, source),)), source) == {name: None}


def test_a_cut_name_keeps_its_space_and_a_whole_name_counts_first() -> None:
    apps = (_app("воркер 名前", 10), _app("mail-worker", 0), _app("mail-worker-v2", 0))
    events = (_exit(1, "воркер", 10), _exit(2, "mail-worker", 0))
    ends = {worker.name: len(worker.events) for worker in workers_of(Case(apps=apps, events=events))}
    assert ends == {"воркер 名前": 1, "mail-worker": 1, "mail-worker-v2": 0}


def test_what_pm2_says_of_itself_is_no_workers() -> None:
    daemon = Event("pm2.log", 1, "daemon-start", _START)
    [worker] = workers_of(Case(events=(daemon, _exit(1, "api", 0))))
    assert (worker.name, worker.linked, len(worker.events)) == ("api", None, 1)
