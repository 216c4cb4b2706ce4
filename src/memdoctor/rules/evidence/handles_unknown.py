"""The number of active handles is not known.

## What it means
Under Bun `activeHandles` and `activeRequests` are stubs that always return nothing. Zero handles does
not mean that no timer or socket is open.

## Evidence
Bun, and `activeHandles` is 0.

## What to do
Count timers, sockets and watchers in a heap snapshot, or by `objectTypeCounts`.

## When it is wrong
It is not, as long as Bun keeps the stub.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample

RULE = Rule("handles-unknown", "evidence", Severity.INFO, "the number of active handles is not known")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each Bun sample that reports no handles."""
    for look in measurements.looks:
        if look.runtime.is_bun and look.handles.value == 0:
            yield about_sample(
                RULE,
                look,
                "0 active handles says nothing: Bun always reports 0",
                note="unknown: Bun always reports 0",
                evidence=(look.handles,),
                why="Bun's list of active handles is a stub.",
                help="count timers and sockets in a heap snapshot",
                figure="handles",
            )
