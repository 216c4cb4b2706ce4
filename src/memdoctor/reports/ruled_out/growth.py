"""What the course of metrics rules out: only enough samples without growth do."""

from collections.abc import Sequence
from functools import partial

from memdoctor.analysis.growth import least_seen
from memdoctor.answer_growth import rose_without_a_trend
from memdoctor.findings import Report
from memdoctor.overviews import Growth
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
from memdoctor.rules.about_growth import difference
from memdoctor.units import count_of, duration, grouped, interval, rate

_ENOUGH = 10  # samples: below that a slower growth is not seen, see docs/growth.md

_METRICS: dict[str, tuple[str, ...]] = {
    "growing-heap": ("js_heap",),
    "growing-external": ("external", "array_buffers"),
    "growing-rss": ("rss",),
    "growing-handles": ("handles", "file_descriptors"),
    "growing-family": ("processes",),
}
_LOOKED_AT = {
    "js_heap": ("js_heap_bytes",),
    "external": ("external_bytes", "array_buffers_bytes"),
    "rss": ("rss_bytes",),
    "handles": ("handles", "file_descriptors"),
    "processes": (),
}
_STANDS = frozenset({"steady", "plateau", "shrinking", "step"})


def _by_growth(metrics: Sequence[str], report: Report) -> Verdict | None:
    """Decide by the verdicts on a metric: by enough samples that show no growth, and by nothing less."""
    judged = [one for one in report.overview.growth if one.metric in metrics]
    if any(one.verdict == "growing" for one in judged):
        return None  # it is told elsewhere, as part of something else
    if not judged:
        return _without_a_series(metrics, report)
    open_ones = [one for one in judged if _is_open(one)]
    if open_ones:
        return not_decided(_why_open(open_ones[0]), open_ones[0].process)
    worst = max(judged, key=least_seen)
    rest = f", the coarsest of {len(judged)} series" if len(judged) > 1 else ""
    return decided(f"{_rate(worst)}{rest}{_of_processes(judged, report)}", worst.process)


def _without_a_series(metrics: Sequence[str], report: Report) -> Verdict | None:
    """Say why nothing was judged: nobody reported it, or only once of each process."""
    samples, keys = report.overview.samples, _LOOKED_AT[metrics[0]]
    if not samples or not keys:
        return None
    if all(one.figures[key].value is None for one in samples for key in keys):
        labels = ", ".join(samples[0].figures[key].label for key in keys)
        return not_decided(f"unknown: {labels}")
    return not_decided("one look at each process: a size is no growth")


def _is_open(growth: Growth) -> bool:
    is_few = growth.verdict not in _STANDS or growth.samples < _ENOUGH
    return is_few or rose_without_a_trend(growth)


def _of_processes(judged: Sequence[Growth], report: Report) -> str:
    """Say of how many processes it is known, where that is not all that have a series."""
    known = {one.process for one in judged}
    every = {one.process for one in report.overview.growth}
    return f"; known of {grouped(len(known))} of {grouped(len(every))} processes" if known < every else ""


def _why_open(growth: Growth) -> str:
    if growth.verdict == "refused":
        return growth.reason
    if growth.samples == 2:
        return "two samples are a difference, no growth"
    if rose_without_a_trend(growth):
        return f"it {difference(growth)}, which may be growth: the samples carry no trend"
    if growth.verdict in _STANDS:
        few = count_of(growth.samples, "sample is", "samples are")
        return f"{growth.verdict}, but {few} few: a slower growth would not show"
    return f"{growth.verdict}: {growth.reason}" if growth.reason else growth.verdict


def _rate(growth: Growth) -> str:
    over = f"{count_of(growth.samples, 'sample')} over {duration(growth.span_seconds)}"
    if growth.low is None or growth.high is None:
        return f"{growth.verdict} in {over}"
    seen = f"{growth.verdict}, {interval(growth.low, growth.high, growth.unit)} (90 %)"
    return f"{seen}: no growth by more than {rate(least_seen(growth), growth.unit)} in {over}"


JUDGES: dict[str, Judge] = {rule: partial(_by_growth, metrics) for rule, metrics in _METRICS.items()}
