"""Real `ps` listings of one machine in many forms: each reads to what /proc said of the same processes."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memdoctor.model import Process
from memdoctor.readers.case import read_case
from ps_reading import listing

from process_reading import PS, Found

_BOOT = datetime(2026, 11, 20, 9, 2, 54, tzinfo=UTC)
_TICKS = 100  # a second
_PAGE = 4096

_LINES = (PS / "evidence.jsonl").read_text(encoding="utf-8").split("\n")
EVIDENCE = {row["pid"]: row for row in (json.loads(line) for line in _LINES if line)}
LABELLED = [row["pid"] for row in json.loads((PS / "truth.json").read_text())]
_LEFT_OUT = {32625}  # had ended when the listings were taken
_ESCAPES = {"busybox_ps.txt": {32617}, "busybox_ps_o.txt": {32617}}  # rows that are not in these captures
_SHORTENED = "/home/.pyenv/ve"  # a stand-in: its rows were cut at column 80, too

# What each form has of a process, besides its pid and its arguments.
_FIELDS = {
    "ps_ef.txt": "ppid user tty cpu_seconds cpu_share",
    "ps_aux.txt": "user rss state tty cpu_seconds cpu_share memory_share",
    "ps_aux_cols80.txt": "user rss state tty cpu_seconds cpu_share memory_share",
    "ps_axjf.txt": "ppid pgid sid tty state user cpu_seconds",
    "ps_axo_full.txt": "ppid pgid sid state rss cpu_share age started_at",
    "ps_eo_command.txt": "ppid rss cpu_share age",
    "ps_eo_noheader.txt": "age",
    "ps_lstart_C.txt": "ppid started_at",
    "busybox_ps.txt": "user",
    "busybox_ps_o.txt": "ppid pgid sid user rss state tty name",
}
_TTYS = {0: "", 34816: "pts/0"}

Row = dict[str, Any]


def _read(name: str) -> Found:
    columns = "pid,etime,args" if "noheader" in name else None
    return listing((PS / name).read_bytes(), columns, name)


def _line_of(name: str, process: Process) -> str:
    """Return the line that a process was read from."""
    file, _, number = process.place.rpartition(":")
    assert file == name
    return (PS / name).read_bytes().split(b"\n")[int(number) - 1].decode("utf-8", "replace")


def _shown(name: str, argv: list[str]) -> list[str]:
    """Return the words of a command line as this form writes them."""
    text = " ".join(argv).replace("\n", " ")
    if name.startswith("busybox"):
        text = re.sub(r"\\x[89a-f][0-9a-f]", "\ufffd", text)
        return re.sub(r"[\x00-\x1f\x7f]", " ", text).split()
    text = re.sub(r"\\x[89a-f][0-9a-f]", "?", text)
    text = re.sub(r"[\x00-\x1f\x7f]", "." if "_C" in name else "?", text)
    if "_C" in name:
        text = "".join(char if char.isascii() else "?" * len(char.encode()) for char in text)
    return text.split()


def _user(name: str, uid: int) -> str:
    """Return the user as this form writes one: cut to eight characters, a number where there is no name."""
    long = "verylong" if name.startswith("busybox") else "verylon+"
    return str(uid) if name == "ps_axjf.txt" else {0: "root", 4321: long}.get(uid, str(uid))


def _cpu(row: Row) -> float:
    return float(row["utime"] + row["stime"]) / _TICKS


_CHECKS: dict[str, Callable[[str, Any, Row], bool]] = {
    "ppid": lambda _, value, row: value == row["ppid"],
    "pgid": lambda _, value, row: value == row["pgrp"],
    "sid": lambda _, value, row: value == row["sid"],
    "state": lambda _, value, row: value == row["state"],
    "user": lambda name, value, row: value == _user(name, row["uid"]),
    "rss": lambda _, value, row: value == pytest.approx(row["rss"] * _PAGE, rel=0.2),
    "started_at": lambda _, value, row: value == _BOOT + timedelta(seconds=row["start"] // _TICKS),
    "age": lambda _, value, row: 0 <= row["age_s"] - value < 6,  # /proc was looked at after that
    "cpu_seconds": lambda _, value, row: abs((row["utime"] + row["stime"]) / _TICKS - value) < 3,
    "cpu_share": lambda _, value, row: (
        abs((row["utime"] + row["stime"]) / _TICKS / row["age_s"] - value) < 0.05
    ),
    "memory_share": lambda _, value, row: value == pytest.approx(row["rss"] / 6_500_000, abs=0.002),
    "name": lambda _, value, row: value == row["comm"][:15],
    "tty": lambda name, value, row: (
        value == (_TTYS[row["tty_nr"]] if "busybox" not in name or not row["tty_nr"] else "136,0")
    ),
}


def _is_in_the_command(name: str, kind: str, value: Any, row: Row) -> bool:
    """Whether the command tells it: `{MainThread} node …` of busybox, `[claude] <defunct>`."""
    if kind == "name":
        return bool(value == row["comm"][:15] and (row["state"] == "Z" or name.startswith("busybox")))
    return kind == "state" and value == row["state"] == "Z"


@pytest.mark.parametrize("name", _FIELDS)
def test_labelled_processes_are_what_they_were(name: str) -> None:
    found = _read(name).processes
    missing = {pid for pid in LABELLED if pid not in found}
    assert missing == _LEFT_OUT | _ESCAPES.get(name, set())
    fields = set(_FIELDS[name].split())
    wrong = []
    for pid in set(LABELLED) - missing:
        process, row = found[pid], EVIDENCE[pid]
        for kind, fits in _CHECKS.items():
            value = getattr(process, kind)
            if kind in fields:
                wrong += [] if fits(name, value, row) else [(pid, kind, value)]
            elif kind == "sid" and value == pid == row["sid"]:
                continue  # STAT says that it leads a session
            elif value is not None and not _is_in_the_command(name, kind, value, row):
                wrong.append((pid, kind, value))
        wrong += [(pid, "exact", True)] if process.exact else []
    assert wrong == []


@pytest.mark.parametrize("name", sorted(set(_FIELDS) - {"ps_aux_cols80.txt"}))
def test_arguments_are_what_the_form_writes(name: str) -> None:
    found = _read(name).processes
    wrong = []
    for pid in set(LABELLED) & set(found):
        words, told = _shown(name, EVIDENCE[pid]["argv"]), found[pid].argv
        if name.startswith("busybox") and pid == 32623:  # busybox itself ends lines somewhere
            words[-1] = words[-1][: len(told[-1])] if told else ""
        if told != (tuple(words) or None):
            wrong.append((pid, told, words))
    assert wrong == []


# With neither a parent, a state nor a size, a zombie of busybox looks like a thread of the kernel.
_WITH_ZOMBIES = sorted(set(_FIELDS) - {"busybox_ps.txt"})


@pytest.mark.parametrize("name", _WITH_ZOMBIES)
def test_zombies_have_a_name_and_no_arguments(name: str) -> None:
    zombies = {process.pid: process for process in _read(name).processes.values() if process.state == "Z"}
    assert set(zombies) == {32536, 32537, 32538, 32539} & set(LABELLED)
    assert {(one.name, one.argv) for one in zombies.values()} == {("claude", None)}


@pytest.mark.parametrize("name", _FIELDS)
def test_every_row_is_a_process_of_the_line_it_stands_in(name: str) -> None:
    found = _read(name)
    lines = (PS / name).read_bytes().count(b"\n") - ("noheader" not in name)
    assert len(found.processes) == lines
    for pid, process in found.processes.items():
        assert re.search(rf"(?<!\d){pid}(?!\d)", _line_of(name, process)[:40])
    [table] = found.tables
    assert (table.system, table.whole, table.live) == ("linux", True, False)
    assert (table.source, table.place) == (name, f"{name}:1")


@pytest.mark.parametrize("name", _WITH_ZOMBIES)
def test_threads_of_the_kernel(name: str) -> None:
    found = _read(name).processes
    kernel = {pid for pid, row in EVIDENCE.items() if pid == 2 or row["ppid"] == 2}
    assert {pid for pid, process in found.items() if process.is_kernel} == kernel & set(found)


def test_a_cut_listing() -> None:
    name = "ps_aux_cols80.txt"
    found = _read(name)
    lines = {pid: _line_of(name, process) for pid, process in found.processes.items()}
    cut = {pid for pid, process in found.processes.items() if process.cut}
    assert cut == {pid for pid, line in lines.items() if len(line) == 80}
    assert len(cut) > 80
    wrong = []
    for pid in set(LABELLED) & set(found.processes):
        told = found.processes[pid].argv
        row = EVIDENCE[pid]
        if row["state"] != "Z" and not lines[pid].endswith(_SHORTENED):
            words = lines[pid][64:].split() if pid in cut else _shown(name, row["argv"])
            wrong += [] if told == tuple(words) else [(pid, told)]
    assert wrong == []
    [problem] = [one for one in found.problems if "cut" in one.message]
    assert problem.message == "lines end at column 80: arguments are cut off"
    assert "ps -ww" in problem.help


def test_names_of_a_cut_listing() -> None:
    found = _read("ps_aux_cols80.txt").processes
    assert [found[pid].name for pid in (2, 3, 5, 32536)] == [
        "kthreadd",
        "pool_workqueue",
        "kworker/R-sync",
        "claude",
    ]


@pytest.mark.parametrize("name", sorted(set(_FIELDS) - {"ps_aux_cols80.txt"}))
def test_a_whole_listing_is_not_taken_for_cut(name: str) -> None:
    found = _read(name)
    assert not [process for process in found.processes.values() if process.cut]
    assert not [message for message in found.messages if "cut" in message]


def test_what_a_form_lacks_is_said() -> None:
    said = {name: " ".join(_read(name).messages) for name in _FIELDS}
    assert {name for name, text in said.items() if "does not name parents" in text} == {
        name for name, fields in _FIELDS.items() if "ppid" not in fields
    }
    assert not any("has no arguments" in text for text in said.values())
    assert {name for name, text in said.items() if "no text: replaced" in text} == {
        "busybox_ps.txt",
        "busybox_ps_o.txt",
    }


def test_the_time_of_the_look_is_start_and_age() -> None:
    tables = {name: _read(name).tables[0] for name in _FIELDS}
    [told] = [table for table in tables.values() if table.at is not None]
    assert told is tables["ps_axo_full.txt"]
    assert told.at == datetime(2026, 11, 20, 9, 24, 26, tzinfo=UTC)
    assert told.time_from == "start and age of its processes"


def test_the_time_in_the_name_of_the_file_is_finer() -> None:
    paths = sorted((PS / "respawn").iterdir())
    tables = read_case([str(PS / "respawn")]).tables
    assert len(tables) == len(paths) == 20
    told = [table.at.timestamp() if table.at else None for table in tables]
    assert told == [pytest.approx(float(path.stem.partition("_")[2]), abs=1e-3) for path in paths]
    assert {table.time_from for table in tables} == {"the file's name"}


def test_a_date_in_the_name_of_the_file(tmp_path: Path) -> None:
    paths = [tmp_path / "ps-20261120-120000.txt", tmp_path / "ps-20261120-120010.txt"]
    for path in paths:
        path.write_bytes((PS / "ps_ef.txt").read_bytes())
    tables = read_case([str(path) for path in paths]).tables
    assert [table.at for table in tables] == [
        datetime(2026, 11, 20, 12, 0, second, tzinfo=UTC) for second in (0, 10)
    ]


def test_macos_aux() -> None:
    found = _read("macos_ps_aux.txt")
    busy, code, dead = (found.processes[pid] for pid in (38206, 812, 83632))
    assert (busy.user, busy.rss, busy.cpu_seconds) == ("dev", 1_043_216 * 1024, 379_184.71)
    assert busy.cpu_share == pytest.approx(1.979)
    assert busy.cpu_is_recent
    assert busy.argv == ("claude", "--resume", "4bc1f741-0000-4000-8000-000000000001")
    assert code.argv is not None
    assert (
        " ".join(code.argv)
        == (PS / "macos_ps_aux.txt").read_text().split("\n")[5].partition(" 88:37.14 ")[2]
    )
    assert (dead.state, dead.name, dead.argv) == ("Z", "node", None)
    assert {pid: process.tty for pid, process in found.processes.items() if process.tty} == {13412: "s003"}
    assert [process.state for process in found.processes.values()] == list("RRSSSSZ")
    assert {(process.started_at, process.is_kernel) for process in found.processes.values()} == {
        (None, False)
    }
    assert (found.tables[0].system, found.tables[0].whole) == ("macos", False)


def test_macos_with_start_and_age() -> None:
    found = _read("macos_ps_axo.txt")
    node = found.processes[82518]
    assert (node.ppid, node.pgid, node.sid, node.state) == (1, 82490, None, "R")
    assert (node.age, node.started_at) == (233_446.0, datetime(2026, 5, 11, 20, 56, 24, tzinfo=UTC))
    assert node.argv == ("node", "./node_modules/.bin/../gitnexus/dist/cli/index.js", "mcp")
    assert found.processes[14151].started_at == datetime(2026, 9, 20, 22, 36, 56, tzinfo=UTC)
    assert found.tables[0].at is None  # its rows are of several days: their sums do not agree
    assert (found.tables[0].system, found.problems) == ("macos", [])
