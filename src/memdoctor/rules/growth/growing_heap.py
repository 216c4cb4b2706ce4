"""The JavaScript heap of a process grows.

## What it means
What is left after collections becomes more and more: the program keeps objects that it does not let go
of, or it fills a cache that has no bound yet.

## Evidence
From ten samples on, the lowest value of each part of the time (the floor that collections leave) rises:
Theil–Sen slope, Mann–Kendall p of at most 0.01, at least 16 MiB and 5 %. Then this is a warning. It is a
note where fewer samples rise together, for each may lie anywhere between two collections, and where no
collection was seen. Under Bun the heap is `heapUsed − external`.

## What to do
Take two or three heap snapshots some minutes apart and compare them: which classes have more objects
each time, and who holds them.

## When it is wrong
A window that ends before a cache is full, or before a daily peak is over, shows growth that ends later.
A program that got more work in the window needs more memory for it.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_growth import RISING, about_growth

RULE = Rule("growing-heap", "growth", Severity.WARNING, "the JavaScript heap grows")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each process whose JS heap rises."""
    for series, growth in measurements.judged:
        if growth.metric == "js_heap" and growth.verdict in RISING:
            yield about_growth(
                RULE,
                series,
                growth,
                why="What collections leave becomes more: the program keeps objects."
                if growth.confidence != "low"
                else "It may be garbage that no collection has taken yet: more samples decide.",
                help="take heap snapshots a few minutes apart and compare them"
                if growth.confidence != "low"
                else "take ten samples or more, over many minutes",
                severity=Severity.INFO if growth.confidence == "low" else None,
            )
