"""An error that nobody caught.

## What it means
Node ends a process at an error that nobody catches, and since version 15 at a rejection that nobody
handles; Node 14 only warns of that. A process manager starts the worker again, with an empty heap: its
memory falls, and no figure shows why.

## Evidence
The error in the log, with its first line.

## What to do
Mend the cause at the place that the log's stack names. `process.on('uncaughtException')` is no cure: the
program is in a state that nobody knows then.

## When it is wrong
A program may print an error in the same form and go on.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.model import REJECTION, UNCAUGHT, Event
from memdoctor.rules.about_workers import about_worker, last_time, of_workers, times, total

RULE = Rule("uncaught-error", "logs", Severity.WARNING, "an error that nobody caught")


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker with errors that nobody caught."""
    for worker, events in workers.with_events(UNCAUGHT, REJECTION):
        yield _found(worker, events)


def _found(worker: Worker, events: list[Event]) -> Finding:
    fatal = [one for one in events if one.kind == UNCAUGHT or one.detail.get("fatal", True)]
    told = fatal or events
    last = told[-1]
    error = last.detail.get("error") or "an error without a name"
    what = "it ended at an error that nobody caught" if fatal else "nobody handles a rejection"
    return about_worker(
        RULE,
        worker,
        f"{what}, {times(total(told))}: {error}",
        note=f"{what}, {times(total(told))}",
        source=last.source,
        severity=None if fatal else Severity.INFO,
        evidence=(
            Evidence("error", error, "text", last.place),
            Evidence("errors", total(told), pointer=told[0].place),
            last_time(last),
        ),
        why="the process ends with it"
        if fatal
        else "this Node only warns of it; from version 15 on it ends",
        help="mend it where the stack in the log says",
    )
