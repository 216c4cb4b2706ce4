"""The heap limit is the memory of the machine.

## What it means
Bun's made-up limit is the smaller of ten times the peak RSS and the machine's memory. Here it is the
latter: not a limit, but a useful number.

## Evidence
Bun, and `heapSizeLimit` below 9.9 times the peak RSS.

## What to do
Read it as the machine's RAM.

## When it is wrong
If the document was put together from two dumps.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import size

RULE = Rule("heap-limit-is-ram", "evidence", Severity.INFO, "the heap limit is the machine's memory")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each Bun sample whose limit is the machine's memory."""
    for look in measurements.looks:
        if look.limit_is_machine_memory:
            yield about_sample(
                RULE,
                look,
                f"the heap limit of {size(look.heap_limit.value)} is the memory of the machine",
                note="no limit: the memory of the machine",
                evidence=(look.heap_limit, look.peak_malloced, look.limit_per_peak),
                why="Bun returns the smaller of 10 × peak RSS and the machine's memory.",
                help="read it as the machine's RAM",
                confidence=Confidence.LIKELY,
                figure="heap_limit_bytes",
            )
