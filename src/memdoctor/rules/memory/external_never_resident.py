"""External memory exceeds the highest RSS the process ever had.

## What it means
Bun reports the peak RSS of the process (as `peakMallocedMemory`). If `external` is above that peak,
at least the difference was never in RAM at one time: it is capacity that was not touched, or pages
that went to the compressor or to swap while others came in.

## Evidence
Bun only: `external` more than 1.25 times the peak RSS. Where the peak is missing, a tenth of Bun's
`heapSizeLimit` stands for it and is marked derived.

## What to do
Read it together with `external-not-resident`. No process can have leaked into RAM what never was
there.

## When it is wrong
On Linux Bun's peak may be inherited from the parent process at exec, and then be too high, never too
low: the rule would stay silent, not alarm.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import size

RULE = Rule(
    "external-never-resident",
    "memory",
    Severity.WARNING,
    "external memory above the peak RSS",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each Bun sample whose external memory exceeds its peak RSS."""
    for look in measurements.looks:
        if look.runtime.is_bun and look.external > look.peak_rss * 1.25:
            never = (look.external - look.peak_rss).named("never resident at once")
            yield about_sample(
                RULE,
                look,
                f"at least {size(never.value)} of external memory was never resident at once",
                note=f"at least {size(never.value)} was never resident at once",
                evidence=(look.external, look.peak_rss, never),
                why="The peak RSS is the most the process ever had in RAM.",
                help="treat external as capacity that was asked for, not as memory in use",
                impact=never.value,
            )
