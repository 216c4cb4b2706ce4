"""A collection grows from snapshot to snapshot.

## What it means
Something is put into a Map, a Set, an array or an object used as one, and not taken out again as fast.
Each entry keeps all that only it leads to.

## Evidence
Growth is followed down the dominator tree to where it accumulates; told is what has 5 % of it
(`growth_share`). A warning needs two steps or more in which the number rises, the last one among them;
of two snapshots it is a note. Entries are counted in the tables of the collection itself, in each
snapshot. Values of a WeakMap count for whoever keeps their keys.

## What to do
Find where entries are added, and what should remove them: delete them on completion, also when it
fails; bound their number (LRU) or their age (TTL); or use a WeakMap, where the key is an object that
others own.

## When it is wrong
A cache that is still filling looks like a leak until it is full: take another snapshot later. A
collection that follows a load grows while the load does.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-collection",
    "heap",
    Severity.WARNING,
    "a collection grows from snapshot to snapshot",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    yield from tell(
        RULE,
        measurements,
        "collection",
        why="Entries stay until something removes them, and each keeps all that only it leads to.",
        help="delete entries when they are done, bound their number (LRU) or their age (TTL)",
    )
