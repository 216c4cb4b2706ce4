"""Budgets on growth: only where the samples prove that something grows, and at what rate."""

from collections.abc import Iterator

from memdoctor.analysis.budgets.measured import Gap, Measured
from memdoctor.analysis.growth import least_seen
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.series import Series
from memdoctor.budgets import Budget
from memdoctor.findings import Evidence, Subject
from memdoctor.overviews import Growth
from memdoctor.units import count_of, duration, rate

_ANY = "growth"
_METRICS = {"descriptors": "file_descriptors"}
_RISING = frozenset({"growing", "decelerating"})
_UNPROVEN = {"rising-uncollected": "it rises, but no collection was seen"}


def measured(budget: Budget, measurements: Measurements) -> Iterator[Measured | Gap]:
    """Yield the fastest growth of each process; a gap where none is proven or could show."""
    judged: dict[str, list[tuple[Series, Growth]]] = {}
    for series, growth in measurements.judged:
        if _is_meant(budget.name, growth):
            judged.setdefault(growth.process, []).append((series, growth))
    for process, found in judged.items():
        told = [item for item in found if _reason(item[1]) is None]
        series, growth = max(told or found, key=lambda item: _per_hour(item[1]))
        hidden = [one for _, one in told if least_seen(one) * 3600 > budget.least and _is_steady(one)]
        if not told:
            yield from (Gap(process, _reason(one) or "") for _, one in found)
        elif hidden and _per_hour(growth) <= budget.least:
            yield Gap(process, _unseen(max(hidden, key=least_seen)))
        else:
            yield _measured(process, measurements, series, growth)
    for process in {one.name for one in measurements.sampled_processes} - set(judged):
        yield Gap(process, "one look shows no growth")


def _is_meant(name: str, growth: Growth) -> bool:
    if name == _ANY:
        return growth.unit == "bytes"
    metric = name.removesuffix("_growth")
    return growth.metric == _METRICS.get(metric, metric)


def _reason(growth: Growth) -> str | None:
    """Return why no rate is proven, None where one is, or where nothing grows."""
    return growth.reason if growth.verdict == "refused" else _UNPROVEN.get(growth.verdict)


def _is_steady(growth: Growth) -> bool:
    return growth.verdict == "steady"


def _unseen(growth: Growth) -> str:
    span = duration(growth.span_seconds)
    return f"less than {rate(least_seen(growth), growth.unit)} would not show in {span}"


def _per_hour(growth: Growth) -> float:
    return max((growth.per_second or 0.0) * 3600, 0.0) if growth.verdict in _RISING else 0.0


def _measured(process: str, measurements: Measurements, series: Series, growth: Growth) -> Measured:
    worker = measurements.worker_names.get(process)
    rises = growth.verdict in _RISING
    low, high = ((bound or 0.0) * 3600 for bound in (growth.low, growth.high))
    unit = f"{growth.unit}/h"
    formula = f"slope of {count_of(growth.samples, 'sample')}" if rises else f"no growth: {growth.verdict}"
    ends = (
        series.first.named(f"first {series.first.label}"),
        series.last.named(f"last {series.last.label}"),
    )
    bounds = (
        Evidence("slope, low", low, unit, formula="lower end of the interval of the slope"),
        Evidence("slope, high", high, unit, formula="upper end of the interval of the slope"),
    )
    return Measured(
        Subject("process", process, _series_source(measurements, process), process, worker=worker),
        Evidence(f"growth of {series.last.label}", _per_hour(growth), unit, formula=formula),
        (*ends, *bounds),
        least=low if rises else 0.0,
        growth=growth,
    )


def _series_source(measurements: Measurements, process: str) -> str | None:
    """Return where the last look at a process stands."""
    looks = (one.looks for one in measurements.sampled_processes if one.name == process)
    return next((of[-1].sample.source for of in looks), None)
