"""Strings are kept and grow.

## What it means
A text that is added to, or parts of texts that are kept: what is cut out of a long text keeps all of
it.

## Evidence
Growth is followed down the dominator tree to where it accumulates; told is what has 5 % of it
(`growth_share`). A warning needs two steps or more in which the number rises, the last one among them;
of two snapshots it is a note. Most of the growth is in strings: in one that grows, or in slices that
keep the texts they are from.

## What to do
Write a text out, or bound it. Of a slice keep a copy that stands alone: `Buffer.from(part).toString()`.

## When it is wrong
A log that is kept on purpose and bounded.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_heap_growth import EXPLAINS, tell

RULE = Rule(
    "growing-strings",
    "heap",
    Severity.WARNING,
    "strings are kept and grow",
    explains=EXPLAINS,
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each of those that have become more."""
    yield from tell(
        RULE,
        measurements,
        "strings",
        why="What is cut out of a long text keeps all of it; a text that is added to is never shorter.",
        help="keep a copy of the part (`Buffer.from(part).toString()`), or bound the text",
    )
