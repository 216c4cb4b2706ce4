"""Functions that run the same code become more.

## What it means
Functions are made again and again and kept. Each keeps the scope that it sees, with all variables in it
that any function made there uses.

## Evidence
Growth is followed down the dominator tree to where it accumulates; told is what has 5 % of it
(`growth_share`). A warning needs two steps or more in which the number rises, the last one among them;
of two snapshots it is a note. Functions that run the same code. Code that is loaded or compiled is no
growth of data, and not told.

## What to do
Look at the function and at what holds it: drop it when it was called, and set what its scope no longer
needs to null. A function that keeps its predecessor keeps all of them.

## When it is wrong
Callbacks of what is under way become more with the load.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-closures",
    "heap",
    Severity.WARNING,
    "functions that run the same code become more",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    yield from tell(
        RULE,
        measurements,
        "closures",
        why="Each keeps the scope that it sees, with every variable that any function made there uses.",
        help="drop the function when it is done; keep no predecessor in its scope",
    )
