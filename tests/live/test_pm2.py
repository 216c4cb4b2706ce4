"""The real PM2, the newest and an older one, and what memdoctor sees of its apps."""

import dataclasses
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from memdoctor.errors import CaptureError
from memdoctor.live.pm2 import apps, this_pm2
from memdoctor.model import App, Case

from pm2_daemon import APPS, PM2, SECRET, Daemon, Settings, of_home, running, wait_until

_MIB = 1 << 20
_SECONDS, _INTERVAL = 20, 2
_SETTINGS: list[Settings] = [
    {"name": "leak", "script": "leak.js"},
    {"name": "healthy", "script": "healthy.js"},
    {"name": "missing", "script": "missing-module.js"},
    {"name": "slow-crash", "script": "slow-crash.js"},
    {"name": "cluster", "script": "healthy.js", "exec_mode": "cluster", "instances": 2},
    {"name": "small", "script": "healthy.js", "node_args": "--max-old-space-size=96"},
    {"name": "bounded", "script": "healthy.js", "max_memory_restart": "90M"},
]
_STEADY = ("leak", "healthy", "cluster", "small", "bounded")


@dataclass(frozen=True)
class Seen:
    """A daemon, a window on it, and what it says itself at the end of that."""

    daemon: Daemon
    case: Case
    rss: dict[int, int]  # of each process, by the system
    began: datetime

    def looks(self, name: str) -> list[App]:
        """Return the looks at an app, of all its instances."""
        return [app for app in self.case.apps if app.name == name]

    def last(self, name: str) -> App:
        """Return the last look at an app."""
        return self.looks(name)[-1]


@pytest.fixture(scope="module", params=list(PM2))
def seen(request: pytest.FixtureRequest) -> Iterator[Seen]:
    """Start every app, wait until PM2 knows their heaps, and watch them."""
    settings = [{**one, "script": str(APPS / str(one["script"]))} for one in _SETTINGS]
    with running(request.param, settings) as daemon:

        def is_settled() -> bool:
            found = apps(daemon.home)
            given_up = any(app.name == "missing" and app.status == "errored" for app in found)
            return given_up and all(
                app.heap_used and app.handles is not None for app in found if app.name in _STEADY
            )

        wait_until(is_settled, "every heap and handle, and an app that PM2 gave up")
        began = datetime.now(UTC)
        case = this_pm2(_SECONDS, _INTERVAL, daemon.home)
        pids = {app.pid for app in case.apps if app.pid and app.name in _STEADY}
        yield Seen(daemon, case, {pid: _rss(pid) for pid in pids}, began)


def _rss(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
        "SC_PAGE_SIZE"
    )


def test_every_app_with_its_number_at_each_look(seen: Seen) -> None:
    expected = {(one["name"], one["pm_id"]) for one in seen.daemon.jlist()}
    assert len(expected) == 8
    times = sorted({app.at for app in seen.case.apps if app.at is not None})
    assert _SECONDS / _INTERVAL - 3 <= len(times) <= _SECONDS / _INTERVAL + 2
    for at in times:
        assert {(app.name, app.pm_id) for app in seen.case.apps if app.at == at} == expected
    assert all(timedelta(seconds=_INTERVAL / 2) < then - now for now, then in list(pairwise(times))[:-1])
    assert seen.began <= times[0] <= times[-1] <= seen.began + timedelta(seconds=_SECONDS + 10)
    assert {app.time_from for app in seen.case.apps} == {"this machine's clock"}


def test_pids_are_those_of_the_pid_files(seen: Seen) -> None:
    for name in _STEADY:
        instances = {app.pm_id: app.pid for app in seen.looks(name)}
        files = {pm_id: seen.daemon.home / "pids" / f"{name}-{pm_id}.pid" for pm_id in instances}
        assert instances == {pm_id: int(file.read_text(encoding="ascii")) for pm_id, file in files.items()}
        asked = {int(word) for word in seen.daemon.call("pid", name).split()}
        assert asked == set(instances.values())


def test_what_pm2_says_of_each_process(seen: Seen) -> None:
    for name in _STEADY:
        for app in seen.looks(name):
            assert (app.status, app.restarts) == ("online", 0)
            assert app.mode == ("cluster" if name == "cluster" else "fork")
            assert app.script is not None
            assert Path(app.script).parent == APPS
            assert app.interpreter == "node"
            assert app.started_at is not None
            assert app.at is not None
            assert app.at - timedelta(seconds=120) < app.started_at < app.at
    assert len({app.pm_id for app in seen.looks("cluster")}) == 2


def test_memory_is_what_the_system_says(seen: Seen) -> None:
    for name in _STEADY:
        app = seen.last(name)
        assert app.rss == pytest.approx(seen.rss[app.pid or 0], rel=0.1, abs=4 * _MIB), name


def test_heaps(seen: Seen) -> None:
    for name in _STEADY:
        for app in seen.looks(name):
            assert app.heap_used is not None
            assert app.heap_total is not None
            assert 2 * _MIB < app.heap_used <= app.heap_total < 200 * _MIB
            assert app.heap_usage == pytest.approx(app.heap_used / app.heap_total, abs=0.01)
            assert app.handles is not None
            assert app.requests == 0
    grown = [(looks[-1].heap_used or 0) - (looks[0].heap_used or 0) for looks in map(seen.looks, _STEADY)]
    leak, *others = grown
    assert leak > 8 * _MIB
    assert max(others) < 4 * _MIB


def test_limits(seen: Seen) -> None:
    heaps = {name: seen.last(name).heap_limit for name in _STEADY}
    assert heaps == {**dict.fromkeys(_STEADY), "small": 96 * _MIB}
    memory = {name: seen.last(name).memory_limit for name in _STEADY}
    assert memory == {**dict.fromkeys(_STEADY), "bounded": 90 * _MIB}
    assert all(app.shows_options for app in seen.case.apps)


def test_an_app_that_pm2_gave_up(seen: Seen) -> None:
    app = seen.last("missing")
    assert (app.status, app.pid, app.rss, app.heap_used) == ("errored", None, None, None)
    assert app.restarts is not None
    assert 14 <= app.restarts <= 17
    assert app.error_log is not None
    assert "a-module-that-nobody-has" in Path(app.error_log).read_text(encoding="utf-8")


def test_a_loop_that_pm2_never_gives_up(seen: Seen) -> None:
    looks = seen.looks("slow-crash")
    assert {app.status for app in looks} <= {"online", "launching", "waiting restart", "stopping"}
    counts = [app.restarts or 0 for app in looks]
    assert counts == sorted(counts)
    assert counts[-1] - counts[0] >= _SECONDS / 2.5 / 2
    assert looks[-1].pid != looks[0].pid
    assert looks[-1].unstable_restarts == 0


def test_pids_can_be_checked_against_the_processes(seen: Seen) -> None:
    [table] = seen.case.beside
    assert (table.live, table.whole) == (True, True)
    processes = {one.pid: one for one in table.processes}
    for name in _STEADY:
        app = seen.last(name)
        process = processes[app.pid or 0]
        assert process.started_at is not None
        assert app.started_at is not None
        assert abs(process.started_at - app.started_at) < timedelta(seconds=3)
        assert process.ppid == seen.daemon.pid


def test_the_source(seen: Seen) -> None:
    [source] = seen.case.sources
    assert (source.name, source.kind) == (f"PM2 ({seen.daemon.home})", "live")
    assert {app.source for app in seen.case.apps} == {source.name}
    assert seen.last("healthy").places["rss"].startswith(f"{source.name}#/")
    assert seen.case.problems == ()


def test_nothing_of_the_environment_is_kept(seen: Seen) -> None:
    assert SECRET in str(seen.daemon.jlist())
    kept = dataclasses.asdict(seen.case)
    assert SECRET not in str(kept)
    assert "SECRET_TOKEN" not in str(kept)


def test_one_look_at_the_home_of_the_environment(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PM2_HOME", str(seen.daemon.home))
    monkeypatch.setenv("HOME", str(seen.daemon.home.parent))
    case = this_pm2(None, 1)
    assert len(case.apps) == 8
    assert case.sources[0].name == "PM2 (~/home)"
    with pytest.raises(CaptureError, match="there is no /nowhere"):
        apps(Path("/nowhere"))


def test_another_home_is_told_where_pm2_runs(seen: Seen, tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="PM2 does not run") as raised:
        apps(tmp_path)
    assert f"PM2_HOME={seen.daemon.home}" in raised.value.help


def test_no_daemon_is_started(seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "pm2"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/called\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    home = tmp_path / "home"
    home.mkdir()
    for look in (lambda: apps(home), lambda: this_pm2(1, 1, home)):
        with pytest.raises(CaptureError, match="PM2 does not run"):
            look()
    assert list(home.iterdir()) == []
    assert of_home(home) == []
    assert not (tmp_path / "called").exists()
    assert seen.daemon.pid in of_home(seen.daemon.home)  # it would have been found so


def test_a_daemon_without_its_socket_is_told_from_none(seen: Seen) -> None:
    socket = seen.daemon.home / "rpc.sock"
    socket.rename(seen.daemon.home / "away")
    try:
        with pytest.raises(
            CaptureError, match=f"process {seen.daemon.pid} runs, but does not listen there"
        ):
            apps(seen.daemon.home)
    finally:
        (seen.daemon.home / "away").rename(socket)
    assert len(apps(seen.daemon.home)) == 8
