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

from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.model import PORT_IN_USE
from memdoctor.rules.about_errors import about_errors
from memdoctor.rules.about_workers import listed, of_workers, times, total

RULE = Rule("port-in-use", "logs", Severity.ERROR, "a port is in use")


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker whose port was taken."""
    for worker, events in workers.with_events(PORT_IN_USE):
        ports = list(dict.fromkeys(str(event.detail.get("port")) for event in events))
        last = events[-1]
        yield about_errors(
            RULE,
            workers,
            worker,
            events,
            f"port {listed(ports)} was in use, {times(total(events))}",
            note=f"port {listed(ports)} was in use",
            evidence=(
                Evidence("port", ports[-1], "", last.place),
                Evidence("address", last.detail.get("address"), "text", last.place),
            ),
            why="another process has it, often an older instance of the same worker: it ends at its start",
            help="memdoctor ps shows who listens there; end that one by pid, or choose another port",
        )
