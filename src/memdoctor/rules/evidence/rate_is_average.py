"""The reported growth rate is RSS divided by uptime.

## What it means
`memoryGrowthRate` is not growth. It divides all the memory the process has by its age, as if it had
started from nothing: a young process shows gigabytes per hour, and the same process an hour later a
fraction of it. Its `mbPerHour` is MiB per hour.

## Evidence
`bytesPerSecond × uptime` within 2 % of the RSS, or `mbPerHour × uptime` within 3 %.

## What to do
Take a second dump at least ten minutes later: only a difference over time is growth.

## When it is wrong
If the uptime or the RSS is missing it is recovered from this very rate, and the rule then rests on
what every known writer does; the finding says so.
"""

from collections.abc import Iterator

from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Finding, Rule, Severity
from memdoctor.rules.about import about_sample
from memdoctor.units import MiB, grouped

RULE = Rule(
    "rate-is-average",
    "evidence",
    Severity.INFO,
    "the reported rate is RSS ÷ uptime",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note for each sample whose reported rate is an average since the start."""
    for look in measurements.looks:
        by_second = look.reported_rate * look.uptime
        by_hour = look.reported_rate_per_hour * look.uptime * (MiB / 3600)
        if by_second.near(look.rss, 0.02) or by_hour.near(look.rss, 0.03):
            yield _finding(look)


def _finding(look: Look) -> Finding:
    average = (look.rss / look.uptime).named("average since start", "bytes/s")
    assumed = look.rss.derived or look.uptime.derived
    unit = " in MiB/h" if look.reported_rate_per_hour.known else ""
    missing = "RSS" if look.rss.derived else "uptime"
    return about_sample(
        RULE,
        look,
        f"the reported {_reported(look)} is RSS ÷ uptime, not growth",
        note=f"RSS ÷ uptime{unit}, " + (f"if the {missing} is right" if assumed else "not growth"),
        evidence=(
            look.reported_rate,
            look.reported_rate_per_hour,
            look.rss,
            look.uptime,
            average,
        ),
        why=f"The {missing} is missing and was recovered from the rate: every known writer computes "
        "it so, but here it cannot be checked."
        if assumed
        else "It is an average from zero: the younger the process, the larger it looks.",
        help="take a second dump at least 10 minutes later; only a difference shows growth",
        confidence=Confidence.LIKELY if assumed else Confidence.CERTAIN,
        figure="reported_rate_mib_per_hour"
        if look.reported_rate_per_hour.known
        else "reported_rate_bytes_per_second",
    )


def _reported(look: Look) -> str:
    per_hour = look.reported_rate_per_hour.value
    if per_hour is not None:
        return f'{grouped(per_hour)} "MB/h" (MiB/h)'
    return f"{grouped(look.reported_rate.value or 0)} B/s"
