"""The JavaScript heap was full, and the runtime ended the process.

## What it means
V8 could not free enough below its heap limit and aborted: code 134, signal SIGABRT. PM2 shows that as
`code [0] via signal [SIGABRT]` and starts the worker anew.

## Evidence
The fatal error in the log, and the last collections before it: how much was live, how much a collection
freed. Their heap is about the limit.

## What to do
`--heapsnapshot-near-heap-limit=2` writes snapshots before the next time; compare two of them. A higher
`--max-old-space-size` helps only if the program needs that much and no more.

## When it is wrong
A limit that was set too low for the work ends a healthy program, too: then the heap after collections is
level for long before.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.model import OUT_OF_MEMORY, Collection, Event
from memdoctor.rules.about_workers import about_worker, last_time, of_workers, times, total
from memdoctor.units import percent, size

RULE = Rule(
    "heap-out-of-memory",
    "logs",
    Severity.ERROR,
    "the JavaScript heap was full",
    explains=("gc-death-spiral",),
)


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker that ran out of memory."""
    for worker, events in workers.with_events(OUT_OF_MEMORY):
        yield _found(worker, events)


def _found(worker: Worker, events: list[Event]) -> Finding:
    last = next((one for one in reversed(events) if one.detail.get("collections")), events[-1])
    collections: tuple[Collection, ...] = last.detail.get("collections") or ()
    live = collections[-1] if collections else None
    held = f", with {size(live.after)} live after the last collection" if live else ""
    return about_worker(
        RULE,
        worker,
        f"it ran out of heap memory {times(total(events))}{held}",
        note=f"out of heap memory {times(total(events))}",
        source=last.source,
        evidence=(
            Evidence("out of memory", total(events), pointer=events[-1].place),
            last_time(events[-1]),
            Evidence("live heap", live.after if live else None, "bytes", last.place),
            Evidence("committed", live.committed_after if live else None, "bytes", last.place),
        ),
        why=_why(last, live),
        help="start it with --heapsnapshot-near-heap-limit=2, and compare the snapshots it writes",
        impact=live.after if live else None,
    )


def _why(event: Event, live: Collection | None) -> str:
    said = event.detail.get("message") or "the heap was full"
    if live is None or live.before <= 0:
        return f"{said}; the log does not show the last collections"
    freed = max(live.before - live.after, 0) / live.before
    return f"{said}; the last full collection freed {percent(freed)} of {size(live.before)}"
