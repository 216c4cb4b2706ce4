"""When something in a log happened: the time on its line, else the last one before it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from memdoctor.readers.parts.logs.lines import raw_before
from memdoctor.readers.parts.logs.plain import bare
from memdoctor.readers.parts.logs.stamps import Stamp, stamp_of
from memdoctor.readers.parts.logs.windows import Window

_FARTHEST = 4 << 20  # bytes from a line to the time that still counts for it
_LOOKED_AT = 1 << 16  # bytes at the begin of a log, and at the end of each piece
_MOST_ZONES = 100
_DAY = timedelta(days=1)
_YEARS_BACK = 9  # among which there is one with a 29 February
_SECTION = re.compile(rb" last \d{1,7} lines:\Z")  # `pm2 logs` goes on with another file


Dating = Callable[[datetime], datetime]  # gives a time without a year its own


@dataclass(slots=True)
class Clock:
    """The last time that a log has told, up to some place; it is asked for places in their order."""

    first: Stamp | None = None
    last: Stamp | None = None  # None where another file begins
    latest: Stamp | None = None
    dated: Stamp | None = None  # the first with its year
    _last_at: int = 0
    _looked: int = 0  # what stands before this byte of the log has been searched

    def at(self, window: Window, start: int, line: bytes) -> Stamp | None:
        """Return the time of a line that begins at a place of a piece."""
        if stamp := self.own(window, start, line):
            return stamp
        self._look_back(window, start)
        self._looked = window.offset + start + len(line)
        return self.last if 0 <= window.offset + start - self._last_at <= _FARTHEST else None

    def own(self, window: Window, start: int, line: bytes) -> Stamp | None:
        """Return the time on a line itself."""
        if stamp := stamp_of(line):
            self._take(stamp, window.offset + start)
            self._looked = window.offset + start
        return stamp

    def begin(self, window: Window) -> None:
        """Look at the begin of a log for its first time, and for the first that tells its year."""
        position, text = 0, window.text
        stop = min(_LOOKED_AT, len(text))
        while position < stop and self.dated is None:
            end = text.find(b"\n", position)
            end = len(text) if end < 0 else end
            if stamp := stamp_of(text[position:end]):
                self._take(stamp, position)
            position = end + 1

    def pass_by(self, window: Window) -> None:
        """Look at the end of a piece, so that the time is known for what follows it."""
        start = window.text.rfind(b"\n", 0, window.limit) + 1
        if not window.is_last or not self.own(window, start, window.text[start:]):
            self._look_back(window, start, start - _LOOKED_AT)

    def _look_back(self, window: Window, position: int, least: int = 0) -> None:
        least = max(self._looked - window.offset, least, 0)
        self._looked = max(self._looked, window.offset + position)
        for start, line in raw_before(window.text, position, least):
            if _SECTION.search(bare(line)):
                self.last = None
                return
            if stamp := stamp_of(line):
                self._take(stamp, window.offset + start)
                return

    def _take(self, stamp: Stamp, place: int) -> None:
        self.first = self.first or stamp
        self.dated = self.dated or (stamp if stamp.dated else None)
        self.last, self.latest, self._last_at = stamp, stamp, place


@dataclass(slots=True)
class Zones:
    """What the local times of a log mean: PM2 tells its zone when it starts; without that, UTC."""

    was_needed: bool = False
    others: bool = False  # times that have a zone of their own
    _told: list[tuple[int, timedelta]] = field(default_factory=list)  # from which line on

    def tell(self, line: int, offset: timedelta) -> None:
        """Note the zone that holds from a line on."""
        if len(self._told) < _MOST_ZONES and (not self._told or self._told[-1][1] != offset):
            self._told.append((line, offset))

    def utc(self, stamp: Stamp | None, line: int, dating: Dating) -> datetime | None:
        """Return a time of a line in UTC; one without a year gets it by `dating`."""
        if stamp is None:
            return None
        wall = stamp.wall if stamp.dated else dating(stamp.wall)
        if stamp.offset is None:
            self.was_needed = True
        else:
            self.others = True
        offset = self._at(line) if stamp.offset is None else stamp.offset
        return (wall - offset).replace(tzinfo=UTC)

    @property
    def offset(self) -> float | None:
        """What PM2 tells, seconds from UTC; None if nothing, or several zones."""
        told = {offset for _, offset in self._told}
        return told.pop().total_seconds() if len(told) == 1 else None

    @property
    def assumed(self) -> bool:
        """Whether all times are local ones of a zone that nothing tells."""
        return self.was_needed and not self.others and not self._told

    @property
    def name(self) -> str | None:
        """What times without a zone were taken for; None if there was none."""
        if not self.was_needed:
            return None
        if not self._told:
            return "UTC, as assumed"
        zones = dict.fromkeys(shown_offset(offset) for _, offset in self._told)
        return f"{', then '.join(zones)}, as PM2 says"

    def _at(self, line: int) -> timedelta:
        offset = self._told[0][1] if self._told else timedelta()
        for start, told in self._told:
            offset = told if start <= line else offset
        return offset


def nearest_to(near: datetime) -> Dating:
    """Return how times get the year that brings them nearest to another time of the same log."""

    def dated(wall: datetime) -> datetime:
        possible = _in_years(wall, range(near.year - 1, near.year + 2))
        return min(possible, key=lambda one: abs(one - near), default=near)

    return dated


def until(last: datetime, changed: datetime) -> Dating:
    """Return how the times of a log get their years when the last of them was told before its last change.

    The zone of the log may be another: a day is given.
    """
    end = _at_most(last, changed + _DAY)
    return lambda wall: _at_most(wall, end + _DAY)


def _at_most(wall: datetime, limit: datetime) -> datetime:
    possible = _in_years(wall, range(limit.year - _YEARS_BACK, limit.year + 1))
    return max((one for one in possible if one <= limit), default=wall)


def _in_years(wall: datetime, years: range) -> list[datetime]:
    return [wall.replace(year=year) for year in years if wall.month != 2 or wall.day < 29 or _leaps(year)]


def _leaps(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def shown_offset(offset: timedelta) -> str:
    """Return a distance from UTC as logs have it: UTC+02:00."""
    minutes = int(offset.total_seconds()) // 60
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
