"""How growth is put into words: a rate where the samples carry one, else a difference."""

from memdoctor.analysis.series import Series
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity, Subject
from memdoctor.overviews import Growth
from memdoctor.rules.about import about
from memdoctor.units import count_of, duration, grouped, interval, rate, size

METRICS = {
    "js_heap": "the JS heap",
    "external": "external memory",
    "array_buffers": "memory of array buffers",
    "rss": "the RSS",
    "handles": "the number of handles",
    "file_descriptors": "the number of open file descriptors",
    "threads": "the number of threads",
    "processes": "the number of processes",
}
RISING = frozenset({"growing", "rising-uncollected"})

_CONFIDENCE = {"low": Confidence.POSSIBLE, "medium": Confidence.LIKELY, "high": Confidence.CERTAIN}


def confidence(growth: Growth) -> Confidence:
    """Return how sure a finding about a growth is."""
    return _CONFIDENCE[growth.confidence or "low"]


def is_difference(growth: Growth) -> bool:
    """Whether there are only two samples, so that a rate would pretend too much."""
    return growth.samples == 2


def statement(growth: Growth) -> str:
    """Return what rises, and how much: the slope with its interval, or for two samples the difference."""
    name = METRICS[growth.metric]
    if is_difference(growth):
        return f"{name} {difference(growth)}"
    slope, low, high = growth.per_second or 0.0, growth.low or 0.0, growth.high or 0.0
    return f"{name} {_verb(growth)} by {rate(slope, growth.unit)} {interval(low, high, growth.unit)}"


def about_growth(
    rule: Rule,
    series: Series,
    growth: Growth,
    *,
    why: str,
    help: str,  # noqa: A002 - the word users see
    severity: Severity | None = None,
) -> Finding:
    """Return a finding about a metric of a process that rises."""
    message, note = statement(growth), f"{_verb(growth)} by {rate(growth.per_second or 0, growth.unit)}"
    if is_difference(growth):
        message, note = f"{message}: a difference, not a trend", difference(growth)
    elif growth.verdict == "rising-uncollected":
        message += " and no collection was seen"
    return about(
        rule,
        Subject("process", growth.process, process=growth.process),
        message,
        severity=severity or (Severity.INFO if growth.confidence == "low" else rule.severity),
        confidence=confidence(growth),
        note=note,
        evidence=(*_ends(series), *_span(growth), *slopes(growth)),
        why=why,
        help=help,
        impact=int(growth.difference) if growth.unit == "bytes" and growth.difference > 0 else None,
        topic=growth.metric,
    )


def slopes(growth: Growth) -> tuple[Evidence, ...]:
    """Return the slope after the ends of its interval, per hour; for two samples the difference."""
    if is_difference(growth):
        return (Evidence("difference", growth.difference, growth.unit, formula="last − first"),)
    unit = f"{growth.unit}/h"
    interval_of = "90 % interval" if growth.samples > 4 else "range"
    of = f"{len(growth.floors)} floors" if growth.floors else count_of(growth.samples, "sample")
    numbers = (
        ("slope, low", growth.low, f"lower end of the {interval_of} of the slope"),
        ("slope, high", growth.high, f"upper end of the {interval_of} of the slope"),
        ("slope", growth.per_second, f"Theil–Sen slope of {of}, {interval_of}"),
    )
    return tuple(
        Evidence(label, (value or 0.0) * 3600, unit, formula=formula) for label, value, formula in numbers
    )


def _ends(series: Series) -> tuple[Evidence, Evidence]:
    first, last = series.first, series.last
    return first.named(f"first {first.label}"), last.named(f"last {last.label}")


def _span(growth: Growth) -> tuple[Evidence, Evidence]:
    return (
        Evidence("samples", growth.samples, "samples", formula="the values that were judged, counted"),
        Evidence("span", growth.span_seconds, "seconds", formula="time of the last − time of the first"),
    )


def _verb(growth: Growth) -> str:
    return "rises" if growth.verdict == "rising-uncollected" else "grows"


def difference(growth: Growth) -> str:
    """Return by how much a metric moved from the first to the last sample, and over what time."""
    verb = "rose" if growth.difference >= 0 else "fell"
    amount = abs(growth.difference)
    how_much = size(amount) if growth.unit == "bytes" else grouped(int(amount))
    return f"{verb} by {how_much} in {duration(growth.span_seconds)}"
