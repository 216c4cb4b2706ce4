"""Detached DOM nodes become more.

## What it means
Elements are taken out of the document and kept by a script: each keeps its whole tree, with listeners
and what these see.

## Evidence
Growth is followed down the dominator tree to where it accumulates; told is what has 5 % of it
(`growth_share`). A warning needs two steps or more in which the number rises, the last one among them;
of two snapshots it is a note. Nodes that V8 marks as detached, by the object that holds them.

## What to do
Delete the element from the collection or the variable when it is removed from the document, or keep its
data instead of the element.

## When it is wrong
Panels that are shown again are detached in between.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-detached-dom",
    "heap",
    Severity.WARNING,
    "detached DOM nodes become more",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    yield from tell(
        RULE,
        measurements,
        "detached-dom",
        why="Each element keeps its whole tree, its listeners, and what these see.",
        help="delete it where it is held when it is removed from the document",
    )
