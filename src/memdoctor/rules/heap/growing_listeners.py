"""Listeners are added and not removed.

## What it means
Listeners of one event become more and more. Each keeps its function and the scope that this sees, as
long as the emitter lives.

## Evidence
Growth is followed down the dominator tree to where it accumulates; told is what has 5 % of it
(`growth_share`). A warning needs two steps or more in which the number rises, the last one among them;
of two snapshots it is a note. Listeners are counted in the emitter, or where they are a chain, in the
whole heap.

## What to do
Look where the function is added. Remove it when its object is done: `removeListener`, `off`, `once`, or
an `AbortSignal`; for signals pass `{ once: true }`, or a signal of its own for each request.

## When it is wrong
A server whose clients become more has more listeners, too.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-listeners",
    "heap",
    Severity.WARNING,
    "listeners are added and not removed",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    yield from tell(
        RULE,
        measurements,
        "listeners",
        why="Each keeps its function and the scope that this sees, as long as the emitter lives.",
        help="remove it when its object is done (`removeListener`, `off`, `once`, an AbortSignal)",
    )
