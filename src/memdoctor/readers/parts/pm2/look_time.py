"""When PM2 was asked, where a line above its answer says so: `date`, `script`, or a report of PM2."""

import re
from datetime import UTC, datetime

from memdoctor.readers.parts import values
from memdoctor.readers.parts.values import WrongKindError

ABOVE = "the line above it"

_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}"
# Only with its zone: a local time could be hours off. An interactive `script` goes on for long.
_ISO = re.compile(
    rf"(?:Script started on )?([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}(?:[.,][0-9]{{1,9}})?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2}))(?:\s{0,4}\Z|\s\[COMMAND=)"
)
_DATE = re.compile(
    rf"(?:Date {{1,40}}: )?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? ([A-Z][a-z]{{2}}) {{1,2}}([0-9]{{1,2}}) "
    rf"(?:([0-9]{{4}}) ({_CLOCK}) GMT([+-][0-9]{{4}}) .*|({_CLOCK}) (?:UTC|GMT) ([0-9]{{4}})\s{{0,4}}\Z)"
)


def time_in(line: str) -> datetime | None:
    """Return the moment that a line tells, None if it tells none with its zone.

    >>> time_in("Fri Nov 20 09:13:52 UTC 2026").isoformat()
    '2026-11-20T09:13:52+00:00'
    """
    text = line.strip()[:300]
    if found := _ISO.match(text):
        return _moment(found[1].replace(",", "."))
    if found := _DATE.match(text):
        month, day, year, clock, zone, plain, last = found.groups()
        return _written(f"{day} {month} {year or last} {clock or plain} {zone or '+0000'}")
    return None


def _moment(text: str) -> datetime | None:
    try:
        return values.moment(text)
    except WrongKindError:
        return None


def _written(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%d %b %Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):  # the 31st of February
        return None
