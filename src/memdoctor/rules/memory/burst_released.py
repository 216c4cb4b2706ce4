"""The process once had far more memory in RAM and gave it back.

## What it means
The RSS is well below its peak: there was a burst and it was released. That is not the shape of a leak
that only grows.

## Evidence
RSS of at most 0.6 times the peak RSS.

## What to do
If the peak hurts, look for what ran at that time. If only the present size matters, nothing.

## When it is wrong
The system may have swapped or compressed the memory instead of getting it back; `swapped-out` and
`external-not-resident` speak of that.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import size

RULE = Rule(
    "burst-released",
    "memory",
    Severity.INFO,
    "much memory was given back since the peak",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample whose RSS is far below its peak."""
    for look in measurements.looks:
        if look.peak_rss > 0 and look.rss <= look.peak_rss * 0.6:
            released = (look.peak_rss - look.rss).named("given back")
            yield about_sample(
                RULE,
                look,
                f"RSS is down to {size(look.rss.value)} from a peak of {size(look.peak_rss.value)}",
                note=f"{size(released.value)} given back since",
                evidence=(look.rss, look.peak_rss, released),
                why="A burst that was given back is not the shape of a leak that only grows.",
                help="if the peak hurts, look for what ran at that time",
                impact=released.value,
                figure="peak_rss_bytes",
            )
