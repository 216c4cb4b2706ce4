"""Listeners are added and not removed.

## What it means
Listeners of one event become more and more. Each keeps its function and the scope that this sees, as
long as the emitter lives.

## Evidence
The snapshots are compared object by object, by the ids that V8 keeps. From the root of the dominator
tree down, growth is followed into what was there before, to where it accumulates; what has at least 5 %
of all growth is told (`growth_share`). A warning needs three snapshots or more, in which the number
rises each time, and at the end no more slowly than before; else it is a note. Listeners are counted in
the emitter, or where they are a chain, in the whole heap.

## What to do
Look where the function is added. Remove it when its object is done: `removeListener`, `off`, `once`, or
an `AbortSignal`; for signals pass `{ once: true }`, or a signal of its own for each request.

## When it is wrong
A server whose clients become more has more listeners, too.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, about_heap_growth, of_kind

RULE = Rule(
    "growing-listeners",
    "heap",
    Severity.WARNING,
    "listeners are added and not removed",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    for growth in of_kind(measurements, "listeners"):
        yield about_heap_growth(
            RULE,
            measurements,
            growth,
            why="Each keeps its function and the scope that this sees, as long as the emitter lives.",
            help="remove it when its object is done (`removeListener`, `off`, `once`, an AbortSignal)",
        )
