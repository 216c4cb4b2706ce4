"""Part of the process is swapped out.

## What it means
The RSS understates what the process holds: so much of it lies in swap and comes back when touched.

## Evidence
`Swap` in the smaps rollup of at least 64 MiB.

## What to do
Add Swap to RSS when you judge the size. If the machine swaps, look first at what else fills its RAM.

## When it is wrong
A process that was idle for days may have been swapped out without any shortage now.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import MiB, size

RULE = Rule("swapped-out", "memory", Severity.WARNING, "part of the process is swapped out")

_SMALLEST = 64 * MiB


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample with memory in swap."""
    for look in measurements.looks:
        if look.swap >= _SMALLEST:
            yield about_sample(
                RULE,
                look,
                f"{size(look.swap.value)} of the process is in swap: the RSS understates it",
                note=f"{size(look.swap.value)} more in swap",
                evidence=(look.swap, look.rss),
                why="RSS counts RAM only; what is in swap comes back when it is touched.",
                help="judge RSS + Swap, and see what else fills the machine's RAM",
                impact=look.swap.value,
            )
