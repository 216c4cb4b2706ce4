"""Errors in logs: missing modules, taken ports, rejections and others, behind any prefix, each once."""

import json
from pathlib import Path
from typing import Any

import pytest

from memdoctor.model import MISSING_MODULE, OUT_OF_MEMORY, PORT_IN_USE, REJECTION, UNCAUGHT

from log_reading import LOGS, Wrap, docker, journal, pm2_json, told, told_in, wrapped

_APP = "/srv/lab/proc/logs/gen"
_CONTAINER = "./node_modules/pm2/lib/ProcessContainerFork.js"

_ERRORS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "missing-node14.err": (
        5,
        MISSING_MODULE,
        {"module": _CONTAINER, "from": f"{_APP}/mod.js", "ends": True},
    ),
    "missing-node18.err": (
        5,
        MISSING_MODULE,
        {"module": _CONTAINER, "from": f"{_APP}/mod.js", "ends": True},
    ),
    "missing-node22.err": (
        5,
        MISSING_MODULE,
        {"module": _CONTAINER, "from": f"{_APP}/mod.js", "ends": True},
    ),
    "missing-bun.err": (1, MISSING_MODULE, {"module": _CONTAINER, "from": f"{_APP}/mod.js", "ends": True}),
    "missing-entry-node22.err": (
        5,
        MISSING_MODULE,
        {"module": f"{_APP}/missing-entry.js", "from": None, "ends": True},
    ),
    "missing-entry-bun.err": (
        1,
        MISSING_MODULE,
        {"module": "missing-entry.js", "from": None, "ends": False},
    ),
    "missing-esm-node14.err": (
        5,
        MISSING_MODULE,
        {"module": f"{_APP}/nope.mjs", "from": f"{_APP}/mod.mjs", "ends": True},
    ),
    "missing-package-node22.err": (
        5,
        MISSING_MODULE,
        {"module": "no-such-package-xyz", "from": f"{_APP}/modpkg.mjs", "ends": True},
    ),
    "missing-package-bun.err": (
        1,
        MISSING_MODULE,
        {"module": "no-such-package-xyz", "from": f"{_APP}/modpkg.mjs", "ends": True},
    ),
    "port-node14.err": (5, PORT_IN_USE, {"address": "127.0.0.1", "port": 37799, "ends": True}),
    "port-any-node22.err": (5, PORT_IN_USE, {"address": "::", "port": 37798, "ends": True}),
    "port-datagram-node20.err": (5, PORT_IN_USE, {"address": "0.0.0.0", "port": 45454, "ends": True}),
    "port-bun.err": (8, PORT_IN_USE, {"address": None, "port": 37799, "ends": True}),
    "rejection-node14.err": (1, REJECTION, {"error": "Error: boom in promise", "fatal": False}),
    "rejection-reason-node20.err": (5, REJECTION, {"error": "5", "fatal": True}),
    "rejection-node18.err": (5, UNCAUGHT, {"error": "Error: boom in promise"}),
    "rejection-node22.err": (5, UNCAUGHT, {"error": "Error: boom in promise"}),
    "uncaught-bun.err": (3, UNCAUGHT, {"error": "error: boom in promise"}),
    "uncaught-string-node20.err": (5, UNCAUGHT, {"error": "a string"}),
    "uncaught-callback-node20.err": (
        5,
        UNCAUGHT,
        {"error": "Error: ENOENT: no such file or directory, open '/nope'"},
    ),
    "uncaught-cause-node20.err": (5, UNCAUGHT, {"error": "Error: emitted"}),
    "uncaught-lines-node20.err": (5, UNCAUGHT, {"error": "TypeError: async boom"}),
    "uncaught-command-node20.err": (
        6,
        UNCAUGHT,
        {"error": "Error: Command failed: false; echo oops >&2; exit 3"},
    ),
    "oom-worker-node20.err": (
        5,
        OUT_OF_MEMORY,
        {
            "message": "Worker terminated due to reaching memory limit: JS heap out of memory",
            "collections": (),
        },
    ),
}


_WRAPS: dict[str, Wrap] = {
    "plain": lambda line: line,
    "crlf": lambda line: line + "\r",
    "pm2": lambda line: f"0|leaky    | {line}",
    "pm2-colours": lambda line: f"\x1b[31m17|crashlo | \x1b[39m{line}",
    "pm2-time": lambda line: f"0|leaky    | 2026-11-20T09:13:{len(line) % 60:02}: {line}",
    "compose": lambda line: f"app-1  | {line}",
    "time": lambda line: f"2026-11-20T09:13:{len(line) % 60:02}.123Z {line}",
    "syslog": lambda line: f"Nov 20 09:13:24 host node[123]: {line}",
    "brackets": lambda line: f"[2026-11-20 09:13:24.123] [ERROR] [SYSTEM] {line}",
    "quoted": lambda line: f"> {line}",
    "colours": lambda line: f"\x1b[31m{line}\x1b[0m",
    "title": lambda line: f"\x1b]0;node\x07{line}",
    "docker": docker,
    "docker-spaces": lambda line: docker(line, (", ", ": ")),
    "pm2-json": pm2_json,
    "pm2-json-in-docker": lambda line: docker(pm2_json(line)),
    "journal": journal,
    "compose-json": lambda line: f"api-1  | {pm2_json(line)}",
}


@pytest.mark.parametrize("wrap", _WRAPS)
@pytest.mark.parametrize("name", _ERRORS)
def test_an_error_is_one_event_behind_any_prefix(name: str, wrap: str, tmp_path: Path) -> None:
    line, kind, detail = _ERRORS[name]
    text = wrapped((LOGS / name).read_text(), _WRAPS[wrap])
    found = told_in(text, tmp_path)
    assert found.short == [(kind, detail)]
    assert found.events[0].line == line
    assert found.events[0].place == f"{tmp_path / 'app.log'}:{line}"
    assert found.log.lines == text.count("\n")


@pytest.mark.parametrize("name", _ERRORS)
def test_pm2_shows_live_logs_without_empty_lines(name: str, tmp_path: Path) -> None:
    _, kind, detail = _ERRORS[name]
    if "node14" in name and kind not in (MISSING_MODULE, PORT_IN_USE, REJECTION):
        pytest.skip("without its version and an empty line nothing tells that a process of Node 14 ended")
    lines = [line for line in (LOGS / name).read_text().split("\n") if line]
    assert told_in("".join(f"3|api | {line}\n" for line in lines), tmp_path).short == [(kind, detail)]


def test_an_app_in_the_prefix_is_whose_error_it_is(tmp_path: Path) -> None:
    text = wrapped((LOGS / "missing-node22.err").read_text(), lambda line: f"17|crashlo | {line}")
    [event] = told_in(text, tmp_path).events
    assert (event.app, event.pm_id) == ("crashlo", 17)
    text = '{"message":"Error: Cannot find module \'a\'","type":"err","process_id":4,"app_name":"my app"}\n'
    [event] = told_in(text, tmp_path).events
    assert (event.app, event.pm_id) == ("my app", 4)
    text = (
        "timestamp=2026-11-20T09:13:24 app=my app id=4 type=error message=Error: Cannot find module 'a'\n"
    )
    [event] = told_in(text, tmp_path).events
    assert (event.app, event.pm_id, event.detail["module"]) == ("my app", 4, "a")


def test_errors_that_a_program_prints_itself_are_none(tmp_path: Path) -> None:
    text = (LOGS / "caught-node22.err").read_text()
    found = told_in("2026-11-20T09:13:24Z started\n" * 4 + text, tmp_path)
    assert found.events == []
    stack = "error: boom\n      at f (/srv/app.js:1:2)\n"
    assert told_in(wrapped(stack, lambda line: f"2026-11-20 09:13:24 {line}"), tmp_path).events == []


@pytest.mark.parametrize(
    "line",
    [
        "src/a.ts(1,2): error TS2307: Cannot find module 'x' or its corresponding type declarations.",
        'var e = new Error("Cannot find module \'" + request + "\'");',
        "Running on Node.js v20.1.0",
        "code: 'EADDRINUSE',",
        "if (error.code === 'EADDRINUSE') retry();",
        "the build ran out of memory",
        "      throw new UnhandledPromiseRejection(reason);",
        "const w = 'Possible EventEmitter memory leak detected. ' + n + ' listeners added'",
        "  3 |   const a = b ^ c",
        "PM2 is great",
    ],
)
def test_words_that_only_look_like_signals_are_none(line: str, tmp_path: Path) -> None:
    timed = "2026-11-20T09:13:24Z started\n" * 2
    assert told_in(f"{timed}{line}\n2026-11-20T09:13:24Z {line}\n" * 3, tmp_path).events == []


def test_the_version_below_a_stack_tells_that_its_error_was_the_end(tmp_path: Path) -> None:
    stack = "    at f (/srv/app.js:1:2)\n    at g (/srv/app.js:3:4)\n"
    text = f"Error: first\n{stack}ok\nRangeError: second\nof two lines\n{stack}\nNode.js v22.1.0\nok\n"
    found = told_in(text, tmp_path)
    assert found.short == [(UNCAUGHT, {"error": "RangeError: second"})]
    assert found.events[0].line == 5


def test_two_ends_in_a_row_are_two(tmp_path: Path) -> None:
    both = (LOGS / "uncaught-lines-node20.err").read_text() + (
        LOGS / "uncaught-cause-node20.err"
    ).read_text()
    assert [kind for kind, _ in told_in(both, tmp_path).short] == [UNCAUGHT, UNCAUGHT]


def test_an_error_with_a_long_dump_behind_it_is_one(tmp_path: Path) -> None:
    dump = "".join(f"  field{index}: 'x',\n" for index in range(4_000))
    text = (
        (LOGS / "uncaught-lines-node20.err").read_text().replace("\n\nNode.js", f" {{\n{dump}}}\n\nNode.js")
    )
    assert told_in(text, tmp_path).short == [(UNCAUGHT, {"error": "TypeError: async boom"})]


def test_of_a_promise_is_a_rejection(tmp_path: Path) -> None:
    source = (
        "node:internal/process/promises:288\n"
        "            triggerUncaughtException(err, true /* fromPromise */);\n"
        "            ^\n\n"
    )
    reason = (
        "[UnhandledPromiseRejection: This error originated either by throwing inside of an async function "
        "without a catch block, or by rejecting a promise which was not handled with .catch(). The promise "
        "rejected with the reason \"#<Object>\".] {\n  code: 'ERR_UNHANDLED_REJECTION'\n}\n\n"
        "Node.js v18.1.0\n"
    )
    assert told_in(source + reason, tmp_path).short == [(REJECTION, {"error": "#<Object>", "fatal": True})]
    error = "TypeError: x is null\n    at f (/srv/app.js:1:2)\n"
    found = told_in(source + error, tmp_path)
    assert found.short == [(REJECTION, {"error": "TypeError: x is null", "fatal": True})]


def test_what_a_logger_puts_into_one_text_is_read_there(tmp_path: Path) -> None:
    error = {
        "level": 50,
        "time": 1795166008430,
        "pid": 4242,
        "err": {
            "message": "Cannot find module './x'",
            "stack": "Error: Cannot find module './x'\nRequire stack:\n- C:\\new\\app.js\n    at f (y:1:2)",
        },
    }
    [event] = told_in(json.dumps(error) + "\n", tmp_path).events
    assert event.detail == {"module": "./x", "from": "C:\\new\\app.js", "ends": False}
    assert event.pid == 4242
    assert event.at is not None
    assert event.at.isoformat() == "2026-11-20T09:13:28.430000+00:00"
    error["err"] = (
        "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'p' imported from /srv/a.mjs\n    at f"
    )
    [event] = told_in(json.dumps(error) + "\n", tmp_path).events
    assert event.detail == {"module": "p", "from": "/srv/a.mjs", "ends": False}


def test_other_forms_of_bun(tmp_path: Path) -> None:
    assert told_in("oh no: Bun has run out of memory.\n", tmp_path).short == [
        (OUT_OF_MEMORY, {"message": "Bun has run out of memory", "collections": ()})
    ]
    assert told_in('error: Cannot find module "x" from "/srv/a.ts"\n', tmp_path).short == [
        (MISSING_MODULE, {"module": "x", "from": "/srv/a.ts", "ends": False})
    ]
    line = "[2026-11-20 09:13:24.123] [ERROR] [SYSTEM] Failed to start server. Is port 37777 in use?\n"
    [event] = told_in(line, tmp_path).events
    assert event.detail == {"address": None, "port": 37777, "ends": False}
    assert event.at is not None
    assert told_in(line.replace("37777", "0"), tmp_path).events == []


def test_a_cluster_asks_for_no_address(tmp_path: Path) -> None:
    [event] = told_in("Error: listen EADDRINUSE: address already in use null:38801\n", tmp_path).events
    assert event.detail == {"address": None, "port": 38801, "ends": False}
    assert (
        told_in("2026-11-20T09:13:24Z EADDRINUSE: address already in use 1.2.3.4:65536\n", tmp_path).events
        == []
    )


def test_an_error_is_kept_short_and_without_secrets(tmp_path: Path) -> None:
    text = (LOGS / "uncaught-lines-node20.err").read_text()
    secret = "connect postgres://app:hunter2@db/app?token=abcdef failed " + "why? " * 1000
    [event] = told_in(text.replace("async boom", secret), tmp_path).events
    begin = "TypeError: connect postgres://***@db/app?token=*** failed"
    assert event.detail["error"] == begin + 27 * " why?" + " why? …"
    assert "hunter2" not in event.detail["error"]
    assert "abcdef" not in event.detail["error"]


def test_the_first_line_of_an_error_may_be_cut_off() -> None:
    found = told(LOGS / "pm2-logs-cut-v6.txt")
    assert found.events == []
    assert found.log.lines == 19
