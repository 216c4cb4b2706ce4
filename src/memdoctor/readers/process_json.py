"""Processes as JSON: Win32_Process of PowerShell, psutil's `as_dict()`, lines of evidence from /proc."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.errors import InputError
from memdoctor.model import Problem, Process, ProcessTable
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.json_text import MOST_BYTES, parse, pointer
from memdoctor.readers.parts.processes import proc_evidence, psutil_process, windows_process
from memdoctor.readers.parts.processes.process_rows import Fields, Left, Rows

_HELP = "take fewer processes, or fewer fields of each"
_WRAPPERS = ("value", "processes")  # PowerShell 5.1 makes {"value": […], "Count": 3} of a list in a list
_OF_PROC = frozenset({"argv", "comm", "stdio", "pgrp", "utime"})

# What Python makes of bytes in arguments that are no UTF-8; as an escape it is no valid JSON.
_HALF = re.compile(rb"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][cC][89a-fA-F][0-9a-fA-F]")


def read(opened: Opened) -> Iterator[ProcessTable | Problem]:
    """Yield the table of all processes, and what of them was left out.

    Raises InputError if it is no JSON, or none of its objects is a process.
    """
    name = opened.source.name
    left = Left(name)
    rows, systems = Rows(name, name, left), set()
    for place, value in _values(opened.read(MOST_BYTES, _HELP), name, left):
        process, system = _process(value, place, left)
        if process is not None:
            rows.add(process)
            systems.add(system)
    if not rows.processes:
        raise InputError("JSON, but no process in it", windows_process.HELP)
    told = systems - {None}
    yield rows.table(told.pop() if len(told) == 1 else None)
    yield from rows.lacking(
        "with ProcessId, ParentProcessId and CommandLine; or with pid, ppid and cmdline"
    )
    yield from left.problems()


def _process(value: Any, place: str, left: Left) -> tuple[Process | None, str | None]:
    """Return the process an object describes, and its system as far as the object tells."""
    if not isinstance(value, dict) or not ("pid" in value or "ProcessId" in value):
        left.row("no process: left out", place)
        return None, None
    fields = Fields(value, place, left)
    if "ProcessId" in value:
        return windows_process.process(fields), "windows"
    if value.keys() & _OF_PROC:
        return proc_evidence.process(fields), "linux"
    return psutil_process.process(fields), psutil_process.system(value)


def _values(data: bytes, name: str, left: Left) -> Iterator[tuple[str, Any]]:
    """Yield each value that should be a process, with its place.

    Raises InputError if the text is neither one document nor lines of objects.
    """
    first: InputError | None = None
    for text, repairs in _texts(data):
        for repair in repairs:
            left.note(repair, name)
        try:
            root = _parsed(text, name, left)
        except InputError as error:
            first = first or error
        else:
            yield from _elements(root, f"{name}#")
            return
        found = False
        for line in _lines(text, name, left):
            found = True
            yield line
        if found:
            return
    raise first or InputError("nothing but white space")


def _texts(data: bytes) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """Yield the text as it is; then, if that was nothing, without what an editor or a mail did to it."""
    plain = data.removeprefix(b"\xef\xbb\xbf")
    yield plain, ()
    decoded = decode(data)
    text = decoded.text.removeprefix("\ufeff").encode("utf-8", errors="replace")
    if text != plain:
        yield text, decoded.repairs


def _parsed(text: bytes, name: str, left: Left) -> Any:
    try:
        return parse(text)
    except InputError:
        whole = _HALF.sub(rb"\\ufffd", text) if b"\\u" in text else text
        if whole == text:
            raise
        value = parse(whole)
        left.note("bytes that are no text: replaced", name)
        return value


def _elements(root: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the elements of a list, or the one object there is: PowerShell makes no list of one process."""
    if isinstance(root, dict):
        wrapper = next((key for key in _WRAPPERS if isinstance(root.get(key), list)), None)
        if wrapper is None:
            yield place, root
            return
        root, place = root[wrapper], pointer(place, wrapper)
    if isinstance(root, list):
        for index, value in enumerate(root):
            yield pointer(place, str(index)), value


def _lines(text: bytes, name: str, left: Left) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the object of each line; other lines are counted if there is any object at all."""
    found, others, first, number = 0, 0, "", 0
    for number, line in _numbered(text):
        if not line or line.startswith(b"#"):
            continue
        value = _object(line, name, left)
        if value is None:
            others += 1
            first = first or f"{name}:{number}"
        else:
            found += 1
            yield f"{name}:{number}", value
    if found and others:
        left.row("a line without an object: left out", first, times=others)


def _numbered(text: bytes) -> Iterator[tuple[int, bytes]]:
    start = number = 0
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        number += 1
        yield number, text[start:end].strip()
        start = end + 1


def _object(line: bytes, name: str, left: Left) -> Mapping[str, Any] | None:
    try:
        value = _parsed(line, name, left) if line.startswith(b"{") else None
    except InputError:
        return None
    return value if isinstance(value, dict) else None
