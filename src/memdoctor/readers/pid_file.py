"""A file that says which process runs: a number alone, or a small JSON object with it."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from memdoctor.errors import InputError
from memdoctor.model import PidFile, Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.json_text import parse
from memdoctor.readers.parts.processes.process_fields import count, process_id, windows_moment
from memdoctor.readers.parts.processes.process_rows import Fields, Left
from memdoctor.readers.parts.values import WrongKindError, moment

MOST_BYTES = 4096
_HELP = "a pid file holds the id of a process, or JSON with its pid"
_NUMBER = re.compile(rb"\s*+([0-9]{1,10})\s*+")
_STARTS = ("startedAt", "started_at", "startTime", "start_time", "startToken", "start_token")
_TOKENS = ("startToken", "start_token")  # of any form, so a wrong one is not worth a word


def read(opened: Opened) -> Iterator[PidFile | Problem]:
    """Yield the one process the file names. Raises InputError if it names none, or may be any number."""
    name = opened.source.name
    data = opened.read(MOST_BYTES, _HELP)
    if _NUMBER.fullmatch(data) and opened.source.kind == "path" and "pid" not in Path(name).name.lower():
        raise InputError("a lone number, in a file that is not named after a pid", _HELP)
    left = Left(name)
    yield pid_file_of(data, name, _written(opened), left)
    yield from left.problems()


def pid_file_of(data: bytes, place: str, written: datetime | None, left: Left) -> PidFile:
    """Return what the content of a pid file says. Raises InputError if it names no process."""
    number = _NUMBER.fullmatch(data.removeprefix(b"\xef\xbb\xbf"))
    root = {"pid": int(number[1])} if number else parse(data)
    if not isinstance(root, dict):
        raise InputError("no pid in it", _HELP)
    try:
        pid = process_id(root.get("pid"))
    except WrongKindError as error:
        raise InputError(f"its pid is none: {error}", _HELP) from error
    if not pid:
        raise InputError("pid 0 is that of no process", _HELP)
    fields = Fields(root, place, left)
    return PidFile(place, pid, _start(fields), written, fields.take("port", _port))


def _start(fields: Fields) -> datetime | None:
    """Return when the process started; a token is taken if it is a time."""
    for key in _STARTS:
        found = _token(fields.row) if key in _TOKENS else fields.take(key, moment)
        if found is not None:
            return found
    return None


def _token(row: Mapping[str, Any]) -> datetime | None:
    for key in _TOKENS:
        try:
            return windows_moment(row.get(key))
        except WrongKindError:
            continue
    return None


def _port(raw: Any) -> int:
    number = count(raw)
    if not 0 < number < 1 << 16:
        raise WrongKindError(f"{number} is no port")
    return number


def _written(opened: Opened) -> datetime | None:
    """Return when the file was last changed; what comes from a pipe has no such time."""
    if opened.source.kind != "path" or opened.source.size is None:
        return None
    try:
        return datetime.fromtimestamp(Path(opened.source.name).stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None
