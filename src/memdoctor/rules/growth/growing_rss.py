"""The memory in RAM grows, and neither heap nor external memory does.

## What it means
The process takes more and more memory that its runtime does not account for: native addons, key and TLS
objects, the allocator's fragments, mapped files, thread stacks.

## Evidence
The RSS rises over the samples: Theil–Sen slope, Mann–Kendall p of at most 0.05 (0.17 for three samples,
0.01 for ten and more), at least 16 MiB and 5 %; a step or a plateau is no growth. Where the JS heap or
the external memory of the process grows as well, that is the finding, and this one says nothing new.

## What to do
Compare `/proc/PID/smaps` at two times (Linux): which mapping becomes larger. Try another allocator
(`MALLOC_ARENA_MAX=2`, jemalloc): if the growth ends, it was fragments. A heap snapshot shows nothing of it.

## When it is wrong
RSS rises in steps that the runtime makes for reasons of its own: short windows may see a part of one. It
may also rise because swapped pages come back.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about_growth import RISING, about_growth

RULE = Rule("growing-rss", "growth", Severity.WARNING, "memory in RAM grows outside heap and external")

_ACCOUNTED = frozenset({"js_heap", "external", "array_buffers"})


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each process whose RSS grows without what the runtime accounts for."""
    explained = {
        growth.process
        for growth in measurements.growth
        if growth.metric in _ACCOUNTED and growth.verdict in RISING
    }
    accounted = {one.process for one in measurements.growth if one.metric in _ACCOUNTED}
    for series, growth in measurements.judged:
        if growth.metric == "rss" and growth.verdict == "growing" and growth.process not in explained:
            yield about_growth(
                RULE,
                series,
                growth,
                why="Neither heap nor external memory grows: it is native memory or fragments."
                if growth.process in accounted
                else "What is inside is not reported: heap, external or native memory.",
                help="compare /proc/PID/smaps at two times; a heap snapshot shows nothing of it"
                if growth.process in accounted
                else "find out what it is: process.memoryUsage() at two times, or watch it with --inspect",
            )
