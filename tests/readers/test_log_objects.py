"""What containers, journals, PM2 and loggers keep in objects, as the program wrote it, and no further."""

import json
from pathlib import Path
from typing import Any

import pytest

from memdoctor.model import LISTENERS, MISSING_MODULE, PORT_IN_USE, UNCAUGHT

from log_reading import LOGS, WARNING, docker, journal, pm2_json, told_in, wrapped

_TOKEN = "ghp_0123456789abcdef"
_STACK = "TypeError: boom password=hunter2\n    at f (/srv/a.js:1:2)\n    at g (/srv/b.js:3:4)"
_ENDS = [
    "missing-node22.err",
    "port-any-node22.err",
    "uncaught-lines-node20.err",
    "uncaught-bun.err",
    "oom-node22.err",
]


@pytest.mark.parametrize("name", _ENDS)
@pytest.mark.parametrize("in_docker", [False, True])
def test_what_an_app_wrote_at_once_is_one_object(name: str, in_docker: bool, tmp_path: Path) -> None:
    """PM2 writes a piece of a stream, of any number of lines, as one object."""
    plain = told_in((LOGS / name).read_text(), tmp_path)
    line = pm2_json((LOGS / name).read_text())
    text = "".join(
        f"{docker(one) if in_docker else one}\n" for one in (pm2_json("before"), line, line, line)
    )
    found = told_in(text, tmp_path)
    assert found.short == plain.short
    [event] = found.events
    assert (event.count, event.line, event.last_line) == (3, 2, 4)
    assert (event.app, event.pm_id) == ("api", 0)
    assert str(event.at) == "2026-11-20 09:13:24" + (".123456+00:00" if in_docker else "+00:00")


def test_several_signals_in_one_object_are_all_told(tmp_path: Path) -> None:
    text = (
        f"Error: Cannot find module 'x'\n{WARNING}Error: listen EADDRINUSE: address already in use :::3000"
    )
    found = told_in(pm2_json(text) + "\n", tmp_path)
    assert [event.kind for event in found.events] == [MISSING_MODULE, LISTENERS, PORT_IN_USE]
    assert {event.line for event in found.events} == {1}
    assert [event.pid for event in found.events] == [None, 4242, None]


def test_the_lines_of_other_apps_and_streams_belong_to_no_error(tmp_path: Path) -> None:
    lines = (LOGS / "uncaught-lines-node20.err").read_text().splitlines()
    other = (
        pm2_json("    at other (x:1:2)")
        .replace('"api"', '"web"')
        .replace('"process_id":0', '"process_id":1')
    )
    text = "".join(f"{pm2_json(line)}\n{other}\n" for line in lines)
    assert told_in(text, tmp_path).short == [(UNCAUGHT, {"error": "TypeError: async boom"})]


@pytest.mark.parametrize(
    "line",
    [
        docker("{}", (", ", ": ")),
        docker("{}"),
        pm2_json("{}").replace("}\n", f'{{"token":"{_TOKEN}"}}\n'),
        journal("{}").replace('"_PID"', f'"token": "{_TOKEN}", "_PID"'),
        json.dumps({"log.level": "error", "message": "{}", "labels": {"token": _TOKEN}}),
        json.dumps({"textPayload": "{}", "insertId": _TOKEN}),
        json.dumps({"unknown": {"message": "{}"}, "token": _TOKEN}),
        f'{{"level":"error","message":"{{}}","token":"{_TOKEN}',  # cut off
    ],
)
def test_no_value_goes_beyond_its_string(line: str, tmp_path: Path) -> None:
    require = [
        "Error: Cannot find module './x\\\\y'",
        "Require stack:",
        "- /srv/a/worker.js",
        "    at f (x:1:2)",
    ]
    import_ = ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'p' imported from /srv/a/worker.js"]
    rejected = ["(node:7) UnhandledPromiseRejectionWarning: Error: boom"]
    for said in (require, import_, rejected, [WARNING.strip()], ["\\n".join(require)]):
        text = "".join(line.replace("{}", one, 1) + "\n" for one in said)
        for event in told_in("2026-11-20T10:00:00Z start\n" * 5 + text, tmp_path).events:
            values = [value for value in event.detail.values() if isinstance(value, str)]
            assert not any(_TOKEN in value or "token" in value or '"' in value for value in values)
            assert event.detail.get("from") in (None, "/srv/a/worker.js")


def test_escapes_are_undone(tmp_path: Path) -> None:
    name = 'C:\\new\\tést\\"q"\\😀\t<x>'
    text = f"Error: Cannot find module '{name}'\nRequire stack:\n- {name}\n"
    for wrap in (docker, pm2_json, journal, lambda line: docker(pm2_json(line))):
        [event] = told_in(wrapped(text, wrap), tmp_path).events
        assert (event.detail["module"], event.detail["from"]) == (name, name)


def _pino(**values: Any) -> dict[str, Any]:
    error = {"type": "TypeError", "message": "boom", "stack": _STACK}
    return {"level": 60, "time": 1795166004000, "pid": 7, "err": error, "msg": "uncaughtException"} | values


_LOGGERS = {
    "pino": _pino(),
    "pino, a rejection": _pino(level=50, msg="Unhandled Rejection"),
    "winston": {
        "level": "error",
        "message": "uncaughtException: boom\n" + _STACK,
        "stack": _STACK,
        "exception": True,
    },
    "ecs": {"log.level": "error", "message": "unhandledRejection", "error": {"stack_trace": _STACK}},
    "ecs in objects": {
        "log": {"level": "ERROR"},
        "message": "uncaught exception",
        "error": {"stack_trace": _STACK},
    },
    "bunyan": {"name": "api", "level": 50, "err": {"stack": _STACK}, "msg": "uncaught", "pid": 7},
}
_HANDLED = {
    "words": _pino(msg="request failed"),
    "level": _pino(level=40),
    "no stack": _pino(err={"message": "boom"}),
    "no level": {"message": "uncaughtException", "stack": _STACK},
    "elsewhere": _pino(msg="request failed", note="uncaughtException"),
}


@pytest.mark.parametrize("name", _LOGGERS)
def test_an_error_that_a_logger_says_nobody_caught(name: str, tmp_path: Path) -> None:
    line = json.dumps(_LOGGERS[name])
    for text in (line, docker(line), docker(line, (", ", ": ")), pm2_json(line), f"0|api | {line}"):
        found = told_in(text + "\n", tmp_path)
        assert found.short == [(UNCAUGHT, {"error": "TypeError: boom password=***"})]
        assert found.events[0].pid == _LOGGERS[name].get("pid")


@pytest.mark.parametrize("name", _HANDLED)
def test_an_error_that_a_logger_was_given_was_handled(name: str, tmp_path: Path) -> None:
    text = "2026-11-20T10:00:00Z start\n" * 3 + json.dumps(_HANDLED[name]) + "\n"
    assert told_in(text, tmp_path).events == []


def test_an_error_of_a_logger_that_has_a_kind_of_its_own(tmp_path: Path) -> None:
    stack = "Error: listen EADDRINUSE: address already in use :::3000\n    at f (/srv/a.js:1:2)"
    for message in ("uncaughtException", "cannot listen"):
        line = json.dumps(_pino(err={"message": "listen EADDRINUSE", "stack": stack}, msg=message))
        assert told_in(line + "\n", tmp_path).short == [
            (PORT_IN_USE, {"address": "::", "port": 3000, "ends": False})
        ]


def test_lines_that_only_begin_like_objects(tmp_path: Path) -> None:
    error = "Error: Cannot find module 'x'\n    at f (x:1:2)\n"
    for line in ('{"a', '{"a":"b', '{"a":["', '{"', "{}", '{"a":{"b":1}}', '{"a":"\\', "}{", '{"":""}'):
        found = told_in(f"2026-11-20T10:00:00Z start\n{line}\n{error}{line}\n", tmp_path)
        assert [(event.kind, event.line) for event in found.events] == [(MISSING_MODULE, 3)]


def test_docker_has_times_for_all_lines(tmp_path: Path) -> None:
    text = "".join(
        docker(f"line {index}").replace("09:13:24", f"09:13:{index:02}") + "\n" for index in range(60)
    )
    found = told_in(text, tmp_path)
    assert str(found.log.first_at) == "2026-11-20 09:13:00.123456+00:00"
    assert str(found.log.last_at) == "2026-11-20 09:13:59.123456+00:00"
