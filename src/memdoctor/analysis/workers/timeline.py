"""The timeline of a worker: looks, collections and events in one order, as rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    TRACE_GC,
    UNCAUGHT,
    Event,
    Sample,
)
from memdoctor.overviews import Moment
from memdoctor.units import MiB, size

_FELL = 0.1  # of what was used: less may be anything


def timeline(worker: Worker, samples: Sequence[Sample]) -> tuple[Moment, ...]:
    """Return the rows of a worker in time order: its samples (of all its lives), and its events.

    A row without a time stays behind the one that it follows in its list; where no sample has one, the
    events stand below the samples.
    """
    events = tuple(_told(worker.name, event) for event in worker.events if event.kind in _WORDING)
    looks = tuple(_looks(worker.name, samples))
    if looks and not any(row.at for row in looks):
        return (*looks, *events)
    keyed = [*_with_times(looks), *_with_times(events)]
    return tuple(row for _, row in sorted(keyed, key=lambda item: item[0]))


def _with_times(rows: Sequence[Moment]) -> Iterator[tuple[float, Moment]]:
    """Yield rows with their times, else with that of the one before."""
    first = next((row.at for row in rows if row.at is not None), None)
    time = 0.0 if first is None else first.timestamp()
    for row in rows:
        time = time if row.at is None else row.at.timestamp()
        yield time, row


def _looks(worker: str, samples: Sequence[Sample]) -> Iterator[Moment]:
    latest: dict[str | None, Sample] = {}  # of each life; of a traced process each isolate is one
    lives: dict[str | None, int] = {}
    for sample in samples:
        before = latest.get(sample.series)
        started = "a new process" if latest and before is None and sample.document != TRACE_GC else ""
        told, collected = sample.label or started, _collected(before, sample)
        yield Moment(
            worker,
            sample.place,
            sample.at,
            sample.elapsed if sample.uptime is None else sample.uptime,
            sample.heap_used,
            sample.heap_total,
            sample.rss,
            told or collected,
            life=lives.setdefault(sample.series, len(lives)),
            is_since_start=sample.uptime is not None,
            is_collection=bool(collected and not told),
        )
        latest[sample.series] = sample


def _collected(before: Sample | None, after: Sample) -> str:
    """Say that a collection must have run: nothing else takes objects away."""
    if after.after_collection:
        return "full collection"
    if before is None or before.heap_used is None or after.heap_used is None:
        return ""
    freed = before.heap_used - after.heap_used
    return f"collected {size(freed)}" if freed > max(MiB, _FELL * before.heap_used) else ""


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
