"""Whether a worker stayed up after it crashed: the next start, and for how long nothing ended it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from memdoctor.analysis.workers.ends import End, is_fatal
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import EXIT, ONLINE, START, STOP, Event

_WHOLE_SECOND = timedelta(seconds=1)  # to which the times of logs are cut down
_SAME_START = timedelta(seconds=3)  # PM2 notes the start before its log does


@dataclass(frozen=True, slots=True)
class Healing:
    """The first start after some ends, None where none is told, and the seconds it was watched to be up.

    `stopped` is whether somebody stopped it then.
    """

    start: datetime | None = None
    up: float | None = None
    stopped: bool = False


def healing(
    worker: Worker, ends: Sequence[End], after: Sequence[Event], next_end: datetime | None
) -> Healing:
    """Return what became of a worker after some ends; `after` are the events behind the last of them."""
    last = ends[-1].at  # times have whole seconds: which of two of one second came first, the order tells
    starts = [
        (one.at, one.source) for one in after if one.kind in (ONLINE, START) and one.at and one.at >= last
    ]
    start, source = starts[0] if starts else (_shown(worker, last), None)
    if start is None:
        return Healing()
    later = [one for one in after if one.kind in (EXIT, STOP) and one.at and one.at >= start]
    stopped = bool(later) and (later[0].kind == STOP or bool(later[0].detail.get("stopped")))
    closed = [one.at for one in later if one.at]
    if next_end is not None:
        closed.append(next_end)
    until = min(closed, default=None) or _watched(
        worker, start, {source, *(one.event.source for one in ends)}
    )
    up = None if until is None else max((until - start) / timedelta(seconds=1), 0.0)
    return Healing(start, up, stopped)


def _shown(worker: Worker, last: datetime) -> datetime | None:
    """Return the start of the process that PM2 shows as running, if that is after the last end."""
    look = worker.last
    if look is None or look.status != "online" or look.started_at is None:
        return None
    return look.started_at if look.started_at >= last + _WHOLE_SECOND else None


def _watched(worker: Worker, start: datetime, tellers: set[str | None]) -> datetime | None:
    """Return until when a process was watched: by the logs that tell of ends, and looks at that process.

    A line in another log of the worker shows it alive, unless errors there may have ended it.
    """
    failed = any(is_fatal(one) and one.at and one.at > start for one in worker.events)
    logged = [log.last_at for log in worker.logs if log.source in tellers or not failed]
    seen = [
        look.at
        for look in worker.looks
        if look.status == "online" and look.started_at and abs(look.started_at - start) <= _SAME_START
    ]
    return max((at for at in (*logged, *seen) if at is not None), default=None)
