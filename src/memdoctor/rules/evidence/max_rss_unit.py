"""maxRSS is 1024 times too large.

## What it means
On macOS the system gives the peak in bytes; a writer that takes it for KiB multiplies once too often
and reports terabytes.

## Evidence
`maxRSS` between 1000 and 1050 times the peak RSS of Bun, or above 100 times the RSS.

## What to do
Divide it by 1024; memdoctor does.

## When it is wrong
A process that has given back more than 99 % of its peak would look the same by the second test.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import size

RULE = Rule("max-rss-unit", "evidence", Severity.INFO, "maxRSS is 1024 times too large")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample whose maxRSS is in the wrong unit."""
    for look in measurements.looks:
        if look.max_rss_inflated:
            right = size(look.true_max_rss.value)
            yield about_sample(
                RULE,
                look,
                f"maxRSS says {size(look.max_rss.value)}, 1024 times too large: it is {right}",
                note=f"1024 times too large: it is {right}",
                evidence=(look.max_rss, look.true_max_rss, look.peak_rss),
                why="macOS gives bytes here; the writer took them for KiB.",
                help="divide maxRSS by 1024",
                figure="max_rss_bytes",
            )
