"""Errors that are quoted, or that were handled, are no events; and what proves that one was the end."""

import json
from pathlib import Path

import pytest

from memdoctor.model import MISSING_MODULE, OUT_OF_MEMORY, PORT_IN_USE, REJECTION, UNCAUGHT

from log_reading import LOGS, docker, pm2_json, told_in

_START = "2026-11-20T10:00:00Z start\n" * 3
_MISSING = "Error: Cannot find module 'x'"
_PORT = "Error: listen EADDRINUSE: address already in use :::3000"
_FULL = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"
_STACK = "    at f (/srv/app.js:1:2)\n    at g (/srv/app.js:3:4)\n"
_QUOTED = [
    f"caught {_MISSING}, using fallback",
    f"docs: if you see '{_FULL}' raise the limit",
    f"user said: {_PORT} what to do?",
    f"user said: {_PORT}",
    f"{_MISSING}, using fallback",
    f"{_PORT} what to do?",
    f"{_FULL} is what it says",
    f'the message was "{_MISSING}"',
    "Error: Cannot find module 'x' imported from /srv/a.mjs, using fallback",
    "we saw (node:7) UnhandledPromiseRejectionWarning: Error: boom",
]


@pytest.mark.parametrize("said", _QUOTED)
def test_what_quotes_an_error_is_none(said: str, tmp_path: Path) -> None:
    for level in ("info", "error", "[WARN]", ""):
        assert told_in(f"{_START}2026-11-20T10:00:00Z {level} {said}\n", tmp_path).events == []
    for number in (30, 50):
        line = json.dumps({"level": number, "time": 1795166004000, "pid": 7, "msg": said})
        assert told_in(f"{_START}{line}\n", tmp_path).events == []
        assert told_in(_START + docker(line) + "\n", tmp_path).events == []
    assert told_in(_START + pm2_json(said) + "\n", tmp_path).events == []


@pytest.mark.parametrize(
    ("error", "kind"), [(_MISSING, MISSING_MODULE), (_PORT, PORT_IN_USE), (_FULL, OUT_OF_MEMORY)]
)
@pytest.mark.parametrize(
    ("before", "is_one"),
    [
        ("", True),
        ("Uncaught ", True),
        ("2026-11-20T10:00:00Z ", True),
        ("2026-11-20 10:00:00.123 ERROR [main] ", True),
        ("2026-11-20T10:00:00Z [fatal]: ", True),
        ("[10:00:00.123] ERROR (api/123 on host): ", True),
        ("[Nest] 123  - 11/20/2026, 10:00:04 AM   ERROR [ExceptionHandler] ", True),
        ("Nov 20 10:00:00 host node[77]: ", True),
        ("<14>1 2026-11-20T10:00:00Z host app 12 - - ", True),
        ("2026-11-20T10:00:00.000Z stderr F ", True),
        ("0|api  | 2026-11-20T10:00:00: ", True),
        ("PM2    | 2026-11-20T10:00:00: PM2 error: ", True),
        ("npm ERR! ", True),
        ("⨯ ", True),
        ('time="2026-11-20T10:00:00Z" level=error msg="', True),
        ("timestamp=2026-11-20T10:00:00 app=my app id=4 type=error message=", True),
        ("build\tRun tests\t2026-11-20T10:00:00.0000000Z ", True),
        ('  "message": "', True),
        ("2026-11-20T10:00:00Z info ", False),
        ("[10:00:00.123] INFO (api/123 on host): ", False),
        ("2026-11-20 10:00:00 [WARN] ", False),
        ("DEBUG: ", False),
        ('time="2026-11-20T10:00:00Z" level=warning msg="', False),
        ("it failed: ", False),
        ("2026-11-20T10:00:00Z error it failed - ", False),
    ],
)
def test_an_error_is_the_message_itself_of_no_low_level(
    before: str, error: str, kind: str, is_one: bool, tmp_path: Path
) -> None:
    after = '" pid=7' if before.endswith('"') else ""
    found = told_in(f"{_START}{before}{error}{after}\n", tmp_path)
    assert [(event.kind, event.line) for event in found.events] == ([(kind, 4)] if is_one else [])


@pytest.mark.parametrize(
    ("level", "is_one"),
    [(10, False), (20, False), (30, False), (40, False), (50, True), (60, True), (None, True)],
)
def test_levels_of_objects(level: int | None, is_one: bool, tmp_path: Path) -> None:
    values = {"time": 1795166004000, "msg": _PORT} | ({} if level is None else {"level": level})
    words = {10: "trace", 20: "debug", 30: "info", 40: "WARN", 50: "\x1b[31merror\x1b[39m", 60: "FATAL"}
    for one in (values, values | {"level": words.get(level or 0, "?")}):
        found = told_in(json.dumps(one) + "\n", tmp_path)
        assert [event.kind for event in found.events] == [PORT_IN_USE] * is_one
        found = told_in("api-1  | " + json.dumps(one) + "\n", tmp_path)
        assert [event.kind for event in found.events] == [PORT_IN_USE] * is_one


def test_in_an_object_only_a_message_or_an_error_tells_one(tmp_path: Path) -> None:
    for values in (
        {"req": {"body": _MISSING}},
        {"level": 50, "comment": _MISSING},
        {"msg": "x", "q": _MISSING},
    ):
        assert told_in(_START + json.dumps(values) + "\n", tmp_path).events == []
    for values in (
        {"err": {"message": _MISSING[7:]}},
        {"level": 50, "error": _MISSING},
        {"reason": _MISSING},
    ):
        assert len(told_in(_START + json.dumps(values) + "\n", tmp_path).events) == 1


@pytest.mark.parametrize(
    ("before", "is_one"),
    [
        ("job failed: ", True),
        ("2026-11-20T10:00:00Z error job failed: ", True),
        ("info job failed: ", False),
        ("warn: ", False),
    ],
)
def test_a_stack_below_keeps_an_error_behind_words(before: str, is_one: bool, tmp_path: Path) -> None:
    found = told_in(f"{_START}{before}{_MISSING}\n{_STACK}", tmp_path)
    assert [event.detail["ends"] for event in found.events] == [False] * is_one
    values = {
        "level": 30 if before.startswith(("info", "warn")) else 50,
        "msg": f"{before}{_MISSING}\n{_STACK}",
    }
    assert len(told_in(_START + json.dumps(values) + "\n", tmp_path).events) == is_one


def test_the_warning_of_a_rejection_is_one_at_the_level_of_warnings(tmp_path: Path) -> None:
    said = "(node:7) UnhandledPromiseRejectionWarning: Error: boom"
    for line in (f"2026-11-20T10:00:00Z warn {said}", json.dumps({"level": 40, "msg": said})):
        assert told_in(_START + line + "\n", tmp_path).short == [
            (REJECTION, {"error": "Error: boom", "fatal": False})
        ]


def test_an_end_with_an_error_inside_of_its_message_is_that_end(tmp_path: Path) -> None:
    text = (LOGS / "uncaught-lines-node20.err").read_text()
    found = told_in(text.replace("async boom", f"job 7: {_MISSING} in it"), tmp_path)
    assert found.short == [(UNCAUGHT, {"error": f"TypeError: job 7: {_MISSING} in it"})]


@pytest.mark.parametrize(
    ("above", "below", "ends"),
    [
        ("", "", False),
        ("", _STACK, False),  # a module that may be missing: caught, and printed
        ("", "Require stack:\n- /srv/app.js\n" + _STACK + "  code: 'MODULE_NOT_FOUND'\n}\n", False),
        ("", _STACK + "\nNode.js v22.1.0\n", True),
        ("", "\nBun v1.4.4 (Linux x64)\n", True),
        ("", _STACK + "Emitted 'error' event on Server instance at:\n" + _STACK, True),
        ("node:internal/modules/cjs/loader:1433\n  throw err;\n  ^\n", _STACK, True),
        ("node:events:497\n      throw er; // Unhandled 'error' event\n      ^\n\n", _STACK, True),
        ("node:events:497\n      throw er; // Unhandled 'error' event\n      ^\nother\n", _STACK, False),
    ],
)
@pytest.mark.parametrize("prefix", ["", "0|api  | ", "2026-11-20T10:00:00Z "])
def test_what_proves_that_the_process_ended(
    above: str, below: str, ends: bool, prefix: str, tmp_path: Path
) -> None:
    for error in (_MISSING, _PORT):
        text = f"{above}{error}\n{below}go on\n"
        lines = "".join(f"{prefix}{line}\n" for line in text.splitlines())
        [event] = told_in(_START + lines, tmp_path).events
        assert event.detail["ends"] is ends
