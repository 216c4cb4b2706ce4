"""Who wrote a line of a log: the app that `pm2 logs` names before it, or a pid."""

import re
from dataclasses import dataclass

from memdoctor.readers.parts.logs.lines import bare, words

_PM2 = re.compile(rb"(?:^|[\s:])(\d{1,6})\|(.{1,120}?) *\| ")
_FORMAT = re.compile(rb"(?:^| )app=(.{1,120}?) id=(\d{1,6}) type=\w{1,8} message=")
_JSON = re.compile(rb"\"process_id\" ?: ?(\d{1,6}) ?, ?\"app_name\" ?: ?\"([^\"\n]{1,120})\"")
_PID = re.compile(
    rb"\"pid\" ?: ?(\d{1,10})\b|\((?:node|bun):(\d{1,10})\) "
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


def writer_of(line: bytes) -> Writer:
    """Return who wrote a line."""
    start = bare(line[:_LOOKED_AT])
    found = _PID.search(line)
    pid = int(found[found.lastindex or 0]) if found else None
    if named := _PM2.search(start):
        return Writer(words(named[2]), int(named[1]), pid)
    if named := _FORMAT.search(start):
        return Writer(words(named[1]), int(named[2]), pid)
    if named := _JSON.search(line):
        return Writer(words(named[2]), int(named[1]), pid)
    return Writer(pid=pid)
