"""`ps` of anybody's making: any text, any columns in any order, and lines made to take long."""

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.errors import InputError, UsageError
from memdoctor.readers.parts.processes import ps_columns
from ps_reading import listing, processes

from process_reading import Found

_PIECES = st.sampled_from(
    [
        *(
            "PID",
            "PPID",
            "COMMAND",
            "CMD",
            "STARTED",
            "RSS",
            "%CPU",
            "STAT",
            "ELAPSED",
            "TTY",
            "USER",
            "COMM",
        ),
        *("  PID TTY COMMAND\n", "  PID  PPID STARTED RSS CMD\n", "PID %CPU COMMAND ELAPSED COMMAND\n"),
        *(
            "\n",
            "\n",
            "\n",
            "\r\n",
            " ",
            "\t",
            "12",
            "0",
            "-1",
            "2147483648",
            "9" * 20,
            "1e5",
            "²",
            "٣",
            "?",
            "??",
        ),
        *(
            "00:01",
            "1-02:03:04",
            "Fri Nov 20 09:02:54 2026",
            "Feb 31 00:00:00 1999",
            "25:61:61",
            "2026",
            "Oct 31",
        ),
        *(
            "[x]",
            "[x] <defunct>",
            "<defunct>",
            "(x)",
            "{x} ",
            "|",
            " \\_ ",
            "# ",
            "$ ",
            "> ",
            "\x1b[1m",
            "\0",
            "\x85",
        ),
    ]
)
_TEXTS = st.lists(_PIECES | st.just(" ") | st.text(max_size=4), max_size=60).map("".join)


def _sound(found: Found, content: str) -> None:
    """Make sure that what was read is within bounds."""
    lines = content.count("\n") + 1
    assert sum(len(table.processes) for table in found.tables) <= lines
    for table in found.tables:
        pids = [one.pid for one in table.processes]
        assert len(set(pids)) == len(pids) > 0
        for one in table.processes:
            assert 0 < one.pid < 1 << 31
            assert all(
                0 <= number < 1 << 31 for number in (one.ppid, one.pgid, one.sid) if number is not None
            )
            sizes: tuple[Any, ...] = (one.rss, one.pss, one.uss, one.swap)
            times: tuple[Any, ...] = (one.age, one.cpu_seconds)
            for value in (*sizes, *times, one.memory_share, one.cpu_share):
                assert value is None or (value >= 0 and math.isfinite(value))
            assert one.argv is None or all(word and not word.isspace() for word in one.argv)
            number = int(one.place.rpartition(":")[2])
            assert 1 <= number <= lines


@settings(deadline=None)
@given(_TEXTS, st.sampled_from(["", "  PID TTY COMMAND\n", "PID STARTED COMMAND RSS ELAPSED TIME CMD\n"]))
def test_any_text(content: str, heading: str) -> None:
    data = (heading + content).encode("utf-8", "replace")
    try:
        found = listing(data)
    except InputError:
        return
    _sound(found, heading + content)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"  PID COMMAND\n   12 "]))
def test_any_bytes(data: bytes, start: bytes) -> None:
    try:
        found = listing(start + data)
    except InputError:
        return
    _sound(found, "\n" * (start + data).count(b"\n"))


@settings(deadline=None)
@given(_TEXTS, st.sampled_from(["pid,args", "ppid,pid,lstart,rss,comm", "comm,pid,etime,etimes,cmd"]))
def test_any_text_with_named_columns(content: str, columns: str) -> None:
    try:
        found = listing(content.encode("utf-8", "replace"), columns)
    except InputError:
        return
    _sound(found, content)


@settings(deadline=None)
@given(st.text(max_size=40) | st.lists(_PIECES, max_size=9).map(",".join))
def test_any_names_of_columns(columns: str) -> None:
    try:
        known = ps_columns.asked(columns)
    except UsageError:
        return
    assert "pid" in known


# Without &: entities of HTML are resolved in every text, which is said.
_SIGNS = st.characters(categories=("L", "M", "N", "P", "S"), exclude_characters="&")
_WORDS = st.text(_SIGNS, min_size=1, max_size=12)
_FIRST = st.from_regex(r"[A-Za-z~/.][A-Za-z0-9_./@-]{0,30}", fullmatch=True)  # brackets mean something
_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "PID": st.integers(1, (1 << 22) - 1),
            "PPID": st.integers(0, (1 << 22) - 1),
            "RSS": st.integers(0, 1 << 36),
            "NLWP": st.integers(1, 5000),
            "ELAPSED": st.integers(0, 10**8),
            "TIME": st.integers(0, 10**7),
            "USER": st.from_regex(r"[a-z_][a-z0-9_-]{0,6}\+?", fullmatch=True),
            "STAT": st.sampled_from(["Ss", "S", "R+", "Dl", "T", "I<", "SNsl"]),
            "%CPU": st.integers(0, 99_999),
            "WCHAN": st.sampled_from(["-", "do_sys", "0"]),
            "COMMAND": st.tuples(_FIRST, st.lists(_WORDS, max_size=5)),
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: str(row["PID"]),
)
_ORDERS = st.permutations(
    ["PID", "PPID", "RSS", "NLWP", "ELAPSED", "TIME", "USER", "STAT", "%CPU", "WCHAN"]
)


def _clock(seconds: int) -> str:
    """Return a time as procps writes it: [[DD-]HH:]MM:SS."""
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    text = f"{minutes:02}:{seconds % 60:02}"
    if days:
        return f"{days:02}-{hours:02}:{text}"
    return f"{hours:02}:{text}" if hours else text


def _cell(kind: str, value: Any) -> str:
    if kind in ("ELAPSED", "TIME"):
        return _clock(value)
    return f"{value // 10}.{value % 10}" if kind == "%CPU" else str(value)


def _rendered(rows: list[dict[str, Any]], order: list[str]) -> str:
    """Return a listing in which every column is as wide as it needs to be, as ps writes one."""
    cells = [order, *([_cell(kind, row[kind]) for kind in order] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    commands = ["COMMAND", *(" ".join((row["COMMAND"][0], *row["COMMAND"][1])) for row in rows)]
    lines = []
    for line, command in zip(cells, commands, strict=True):
        padded = (
            cell.ljust(width) if kind in ("USER", "STAT", "WCHAN") else cell.rjust(width)
            for kind, cell, width in zip(order, line, widths, strict=True)
        )
        lines.append(" ".join((*padded, command)))
    return "\n".join(lines) + "\n"


@settings(deadline=None)
@given(_ROWS, _ORDERS, st.booleans())
def test_what_was_written_is_read(rows: list[dict[str, Any]], order: list[str], named: bool) -> None:
    content = _rendered(rows, order)
    columns = None
    if named:
        content = content.partition("\n")[2]
        columns = ",".join((*order, "args")).replace("ELAPSED", "etime").lower()
    found = processes(content, columns)
    assert list(found) == [row["PID"] for row in rows]
    for row in rows:
        told = found[row["PID"]]
        assert (told.ppid, told.rss, told.threads) == (row["PPID"], row["RSS"] * 1024, row["NLWP"])
        assert (told.age, told.cpu_seconds) == (row["ELAPSED"], row["TIME"])
        assert (told.user, told.state) == (row["USER"], row["STAT"][0])
        assert told.cpu_share == pytest.approx(row["%CPU"] / 1000)
        assert told.argv == (row["COMMAND"][0], *row["COMMAND"][1])


_HEADING = "  PID TTY      COMMAND\n"
_MEGABYTE = 1 << 20
_LONG = {
    "bars": "| " * (_MEGABYTE // 2),
    "bars-only": "|" * _MEGABYTE,
    "spaces": " " * _MEGABYTE,
    "few-spaces": " " * 60,  # ps -ejH at a depth of thirty
    "branches": " \\_ " * (_MEGABYTE // 4),
    "trunks": " |   " * (_MEGABYTE // 5),
    "brackets": "[" * _MEGABYTE,
    "closing": "]" * _MEGABYTE,
    "nested": "[(" * (_MEGABYTE // 2) + ")]",
    "braces": "{" * _MEGABYTE,
    "in-braces": "{a} " * (_MEGABYTE // 4),
    "digits": "0" * _MEGABYTE,
    "clocks": "00:" * (_MEGABYTE // 3),
    "numbers": "1.2:3-" * (_MEGABYTE // 6),
    "ids": "0123abcd-" * (_MEGABYTE // 9),
    "words": "a " * (_MEGABYTE // 2),
    "headings": "PID " * (_MEGABYTE // 4),
    "zombies": "<defunct> " * (_MEGABYTE // 10),
    "escapes": "\x1b[" * (_MEGABYTE // 2),
    "colours": "\x1b[0" * (_MEGABYTE // 3),
    "quotes": "> " * (_MEGABYTE // 2),
    "tabs": "\t" * _MEGABYTE,
    "returns": "\r" * _MEGABYTE,
}
_READ = """
import sys
from memdoctor.errors import InputError
from memdoctor.readers import ps_table
from memdoctor.readers.opening import open_input
with open_input(sys.argv[1]) as opened:
    try:
        print(sum(len(getattr(one, "processes", ())) for one in ps_table.read(opened, *sys.argv[2:])))
    except InputError:
        print(0)
"""


def _count(path: Path, *columns: str) -> int:
    """Return how many processes are read within five seconds; elsewhere, so that it can be stopped."""
    call = [sys.executable, "-c", _READ, str(path), *columns]
    done = subprocess.run(call, capture_output=True, text=True, timeout=5, check=True)
    return int(done.stdout)


@pytest.mark.parametrize("name", _LONG)
def test_a_long_line_takes_no_longer_than_it_is(name: str, tmp_path: Path) -> None:
    line = _LONG[name]
    path = tmp_path / "a.txt"
    path.write_text(
        f"{line}\n{_HEADING}    1 ?        {line}x\n   12 ?        {line}\n{line}\n   13 ?        b\n"
    )
    assert _count(path) >= 1
    assert _count(path, "pid,tty,args") >= 0


def test_many_rows_take_no_longer_than_they_are_many(tmp_path: Path) -> None:
    rows = 30_000
    path = tmp_path / "a.txt"
    path.write_text(
        _HEADING + "".join(f"{pid:>5} ?        node server-{pid}.js\n" for pid in range(1, rows + 1))
    )
    assert _count(path) == rows


def test_many_listings(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{_HEADING}    1 ?        a\n" * 20_000)
    assert _count(path) == 20_000
