"""The order of snapshots: by the ids that the runtime gave out, else by time, by numbers in names, by size.

Ids are in the files themselves and only rise; a file's time may be that of a copy.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from memdoctor.analysis.heap.series.alignment import align
from memdoctor.analysis.heap.series.look import HeapLook
from memdoctor.model import BESIDE, LAST_CHANGE, NAME

_SHORTEST = 60  # seconds, from the first to the last: what is shorter carries no rate per hour


@dataclass(frozen=True, slots=True)
class Order:
    """The looks in time order, what told it, and their times in seconds since the first.

    `times` is None where nobody tells them; `time_from` who does, and `doubt` why they are not used.
    """

    looks: tuple[HeapLook, ...]
    by: str  # ids, time, names, size
    times: tuple[float, ...] | None = None
    time_from: str | None = None
    doubt: str | None = None

    @property
    def span(self) -> float | None:
        """Seconds from the first to the last, where that is enough to state a rate."""
        if self.times is None or self.times[-1] < _SHORTEST:
            return None
        return self.times[-1]


def in_order(looks: Sequence[HeapLook], every: float | None) -> Order:
    """Return the looks in time order. `every` is the time in seconds between them, as the user says."""
    if len(looks) < 2:
        return Order(tuple(looks), "time")
    numbers = _numbers([PurePath(look.overview.source).name for look in looks])
    if _rising_ids(looks):
        ordered, by = sorted(looks, key=lambda look: look.newest_id), "ids"
    elif all(look.snapshot.at is not None for look in looks) and _is_spread(looks):
        ordered, by = sorted(looks, key=_moment), "time"
    elif numbers is not None:
        by_number = sorted(range(len(looks)), key=numbers.__getitem__)
        ordered, by = [looks[index] for index in by_number], "names"
    else:
        ordered, by = sorted(looks, key=lambda look: (look.total, look.overview.source)), "size"
    return _timed(tuple(ordered), by, every)


def _is_spread(looks: Sequence[HeapLook]) -> bool:
    """Whether times tell an order: files that were changed within a minute may have been copied so."""
    moments = [_moment(look) for look in looks]
    return max(moments) - min(moments) >= _SHORTEST or looks[0].snapshot.time_from != LAST_CHANGE


def _numbers(names: Sequence[str]) -> list[int] | None:
    """Return the number in each name, if the names differ in that alone.

    >>> _numbers(["v8-2.heapsnapshot", "v8-10.heapsnapshot"]), _numbers(["a-1", "b-2"])
    ([2, 10], None)
    """
    parts = [re.split(r"(\d{1,15})", name) for name in names]
    if len({len(one) for one in parts}) > 1:
        return None
    differing = [index for index in range(len(parts[0])) if len({one[index] for one in parts}) > 1]
    if len(differing) != 1 or differing[0] % 2 == 0:
        return None
    numbers = [int(one[differing[0]]) for one in parts]
    return numbers if len(set(numbers)) == len(numbers) else None


def _rising_ids(looks: Sequence[HeapLook]) -> bool:
    """Whether ids tell the order: they mean the same in all snapshots, and the newest differ."""
    newest = {look.newest_id for look in looks}
    return len(newest) == len(looks) and all(
        align(looks[0].identities, look.identities).by_id for look in looks[1:]
    )


def _timed(looks: tuple[HeapLook, ...], by: str, every: float | None) -> Order:
    """Return the order with the times of the looks, where these fit it."""
    told = {look.snapshot.time_from for look in looks}
    as_told = None if every is None else tuple(index * every for index in range(len(looks)))
    if as_told is not None and not told <= {NAME, BESIDE}:
        return Order(looks, by, as_told, "--every")
    if None in told:
        return Order(looks, by)
    source = looks[0].snapshot.time_from
    moments = [_moment(look) for look in looks]
    if any(later <= earlier for earlier, later in pairwise(moments)):
        if as_told is not None:
            return Order(looks, by, as_told, "--every")
        if not _is_spread(looks):
            return Order(looks, by)
        return Order(looks, by, doubt=f"the times by {source} contradict that order: they are not used")
    return Order(looks, by, tuple(moment - moments[0] for moment in moments), source)


def _moment(look: HeapLook) -> float:
    at = look.snapshot.at
    return 0.0 if at is None else at.timestamp()
