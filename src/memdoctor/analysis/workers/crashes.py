"""Crash loops: exits that nobody asked for, in episodes, with their cause, and whether the worker healed.

Two rules find a loop: many exits in a short window, or a steady beat of slow ones that no window shows.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean, median, pstdev

from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import (
    EXIT,
    GAVE_UP,
    MISSING_MODULE,
    ONLINE,
    OUT_OF_MEMORY,
    PORT_IN_USE,
    REJECTION,
    START,
    STOP,
    UNCAUGHT,
    Event,
)

WINDOW, LEAST = 60.0, 3  # so many exits in so many seconds are a loop
_BEATS, _STEADY = 5, 0.2  # so are so many with gaps whose deviation is below this share of their mean
_QUIET = 60.0  # seconds without an exit, at least, that end an episode
_NEAR = 2.0  # seconds from an exit to the error that caused it
FATAL = (MISSING_MODULE, PORT_IN_USE, OUT_OF_MEMORY, UNCAUGHT, REJECTION)
MEMORY_LIMIT, OPERATOR, OTHER = "memory-limit", "operator", "unknown"


@dataclass(frozen=True, slots=True)
class Episode:
    """Exits of one worker that belong together, in time order. Times are seconds.

    `healed_after` is from the first exit to the start that lasted; None where that is not proven. `up` is
    how long the last start has been watched without an exit, None where no start was seen.
    """

    worker: Worker
    exits: tuple[Event, ...]
    gap: float  # the median between two exits
    by: str  # window, beat
    cause: str  # a kind of event, memory-limit, unknown
    causes: tuple[Event, ...]  # the errors that were found near the exits
    healed_after: float | None
    healed_at: datetime | None
    up: float | None
    gave_up: Event | None
    stopped: Event | None  # somebody stopped it after the last exit

    @property
    def first(self) -> Event:
        """The first exit."""
        return self.exits[0]

    @property
    def last(self) -> Event:
        """The last exit."""
        return self.exits[-1]

    @property
    def count(self) -> int:
        """How many exits there were."""
        return sum(one.count for one in self.exits)

    @property
    def span(self) -> float:
        """Seconds from the first to the last exit."""
        return _seconds(self.first, self.last.last_at or self.last.at)

    @property
    def is_over(self) -> bool:
        """Whether the worker stayed up after it."""
        return self.healed_at is not None


def episodes(worker: Worker) -> tuple[Episode, ...]:
    """Return the crash loops of a worker, in time order; restarts by a memory limit are none of them."""
    exits = [one for one in _exits(worker) if one.at is not None and _class_of(one) != MEMORY_LIMIT]
    return tuple(loop for group in _grouped(exits) if (loop := _judged(worker, group)) is not None)


def _exits(worker: Worker) -> list[Event]:
    """Return the ends of its processes that nobody asked for: as PM2 tells them, else as errors do."""
    told = [one for one in worker.of_kind(EXIT) if _class_of(one) != OPERATOR]
    return told or [
        one for one in worker.of_kind(*FATAL) if one.kind != REJECTION or one.detail.get("fatal", True)
    ]


def _class_of(event: Event) -> str:
    if event.detail.get("memory"):
        return MEMORY_LIMIT
    return OPERATOR if event.detail.get("stopped") else OTHER


def _grouped(exits: Sequence[Event]) -> Iterator[list[Event]]:
    """Yield exits that follow each other: none of them later than three usual gaps, or a minute."""
    if not exits:
        return
    limit = max(_QUIET, 3 * _gap(exits))
    group = [exits[0]]
    for before, after in pairwise(exits):
        if _seconds(before, after.at) > limit:
            yield group
            group = []
        group.append(after)
    yield group


def _judged(worker: Worker, exits: Sequence[Event]) -> Episode | None:
    """Return exits as an episode if they are a loop."""
    times = [
        one.at.timestamp() for one in exits for _ in range(min(one.count, LEAST)) if one.at is not None
    ]
    gaps = [after - before for before, after in pairwise(times)]
    by = None
    if any(last - first <= WINDOW for first, last in zip(times, times[LEAST - 1 :], strict=False)):
        by = "window"
    elif len(times) >= _BEATS and pstdev(gaps) < _STEADY * mean(gaps):
        by = "beat"
    if by is None:
        return None
    gap = median(gaps)
    causes = tuple(_causes(worker, exits))
    counted = Counter(one.kind for one in causes)
    cause = counted.most_common(1)[0][0] if counted else OTHER
    healed_at, up = _healing(worker, exits, max(_QUIET, 3 * gap))
    after = None if healed_at is None else _seconds(exits[0], healed_at)
    gave_up = next((one for one in worker.of_kind(GAVE_UP) if _is_within(one, exits, gap)), None)
    stopped = _stopped(worker, exits[-1])
    return Episode(worker, tuple(exits), gap, by, cause, causes, after, healed_at, up, gave_up, stopped)


def _stopped(worker: Worker, last: Event) -> Event | None:
    """Return the stop on request that came next, before any start."""
    after = worker.events[worker.events.index(last) + 1 :]
    found = next((one for one in after if one.kind in (STOP, ONLINE, START)), None)
    return found if found is not None and found.kind == STOP else None


def _causes(worker: Worker, exits: Sequence[Event]) -> Iterator[Event]:
    """Yield the errors next to the exits in time; where none has a time, those of the worker's logs."""
    errors = list(worker.of_kind(*FATAL))
    timed = [one for one in errors if one.at is not None]
    for one in exits:
        near = [error for error in timed if abs(_seconds(one, error.at)) <= _NEAR]
        if near:
            yield min(near, key=lambda error: abs(_seconds(one, error.at)))
    if not timed:
        yield from errors


def _healing(worker: Worker, exits: Sequence[Event], quiet: float) -> tuple[datetime | None, float | None]:
    """Return the start after which it stayed up, and how long it has been up since the last start."""
    after = worker.events[worker.events.index(exits[-1]) + 1 :]  # times have whole seconds: the order tells
    starts = [one.at for one in after if one.kind in (ONLINE, START) and one.at is not None]
    ended = _exits(worker)
    later = [one.at for one in after if one in ended and one.at is not None]
    end = min(later, default=worker.end)
    if not starts or end is None:
        return None, None
    up = (end - starts[0]) / timedelta(seconds=1)
    return (starts[0] if up >= quiet else None), up


def _is_within(event: Event, exits: Sequence[Event], gap: float) -> bool:
    if event.at is None:
        return False
    return -_NEAR <= _seconds(exits[0], event.at) <= _seconds(exits[0], exits[-1].at) + gap + _NEAR


def _gap(exits: Sequence[Event]) -> float:
    gaps = [_seconds(before, after.at) for before, after in pairwise(exits)]
    return median(gaps) if gaps else 0.0


def _seconds(event: Event, at: datetime | None) -> float:
    return 0.0 if event.at is None or at is None else (at - event.at) / timedelta(seconds=1)
