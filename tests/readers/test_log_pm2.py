"""What PM2 writes of its apps: pm2.log, and the same in `pm2 logs`."""

from pathlib import Path
from typing import Any

import pytest

from memdoctor.model import (
    DAEMON,
    EXIT,
    GAVE_UP,
    LISTENERS,
    MEMORY_RESTART,
    MISSING_MODULE,
    ONLINE,
    START,
    STOP,
)

from log_reading import LOGS, Told, told, told_in, wrapped

_V4, _V6 = told(LOGS / "pm2-v4.log"), told(LOGS / "pm2-v6.log")


def _exit(
    code: int | None, signal: str | None = None, *, stopped: bool = False, memory: bool = False
) -> dict[str, Any]:
    return {"code": code, "signal": signal, "stopped": stopped, "memory": memory}


def _pm2(*lines: str) -> str:
    return "".join(f"2026-11-20T09:13:{second:02}: PM2 log: {line}\n" for second, line in enumerate(lines))


@pytest.mark.parametrize(("found", "name"), [(_V4, "pm2-v4.log"), (_V6, "pm2-v6.log")])
def test_every_line_that_tells_something_is_told(found: Told, name: str) -> None:
    raw = (LOGS / name).read_text()
    counts = {
        START: raw.count("] starting in -"),
        ONLINE: raw.count("] online\n"),
        EXIT: raw.count("] exited with code ["),
        STOP: raw.count(": Stopping app:"),
        MEMORY_RESTART: raw.count("--max-memory-restart"),
        GAVE_UP: raw.count("too many unstable restarts"),
    }
    assert {kind: len(found.of(kind)) for kind in counts} == counts
    assert sum(event.count for event in found.of(DAEMON)) == raw.count("New PM2 Daemon started")
    assert sum(counts.values()) + len(found.of(DAEMON)) == len(found.events)
    lines = raw.splitlines()
    for event in found.of(EXIT, START, ONLINE):
        assert f"App [{event.app}:{event.pm_id}] " in lines[event.line - 1]
        assert event.at is not None
        assert lines[event.line - 1].startswith(event.at.strftime("%Y-%m-%dT%H:%M:%S"))
    assert found.log.lines == len(lines)


def test_how_apps_end() -> None:
    ends: dict[str, list[Any]] = {}
    for event in _V4.of(EXIT):
        ends.setdefault(str(event.app), []).append(event.detail)
    assert ends["crashloop"][0] == _exit(1)
    assert ends["clust"][0] == _exit(0)
    assert ends["tostop"] == [_exit(0, "SIGINT", stopped=True)]
    assert ends["maxmem"][0] == _exit(0, "SIGINT", stopped=True, memory=True)
    assert ends["maxmem"][-1] == _exit(0, "SIGINT", stopped=True)
    assert ends["воркер 名前 🚀"] == [_exit(0, "SIGINT", stopped=True)]
    modes = {event.app: event.detail["mode"] for event in _V4.of(START)}
    assert (modes["clust"], modes["leaky"]) == ("cluster", "fork")


def test_restarts_for_memory_and_giving_up() -> None:
    [first, *_] = _V4.of(MEMORY_RESTART)
    assert (first.app, first.pm_id) == ("maxmem", 4)
    assert first.detail == {"rss": 214724608, "limit": 94371840}
    assert [(event.app, event.pm_id, event.detail) for event in _V4.of(GAVE_UP)] == [
        ("clust", 3, {"restarts": 16}),
        ("clust", 2, {"restarts": 16}),
        ("crashloop", 17, {"restarts": 16}),
    ]


def test_the_daemon_says_what_it_is() -> None:
    [event] = _V6.of(DAEMON)
    assert event.detail == {"version": "6.0.14", "node": "20.20.2", "home": "/srv/lab/proc/pm2/home_v6"}
    assert (event.count, event.line, event.last_line) == (3, 2, 38)
    assert _V6.log.zone == "UTC+00:00, as PM2 says"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["App [a:0] exited with code [0] via signal [SIGABRT]"], _exit(0, "SIGABRT")),
        (["App [a:0] exited with code [1] via signal [SIGINT]"], _exit(1)),
        (["App [a:0] exited with code [0] via signal [SIGINT]"], _exit(0)),
        (["App [a:0] exited with code [137] via signal [SIGKILL]"], _exit(137, "SIGKILL")),
        (["App [a:0] exited with code [null] via signal []"], _exit(None)),
        (
            ["Stopping app:a id:0", "App [a:0] exited with code [0] via signal [SIGINT]"],
            _exit(0, "SIGINT", stopped=True),
        ),
        (
            ["Stopping app:a id:0", "App [a:0] exited with code [1] via signal [SIGINT]"],
            _exit(1, stopped=True),
        ),
        (["Stopping app:b id:1", "App [a:0] exited with code [0] via signal [SIGINT]"], _exit(0)),
        (
            [
                "Stopping app:a id:0",
                "App [a:0] online",
                "App [a:0] exited with code [0] via signal [SIGINT]",
            ],
            _exit(0),
        ),
        (["App [a:_old_0] exited with code [0] via signal [SIGINT]"], _exit(0, "SIGINT", stopped=True)),
    ],
)
def test_the_signal_that_pm2_names_without_there_being_one(
    lines: list[str], expected: dict[str, Any], tmp_path: Path
) -> None:
    [event] = told_in(_pm2(*lines), tmp_path).of(EXIT)
    assert event.detail == expected
    assert event.pm_id == 0


def test_a_cluster_is_reloaded_for_its_memory(tmp_path: Path) -> None:
    text = _pm2(
        "[PM2][WORKER] Process 2 restarted because it exceeds --max-memory-restart value "
        "(current_memory=200 max_memory_limit=100 [octets])",
        "App [api:2] starting in -cluster mode-",
        "App [api:2] online",
        "Stopping app:api id:_old_2",
        "App name:api id:_old_2 disconnected",
        "App [api:_old_2] exited with code [0] via signal [SIGINT]",
        "App [api:2] exited with code [0] via signal [SIGINT]",
    )
    found = told_in(text, tmp_path)
    assert [event.detail for event in found.of(EXIT)] == [
        _exit(0, "SIGINT", stopped=True, memory=True),
        _exit(0),
    ]
    assert [(event.app, event.pm_id) for event in found.of(MEMORY_RESTART)] == [("api", 2)]
    assert found.of(STOP)[0].pm_id == 2


@pytest.mark.parametrize(
    "name",
    ["esm app", "a:b", "we[ird] :3] online", "x id:9", "воркер 名前 🚀", "-", "a|b", "App [q:1] online"],
)
def test_names_hold_what_they_like(name: str, tmp_path: Path) -> None:
    text = _pm2(
        f"App [{name}:10] starting in -fork mode-",
        f"App [{name}:10] online",
        f"Stopping app:{name} id:10",
        f"App [{name}:10] exited with code [0] via signal [SIGINT]",
    )
    found = told_in(text, tmp_path)
    assert [(event.kind, event.app, event.pm_id) for event in found.events] == [
        (kind, name, 10) for kind in (START, ONLINE, STOP, EXIT)
    ]
    assert found.of(EXIT)[0].detail["stopped"]


def test_starts_and_ends_are_never_one(tmp_path: Path) -> None:
    loop = [
        "App [a:0] starting in -fork mode-",
        "App [a:0] online",
        "App [a:0] exited with code [1] via signal [SIGINT]",
    ]
    assert len(told_in(_pm2(*loop * 5), tmp_path).events) == 15
    assert len(told_in(_pm2(*loop[2:] * 5), tmp_path).events) == 5


def test_lines_that_say_nothing_of_apps(tmp_path: Path) -> None:
    text = _pm2(
        "App name:a id:0 disconnected",
        "App [a:0] will restart in 450ms",
        "pid=9222 msg=process killed",
        "Process 4 in a stopped status, starting it",
        "PM2 successfully stopped",
    )
    assert told_in(text, tmp_path).events == []


def test_the_header_gives_the_zone_also_of_what_stands_before(tmp_path: Path) -> None:
    text = (
        _pm2("App [a:0] online")
        + _pm2(
            "--- New PM2 Daemon started ---",
            "Time                 : Fri Nov 20 2026 09:13:01 GMT+0530 (IST)",
        )
        + _pm2("App [a:0] online")
    )
    found = told_in(text, tmp_path)
    assert [str(event.at) for event in found.of(ONLINE)] == ["2026-11-20 03:43:00+00:00"] * 2
    assert found.log.zone == "UTC+05:30, as PM2 says"
    assert str(found.log.first_at) == "2026-11-20 03:43:00+00:00"
    later = text + _pm2(
        "--- New PM2 Daemon started ---",
        "Time  : Fri Nov 20 2026 09:13:01 GMT-0800 (PST)",
        "App [a:0] online",
    )
    found = told_in(later, tmp_path)
    assert [str(event.at) for event in found.of(ONLINE)][1:] == [
        "2026-11-20 03:43:00+00:00",
        "2026-11-20 17:13:02+00:00",
    ]
    assert found.log.zone == "UTC+05:30, then UTC-08:00, as PM2 says"
    assert told_in(_pm2("App [a:0] online"), tmp_path).log.zone == "UTC, as assumed"


def test_what_pm2_logs_shows() -> None:
    found = told(LOGS / "pm2-logs-v6.txt")
    [missing] = found.of(MISSING_MODULE)
    assert (missing.app, missing.pm_id) == ("crashlo", 17)
    assert missing.detail == {
        "module": "./does-not-exist-module",
        "from": "/srv/lab/proc/pm2/apps/crash.js",
        "ends": False,  # PM2 catches it in the app, prints it and ends: nothing else is printed
    }
    assert {(event.app, event.pm_id, event.pid) for event in found.of(LISTENERS)} == {("listener", 6, 9045)}
    assert {(event.app, event.pm_id) for event in found.of(EXIT)} == {("tostop", 16), ("backoff", 15)}
    assert found.of(EXIT)[0].at is not None
    # PM2 shows one file after another: the times of one are none of the next.
    assert missing.at is None


def test_what_pm2_logs_shows_on_a_terminal() -> None:
    found = told(LOGS / "pm2-logs-v4.tty")
    assert {(event.app, event.pm_id) for event in found.of(EXIT)} == {("maxmem", 4), ("backoff", 15)}
    assert {event.detail["port"] for event in found.of("port-in-use")} == {38801}


def test_live_lines_of_pm2_have_no_other_mark(tmp_path: Path) -> None:
    lines = "App [a b:0] online\nApp [a b:0] exited with code [1] via signal [SIGINT]\n"
    found = told_in("0|a b  | hello\n" + wrapped(lines, lambda line: f"PM2     | {line}"), tmp_path)
    assert [(event.kind, event.app, event.at) for event in found.events] == [
        (ONLINE, "a b", None),
        (EXIT, "a b", None),
    ]


def test_pm2_in_a_container(tmp_path: Path) -> None:
    text = wrapped(_pm2("App [a:0] online"), lambda line: f"api-1  | {line}")
    [event] = told_in(text, tmp_path).events
    assert (event.kind, event.app, event.pm_id) == (ONLINE, "a", 0)
    assert event.at is not None
