"""A collection grows from snapshot to snapshot.

## What it means
Something is put into a Map, a Set, an array or an object used as one, and not taken out again as fast.
Each entry keeps all that only it leads to.

## Evidence
The snapshots are compared object by object, by the ids that V8 keeps. From the root of the dominator
tree down, growth is followed into what was there before, to where it accumulates; what has at least 5 %
of all growth is told (`growth_share`). A warning needs three snapshots or more, in which the number
rises each time, and at the end no more slowly than before; else it is a note. Entries are counted in
the tables of the collection itself, in each snapshot. Values of a WeakMap count for whoever keeps their
keys.

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
from memdoctor.rules.about_heap_growth import EXPLAINS, about_heap_growth, of_kind

RULE = Rule(
    "growing-collection",
    "heap",
    Severity.WARNING,
    "a collection grows from snapshot to snapshot",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    for growth in of_kind(measurements, "collection"):
        yield about_heap_growth(
            RULE,
            measurements,
            growth,
            why="Entries stay until something removes them, and each keeps all that only it leads to.",
            help="delete entries when they are done, bound their number (LRU) or their age (TTL)",
        )
