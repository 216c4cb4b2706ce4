"""The time that stands before a line of a log, in the forms that loggers write."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from memdoctor.readers.parts.logs.plain import bare

_MONTHS = {name: number for number, name in enumerate(
    b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
)}  # fmt: skip
_CLOCK = rb"(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
_ZONE = rb" ?(Z|UTC|GMT(?:[+-]\d{4})?|[+-]\d\d:?\d\d)?"
_ISO = re.compile(rb"(\d{4})[-/](\d\d)[-/](\d\d)[T ]" + _CLOCK + _ZONE + rb"(?!\d)")
_OF_JAVASCRIPT = re.compile(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:([A-Z][a-z]{2}) (\d\d)|(\d\d) ([A-Z][a-z]{2})) (\d{4}) "
    + _CLOCK + _ZONE
)  # fmt: skip
_SYSLOG = re.compile(rb"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ")
_OF_ACCESS = re.compile(rb"(\d\d)/([A-Z][a-z]{2})/(\d{4}):" + _CLOCK + rb" ([+-]\d{4})")
_OF_AMERICA = re.compile(
    rb"(\d{1,2})/(\d{1,2})/(\d{4}),? (\d{1,2}):(\d\d):(\d\d)(?: |\xe2\x80\xaf)([AP])M\b"
)
_EPOCH = re.compile(rb"(\d{10})(?:(\d{6}|\d{3})|\.(\d{1,9}))?(?![\d.]| ms)")

# What may stand before a time: white space, brackets, levels, the name of a process or a key.
_BEFORE = re.compile(
    rb"<\d{1,3}>\d? ?"
    rb"|[\w.:%-]{1,80} [^\s\[]{1,60} [^\s\[]{1,60} (?=\[\d\d/[A-Z][a-z]{2}/\d{4}:)"  # of an access log
    rb"|\d{1,10} {1,4}- "  # the pid that NestJS writes
    rb"|[\s\[(<>\"'|]{1,20}"
    rb"|\d{1,6}\|[^|\n]{1,120}\| "  # pm2 logs
    rb"|[\w.:/@-]{1,80}[ \t]{0,60}\| "  # PM2, docker compose
    rb"|(?i:trace|debug|verbose|info|notice|log|warn(?:ing)?|error|fatal|crit(?:ical)?)\b[\])>:,|]{0,3}"
    rb"|[\w@.]{0,12}(?i:time|timestamp|ts|date|app|id|level|lvl)[\"']? ?[=:] ?[\"']?(?:[\w.-]{1,80} )?"
    rb"|[\w. :/#@-]{1,60}\][ :]{0,3}"  # of a bracket
)
_MAYBE = re.compile(rb"\d\d:\d\d|\d{10}")
_MOST_BEFORE = 6
_IN_JSON = re.compile(
    rb"\"(?:time|timestamp|@timestamp|ts|date|datetime|Timestamp|asctime|__REALTIME_TIMESTAMP)\" ?: ?"
    rb"(?:\"([^\"\n]{10,40})\"|(\d[\d.]{9,22}))"
)
_LOOKED_AT = 400  # bytes of a line, and as many at the end of an object
_YEARS = range(1990, 2201)
_ANY_YEAR = 2000  # stands for a year that is not told; it has a 29 February


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as it is written; `offset` is its distance to UTC, None where the log does not say.

    The year of one that is not `dated` is none.
    """

    wall: datetime
    offset: timedelta | None = None
    dated: bool = True


def stamp_of(line: bytes) -> Stamp | None:
    """Return the time that stands before a line, or None."""
    if line.startswith(b"{") and (stamp := _in_object(line)):
        return stamp
    start = line[:_LOOKED_AT]
    if _MAYBE.search(start) is None:
        return _in_object(line) if b"{" in start else None
    start = bare(start)
    position = 0
    for _ in range(_MOST_BEFORE):
        if stamp := _at(start, position):
            return stamp
        found = _BEFORE.match(start, position)
        if found is None:
            break
        position = found.end()
    return _in_object(line) if b"{" in start[: position + 1] else None


def end_of_time(line: bytes, position: int, stop: int) -> int:
    """Return where a time that stands at a position ends, with the sign behind it; 0 if there is none."""
    for pattern, _ in _FORMS:
        if found := pattern.match(line, position, stop):
            return found.end()
    return 0


def stamp_in(text: bytes) -> Stamp | None:
    """Return the time that a text begins with, or None."""
    return _at(text, 0)


def _at(line: bytes, position: int) -> Stamp | None:
    for pattern, read in _FORMS:
        if found := pattern.match(line, position):
            return read(found[0])
    return None


def _in_object(line: bytes) -> Stamp | None:
    """Return the time among the values of an object on a line."""
    for part in (line[: 10 * _LOOKED_AT], line[-_LOOKED_AT:]):
        if found := _IN_JSON.search(part):
            return _at(found[1] or found[2], 0)
    return None


@lru_cache(maxsize=16)
def _iso(text: bytes) -> Stamp | None:
    found = _ISO.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, part, zone = found.groups()
    return _stamp(int(year), int(month), int(day), (hour, minute, second, part), zone)


@lru_cache(maxsize=16)
def _of_javascript(text: bytes) -> Stamp | None:
    found = _OF_JAVASCRIPT.match(text)
    if found is None:
        return None
    month = _MONTHS.get(found[1] or found[4], 0)
    return _stamp(int(found[5]), month, int(found[2] or found[3]), found.groups()[5:9], found[10])


@lru_cache(maxsize=16)
def _syslog(text: bytes) -> Stamp | None:
    found = _SYSLOG.match(text)
    if found is None or found[1] not in _MONTHS:
        return None
    return _stamp(_ANY_YEAR, _MONTHS[found[1]], int(found[2]), found.groups()[2:6], None, dated=False)


@lru_cache(maxsize=16)
def _of_access(text: bytes) -> Stamp | None:
    found = _OF_ACCESS.match(text)
    if found is None:
        return None
    return _stamp(int(found[3]), _MONTHS.get(found[2], 0), int(found[1]), found.groups()[3:7], found[8])


@lru_cache(maxsize=16)
def _of_america(text: bytes) -> Stamp | None:
    found = _OF_AMERICA.match(text)
    if found is None or not 1 <= int(found[4]) <= 12:
        return None
    hour = int(found[4]) % 12 + (12 if found[7] == b"P" else 0)
    clock = (str(hour).encode(), found[5], found[6], None)
    return _stamp(int(found[3]), int(found[1]), int(found[2]), clock, None)


@lru_cache(maxsize=16)
def _epoch(text: bytes) -> Stamp | None:
    found = _EPOCH.match(text)
    if found is None:
        return None
    part = (found[2] or found[3] or b"0").ljust(6, b"0")[:6]
    try:
        wall = datetime(1970, 1, 1) + timedelta(seconds=int(found[1]), microseconds=int(part))
    except OverflowError:
        return None
    return Stamp(wall, timedelta()) if wall.year in _YEARS else None


_FORMS = (
    (_ISO, _iso),
    (_SYSLOG, _syslog),
    (_OF_JAVASCRIPT, _of_javascript),
    (_OF_ACCESS, _of_access),
    (_OF_AMERICA, _of_america),
    (_EPOCH, _epoch),
)


def _stamp(
    year: int,
    month: int,
    day: int,
    clock: tuple[bytes | None, ...],
    zone: bytes | None,
    *,
    dated: bool = True,
) -> Stamp | None:
    hour, minute, second, part = clock
    micros = int((part or b"0").ljust(6, b"0")[:6])
    if year not in _YEARS:
        return None
    try:
        wall = datetime(year, month, day, int(hour or 0), int(minute or 0), int(second or 0), micros)
    except ValueError:
        return None
    return Stamp(wall, _offset_of(zone), dated)


def _offset_of(zone: bytes | None) -> timedelta | None:
    """Return the distance to UTC of `Z`, `+0100`, `GMT-05:00`; None for none."""
    if not zone:
        return None
    digits = zone.removeprefix(b"GMT").replace(b":", b"")
    if digits in (b"", b"Z", b"UTC"):
        return timedelta()
    minutes = int(digits[1:3]) * 60 + int(digits[3:5])
    return timedelta(minutes=-minutes if digits[:1] == b"-" else minutes)
