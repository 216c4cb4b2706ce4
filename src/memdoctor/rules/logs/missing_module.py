"""A worker cannot start: a module is missing.

## What it means
Node or Bun did not find what the program asks for, and the process ended with code 1. A process manager
starts it again, and it ends again: a crash loop that no memory setting heals.

## Evidence
The error in the log, with the module and the file that asks for it.

## What to do
Install it, or mend the path: after an update the folder that a path leads to may be another one. Then see
that the worker stays up.

## When it is wrong
A program may try a module and go on without it. Then nothing ended, and the message is no error.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.model import MISSING_MODULE, Event
from memdoctor.rules.about_workers import about_worker, listed, of_workers, times, total, when

RULE = Rule("missing-module", "logs", Severity.ERROR, "a module is missing")


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker that misses a module."""
    for worker in workers.all:
        events = list(worker.of_kind(MISSING_MODULE))
        if events:
            healed = any(
                one.cause == MISSING_MODULE and one.is_over
                for one in workers.episodes
                if one.worker is worker
            )
            yield _found(worker, events, healed=healed)


def _found(worker: Worker, events: list[Event], *, healed: bool) -> Finding:
    last = events[-1]
    names = list(dict.fromkeys(str(event.detail.get("module")) for event in events))
    return about_worker(
        RULE,
        worker,
        f"it did not find {listed(names)}, {times(total(events))}",
        note=f"did not find {listed(names)}",
        source=last.source,
        severity=Severity.WARNING if healed else None,
        evidence=(
            Evidence("module", names[-1], "text", last.place),
            Evidence("for", last.detail.get("from"), "text", last.place),
            Evidence("errors", total(events), pointer=events[0].place),
            when(last, "last"),
        ),
        why="the process ends at its start, and a process manager starts it again",
        help="install the module or mend its path, then see that the worker stays up",
    )
