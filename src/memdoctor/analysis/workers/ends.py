"""The ends of a worker's processes that nobody asked for: as PM2 tells them, else as fatal errors do."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import EXIT, MISSING_MODULE, OUT_OF_MEMORY, PORT_IN_USE, REJECTION, UNCAUGHT, Event

FATAL = (MISSING_MODULE, PORT_IN_USE, OUT_OF_MEMORY, UNCAUGHT, REJECTION)
NEAR = timedelta(seconds=2)  # from an exit to the error that caused it
_SEVERAL, _NEARLY_ALL = 3, 0.8  # errors that stand at exits not by chance, and their share
_MOST = 200  # times that equal errors in a row are spread to


@dataclass(frozen=True, slots=True)
class End:
    """One end, or where equal errors in a row are one event `weight` ends around that time."""

    at: datetime
    event: Event
    weight: float = 1.0


def is_fatal(event: Event) -> bool:
    """Whether an error ends the process: a rejection does not in Node 14."""
    return event.kind in FATAL and (event.kind != REJECTION or bool(event.detail.get("fatal", True)))


def proves_an_end(event: Event) -> bool:
    """Whether an event alone shows that the process ended: else a program may have caught the error."""
    return event.kind in (EXIT, UNCAUGHT, OUT_OF_MEMORY) or bool(event.detail.get("ends"))


def is_clean(event: Event) -> bool:
    """Whether a process ended with code 0, and by no signal."""
    return event.kind == EXIT and event.detail.get("code") == 0 and not event.detail.get("signal")


def ends_of(worker: Worker) -> tuple[End, ...]:
    """Return the ends in time order. Those that were asked for are none, nor those by a memory limit."""
    told = list(worker.of_kind(EXIT))
    if told:
        ends = [one for one in told if not (one.detail.get("stopped") or one.detail.get("memory"))]
    else:
        ends = [one for one in worker.events if is_fatal(one)]
    return in_time(ends)


def in_time(events: Sequence[Event]) -> tuple[End, ...]:
    """Return events at their times; of equal ones in a row only the first and the last have one."""
    return tuple(sorted((end for one in events for end in _spread(one)), key=lambda end: end.at))


def stand_together(errors: Sequence[Event], told: Sequence[Event]) -> bool:
    """Whether errors of one log stand at the exits in another: nearly all, within two seconds."""
    exits = [one.at for one in in_time([event for event in told if event.kind == EXIT])]
    ends = in_time([event for event in errors if is_fatal(event)])
    near = sum(_is_near(one.at, exits) for one in ends)
    return near >= _SEVERAL and near >= _NEARLY_ALL * len(ends)


def _is_near(at: datetime, exits: Sequence[datetime]) -> bool:
    return bisect_left(exits, at - NEAR) < bisect_right(exits, at + NEAR)


def _spread(event: Event) -> Iterator[End]:
    if event.at is None:
        return
    number = min(event.count, _MOST)
    last = event.last_at or event.at
    step = (last - event.at) / (number - 1) if number > 1 else timedelta()
    for index in range(number):
        at = last if index and index == number - 1 else event.at + index * step
        yield End(at, event, event.count / number)
