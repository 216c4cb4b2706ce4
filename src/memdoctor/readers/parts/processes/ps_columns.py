"""The columns of a `ps` listing: found by the words of its heading, never by their position."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from memdoctor.cuts import beginning
from memdoctor.errors import InputError, UsageError
from memdoctor.readers.parts.processes.ps_values import decimal, seconds, size, start_words, whole
from memdoctor.text import closest

# Heading (or what is asked for with -o) → what it holds.
_COLUMNS = {
    **{"PID": "pid", "TGID": "pid", "PPID": "ppid", "PGID": "pgid", "PGRP": "pgid"},
    **{"SID": "sid", "SESS": "session", "SESSION": "session"},
    **dict.fromkeys(("USER", "UID", "RUSER", "RUID", "EUSER", "EUID", "LOGNAME", "UNAME"), "user"),
    **dict.fromkeys(("%CPU", "PCPU", "CPU%", "C"), "cpu_share"),
    **dict.fromkeys(("%MEM", "PMEM"), "memory_share"),
    **dict.fromkeys(("RSS", "RSZ", "RSSIZE", "RES"), "rss"),
    **{"PSS": "pss", "USS": "uss", "SWAP": "swap"},
    **dict.fromkeys(("TTY", "TT", "TNAME", "CTTY"), "tty"),
    **dict.fromkeys(("STAT", "S", "STATE"), "state"),
    **dict.fromkeys(("START", "STARTED", "STIME", "LSTART", "START_TIME", "BSDSTART"), "start"),
    **dict.fromkeys(("TIME", "CPUTIME", "CPUTIMES", "TIME+", "BSDTIME"), "cpu_seconds"),
    **dict.fromkeys(("ELAPSED", "ETIME", "ETIMES"), "age"),
    **dict.fromkeys(("NLWP", "THCNT", "WQ", "THREADS"), "threads"),
    **dict.fromkeys(("COMMAND", "CMD", "ARGS"), "argv"),
    **dict.fromkeys(("COMM", "UCOMM", "UCMD"), "name"),
}
# Known, and nothing that is used here.
_PASSED = re.compile(
    r"F|FLAGS?|NI|NICE|PRI|PRIO|PRIORITY|UPR|ADDR|SZ|VSZ|VSIZE|[TD]?SIZ|SIZE|M_SIZE|TRS|DRS|LIM|RE|SL|PAGEIN"
    r"|M?WCHAN|TPGID|LWP|TID|SPID|CLS|CLASS|RTPRIO|PSR|[SFER]?[UG]ID|[ER]?GROUP|MAJ_?FLT|MIN_?FLT|JID|JAIL|JOBC"
    r"|NSWAP|LABEL|BLOCKED|CAUGHT|IGNORED|PENDING|SIGNAL|OOM|ENVID|UNIT|SLICE|SEAT|CGROUP|OUID|NAMESPACE"
    r"|(?:IPC|MNT|NET|PID|USER|UTS)NS"
)
_HEADING = re.compile(r"[A-Z%][A-Z0-9%_+:-]{0,15}")
_MOST_COLUMNS = 64
_MAY_HOLD_SPACES = ("argv", "name")


@dataclass(frozen=True, slots=True)
class Column:
    """One column, and where in the line its heading begins, if there is one."""

    kind: str | None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of a listing, in order."""

    all: tuple[Column, ...]
    line: int = 0  # of the heading; 0 where there is none

    def __contains__(self, kind: str) -> bool:
        return any(column.kind == kind for column in self.all)


def heading(line: str, number: int) -> Columns | None:
    """Return the columns that a line names, or None if it is no heading."""
    words = line.split()
    if len(words) < 2 or len(words) > _MOST_COLUMNS or not any(word in ("PID", "TGID") for word in words):
        return None
    # There are more columns than anybody can list: beside known ones, what looks like one is one.
    if not all(_HEADING.fullmatch(word) for word in words) or not _is_known(words):
        return None
    columns, position = [], 0
    for word in words:
        position = line.index(word, position)
        columns.append(Column(_COLUMNS.get(word), position, position + len(word)))
        position += len(word)
    return _known(columns, number)


def asked(names: str) -> Columns:
    """Return the columns of a listing without a heading, as the user names them: `pid,ppid,etime,args`.

    Raises UsageError for a name that is none, and without a pid.
    """
    columns = []
    for name in names.replace(" ", ",").split(","):
        word = name.strip().upper()
        if not word:
            continue
        kind = _COLUMNS.get(word)
        if kind is None and _PASSED.fullmatch(word) is None:
            known = tuple(sorted({column.lower() for column in _COLUMNS}))
            raise UsageError(f"--columns: there is no column {name.strip()}", closest(name.lower(), known))
        columns.append(Column(kind))
    kinds = [column.kind for column in columns if column.kind not in (None, "age")]  # etime and etimes
    twice = sorted({str(kind) for kind in kinds if kinds.count(kind) > 1})
    if twice:
        raise UsageError(f"--columns: {twice[0]} is there twice", "name each column once")
    if not any(column.kind == "pid" for column in columns):
        raise UsageError("--columns: one of them must be pid", "such as pid,ppid,rss,etime,args")
    return _known(columns, 0)


def _known(columns: list[Column], line: int) -> Columns:
    """Tell the name of a command from its arguments where both have one heading."""
    last = len(columns) - 1
    told: list[Column] = []
    for index, column in enumerate(columns):
        kind = "name" if column.kind == "argv" and index < last else column.kind
        told.append(Column(kind, column.start, column.end))
    return Columns(tuple(told), line)


def cells(columns: Columns, line: str) -> dict[str, list[str]] | None:
    """Return the words of each column of a row, or None if the row has too few.

    What may hold spaces takes the rest of the line; in the middle, up to where the next heading begins.
    """
    found: dict[str, list[str]] = {}
    rest = line
    for column, after in pairwise((*columns.all, None)):
        if column is None:
            break
        if column.kind in _MAY_HOLD_SPACES:
            if after is None:
                found[column.kind] = [(rest[1:] if rest[:1] == " " else rest).rstrip()]
                return found
            cut = _cut(line, rest, after)
            found[column.kind] = [rest[:cut].strip()]
            rest = rest[cut:]
            continue
        words = rest.split(None, 7)
        if not words:
            return None
        take = start_words(words) if column.kind == "start" else 1
        for word in words[:take]:
            rest = rest[rest.index(word) + len(word) :]
        if column.kind and column.kind not in found:
            found[column.kind] = words[:take]
        elif column.kind == "age" and words[0].isdigit():  # etime and etimes have one heading
            found["age"] = words[:1]
    return found


def _is_known(words: list[str]) -> bool:
    """Whether a heading has what runs, or most of its columns are known."""
    kinds = [_COLUMNS.get(word) for word in words]
    told = [word for word in words if word in _COLUMNS or _PASSED.fullmatch(word)]
    return any(kind in _MAY_HOLD_SPACES for kind in kinds) or len(told) * 2 > len(words)


def _cut(line: str, rest: str, after: Column) -> int:
    """Return where in `rest` the next column begins: with the word that stands under its heading."""
    offset = len(line) - len(rest)
    stripped = rest.lstrip()
    first_word = len(rest) - len(stripped) + len(stripped.split(" ", 1)[0])
    if after.start is None or after.end is None or after.start <= offset:
        return first_word
    under = next((at for at in range(after.start, min(after.end, len(line))) if line[at] != " "), None)
    if under is None:
        return first_word
    begin = line.rfind(" ", offset, under + 1) + 1
    return begin - offset if begin > offset else first_word


def check(columns: Columns, rows: Sequence[tuple[int, str]], name: str) -> None:
    """Make sure that the columns fit the first rows.

    Raises InputError, naming the column and the line, if they do not.
    """
    tests = {"pid": whole, "ppid": whole, "rss": size, "age": seconds, "cpu_share": decimal}
    for number, line in rows[:5]:
        found = cells(columns, line)
        if found is None:
            raise InputError(
                f"fewer columns than the {len(columns.all)} that were named",
                _HELP,
                place=f"{name}:{number}",
            )
        first = found.get("argv", [""])[0].split(" ", 1)[0]
        if seconds(first) is not None:
            raise InputError(f"the command is {first!r}", _HELP, place=f"{name}:{number}")
        for kind, test in tests.items():
            if kind in found and test(found[kind][0]) is None:
                raise InputError(
                    f"column {kind} is {beginning(found[kind][0], 40)!r}", _HELP, place=f"{name}:{number}"
                )


_HELP = "name the columns in their order, as for ps -o: --columns pid,ppid,rss,etime,args"
