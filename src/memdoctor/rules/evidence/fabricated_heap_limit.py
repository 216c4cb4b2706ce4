"""The heap limit is made up by Bun.

## What it means
JavaScriptCore has no heap limit of V8's kind. Bun returns ten times the peak RSS so that programs that
ask get a plausible number. "5.3 GB of 6.9 GB" is therefore no sign of a full heap.

## Evidence
Bun, and `heapSizeLimit` within 0.05 of 10 times `peakMallocedMemory`, which is the peak RSS.

## What to do
Ignore every percentage of this limit.

## When it is wrong
It is not: the factor is in Bun's source.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import size

RULE = Rule("fabricated-heap-limit", "evidence", Severity.INFO, "the heap limit is made up by Bun")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each Bun sample whose limit is ten times its peak RSS."""
    for look in measurements.looks:
        if look.has_fabricated_limit:
            yield about_sample(
                RULE,
                look,
                f"the heap limit of {size(look.heap_limit.value)} is no limit: it is 10 × peak RSS",
                note="no limit: Bun reports 10 × peak RSS",
                evidence=(look.heap_limit, look.peak_malloced, look.limit_per_peak),
                why="JavaScriptCore has no such limit; Bun returns a plausible number.",
                help="ignore every percentage of this limit",
                figure="heap_limit_bytes",
            )
