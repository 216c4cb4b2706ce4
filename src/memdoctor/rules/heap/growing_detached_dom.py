"""Detached DOM nodes become more.

## What it means
Elements are taken out of the document and kept by a script: each keeps its whole tree, with listeners
and what these see.

## Evidence
The snapshots are compared object by object, by the ids that V8 keeps. From the root of the dominator
tree down, growth is followed into what was there before, to where it accumulates; what has at least 5 %
of all growth is told (`growth_share`). A warning needs three snapshots or more, in which the number
rises each time, and at the end no more slowly than before; else it is a note. Nodes that V8 marks as
detached, by the object that holds them.

## What to do
Delete the element from the collection or the variable when it is removed from the document, or keep its
data instead of the element.

## When it is wrong
Panels that are shown again are detached in between.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, about_heap_growth, of_kind

RULE = Rule(
    "growing-detached-dom",
    "heap",
    Severity.WARNING,
    "detached DOM nodes become more",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    for growth in of_kind(measurements, "detached-dom"):
        yield about_heap_growth(
            RULE,
            measurements,
            growth,
            why="Each element keeps its whole tree, its listeners, and what these see.",
            help="delete it where it is held when it is removed from the document",
        )
