"""A figure of the allocator is a reservation, not use.

## What it means
mimalloc, Bun's allocator, reserves address space in arenas of 1 GiB. Reserved is not used, and on Linux
its `committed` figure only ever grows. Neither is memory in RAM.

## Evidence
`mimalloc.reserved` of about 1 GiB or more; or `mimalloc.committed` on Linux.

## What to do
Read RSS for what is in RAM.

## When it is wrong
With large pages or an eager commit the reservation can be backed by memory.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import GiB, size

RULE = Rule(
    "allocator-reservation",
    "evidence",
    Severity.INFO,
    "a figure that is a reservation, not use",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample with mimalloc figures that are easily misread."""
    for look in measurements.looks:
        reserved, committed = look.mimalloc_reserved, look.mimalloc_committed
        arenas = reserved >= 0.9 * GiB
        only_grows = look.sample.platform == "linux" and committed.known
        if arenas or only_grows:
            shown = reserved if arenas else committed
            what = "address space" if arenas else "a total that never falls"
            yield about_sample(
                RULE,
                look,
                f"{shown.label} {size(shown.value)} is {what}, not memory in use",
                note=f"{what}, not memory in use",
                evidence=(reserved, committed, look.rss),
                why="mimalloc reserves arenas of 1 GiB; on Linux its committed figure only grows.",
                help="read RSS for what is in RAM",
                figure="mimalloc_reserved_bytes" if arenas else "mimalloc_committed_bytes",
            )
