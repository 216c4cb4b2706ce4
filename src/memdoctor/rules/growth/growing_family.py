"""A process has more and more processes below it.

## What it means
It starts others and does not end them, or they do not end by themselves: helpers of a session, workers of
a job, language servers. Each costs its own memory, whatever the one that started it holds.

## Evidence
A recording of `memdoctor watch`: the number of processes that were started by the one that was watched, and
by those, with itself, rises: Theil–Sen slope, Mann–Kendall p of at most 0.05 (0.17 for three samples, 0.01
for ten and more), by at least 16 and 5 %.

## What to do
See what they are with `memdoctor ps --tree`, and end each when what it was started for ends. Those whose
parent has ended are found by `memdoctor ps --orphans`.

## When it is wrong
A pool that fills up under load has more workers, and stops at its size.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_growth import about_growth

RULE = Rule("growing-family", "growth", Severity.WARNING, "a process starts others that do not end")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each watched process with more and more processes below it."""
    for series, growth in measurements.judged:
        if growth.metric == "processes" and growth.verdict == "growing":
            yield about_growth(
                RULE,
                series,
                growth,
                why="Each process costs its own memory, whatever the one that started it holds.",
                help="see what they are: memdoctor ps --tree; end each with what it was started for",
            )
