"""The process is at its highest RSS.

## What it means
Nothing of the memory it ever had in RAM has been given back.

## Evidence
RSS of at least 0.98 times the peak RSS, with a peak above 1 GiB. The peak is `maxRSS` in Node and
`peakMallocedMemory` in Bun.

## What to do
Take a second dump when the process is idle: if the RSS stays at the peak, something holds it.

## When it is wrong
At the top of a burst every process is at its peak, and so is one that has just started.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import GiB, size

RULE = Rule("at-high-water", "memory", Severity.WARNING, "the process is at its highest RSS")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each sample whose RSS is still at a high peak."""
    for look in measurements.looks:
        if look.peak_rss > GiB and look.rss >= look.peak_rss * 0.98:
            yield about_sample(
                RULE,
                look,
                f"RSS is at its peak of {size(look.peak_rss.value)}: nothing was given back",
                note="RSS is at its peak: nothing was given back",
                evidence=(look.rss, look.peak_rss),
                why="Memory of a burst that is over would show as RSS below the peak.",
                help="take a second dump when the process is idle",
                confidence=Confidence.POSSIBLE,
                impact=look.rss.value,
            )
