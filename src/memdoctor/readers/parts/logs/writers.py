"""Who wrote a line of a log: the app that PM2 names before it, or beside it in an object, or a pid."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.readers.parts.logs.plain import bare, words

_PM2 = re.compile(rb"(?:^|[\s:])(\d{1,6})\|(.{1,120}?) *\| ")
_FORMAT = re.compile(rb"(?:^| )app=(.{1,120}?) id=(\d{1,6}) type=\w{1,8} message=")
_JSON = re.compile(rb"\"process_id\" ?: ?(\d{1,6}) ?, ?\"app_name\" ?: ?\"([^\"\n]{1,120})\"")
_OWN_PID = re.compile(rb"\((?:node|bun):(\d{1,10})\) ")
_PID = re.compile(
    rb"\"(?:pid|_PID|process\.pid)\" ?: ?\"?(\d{1,10})\b"
    rb"|^[A-Z][a-z]{2} [ \d]\d [\d:]{8} \S{1,80} [^\s\[]{1,60}\[(\d{1,10})\]: "
)
_LOOKED_AT = 240  # bytes in which a prefix ends
_LONGEST, _TAIL = 1 << 12, 1 << 10  # bytes of a long line that are looked at, and at its end


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a line, as far as the line says. `pm2 logs` cuts long names."""

    app: str | None = None
    pm_id: int | None = None
    pid: int | None = None


NOBODY = Writer()


def writer_of(texts: Sequence[bytes]) -> Writer:
    """Return who wrote a line, as it says itself, or the objects around it do, the innermost first."""
    app, pm_id = None, None
    found = _OWN_PID.search(texts[-1])
    for whole in reversed(texts):
        text = whole if len(whole) < _LONGEST else whole[: _LONGEST - _TAIL] + b"\n" + whole[-_TAIL:]
        found = found or _PID.search(text)
        if app is None and (named := _app_of(text)):
            app, pm_id = named
    return Writer(app, pm_id, int(found[found.lastindex or 0]) if found else None)


def _app_of(text: bytes) -> tuple[str, int] | None:
    start = bare(text[:_LOOKED_AT])
    if named := _PM2.search(start) or _FORMAT.search(start):
        is_format = named.re is _FORMAT
        return words(named[1 if is_format else 2]), int(named[2 if is_format else 1])
    named = _JSON.search(text)
    return None if named is None else (words(named[2]), int(named[1]))
