"""A class has more and more objects.

## What it means
There are more objects of a class in each snapshot. Who holds them is not shown by the files.

## Evidence
Objects are counted by class in each snapshot, and their retained sizes added up, none inside another
one. Bun gives objects new ids in each snapshot and writes no edges from a Map to its entries: what may
hold them is a hypothesis by the room of its table.

## What to do
Look where objects of this class are made, and into which collection they go.

## When it is wrong
Where snapshots are not of one process, more objects are only more load.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-class",
    "heap",
    Severity.WARNING,
    "a class has more and more objects",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    yield from tell(
        RULE,
        measurements,
        "class",
        why="More objects of a class are a leak or a load; the files do not show who holds them.",
        help="look where they are made and where they are put; delete them when they are done",
    )
