"""Strings are kept and grow.

## What it means
A text that is added to, or parts of texts that are kept: what is cut out of a long text keeps all of
it.

## Evidence
The snapshots are compared object by object, by the ids that V8 keeps. From the root of the dominator
tree down, growth is followed into what was there before, to where it accumulates; what has at least 5 %
of all growth is told (`growth_share`). A warning needs three snapshots or more, in which the number
rises each time, and at the end no more slowly than before; else it is a note. Most of the growth is in
strings: in one that grows, or in slices that keep the texts they are from.

## What to do
Write a text out, or bound it. Of a slice keep a copy that stands alone: `Buffer.from(part).toString()`.

## When it is wrong
A log that is kept on purpose and bounded.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, about_heap_growth, of_kind

RULE = Rule(
    "growing-strings",
    "heap",
    Severity.WARNING,
    "strings are kept and grow",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    for growth in of_kind(measurements, "strings"):
        yield about_heap_growth(
            RULE,
            measurements,
            growth,
            why="What is cut out of a long text keeps all of it; a text that is added to is never shorter.",
            help="keep a copy of the part (`Buffer.from(part).toString()`), or bound the text",
        )
