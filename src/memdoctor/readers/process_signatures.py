"""What the first bytes of each listing of processes look like; the most particular stands first."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

_MOST_LINES = 20
_PROMPT = re.compile(
    r"(?:[^\n$%#>]{0,80}+[$%#>] ?)?+(?:sudo )?(?:/\S{1,40}/)?"
    r"(?:ps|pstree|ss|lsof|netstat|wmic|tasklist)(?:\.exe)?(?: |\Z)"
)
_CSV_TASK = re.compile(r'"[^"\n]{1,260}","(?:PID|[0-9]{1,10})"(?:,"[^"\n]{0,1000}"){1,7}\s*\Z')
_COMMANDS = frozenset({"COMMAND", "CMD", "ARGS", "COMM", "UCMD", "UCOMM", "TIME"})
_LSOF = frozenset({"COMMAND", "PID", "FD", "TYPE", "NODE"})
_SS = frozenset({"State", "Recv-Q", "Send-Q"})
_WITHOUT_IDS = re.compile(r"[\w.:/@-]{1,64}?(?:-\+-|─┬─)[\w{(]")

# A text that is cut off at the end of the head is a token too, so that no place is looked at twice.
_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"(\s*+:)?|\\?\Z)|[\[\]{}]', re.DOTALL)
_MOST_TOKENS = 20_000
_WRAPPERS = ("value", "processes")
_OF_PROCESS = frozenset({"ppid", "argv", "cmdline"})
_OF_MEMORY = frozenset(
    {
        *("memoryUsage", "memory_usage", "heapUsed", "heap_used", "heapTotal", "heap_total", "external"),
        *("v8HeapStats", "heapStatistics", "used_heap_size", "total_heap_size"),
        *("arrayBuffers", "array_buffers"),
    }
)
_SMALL = 4096
_NUMBER = re.compile(r"\s*+[0-9]{1,10}+\s*+")
_BESIDE_PID = frozenset(
    {"port", "startedAt", "started_at", "startTime", "start_time", "startToken", "start_token"}
)
_MOST_BARE, _MOST_ABOVE = 20, 200  # lines
_BARE = re.compile(
    rb" {0,9}(?:[A-Za-z_][\w.+-]{0,31}+ {1,20}+)?+[0-9]{1,7} {1,20}[0-9A-Za-z/\[?.-][^|{=]*+"
)
_OBJECT = re.compile(rb"\s*+\{\s*+\"")  # what these take for none is decided without their modules


def is_wmic(head: bytes) -> bool:
    """Whether its first line names the columns of `wmic process … /format:csv`."""
    first = next(_lines(head), "")
    return first.startswith("Node,") and "ProcessId" in map(str.strip, first.split(",", 200))


def is_tasklist(head: bytes) -> bool:
    """Whether there is a rule of `===` under a heading, CSV with PID as second cell, or "No tasks"."""
    from memdoctor.readers.parts.processes.task_lines import columns_of, is_nothing

    before = ""
    for line in islice(_lines(head), _MOST_LINES):
        if is_nothing(line) or _CSV_TASK.match(line):
            return True
        columns = columns_of(line)
        if len(columns) > 2 and "PID" in before[columns[0].start : columns[1].stop].split():
            return True
        before = line
    return False


def is_listeners(head: bytes) -> bool:
    """Whether its first line is a heading of `ss` or `lsof`, or one of the first is a listening socket."""
    if _OBJECT.match(head):
        return False
    from memdoctor.readers.parts.processes.socket_lines import socket_of

    lines = list(islice(_lines(head), _MOST_LINES))
    words = set(lines[0].split(None, 40)) if lines else set()
    return words >= _LSOF or words >= _SS or any(map(socket_of, lines))


def is_pstree(head: bytes) -> bool:
    """Whether the first lines draw a tree of names with process ids."""
    if _OBJECT.match(head):
        return False
    from memdoctor.readers.parts.processes.tree_drawing import line_of

    for number, line in enumerate(islice(_lines(head), 3)):
        if not number and _WITHOUT_IDS.match(line):
            return True  # the reader says what is missing
        told = line_of(line[:_SMALL], number)
        named = [entry for entry in told.entries if entry.name[:1] not in {"", " ", "-", "─"}]
        if named and (told.column is not None or len(named) > 1):
            return True
    return False


def is_ps_table(head: bytes) -> bool:
    """Whether one of its first lines names columns of `ps`: a pid and what runs."""
    return any(_names_columns(line) for line in islice(_lines(head), _MOST_ABOVE))


def _names_columns(line: str) -> bool:
    words = set(line.lstrip("> ").split(None, 64))
    return "PID" in words and bool(words & _COMMANDS) and not words >= _LSOF


def is_process_json(head: bytes) -> bool:
    """Whether the first object of a document, a list or a line describes a process."""
    keys = _first_keys(head)
    if {"ProcessId", "ParentProcessId"} <= keys:
        return True
    return "pid" in keys and bool(keys & _OF_PROCESS) and not keys & _OF_MEMORY


def is_pid_file(head: bytes) -> bool:
    """Whether it is a number alone, or a small object with a pid and when or where that process began."""
    if len(head) >= _SMALL:
        return False
    text = _text(head)
    if _NUMBER.fullmatch(text):
        return True
    if text.lstrip()[:1] != "{":
        return False
    keys = _first_keys(head)
    return "pid" in keys and bool(keys & _BESIDE_PID) and not keys & (_OF_MEMORY | {"rss", "memory_info"})


def _first_keys(head: bytes) -> frozenset[str]:
    """Return the keys of the first object; a list around it, also as a "value", is opened."""
    text = _text(head)
    if text.lstrip()[:1] not in ("{", "["):
        return frozenset()
    keys: set[str] = set()
    depth, level = 0, 0  # level is that of the object whose keys are taken
    latest = ""
    for found in islice(_TOKEN.finditer(text), _MOST_TOKENS):
        mark = found[0]
        if mark in ("{", "["):
            depth += 1
            if mark == "{" and not level:
                level = depth
            elif mark == "[" and (level, depth) == (1, 2) and latest in _WRAPPERS:
                level, keys = 0, set()
        elif mark in ("}", "]"):
            depth -= 1
            if depth < level:
                break
        elif found[2] and depth == level:
            latest = found[1]
            keys.add(latest)
    return frozenset(keys)


@lru_cache(maxsize=2)
def _text(head: bytes) -> str:
    from memdoctor.readers.parts.decoding import decode

    return decode(head).text.removeprefix("\ufeff")


def _lines(head: bytes) -> Iterator[str]:
    """Yield the lines that say something: no prompts, no comments."""
    from memdoctor.readers.parts.plain import numbered

    for _, line in numbered(_text(head)):
        if line.strip() and not line.startswith("#") and not _PROMPT.match(line):
            yield line


def is_bare_listing(head: bytes) -> bool:
    """Whether it may be a listing of processes without a heading: most lines begin with a number."""
    lines = [line for line in head.split(b"\n")[:_MOST_BARE] if line.strip()]
    return len(lines) > 2 and sum(_BARE.match(line) is not None for line in lines) * 5 >= len(lines) * 4
