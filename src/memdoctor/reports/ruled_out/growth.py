"""What the course of metrics rules out: only enough samples without growth do."""

from collections.abc import Sequence
from functools import partial

from memdoctor.findings import Growth, Report
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
from memdoctor.units import duration, interval

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
        samples = report.overview.samples
        shown = any(
            key in one.figures and one.figures[key].value is not None
            for one in samples
            for key in _LOOKED_AT[metrics[0]]
        )
        alone = shown and not report.overview.growth
        return not_decided("one look at each process: a size is no growth") if alone else None
    open_ones = [one for one in judged if one.verdict not in _STANDS or one.samples < _ENOUGH]
    if open_ones:
        return not_decided(_why_open(open_ones[0]), open_ones[0].process)
    worst = max(judged, key=lambda one: one.high or 0)
    rest = f", the steepest of {len(judged)} series" if len(judged) > 1 else ""
    return decided(f"{_rate(worst)}{rest}", worst.process)


def _why_open(growth: Growth) -> str:
    if growth.verdict == "refused":
        return growth.reason
    if growth.samples == 2:
        return "two samples are a difference, no growth"
    if growth.verdict in _STANDS:
        return f"{growth.verdict}, but {growth.samples} samples are few: a slower growth would not show"
    return f"{growth.verdict}: {growth.reason}" if growth.reason else growth.verdict


def _rate(growth: Growth) -> str:
    over = f"{growth.samples} samples over {duration(growth.span_seconds)}"
    if growth.low is None or growth.high is None:
        return f"{growth.verdict} in {over}"
    return f"{growth.verdict}, {interval(growth.low, growth.high, growth.unit)} (90 %) in {over}"


JUDGES: dict[str, Judge] = {rule: partial(_by_growth, metrics) for rule, metrics in _METRICS.items()}
