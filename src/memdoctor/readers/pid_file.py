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
from memdoctor.readers.parts.process_fields import count, process_id, windows_moment
from memdoctor.readers.parts.process_rows import Fields, Left
from memdoctor.readers.parts.values import WrongKindError, moment

MOST_BYTES = 4096
_HELP = "a pid file holds the id of a process, or JSON with its pid"
_NUMBER = re.compile(rb"\s*+([0-9]{1,10})\s*+")
_STARTS = ("startedAt", "started_at", "startTime", "start_time", "startToken", "start_token")
_TOKENS = ("startToken", "start_token")  # of any form, so a wrong one is not worth a word


def read(opened: Opened) -> Iterator[PidFile | Problem]:
    """Yield the one process the file names. Raises InputError if it names none."""
    name = opened.source.name
    data = opened.read(MOST_BYTES, _HELP).removeprefix(b"\xef\xbb\xbf")
    number = _NUMBER.fullmatch(data)
    root = {"pid": int(number[1])} if number else parse(data)
    if not isinstance(root, dict):
        raise InputError("no pid in it", _HELP)
    left = Left(name)
    try:
        pid = process_id(root.get("pid"))
    except WrongKindError as error:
        raise InputError(f"its pid is none: {error}", _HELP) from error
    if not pid:
        raise InputError("pid 0 is that of no process", _HELP)
    fields = Fields(root, name, left)
    yield PidFile(name, pid, _start(fields), _written(opened), fields.take("port", _port))
    yield from left.problems()


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
