"""The timeline of a worker: looks, collections and events in one order, as rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import (
    EXIT,
    GAVE_UP,
    LISTENERS,
    MEMORY_RESTART,
    MISSING_MODULE,
    ONLINE,
    OUT_OF_MEMORY,
    PORT_IN_USE,
    REJECTION,
    STOP,
    UNCAUGHT,
    Event,
    Sample,
)
from memdoctor.overviews import Moment
from memdoctor.units import MiB, size

_FELL = 0.1  # of what was used: less may be anything


def timeline(worker: Worker, samples: Sequence[Sample]) -> tuple[Moment, ...]:
    """Return the rows of a worker in time order: its samples (of all its lives), and its events."""
    looks = list(_looks(worker.name, samples))
    events = [_told(worker.name, event) for event in worker.events if event.kind in _WORDING]
    if not all(row.at for row in (*looks, *events)):
        return (*looks, *events)
    order = sorted(range(len(looks) + len(events)), key=lambda index: _key((*looks, *events)[index], index))
    rows = (*looks, *events)
    return tuple(rows[index] for index in order)


def _key(row: Moment, index: int) -> tuple[float, int]:
    return (row.at.timestamp() if row.at else 0.0, index)


def _looks(worker: str, samples: Sequence[Sample]) -> Iterator[Moment]:
    before: Sample | None = None
    for sample in samples:
        started = "a new process" if before is not None and before.series != sample.series else ""
        collected = "" if started else _collected(before, sample)
        note = sample.label or started or collected
        yield Moment(
            worker,
            sample.place,
            sample.at,
            sample.elapsed if sample.uptime is None else sample.uptime,
            sample.heap_used,
            sample.heap_total,
            sample.rss,
            note,
        )
        before = sample


def _collected(before: Sample | None, after: Sample) -> str:
    """Say that a collection must have run: nothing else takes objects away."""
    if after.after_collection:
        return "full collection"
    if before is None or before.heap_used is None or after.heap_used is None:
        return ""
    freed = before.heap_used - after.heap_used
    return f"a collection took {size(freed)}" if freed > max(MiB, _FELL * before.heap_used) else ""


def _told(worker: str, event: Event) -> Moment:
    times = f" ({event.count} times)" if event.count > 1 else ""
    return Moment(worker, event.place, event.at, None, event=f"{words(event)}{times}")


def words(event: Event) -> str:
    """Return what happened, in a few words."""
    wording = _WORDING.get(event.kind)
    return event.kind if wording is None else wording(event.detail)


def _exit(detail: Mapping[str, Any]) -> str:
    code, signal = detail.get("code"), detail.get("signal")
    if detail.get("memory"):
        return "ended by the memory limit"
    how = f"by {signal}" if signal else f"with code {code}" if code is not None else ""
    return f"ended {how}".strip()


def _error(detail: Mapping[str, Any]) -> str:
    return str(detail.get("error") or "an error that nobody caught")


_WORDING: dict[str, Callable[[Mapping[str, Any]], str]] = {
    EXIT: _exit,
    MISSING_MODULE: lambda detail: f"cannot find {detail.get('module')}",
    PORT_IN_USE: lambda detail: f"port {detail.get('port')} is in use",
    MEMORY_RESTART: lambda detail: f"PM2 restarts it at {size(detail.get('rss'))}",
    LISTENERS: lambda detail: f"{detail.get('listeners')} {detail.get('event')} listeners",
    REJECTION: _error,
    UNCAUGHT: _error,
    OUT_OF_MEMORY: lambda _: "out of memory",
    ONLINE: lambda _: "started",
    STOP: lambda _: "stopped on request",
    GAVE_UP: lambda _: "PM2 gives up",
}


def span_of(rows: Sequence[Moment]) -> timedelta | None:
    """Return the time from the first to the last row, where both have one."""
    times = [row.at for row in rows if row.at is not None]
    return max(times) - min(times) if len(times) > 1 else None
