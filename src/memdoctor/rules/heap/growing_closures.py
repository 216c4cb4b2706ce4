"""Functions that run the same code become more.

## What it means
Functions are made again and again and kept. Each keeps the scope that it sees, with all variables in it
that any function made there uses.

## Evidence
The snapshots are compared object by object, by the ids that V8 keeps. From the root of the dominator
tree down, growth is followed into what was there before, to where it accumulates; what has at least 5 %
of all growth is told (`growth_share`). A warning needs three snapshots or more, in which the number
rises each time, and at the end no more slowly than before; else it is a note. Functions that run the
same code. Code that is loaded or compiled is no growth of data, and not told.

## What to do
Look at the function and at what holds it: drop it when it was called, and set what its scope no longer
needs to null. A function that keeps its predecessor keeps all of them.

## When it is wrong
Callbacks of what is under way become more with the load.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, about_heap_growth, of_kind

RULE = Rule(
    "growing-closures",
    "heap",
    Severity.WARNING,
    "functions that run the same code become more",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    for growth in of_kind(measurements, "closures"):
        yield about_heap_growth(
            RULE,
            measurements,
            growth,
            why="Each keeps the scope that it sees, with every variable that any function made there uses.",
            help="drop the function when it is done; keep no predecessor in its scope",
        )
