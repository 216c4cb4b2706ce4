"""Processes as JSON: every field against its file, and what a hostile or damaged document does."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.errors import InputError
from memdoctor.model import GONE, PRESENT, Process, Stream
from reading import text

from process_reading import PS, Found, found

CIM = PS / "cim.json"
EVIDENCE = PS / "evidence.jsonl"
PSUTIL = PS / "psutil.json"


def _read(value: Any, folder: Path, *, lines: bool = False) -> Found:
    content = "\n".join(map(json.dumps, value)) if lines else json.dumps(value)
    return found("process_json", text(folder / "a.json", content))


def _one(value: dict[str, Any], folder: Path) -> Process:
    [process] = _read([value], folder).tables[0].processes
    return process


def test_win32_process() -> None:
    told = found("process_json", CIM)
    node = told.processes[15748]
    assert node.argv == (
        *("C:\\Program Files\\nodejs\\node.exe", "C:\\Users\\dev\\mcp\\index.js"),
        "--allow=a,b,c",
    )
    assert (node.ppid, node.name, node.rss, node.cpu_seconds) == (1644, "node.exe", 336_076_800, 5.0)
    assert node.started_at == datetime(2026, 4, 17, 16, 0, 0, 123_000, tzinfo=UTC)
    assert node.place == f"{CIM}#/0"
    assert told.processes[4].argv is None
    assert (told.tables[0].system, told.tables[0].whole) == ("windows", False)
    assert told.problems == []


@pytest.mark.parametrize(
    "date",
    [
        "/Date(1776441600123)/",
        "\\/Date(1776441600123+0300)\\/",
        "2026-04-17T18:00:00.123+02:00",
        "2026-04-17T16:00:00.1230000Z",
        "20260417180000.123000+120",
        {"value": "/Date(1776441600123)/", "DisplayHint": 2, "DateTime": "Friday, April 17, 2026"},
    ],
)
def test_dates_of_windows(date: Any, tmp_path: Path) -> None:
    row = {"ProcessId": 8, "ParentProcessId": 4, "CreationDate": date}
    assert _one(row, tmp_path).started_at == datetime(2026, 4, 17, 16, 0, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", ["/Date(-62135596800000)/", "yesterday", 7, {}, "99999999999999.000000+000"]
)
def test_what_is_no_date_is_said(date: Any, tmp_path: Path) -> None:
    told = _read([{"ProcessId": 8, "ParentProcessId": 4, "CreationDate": date}], tmp_path)
    assert told.processes[8].started_at is None
    assert any("CreationDate" in message for message in told.messages)


def test_one_process_is_no_list_and_a_list_may_be_in_an_object(tmp_path: Path) -> None:
    row = {"ProcessId": 8, "ParentProcessId": 4, "Name": "a.exe", "CommandLine": "a.exe"}
    assert _read(row, tmp_path).processes[8].place == f"{tmp_path / 'a.json'}#"
    wrapped = _read({"value": [row], "Count": 1}, tmp_path)
    assert wrapped.processes[8].place == f"{tmp_path / 'a.json'}#/value/0"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings_of_powershell(encoding: str, tmp_path: Path) -> None:
    path = text(tmp_path / "a.json", CIM.read_text().encode(encoding))
    assert set(found("process_json", path).processes) == {4, 2002, 15748}


def test_a_whole_list_of_windows(tmp_path: Path) -> None:
    rows = [
        {"ProcessId": 0, "ParentProcessId": 0, "Name": "System Idle Process"},
        {"ProcessId": 4, "ParentProcessId": 0, "Name": "System"},
        {"ProcessId": 812, "ParentProcessId": 700, "Name": "Services.exe", "CommandLine": ""},
    ]
    told = _read(rows, tmp_path)
    assert set(told.processes) == {4, 812}
    assert told.tables[0].whole is True
    assert told.messages == ["it has no arguments: which program runs cannot be told"]
    damaged = _read([*rows, {"ProcessId": -3}], tmp_path)
    assert damaged.tables[0].whole is None


@pytest.mark.parametrize(
    ("command", "argv"),
    [
        ("node  server.js\t--x", ("node", "server.js", "--x")),
        ('"C:\\a b\\n.exe" "" x', ("C:\\a b\\n.exe", "", "x")),
        ('n.exe {\\"a\\":\\"b c\\"}', ("n.exe", '{"a":"b', 'c"}')),
        ('n.exe "C:\\dir\\\\" y', ("n.exe", "C:\\dir\\", "y")),
        ('n.exe "open to the end', ("n.exe", "open to the end")),
        ('n.exe a"b c"d', ("n.exe", "ab cd")),
        ("C:\\Program Files\\X\\n.exe --a b", ("C:\\Program Files\\X\\n.exe", "--a", "b")),
        ("C:\\x\\n.exe /c C:\\y z\\n.exe", ("C:\\x\\n.exe", "/c", "C:\\y", "z\\n.exe")),
        ("   ", None),
    ],
)
def test_command_lines_of_windows(command: str, argv: tuple[str, ...] | None, tmp_path: Path) -> None:
    row = {"ProcessId": 8, "ParentProcessId": 4, "Name": "n.exe", "CommandLine": command}
    assert _one(row, tmp_path).argv == argv


def test_psutil() -> None:
    told = found("process_json", PSUTIL)
    raw = {row["pid"]: row for row in json.loads(PSUTIL.read_text())}
    assert set(told.processes) == set(raw)
    for pid, process in told.processes.items():
        row = raw[pid]
        assert (process.ppid, process.rss, process.threads) == (
            row["ppid"],
            row["memory_info"][0],
            row["num_threads"],
        )
        assert process.argv == tuple(row["cmdline"])
        assert process.exact
        assert process.started_at == datetime.fromtimestamp(row["create_time"], UTC)
        assert process.cpu_seconds == pytest.approx(sum(row["cpu_times"][:2]))
        assert process.tty == (row["terminal"] or "").removeprefix("/dev/")
        assert (process.user, process.exe, process.cwd) == (row["username"], row["exe"], row["cwd"])
    assert (told.tables[0].system, told.tables[0].whole) == ("linux", False)
    assert told.problems == []


def test_the_long_forms_of_psutil(tmp_path: Path) -> None:
    row = {
        "pid": 7,
        "ppid": 1,
        "cmdline": ["claude", "", ""],
        "status": "zombie",
        "memory_full_info": {"rss": 9, "pss": 8, "uss": 7, "swap": 0},
        "cpu_times": {"user": 1.5, "system": 0.25, "iowait": 0.0},
        "memory_percent": 12.5,
        "cpu_percent": 0.0,
        "create_time": 0,
    }
    process = _one(row, tmp_path)
    assert (process.rss, process.pss, process.uss, process.swap) == (9, 8, 7, 0)
    assert (process.argv, process.state, process.cpu_seconds) == (("claude",), "Z", 1.75)
    assert (process.memory_share, process.cpu_share, process.started_at) == (0.125, None, None)
    assert (process.tty, process.exe_deleted) == (None, None)


@pytest.mark.parametrize(
    ("row", "system", "whole"),
    [
        ({"pid": 1, "ppid": 0, "name": "launchd"}, "macos", True),
        ({"pid": 1, "ppid": 0, "name": "init"}, None, True),
        ({"pid": 9, "ppid": 1, "name": "zsh"}, None, None),
        ({"pid": 8, "ppid": 4, "name": "a.exe", "exe": "C:\\a.exe"}, "windows", False),
        ({"pid": 2, "ppid": 0, "name": "kthreadd", "cmdline": []}, "linux", False),
    ],
)
def test_the_system_psutil_ran_on(
    row: dict[str, Any], system: str | None, whole: bool | None, tmp_path: Path
) -> None:
    table = _read([row], tmp_path).tables[0]
    assert (table.system, table.whole) == (system, whole)
    assert table.processes[0].is_kernel == (row["name"] == "kthreadd")


def test_evidence_of_a_whole_machine() -> None:
    told = found("process_json", EVIDENCE)
    raw = [json.loads(line) for line in EVIDENCE.read_text().splitlines()]
    assert (told.tables[0].system, told.tables[0].whole, told.problems) == ("linux", True, [])
    assert list(told.processes) == [row["pid"] for row in raw]
    for number, row in enumerate(raw, start=1):
        process = told.processes[row["pid"]]
        assert process.place == f"{EVIDENCE}:{number}"
        assert (process.ppid, process.pgid, process.sid) == (row["ppid"], row["pgrp"], row["sid"])
        assert (process.rss, process.start_ticks, process.age) == (
            row["rss"] * 4096,
            row["start"],
            row["age_s"],
        )
        assert process.cpu_seconds == (row["utime"] + row["stime"]) / 100
        assert process.is_kernel == (2 in (row["pid"], row["ppid"]))
        assert process.namespace_pids == tuple(row["nspid"])
        assert process.cgroup == (row["cgroup"][0] if row["cgroup"] else None)
        assert set(process.streams) == {int(n) for n, at in row["stdio"].items() if at["t"]}


def test_every_labelled_process_is_there() -> None:
    told = found("process_json", EVIDENCE).processes
    truth = json.loads((PS / "truth.json").read_text())
    assert len(truth) == 84
    missing = [row["label"] for row in truth if row["pid"] not in told]
    assert missing == ["weird_emptyargv0"]  # it had ended when the evidence was taken
    assert all(told[row["pid"]].start_ticks == row["start"] for row in truth if row["pid"] in told)


def test_streams_and_what_was_not_shown() -> None:
    told = found("process_json", EVIDENCE).processes
    assert told[32502].streams == {0: Stream("null"), 1: Stream("socket", GONE), 2: Stream("socket", GONE)}
    assert told[1].unseen == ("streams", "cwd")
    assert told[2].unseen == ()
    kinds = {stream.kind for process in told.values() for stream in process.streams.values()}
    assert kinds == {"null", "socket", "pipe", "terminal", "file"}
    closed = told[32479]
    assert (closed.streams[0], closed.tty) == (
        Stream("terminal", GONE),
        "",
    )  # it was taken from the session
    assert (told[32411].streams[0], told[32411].tty) == (Stream("terminal", PRESENT), "pts/0")


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("pipe:[1]", "pipe"),
        ("/dev/tty1", "terminal"),
        ("/dev/zero", "other"),
        ("anon_inode:[eventfd]", "other"),
        ("/var/log/a (deleted)", "file"),
    ],
)
def test_kinds_of_streams(target: str, kind: str, tmp_path: Path) -> None:
    row = {"pid": 7, "ppid": 1, "argv": ["a"], "stdio": {"1": {"t": target, "dead": None}}}
    assert _one(row, tmp_path).streams == {1: Stream(kind)}


def test_fields_of_evidence(tmp_path: Path) -> None:
    row = {
        "pid": 7,
        "ppid": 2,
        "comm": "node",
        "argv": ["claude", "", ""],
        "rss": 1,
        "exe": "/a (deleted)",
        "cwd": "/b",
        "tty_nr": 34817,
        "cgroup": ["3:cpu:/x", "0::/user.slice/a.service"],
    }
    process = _one(row, tmp_path)
    assert (process.argv, process.exact, process.is_kernel) == (("claude",), True, False)
    assert (process.exe, process.exe_deleted, process.cwd_deleted) == ("/a", True, False)
    assert (process.tty, process.cgroup) == ("pts/1", "/user.slice/a.service")
    assert process.unseen == ()


@pytest.mark.parametrize("pid", [None, -1, 1 << 31, 1.5, True, "x", [7], "１２", 1e300])
def test_rows_without_a_pid_are_told_once(pid: Any, tmp_path: Path) -> None:
    rows = [{"pid": 7, "ppid": 1, "cmdline": ["a"]}, *[{"pid": pid, "ppid": 1}] * 70]
    told = _read(rows, tmp_path)
    assert list(told.processes) == [7]
    [problem] = told.problems
    assert (problem.message, problem.place) == (
        "no process id in it: left out (70 times)",
        f"{tmp_path / 'a.json'}#/1",
    )


def test_lines_of_another_kind_are_counted(tmp_path: Path) -> None:
    path = text(
        tmp_path / "a.jsonl", '# taken at noon\n{"pid":7,"ppid":1,"argv":["a"]}\nwarning\n{"pid":\n'
    )
    told = found("process_json", path)
    assert told.processes[7].place == f"{path}:2"
    assert told.messages == ["a line without an object: left out (2 times)"]
    assert told.problems[0].place == f"{path}:3"


def test_bytes_in_arguments_that_are_no_text(tmp_path: Path) -> None:
    row = {"pid": 7, "ppid": 1, "argv": ["a\udcff", "\U0001f600"]}
    for lines in (False, True):
        told = _read([row, {**row, "pid": 8}], tmp_path, lines=lines)
        assert told.processes[7].argv == ("a\ufffd", "\U0001f600")
        assert "bytes that are no text: replaced" in told.messages[0]


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", "7", "null", '[{"pid": 0}]', '"x"', "a\nb", "[[[[", "[1]"]
)
def test_nothing_in_it(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        found("process_json", text(tmp_path / "a.json", content))


_KEYS = st.sampled_from(
    [
        *(
            "pid",
            "ppid",
            "comm",
            "argv",
            "cmdline",
            "stdio",
            "rss",
            "memory_info",
            "memory_full_info",
            "utime",
        ),
        *(
            "cpu_times",
            "create_time",
            "exe",
            "cwd",
            "status",
            "cgroup",
            "nspid",
            "tty_nr",
            "sighup_ignored",
        ),
        *("ProcessId", "ParentProcessId", "CommandLine", "CreationDate", "Name", "KernelModeTime"),
    ]
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["/Date(1)/", "20260417180000.123456+120", '"a\\"b', "pipe:[1]"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.just("0"), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(_KEYS, _VALUES, max_size=8) | _VALUES, max_size=5), st.booleans())
def test_any_objects(tmp_path_factory: pytest.TempPathFactory, rows: list[Any], lines: bool) -> None:
    folder = tmp_path_factory.mktemp("any")
    if lines and not rows:
        return
    try:
        told = _read(rows, folder, lines=lines)
    except InputError:
        return
    assert all(0 < pid < 1 << 31 for pid in told.processes)
    assert len(told.problems) < 60
