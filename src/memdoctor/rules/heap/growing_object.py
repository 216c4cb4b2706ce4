"""What one object or variable leads to grows.

## What it means
No collection, but a field or a variable leads to more and more: a list in which each keeps the one
before it, an error with its causes, a chain of closures.

## Evidence
Growth is followed down the dominator tree to where it accumulates; told is what has 5 % of it
(`growth_share`). A warning needs two steps or more in which the number rises, the last one among them;
of two snapshots it is a note. Objects of the class that the list is made of, below what holds it; else
all of the heap.

## What to do
Look at what the field is set to, and cut the chain: set `next`, `previous` or `cause` to null, keep the
message and not the error.

## When it is wrong
A list that is worked off from the other end is a queue.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-object",
    "heap",
    Severity.WARNING,
    "what one object or variable leads to grows",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    yield from tell(
        RULE,
        measurements,
        "object",
        why="A list, a tree or a chain in which each keeps others: what leads to one keeps them all.",
        help="bound it, or cut it where it is done: keep no next, no previous, no cause",
    )
