"""Buffers are kept and become more.

## What it means
Buffers or typed arrays are kept. Their bytes are outside the JS heap: the RSS grows, and the limit of
the heap does not stop it.

## Evidence
Growth is followed down the dominator tree to where it accumulates; told is what has 5 % of it
(`growth_share`). A warning needs two steps or more in which the number rises, the last one among them;
of two snapshots it is a note. More than half of the growth is memory of array buffers.

## What to do
Let go of buffers when they are done. Of a large one of which a small part is needed copy that part:
`Buffer.from(slice)`; a slice keeps the whole.

## When it is wrong
A pool that is still filling, a cache on purpose.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-buffers",
    "heap",
    Severity.WARNING,
    "buffers are kept and become more",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    yield from tell(
        RULE,
        measurements,
        "buffers",
        why="Their bytes are outside the JS heap, whose limit does not stop them.",
        help="let go of them when they are done; of a slice keep a copy (`Buffer.from(slice)`)",
    )
