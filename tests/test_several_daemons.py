"""Looks at several daemons of PM2 in one call: none is joined, and no time comes out of a copy of files."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import memdoctor

from conftest import FIXTURES

PM2 = FIXTURES / "pm2"
NEW, OLD = PM2 / "v6" / "06_jlist.txt.gz", PM2 / "v4" / "06_jlist.txt.gz"
HEAVY = FIXTURES / "ps" / "heavy.txt"
_BEGUN = 1_795_166_000  # seconds: when the first look was taken
_HOUR = 3600.0


def _written(path: Path, text: str, at: float) -> Path:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))
    return path


def _entry(home: str | None, restarts: int, started: float | None, **more: Any) -> dict[str, Any]:
    env: dict[str, Any] = {
        "status": "online", "restart_time": restarts, "pm_id": 0, "exec_mode": "fork_mode",
        "unstable_restarts": 0, **more,
    }  # fmt: skip
    if home is not None:
        env["pm_pid_path"] = f"{home}/pids/api-0.pid"
    if started is not None:
        env["pm_uptime"] = round(started * 1000)
    return {"pid": 4000 + restarts, "name": "api", "pm_id": 0, "monit": {"memory": 5 << 20}, "pm2_env": env}


def _look(
    folder: Path, name: str, at: float, restarts: int, *,
    home: str | None = "/home/a/.pm2", started: float | None = None, **more: Any,
) -> Path:  # fmt: skip
    return _written(folder / name, json.dumps([_entry(home, restarts, started, **more)]), at)


def _loops(*inputs: Path) -> list[memdoctor.Finding]:
    return [one for one in memdoctor.analyze(*inputs).findings if one.rule == "crash-loop"]


def _told(finding: memdoctor.Finding) -> tuple[str, ...]:
    return finding.subject.source or "", finding.severity, finding.confidence, finding.message


def _evidence(finding: memdoctor.Finding) -> dict[str, Any]:
    return {one.label: one.value for one in finding.evidence}


@pytest.mark.parametrize("apart", [_HOUR, -_HOUR, 60.0])
def test_workers_of_two_daemons_are_each_judged_as_if_alone(tmp_path: Path, apart: float) -> None:
    copies = [Path(shutil.copy(path, tmp_path / name)) for path, name in ((NEW, "a.gz"), (OLD, "b.gz"))]
    for number, copy in enumerate(copies):
        os.utime(copy, (_BEGUN + number * apart,) * 2)
    alone = [_told(loop) for copy in copies for loop in _loops(copy)]
    assert sorted(map(_told, _loops(*copies))) == sorted(alone)


def test_they_are_named_apart_and_it_is_said(tmp_path: Path) -> None:
    first = _look(tmp_path, "a.json", _BEGUN, 1, home="/home/a/.pm2")
    second = _look(tmp_path, "b.json", _BEGUN + 60, 18, home="/home/b/.pm2")
    report = memdoctor.analyze(first, second)
    names = [(app.worker, app.looks, app.restarts) for app in report.overview.apps]
    assert sorted(names) == [("api (id 0) of /home/a/.pm2", 1, 1), ("api (id 0) of /home/b/.pm2", 1, 18)]
    assert _loops(first, second) == []
    told = [one.message for one in report.problems if "judged apart" in one.message]
    assert told == [
        f"PM2's daemon of /home/{user}/.pm2: 1 worker named as another daemon's, judged apart"
        for user in "ab"
    ]


def test_the_home_counts_where_the_app_has_its_pid_file_elsewhere(tmp_path: Path) -> None:
    elsewhere: dict[str, Any] = {"pm_pid_path": "/run/api.pid"}
    first = _look(tmp_path, "a.json", _BEGUN, 1, home=None, PM2_HOME="/home/a/.pm2", **elsewhere)
    second = _look(tmp_path, "b.json", _BEGUN + 60, 18, home=None, PM2_HOME="/home/b/.pm2", **elsewhere)
    assert {app.looks for app in memdoctor.analyze(first, second).overview.apps} == {1}


def test_a_look_that_does_not_tell_its_daemon_is_of_the_only_one(tmp_path: Path) -> None:
    first = _look(tmp_path, "a.json", _BEGUN, 1)
    second = _look(tmp_path, "b.json", _BEGUN + 60, 1, home=None)
    [app] = memdoctor.analyze(first, second).overview.apps
    assert (app.worker, app.looks) == ("api", 2)


def test_of_two_daemons_its_pid_tells_whose_it_is_or_nothing_does(tmp_path: Path) -> None:
    looks = [
        _look(tmp_path, "a.json", _BEGUN, 1, home="/home/a/.pm2"),
        _look(tmp_path, "b.json", _BEGUN + 60, 18, home="/home/b/.pm2"),
    ]
    by_pid = _look(tmp_path, "c.json", _BEGUN + 120, 18, home=None)
    report = memdoctor.analyze(*looks, by_pid)
    assert {app.worker: app.looks for app in report.overview.apps} == {
        "api (id 0) of /home/a/.pm2": 1, "api (id 0) of /home/b/.pm2": 2,
    }  # fmt: skip
    nobodys = _look(tmp_path, "d.json", _BEGUN + 120, 30, home=None)
    report = memdoctor.analyze(*looks, nobodys)
    assert {app.worker: app.looks for app in report.overview.apps} == {
        "api (id 0) of /home/a/.pm2": 1, "api (id 0) of /home/b/.pm2": 1, "api (id 0)": 1,
    }  # fmt: skip


def test_the_log_of_pm2_is_of_the_worker_whose_pid_it_tells(tmp_path: Path) -> None:
    first = _look(tmp_path, "a.json", _BEGUN, 1, home="/home/a/.pm2")
    second = _look(tmp_path, "b.json", _BEGUN + 60, 18, home="/home/b/.pm2")
    line = "2026-11-20T09:13:{}: PM2 log: App [api:0] exited with code [1] via signal [SIGINT]\n"
    log = _written(tmp_path / "pm2.log", "".join(line.format(10 + number) for number in range(4)), _BEGUN)
    report = memdoctor.analyze(first, second, log)
    [loop] = [one for one in report.findings if one.rule == "crash-loop"]
    assert loop.subject.name == "api (id 0)"  # which of the two, nothing tells


def test_no_time_between_looks_comes_from_the_last_change_of_files(tmp_path: Path) -> None:
    for hours in (0.5, 1.2):
        looks = [
            _look(tmp_path, "a.json", _BEGUN, 1),
            _look(tmp_path, "b.json", _BEGUN + hours * _HOUR, 31),
        ]
        [loop] = _loops(*looks)
        assert loop.message == "30 restarts between the looks, in a time that is not told"
        assert (loop.severity, "time" in _evidence(loop)) == ("warning", False)
        assert "files' last change" in (loop.why or "")


def test_the_starts_that_pm2_tells_give_the_time_of_restarts(tmp_path: Path) -> None:
    first = _look(tmp_path, "a.json", _BEGUN, 1, started=_BEGUN - 10)
    second = _look(tmp_path, "b.json", _BEGUN + _HOUR, 31, started=_BEGUN + 590)
    [loop] = _loops(first, second)
    assert (loop.message, _evidence(loop)["time"]) == ("30 restarts in 10 min", 600.0)


def test_times_in_the_names_of_files_are_told(tmp_path: Path) -> None:
    looks = [
        _look(tmp_path, f"{name}_jlist.json", _BEGUN, restarts)
        for name, restarts in (("20261120T092507Z", 1), ("20261120T102507Z", 31))
    ]
    [loop] = _loops(*looks)
    assert (loop.message, _evidence(loop)["time"]) == ("30 restarts in 1 h", _HOUR)


def _stale(*inputs: Path) -> list[str]:
    return [one.subject.name for one in memdoctor.analyze(*inputs).findings if one.rule == "stale-pm2-pid"]


def test_a_listing_without_a_time_of_another_machine_says_nothing_of_pids() -> None:
    assert _stale(HEAVY, NEW) == []


@pytest.mark.parametrize(
    ("row", "is_stale"),
    [
        ("app 4000 1 0.1 0.5 80000 Ssl 03:00:00 PM2 v6.0.14: God Daemon (/home/a/.pm2)", True),
        ("app 4000 1 0.1 0.5 80000 Ssl 03:00:00 PM2 v6.0.14: God Daemon (/home/b/.pm2)", False),
        ("app 4000 1 0.1 0.5 80000 Ssl 03:00:00 node /srv/api.js", True),
        ("app 4000 1 0.1 0.5 80000 Ssl 03:00:00 node /srv/other.js", False),
    ],
)
def test_without_times_the_listing_must_show_processes_of_pm2(
    tmp_path: Path, row: str, is_stale: bool
) -> None:
    look = _look(tmp_path, "a.json", _BEGUN, 1, pm_exec_path="/srv/api.js")
    text = HEAVY.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line.split()[1] not in ("4000", "4001")]
    listing = _written(tmp_path / "ps.txt", "\n".join([*kept, row, ""]), _BEGUN)
    assert _stale(listing, look) == (["api"] if is_stale else [])
