"""The process was less than a minute old.

## What it means
At start-up a program loads its code, fills its caches and compiles. Whatever it holds then says
nothing about leaks.

## Evidence
Uptime below 60 s, reported or recovered from the rate.

## What to do
Take a dump after ten minutes, and another ten minutes later.

## When it is wrong
A process that fills gigabytes in its first minute has a problem; other rules speak of the sizes.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import duration

RULE = Rule("too-young", "evidence", Severity.INFO, "the process was less than a minute old")

_YOUNG = 60  # seconds


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample taken within a minute of the start."""
    for look in measurements.looks:
        if look.is_dump and look.uptime < _YOUNG:
            yield about_sample(
                RULE,
                look,
                f"taken {duration(look.uptime.value)} after the start: no verdict about leaks",
                note="start-up: no verdict about leaks",
                evidence=(look.uptime,),
                why="Start-up loads code and fills caches; its memory is no trend.",
                help="take a dump after 10 minutes, and another 10 minutes later",
                figure="uptime_seconds",
            )
