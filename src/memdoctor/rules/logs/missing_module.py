"""A worker cannot start: a module is missing.

## What it means
Node or Bun did not find what the program asks for, and a process ends with code 1 there. A process manager
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

from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.model import MISSING_MODULE
from memdoctor.rules.about_errors import about_errors
from memdoctor.rules.about_workers import listed, of_workers, times, total

RULE = Rule("missing-module", "logs", Severity.ERROR, "a module is missing")


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker that misses a module."""
    for worker, events in workers.with_events(MISSING_MODULE):
        names = list(dict.fromkeys(str(event.detail.get("module")) for event in events))
        last = events[-1]
        yield about_errors(
            RULE,
            workers,
            worker,
            events,
            f"it did not find {listed(names)}, {times(total(events))}",
            note=f"did not find {listed(names)}",
            evidence=(
                Evidence("module", names[-1], "text", last.place),
                Evidence("for", last.detail.get("from"), "text", last.place),
            ),
            why="the process ends at its start, and a process manager starts it again",
            help="install the module or mend its path, then see that the worker stays up",
        )
