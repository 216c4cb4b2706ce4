"""A worker cannot listen: its port is taken.

## What it means
Another process has the port: often an older instance of the same worker that was never ended, or one that
was started twice. The new one ends at its start.

## Evidence
The error in the log, with address and port.

## What to do
`memdoctor ps` shows who listens on it, and whether that is an orphan or a duplicate. End that by pid, or
give one of them another port.

## When it is wrong
A program may try the next port and go on.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.model import PORT_IN_USE, Event
from memdoctor.rules.about_workers import about_worker, listed, of_workers, times, total, when

RULE = Rule("port-in-use", "logs", Severity.ERROR, "a port is in use")


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker whose port was taken."""
    for worker in workers.all:
        events = list(worker.of_kind(PORT_IN_USE))
        if events:
            healed = any(
                one.cause == PORT_IN_USE and one.is_over for one in workers.episodes if one.worker is worker
            )
            yield _found(worker, events, healed=healed)


def _found(worker: Worker, events: list[Event], *, healed: bool) -> Finding:
    last = events[-1]
    ports = list(dict.fromkeys(str(event.detail.get("port")) for event in events))
    return about_worker(
        RULE,
        worker,
        f"port {listed(ports)} was in use, {times(total(events))}",
        note=f"port {listed(ports)} was in use",
        source=last.source,
        severity=Severity.WARNING if healed else None,
        evidence=(
            Evidence("port", ports[-1], "", last.place),
            Evidence("address", last.detail.get("address"), "", last.place),
            Evidence("errors", total(events), pointer=events[0].place),
            when(last, "last"),
        ),
        why="another process has it, often an older instance of the same worker",
        help="memdoctor ps shows who listens there; end that one by pid, or choose another port",
    )
