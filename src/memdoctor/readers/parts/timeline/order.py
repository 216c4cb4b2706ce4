"""The rows of a timeline in time: each with its process's life, and when it was in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from memdoctor.readers.parts.timeline.moments import DAY
from memdoctor.readers.parts.timeline.rows import Row

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Placed:
    """A row in its place: the number of its life, and its time. `went_back` if that alone began it."""

    row: Row
    life: int
    elapsed: float | None
    at: datetime | None
    went_back: bool = False


def placed(rows: Sequence[Row]) -> Iterator[Placed]:
    """Yield the rows in the order of time, each with its life."""
    ordered = in_order(rows)
    by_clock = not any(row.moment.length is not None for row in ordered) and any(
        row.moment.is_timed for row in ordered
    )
    story = _Story(clocks_are_lengths=_are_lengths(ordered), by_clock=by_clock)
    for row in ordered:
        yield story.place(row)


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Return rows by their dates where all have one; times of day that only fall are the newest first."""
    if all(row.moment.at for row in rows):
        return sorted(rows, key=lambda row: row.moment.at or datetime.min)
    clocks = [row.moment.of_day for row in rows if row.moment.day is None and row.moment.at is None]
    told = [clock for clock in clocks if clock is not None]
    is_falling = len(told) == len(rows) > 2 and all(later < earlier for earlier, later in pairwise(told))
    return list(reversed(rows)) if is_falling else list(rows)


def _are_lengths(rows: Sequence[Row]) -> bool:
    """Whether 0:07 is seven minutes after the start, and no time of day.

    So it is where the first one is 0:00, or no time stands beside the start: then 0:07:00 is a length by
    its form, and so are times that begin anew with a restart.
    """
    clocks = [row.moment.of_day for row in rows]
    told = [clock for clock in clocks if clock is not None]
    if not told or any(row.moment.at or row.moment.day is not None for row in rows):
        return False
    if told[0] == 0:
        return True
    if clocks[0] is not None or not rows[0].starts:
        return False
    restarts = [index for index, row in enumerate(rows[:-1]) if row.restarts and clocks[index] is None]
    falls = any((clocks[index + 1] or 0) < (clocks[index - 1] or 0) for index in restarts if index)
    return falls or any(row.moment.has_seconds for row in rows)


@dataclass(slots=True)
class _Story:
    """What is known while rows are placed one after the other."""

    clocks_are_lengths: bool
    by_clock: bool  # dates, days and times of day alone tell when rows were noted
    life: int = 0
    count: int = 0
    last: float = -1.0  # the latest length of this life
    shift: float = 0.0  # when this life began, where lengths go on counting over a restart
    restarted: bool = False  # the row before was a restart
    by_restart: bool = False  # this life began with one
    counted: bool = False  # which names a length since then: "restart +0 min"
    now: float | None = None  # days and times of day as seconds, without falling
    began: float | None = None  # the same when this life began
    first_at: datetime | None = None  # when this life began, by date
    latest_at: datetime | None = None

    def place(self, row: Row) -> Placed:
        """Return a row in its place."""
        length = row.moment.length
        if length is None and self.clocks_are_lengths:
            length = row.moment.of_day
        begins = self.count > 0 and row.restarts and not self._is_of_this_life(row, length)
        back = self.count > 0 and not begins and length is not None and length < self.last
        if begins or back or not self.count:
            self._begin(row, length)
        elapsed = self._elapsed(row, length)
        try:
            at = self._date(row, length)
        except OverflowError:  # beyond all calendars
            at = None
        if length is not None:
            self.last = length
        elif elapsed == 0.0 and row.starts:
            self.last = max(self.last, 0.0)
        self.count += 1
        self.restarted = row.restarts
        return Placed(row, self.life, elapsed, at, went_back=back and not row.moment.since_restart)

    def _is_of_this_life(self, row: Row, length: float | None) -> bool:
        """Whether words of a restart are about the one that began this life."""
        if length is None:
            return row.moment.since_restart and self.restarted
        is_known = self.by_restart if row.moment.since_restart else self.counted
        return is_known and length >= self.last

    def _begin(self, row: Row, length: float | None) -> None:
        self.life += self.count > 0
        # Lengths that go on counting from the first start tell when the restart was.
        goes_on = length is not None and self.last >= 0 and length > self.last
        self.shift = length if goes_on and length is not None and not row.moment.since_restart else 0.0
        self.by_restart = row.restarts
        self.counted = row.restarts and length is not None and not self.shift
        self.last, self.began, self.first_at = -1.0, None, None

    def _elapsed(self, row: Row, length: float | None) -> float | None:
        if length is not None:
            return length - self.shift if length >= self.shift else length
        clock = self._clock(row)
        if clock is None:
            is_start = (row.starts or row.restarts) and row.moment.at is None
            return 0.0 if is_start and not (self.by_clock and not self.clocks_are_lengths) else None
        if self.began is None:
            self.began = clock
        return clock - self.began

    def _clock(self, row: Row) -> float | None:
        """Return the day and the time of day as seconds; a day that is not named follows the one before."""
        moment = row.moment
        if moment.at is not None or (moment.of_day is None and moment.day is None):
            return None
        time = moment.of_day or 0.0
        if moment.day is not None and not moment.is_weekday:
            self.now = moment.day * DAY + time
            return self.now
        day = moment.day or 0
        if self.now is None:
            self.now = day * DAY + time
            return self.now
        step = _WEEK if moment.is_weekday else 1
        past = self.now // DAY
        first = past + (day - past) % _WEEK if moment.is_weekday else past
        found = first * DAY + time
        self.now = found if found >= self.now else found + step * DAY
        return self.now

    def _date(self, row: Row, length: float | None) -> datetime | None:
        """Return the date of a row, also where only an earlier one names the day."""
        moment, at = row.moment, row.moment.at
        if at is None and self.first_at is not None and length is not None:
            at = self.first_at + timedelta(seconds=length - self.shift)
        elif at is None and self.latest_at is not None and moment.of_day is not None:
            midnight = self.latest_at.replace(hour=0, minute=0, second=0, microsecond=0)
            at = midnight + timedelta(seconds=moment.of_day)
            at = at if at >= self.latest_at else at + timedelta(days=1)
        if at is not None:
            since = timedelta(seconds=0 if length is None else length - self.shift)
            self.first_at = self.first_at or at - since
            self.latest_at = at
        return at
