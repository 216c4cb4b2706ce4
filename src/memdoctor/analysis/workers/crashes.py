"""Crash loops: exits that nobody asked for, in episodes, with their cause, and whether the worker healed.

Two rules find a loop: many exits in a short window, or a steady beat of slow ones that no window shows.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean, median, pstdev

from memdoctor.analysis.workers.ends import NEAR, End, ends_of, in_time, is_clean, is_fatal, proves_an_end
from memdoctor.analysis.workers.healing import Healing, healing
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import EXIT, GAVE_UP, ONLINE, START, STOP, Event

WINDOW, LEAST = 60.0, 3  # so many exits in so many seconds are a loop
_BEATS, _STEADY = 5, 0.2  # so are so many with gaps whose deviation is below this share of their mean
_QUIET = 60.0  # seconds without an exit, at least, that end an episode
OTHER = "unknown"


@dataclass(frozen=True, slots=True)
class Episode:
    """Ends of one worker that belong together, in time order. Times are seconds.

    `up` is how long the start after it has been watched without an end, None where no start was seen.
    """

    worker: Worker
    ends: tuple[End, ...]
    gap: float  # the median between two ends
    by: str  # window, beat
    cause: str  # a kind of event, unknown
    error: Event | None  # the last of that kind next to an end
    healing: Healing
    gave_up: Event | None
    stopped: Event | None  # somebody stopped it after the last end

    @property
    def first(self) -> Event:
        """What tells the first end."""
        return self.ends[0].event

    @property
    def last(self) -> Event:
        """What tells the last end."""
        return self.ends[-1].event

    @property
    def count(self) -> int:
        """How many ends there were."""
        return round(sum(one.weight for one in self.ends))

    @property
    def span(self) -> float:
        """Seconds from the first to the last end."""
        return _seconds(self.ends[0].at, self.ends[-1].at)

    @property
    def of_exits(self) -> bool:
        """Whether PM2 tells the ends; else fatal errors are taken for them."""
        return self.first.kind == EXIT

    @property
    def is_proven(self) -> bool:
        """Whether the processes ended for certain: an error that is only printed may have been caught."""
        return all(proves_an_end(one.event) for one in self.ends)

    @property
    def is_clean(self) -> bool:
        """Whether each process ended with code 0, as a job does that is done."""
        return all(is_clean(one.event) for one in self.ends)

    @property
    def is_over(self) -> bool:
        """Whether the worker stayed up after it, for longer than the gaps were."""
        up = self.healing.up
        return up is not None and up >= max(_QUIET, 3 * self.gap) and self.gave_up is None

    @property
    def healed_after(self) -> float | None:
        """Seconds from the first end to the start that lasted; None where that is not proven."""
        start = self.healing.start
        return _seconds(self.ends[0].at, start) if start is not None and self.is_over else None


def episodes(worker: Worker) -> tuple[Episode, ...]:
    """Return the crash loops of a worker, in time order."""
    groups = list(_grouped(ends_of(worker)))
    if not groups:
        return ()
    history = _History(worker)
    following = [group[0].at for group in groups[1:]]
    found = (history.judged(group, end) for group, end in zip(groups, [*following, None], strict=True))
    return tuple(one for one in found if one is not None)


def _grouped(ends: Sequence[End]) -> Iterator[tuple[End, ...]]:
    """Yield ends that follow each other: none of them later than three usual gaps, or a minute."""
    if not ends:
        return
    limit = max(_QUIET, 3 * _gap(ends))
    group = [ends[0]]
    for before, after in pairwise(ends):
        if _seconds(before.at, after.at) > limit:
            yield tuple(group)
            group = []
        group.append(after)
    yield tuple(group)


class _History:
    """The events of a worker, ready to be asked what stands next to its ends."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.places = {id(event): index for index, event in enumerate(worker.events)}
        errors = [event for event in worker.events if is_fatal(event)]
        self.errors = in_time(errors)
        self.times = [one.at for one in self.errors]
        self.untimed = [] if self.errors else errors

    def judged(self, ends: tuple[End, ...], next_end: datetime | None) -> Episode | None:
        """Return ends as an episode if they are a loop."""
        by = _loop(ends)
        if by is None:
            return None
        gap = _gap(ends)
        causes = list(self._causes(ends))
        cause = Counter(one.kind for one in causes).most_common(1)[0][0] if causes else OTHER
        after = self.worker.events[self.places[id(ends[-1].event)] + 1 :]
        turn = next((one for one in after if one.kind in (STOP, ONLINE, START)), None)
        return Episode(
            worker=self.worker,
            ends=ends,
            gap=gap,
            by=by,
            cause=cause,
            error=next((one for one in reversed(causes) if one.kind == cause), None),
            healing=healing(self.worker, ends, after, next_end),
            gave_up=next((one for one in self.worker.of_kind(GAVE_UP) if _is_within(one, ends, gap)), None),
            stopped=turn if turn is not None and turn.kind == STOP else None,
        )

    def _causes(self, ends: Sequence[End]) -> Iterator[Event]:
        """Yield the error next to each end in time; where none has a time, those of the worker's logs."""
        for end in ends:
            near = self.errors[
                bisect_left(self.times, end.at - NEAR) : bisect_right(self.times, end.at + NEAR)
            ]
            if near:
                yield min(near, key=lambda error: abs(error.at - end.at)).event
        yield from self.untimed


def _loop(ends: Sequence[End]) -> str | None:
    """Return the rule by which ends are a loop, None if they are none."""
    times = [one.at.timestamp() for one in ends for _ in range(min(round(one.weight), LEAST))]
    if any(last - first <= WINDOW for first, last in zip(times, times[LEAST - 1 :], strict=False)):
        return "window"
    gaps = [after - before for before, after in pairwise(times)]
    if all(is_clean(one.event) for one in ends):
        return None  # so does a job that is run every hour
    return "beat" if len(times) >= _BEATS and pstdev(gaps) < _STEADY * mean(gaps) else None


def _is_within(event: Event, ends: Sequence[End], gap: float) -> bool:
    if event.at is None:
        return False
    return ends[0].at - NEAR <= event.at <= ends[-1].at + timedelta(seconds=gap) + NEAR


def _gap(ends: Sequence[End]) -> float:
    gaps = [_seconds(before.at, after.at) for before, after in pairwise(ends)]
    return median(gaps) if gaps else 0.0


def _seconds(since: datetime, until: datetime) -> float:
    return (until - since) / timedelta(seconds=1)
