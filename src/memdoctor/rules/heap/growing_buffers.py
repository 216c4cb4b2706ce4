"""Buffers are kept and become more.

## What it means
Buffers or typed arrays are kept. Their bytes are outside the JS heap: the RSS grows, and the limit of
the heap does not stop it.

## Evidence
The snapshots are compared object by object, by the ids that V8 keeps. From the root of the dominator
tree down, growth is followed into what was there before, to where it accumulates; what has at least 5 %
of all growth is told (`growth_share`). A warning needs three snapshots or more, in which the number
rises each time, and at the end no more slowly than before; else it is a note. More than half of the
growth is memory of array buffers.

## What to do
Let go of buffers when they are done. Of a large one of which a small part is needed copy that part:
`Buffer.from(slice)`; a slice keeps the whole.

## When it is wrong
A pool that is still filling, a cache on purpose.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, about_heap_growth, of_kind

RULE = Rule(
    "growing-buffers",
    "heap",
    Severity.WARNING,
    "buffers are kept and become more",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    for growth in of_kind(measurements, "buffers"):
        yield about_heap_growth(
            RULE,
            measurements,
            growth,
            why="Their bytes are outside the JS heap, whose limit does not stop them.",
            help="let go of them when they are done; of a slice keep a copy (`Buffer.from(slice)`)",
        )
