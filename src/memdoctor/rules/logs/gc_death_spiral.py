"""Collections take most of the time and free next to nothing.

## What it means
Near its limit V8 collects again and again. What is left for the program (the mutator utilisation, `mu`)
falls below one half: it hardly answers, and ends with "JavaScript heap out of memory" soon.

## Evidence
The last full collections: `average mu` below 0.5 at the end, and the last one freed less than a tenth. From
the lines of `--trace-gc`, or from "Last few GCs" of a fatal error.

## What to do
As for heap-out-of-memory: find what is live. A larger limit only if the program needs it.

## When it is wrong
A single large allocation at the start can make one such collection: it needs two, or the fatal error.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.model import COLLECTIONS, OUT_OF_MEMORY, Collection, Event
from memdoctor.rules.about_workers import about_worker, of_workers
from memdoctor.units import percent

RULE = Rule("gc-death-spiral", "logs", Severity.ERROR, "collections take the time and free nothing")
_LOW = 0.5  # average mutator utilisation
_FREED = 0.1  # of what was there


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker whose last collections did hardly anything else."""
    for worker in workers.all:
        for kind in (OUT_OF_MEMORY, COLLECTIONS):
            event = next(reversed(list(worker.of_kind(kind))), None)
            spiral = None if event is None else _spiral(event)
            if event is not None and spiral is not None:
                yield _found(worker, event, spiral)
                break


def _spiral(event: Event) -> Collection | None:
    """Return the last of some collections if they are a death spiral."""
    known = [one for one in event.detail.get("collections") or () if one.mu is not None and one.before > 0]
    if not known or (len(known) < 2 and event.kind != OUT_OF_MEMORY):
        return None
    last: Collection = known[-1]
    is_spiral = all((one.mu or 0) < _LOW and _freed(one) < _FREED for one in known[-2:])
    return last if is_spiral else None


def _freed(collection: Collection) -> float:
    return (collection.before - collection.after) / collection.before


def _found(worker: Worker, event: Event, last: Collection) -> Finding:
    ended = event.kind == OUT_OF_MEMORY
    return about_worker(
        RULE,
        worker,
        f"collections left it {percent(last.mu or 0)} of the time, freed {percent(max(_freed(last), 0))}",
        note=f"collections left it {percent(last.mu or 0)} of the time",
        source=event.source,
        confidence=Confidence.CERTAIN if ended else Confidence.LIKELY,
        evidence=(
            Evidence("average mu", last.mu, "share", event.place),
            Evidence("before", last.before, "bytes", event.place),
            Evidence("after", last.after, "bytes", event.place),
            Evidence("freed", _freed(last), "share", formula="(before − after) ÷ before"),
        ),
        why="near its limit V8 collects again and again, and little of the time is left for the program",
        help="find what is live: heap snapshots; a larger limit only if the program needs it",
    )
