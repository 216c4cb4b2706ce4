"""Who wrote a line of a log: the app that PM2 names before it, or beside it in an object, or a pid."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.readers.parts.logs.plain import bare, words

_PM2 = re.compile(rb"(?:^|[\s:])(\d{1,6})\|(.{1,120}?) *\| ")
_FORMAT = re.compile(rb"(?:^| )app=(.{1,120}?) id=(\d{1,6}) type=\w{1,8} message=")
_JSON = re.compile(rb"\"process_id\" ?: ?(\d{1,6}) ?, ?\"app_name\" ?: ?\"([^\"\n]{1,120})\"")
_PID = re.compile(
    rb"\"(?:pid|_PID|process\.pid)\" ?: ?\"?(\d{1,10})\b|\((?:node|bun):(\d{1,10})\) "
    rb"|^[A-Z][a-z]{2} [ \d]\d [\d:]{8} \S{1,80} [^\s\[]{1,60}\[(\d{1,10})\]: "
)
_LOOKED_AT = 240  # bytes in which a prefix ends


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a line, as far as the line says. `pm2 logs` cuts long names."""

    app: str | None = None
    pm_id: int | None = None
    pid: int | None = None


NOBODY = Writer()


def writer_of(texts: Sequence[bytes]) -> Writer:
    """Return who wrote a line, as it says itself, or the objects around it do, the innermost first."""
    app, pm_id, pid = None, None, None
    for text in reversed(texts):
        if pid is None and (found := _PID.search(text)):
            pid = int(found[found.lastindex or 0])
        if app is None and (named := _app_of(text)):
            app, pm_id = named
    return Writer(app, pm_id, pid)


def _app_of(text: bytes) -> tuple[str, int] | None:
    start = bare(text[:_LOOKED_AT])
    if named := _PM2.search(start) or _FORMAT.search(start):
        is_format = named.re is _FORMAT
        return words(named[1 if is_format else 2]), int(named[2 if is_format else 1])
    named = _JSON.search(text)
    return None if named is None else (words(named[2]), int(named[1]))
