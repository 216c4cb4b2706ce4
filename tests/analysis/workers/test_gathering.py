"""Who is meant: looks, events and logs brought together, whatever names a worker in each."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.analysis.workers.gathering import workers_of
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import EXIT, ONLINE, UNCAUGHT, App, Case, Event, Log

_START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _at(seconds: float) -> datetime:
    return _START + timedelta(seconds=seconds)


def _app(name: str, pm_id: int | None = 0, **more: Any) -> App:
    values = {"source": "jlist.json", "place": "jlist.json#/0", "status": "online", **more}
    return App(name=name, pm_id=pm_id, **values)


def _error(source: str, line: int = 1, pid: int | None = None, seconds: float | None = None) -> Event:
    return Event(source, line, UNCAUGHT, None if seconds is None else _at(seconds), pid)


def _told(app: str, pm_id: int, line: int = 1, source: str = "pm2.log") -> Event:
    return Event(source, line, EXIT, _at(line), app=app, pm_id=pm_id)


def _gathered(
    apps: Sequence[App] = (), events: Sequence[Event] = (), logs: Sequence[Log] = ()
) -> list[Worker]:
    return list(workers_of(Case(apps=tuple(apps), events=tuple(events), logs=tuple(logs))))


def _owner(source: str, *apps: App, pid: int | None = None) -> str:
    """Return whose log it is; there are always two workers, so that nobody is the only one."""
    workers = _gathered([*apps, _app("bystander", 99)], [_error(source, pid=pid)])
    [owner] = [worker for worker in workers if worker.events]
    assert owner.linked is None
    return owner.name


# By the path that PM2 shows.
@pytest.mark.parametrize(
    "source",
    [
        "stderr.log", "copied/from/there/stderr.log", "stderr__2026-11-20_00-00-00.log", "stderr.log.1.gz",
        "stderr.log.2", "stderr__2026-11-20_00-00-00.log.gz", "stderr.log-20261120.gz", "stderr.log.1.zst",
    ],
)  # fmt: skip
def test_a_log_is_known_by_the_path_that_pm2_shows_rotated_or_not(source: str) -> None:
    assert _owner(source, _app("mail", error_log="/var/log/mail/stderr.log")) == "mail"


def test_the_path_of_the_output_counts_like_that_of_the_errors() -> None:
    assert _owner("mail.txt", _app("mail", out_log="/var/log/mail.txt")) == "mail"
    assert _owner("mail.txt", _app("mail", out_log="C:\\logs\\mail.txt")) == "mail"


def test_the_path_counts_more_than_the_name() -> None:
    apps = _app("api", 1), _app("mail", 2, error_log="/srv/pm2/logs/api-error.log")
    assert _owner("api-error.log", *apps) == "mail"


# By PM2's file naming.
@pytest.mark.parametrize(
    "source",
    [
        "app-error.log", "logs/app-error.log", "app-out.log", "app-err.log", "app-out-3.log",
        "app-error__2026-11-20_00-00-00.log", "app-error-3__2026-11-20_00-00-00.log", "app-error.log.1.gz",
        "app-error.log.2", "app-error__2026-11-20_00-00-00.log.gz",
    ],
)  # fmt: skip
def test_a_log_is_known_by_the_name_that_pm2_gives_it(source: str) -> None:
    assert _owner(source, _app("app", 3)) == "app"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("esm app", "esm-app-error.log"), ("воркер", "-------error.log"), ("名前", "---out.log"),
        ("@acme/mail", "-acme-mail-error.log"), ("a-error", "a-error-error.log"),
        ("mail worker", "mail-worker-out__2026-11-20_00-00-00.log"),
    ],
)  # fmt: skip
def test_a_name_that_pm2_writes_otherwise_into_names_of_files(name: str, source: str) -> None:
    assert _owner(source, _app(name)) == name


@pytest.mark.parametrize("source", ["mailer-error.log", "error.log", "mail.log", "mail-error.txt", "other"])
def test_a_name_that_is_not_quite_that_of_an_app_says_nothing(source: str) -> None:
    assert _owner(source, _app("mail")) == source


def test_names_of_pm2_log_alone_are_enough() -> None:
    mail, api = _gathered(events=[_told("mail", 0), _told("api", 1, line=2), _error("mail-error.log")])
    assert (mail.name, api.name) == ("mail", "api")
    assert [event.source for event in mail.events] == ["mail-error.log", "pm2.log"]


def test_a_number_that_is_no_apps_says_nothing_against_the_only_app_of_its_name() -> None:
    assert _owner("app-out-0.log", _app("app", 3)) == "app"


# By the pids in it.
def test_a_log_is_known_by_the_pids_in_it() -> None:
    assert _owner("stderr.txt", _app("mail", pid=4242), pid=4242) == "mail"
    assert _owner("stderr.txt", _app("mail", pid=4242), pid=4243) == "stderr.txt"


def test_a_pid_of_an_earlier_look_counts_too() -> None:
    assert (
        _owner("stderr.txt", _app("mail", pid=7, at=_at(0)), _app("mail", pid=8, at=_at(60)), pid=7)
        == "mail"
    )


def test_a_log_of_several_workers_is_told_apart_by_pids() -> None:
    apps = [_app("mail", 0, pid=7), _app("api", 1, pid=8)]
    events = [_error("all.txt", line, pid) for line, pid in enumerate((7, 8, 8, None, 9), start=1)]
    workers = {worker.name: worker for worker in _gathered(apps, events)}
    assert {name: [event.line for event in worker.events] for name, worker in workers.items()} == {
        "mail": [1], "api": [2, 3], "all.txt": [4, 5],
    }  # fmt: skip


# As the only worker, or nobody's.
def test_a_log_that_names_nobody_is_that_of_the_only_worker_and_it_says_so() -> None:
    [worker] = _gathered([_app("mail")], [_error("stderr.txt")])
    assert (worker.name, len(worker.events)) == ("mail", 1)
    assert worker.linked == "it is the only worker of this case"


def test_a_log_that_names_its_worker_is_linked_by_no_guess() -> None:
    [worker] = _gathered([_app("mail")], [_error("mail-error.log")])
    assert worker.linked is None


def test_a_log_that_names_nobody_stays_by_itself_among_several_workers() -> None:
    workers = _gathered([_app("mail", 0), _app("api", 1)], [_error("a/stderr.txt", pid=5)])
    assert [(worker.name, worker.app, len(worker.events)) for worker in workers] == [
        ("mail", "mail", 0), ("api", "api", 0), ("stderr.txt", None, 1),
    ]  # fmt: skip


def test_logs_alone_are_workers_under_the_names_of_their_files() -> None:
    workers = _gathered(events=[_error("x/one.err"), _error("x/two.err")])
    assert [(worker.name, worker.app, worker.linked) for worker in workers] == [
        ("one.err", None, None), ("two.err", None, None),
    ]  # fmt: skip


# Instances.
def test_instances_of_a_cluster_are_apart() -> None:
    one, two = _gathered(
        [_app("clust", 2), _app("clust", 3)], [_told("clust", 3), _error("clust-error-2.log", seconds=1)]
    )
    assert (one.name, two.name) == ("clust (id 2)", "clust (id 3)")
    assert [event.source for event in one.events] == ["clust-error-2.log"]
    assert [event.source for event in two.events] == ["pm2.log"]


def test_a_log_that_instances_share_is_told_apart_by_pids_alone() -> None:
    shared = "/srv/pm2/logs/clust-error.log"
    apps = [_app("clust", number, pid=70 + number, error_log=shared) for number in (2, 3)]
    events = [_error("clust-error.log", 1, 73), _error("clust-error.log", 2)]
    assert {worker.name: len(worker.events) for worker in _gathered(apps, events)} == {
        "clust (id 2)": 0, "clust (id 3)": 1, "clust-error.log": 1,
    }  # fmt: skip


def test_one_number_with_two_names_are_two_workers() -> None:
    assert [worker.name for worker in _gathered([_app("old", 0), _app("new", 0)])] == ["old", "new"]


# What cuts names, and what leaves out numbers.
def test_a_name_that_pm2_logs_has_cut_is_completed_by_its_number() -> None:
    apps = [_app("crashloop", 17), _app("crashloop-b", 18)]
    first, second = _gathered(apps, [_told("crashlo", 18), _told("crashlo", 17), _told("crashlo", 17)])
    assert (first.name, len(first.events)) == ("crashloop", 2)
    assert (second.name, len(second.events)) == ("crashloop-b", 1)


def test_a_short_name_is_whole_and_no_beginning_of_another() -> None:
    workers = _gathered([_app("crashloop", 17)], [_told("crash", 17)])
    assert [(worker.name, len(worker.events)) for worker in workers] == [("crashloop", 0), ("crash", 1)]


def test_events_of_pm2_log_go_by_name_and_number() -> None:
    apps = [_app("mail", 0), _app("mail", 1), _app("api", 2)]
    workers = _gathered(apps, [_told("mail", 1), _told("api", 2), _told("mail", 5)])
    assert {worker.name: len(worker.events) for worker in workers} == {
        "mail (id 0)": 0, "mail (id 1)": 1, "api": 1, "mail (id 5)": 1,
    }  # fmt: skip


def test_what_pm2_saved_joins_the_only_app_of_its_name() -> None:
    saved = _app("mail", None, source="dump.pm2", status=None)
    [mail] = _gathered([saved, _app("mail", 4, at=_at(0))])
    assert (mail.name, mail.pm_id, len(mail.looks)) == ("mail", 4, 2)


def test_what_pm2_saved_stays_by_itself_where_several_have_its_name() -> None:
    saved = _app("mail", None, source="dump.pm2", status=None)
    workers = _gathered([saved, _app("mail", 4), _app("mail", 5)])
    assert [(worker.name, len(worker.looks)) for worker in workers] == [
        ("mail (id 4)", 1), ("mail (id 5)", 1), ("mail", 1),
    ]  # fmt: skip


# Their order.
def test_looks_are_in_time_order_and_untimed_ones_come_first() -> None:
    looks = [_app("mail", at=_at(60)), _app("mail"), _app("mail", at=_at(0))]
    [mail] = _gathered(looks)
    assert [look.at for look in mail.looks] == [None, _at(0), _at(60)]
    assert [look.at for look in mail.in_order] == [_at(0), _at(60)]


def test_one_timed_look_makes_no_order() -> None:
    [mail] = _gathered([_app("mail"), _app("mail", at=_at(0)), _app("mail")])
    assert len(mail.in_order) == 3


def test_the_last_look_is_the_latest_or_of_unordered_ones_the_one_that_tells_most() -> None:
    early, late = _app("mail", at=_at(0), places={"rss": "x"}), _app("mail", at=_at(60))
    assert _gathered([late, early])[0].last == late
    told = [_app("mail", elapsed=seconds, pid=int(seconds)) for seconds in (120.0, 0.0, 60.0)]
    assert _gathered(told)[0].last == told[0]
    assert _gathered([_app("mail", pid=1), _app("mail", pid=2)])[0].last == _app("mail", pid=2)
    saved, rich = (
        _app("mail", None, status=None, places={"a": "", "b": ""}),
        _app("mail", places={"pid": "x"}),
    )
    assert _gathered([rich, saved])[0].last == rich


def test_events_are_in_time_order_and_one_without_a_time_stays_behind_its_line() -> None:
    events = [
        _error("mail-error.log", 1, seconds=5), _error("mail-error.log", 2),
        _error("mail-error.log", 9, seconds=20), _told("mail", 0, line=10), _told("mail", 0, line=30),
    ]  # fmt: skip
    [mail] = _gathered(events=events)
    assert [event.line for event in mail.events] == [1, 2, 10, 9, 30]


def test_a_worker_has_the_logs_that_tell_of_it() -> None:
    logs = [
        Log("pm2.log", 40, last_at=_at(90)),
        Log("mail-error.log", 5, last_at=_at(50)),
        Log("quiet.log", 9),
    ]
    mail, api = _gathered(events=[_told("mail", 0), _told("api", 1), _error("mail-error.log")], logs=logs)
    assert [log.source for log in mail.logs] == ["pm2.log", "mail-error.log"]
    assert [log.source for log in api.logs] == ["pm2.log"]
    assert (mail.end, api.end) == (_at(90), _at(90))


_NAMES = st.sampled_from(["mail", "mail-2", "crashlo", "crashloop", "a b", "воркер", "", "mail-error"])
_FILES = st.sampled_from(
    ["pm2.log", "mail-error.log", "x/mail-out-1.log", "a-b-error.log", "stderr.txt", "a/stderr.txt"]
)
_IDS, _PIDS = st.integers(0, 3), st.none() | st.integers(0, 4)
_APPS = st.builds(_app, _NAMES, st.none() | _IDS, pid=_PIDS, error_log=st.none() | _FILES)
_TOLD = st.builds(_told, _NAMES, _IDS, st.integers(1, 9), _FILES)
_ERRORS = st.builds(_error, _FILES, st.integers(1, 9), _PIDS, st.none() | st.integers(0, 9))
_STARTS = st.builds(Event, _FILES, st.integers(1, 9), st.just(ONLINE))


@settings(max_examples=80)
@given(st.lists(_APPS, max_size=6), st.lists(_TOLD | _ERRORS | _STARTS, max_size=12))
def test_nothing_is_lost_or_doubled_whatever_the_names_are(apps: list[App], events: list[Event]) -> None:
    workers = _gathered(apps, events)
    assert Counter(map(repr, events)) == Counter(repr(one) for worker in workers for one in worker.events)
    assert Counter(map(repr, apps)) == Counter(repr(look) for worker in workers for look in worker.looks)
