"""A missing RSS or uptime was recovered from the reported rate.

## What it means
Every known writer computes the rate as RSS ÷ uptime. So of the three numbers one can be recovered from
the other two. It is marked derived wherever it is used.

## Evidence
`uptime = RSS ÷ rate`, or `RSS = rate × uptime`.

## What to do
Bring the whole document if you have it: the reported number is better than the recovered one.

## When it is wrong
If the rate was measured in another way, or belongs to another moment.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import duration, size

RULE = Rule(
    "derived-field",
    "evidence",
    Severity.INFO,
    "RSS or uptime recovered from the rate",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each number that was recovered."""
    for look in measurements.looks:
        for figure, key, shown in (
            (look.uptime, "uptime_seconds", duration(look.uptime.value)),
            (look.rss, "rss_bytes", size(look.rss.value)),
        ):
            if figure.derived and figure.known:
                yield about_sample(
                    RULE,
                    look,
                    f"{figure.label} is not reported; {shown} follows from the reported rate",
                    note="recovered from the rate",
                    evidence=(figure, look.rate),
                    why="Every known writer reports rate = RSS ÷ uptime.",
                    help="bring the whole document if you have it",
                    confidence=Confidence.LIKELY,
                    figure=key,
                )
