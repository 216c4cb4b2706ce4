"""What the answer says of heap snapshots: who holds most of one, or what grows between several."""

from collections.abc import Iterator, Sequence
from itertools import islice

from memdoctor.analysis.heap.series.forecast import forecast
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, HeapSeriesOverview, Severity, worst_first
from memdoctor.overviews import HeapOverview
from memdoctor.rules.about_heap_growth import sentences
from memdoctor.rules.about_heaps import names_of_heaps
from memdoctor.units import count_of, duration, grouped, size, spoken_size

_GROWING = "growing-"
_NAMED = 2


def of_heaps(measurements: Measurements, findings: Sequence[Finding]) -> Iterator[str]:
    """Say what the snapshot holds and who holds most; of several what grows, or that nothing does."""
    series = measurements.heap_series
    if series is not None:
        yield from _of_series(measurements, series, findings)
    if len(measurements.heaps_judged) > 1:
        yield from _of_several_processes(measurements, series, findings)
        return
    for heap in measurements.heaps_alone:
        yield f"The heap holds {_amount(heap)}."
        yield _holder(heap.source, findings) or "No holder stands out in it."
        yield "One snapshot shows what is there, not what grows: take another when memory has grown."


def _of_several_processes(
    measurements: Measurements, series: HeapSeriesOverview | None, findings: Sequence[Finding]
) -> Iterator[str]:
    """Say what those hold that compare with no other, the worst first."""
    alone = measurements.heaps_alone
    which = f"The {len(alone)} snapshots are of different processes, or cannot be compared"
    if series is not None:
        more = count_of(len(alone), "more snapshot is", "more snapshots are")
        which = f"{more} of another process, or cannot be compared"
    yield f"{which}: each is judged by itself, and nothing can be said of growth between them."
    names = names_of_heaps(measurements)
    for heap in sorted(alone, key=lambda one: _worst_in(one.source, findings))[:_NAMED]:
        holder = _holder(heap.source, findings)
        yield holder or f"{names[heap.source]} holds {_amount(heap)}; no holder stands out in it."
    if alone[_NAMED:]:
        yield f"{count_of(len(alone) - _NAMED, 'more is', 'more are')} judged beside these."
    if series is None:
        yield "Take all from one process to see what grows."


def _amount(heap: HeapOverview) -> str:
    return f"{spoken_size(heap.figures['total_bytes'])} in {grouped(heap.figures['node_count'])} nodes"


def _worst_in(source: str, findings: Sequence[Finding]) -> tuple[int, int]:
    told = [worst_first(one) for one in findings if one.subject.source == source]
    return min(told, default=(len(Severity), 0))


def _holder(source: str, findings: Sequence[Finding]) -> str | None:
    """Return what is said of the holder that retains most of a heap."""
    told = [one for one in findings if one.subject.kind == "holder" and one.subject.source == source]
    return f"{min(told, key=worst_first).message}." if told else None


def _of_series(
    measurements: Measurements, series: HeapSeriesOverview, findings: Sequence[Finding]
) -> Iterator[str]:
    count, grown = len(series.sources), series.total_growth
    over = f" in {duration(series.span_seconds)}" if series.span_seconds else ""
    change = f"{'grew' if grown >= 0 else 'shrank'} by {size(abs(grown))} to {size(series.totals[-1])}"
    yield f"Over {count} snapshots{over} the heap {change}{_outside(measurements)}."
    told = [one for one in findings if one.rule.startswith(_GROWING) and one.subject.kind == "holder"]
    told.sort(key=worst_first)
    leaks = [one for one in told if one.severity != "info"]
    for finding in leaks[:_NAMED]:
        yield f"{finding.message}."
        if finding is leaks[0]:
            about = (one for one in series.growth if one.holder == finding.subject.name)
            for growth in islice(about, 1):
                yield from sentences(series, growth, forecast(measurements, growth))
    if leaks[_NAMED:]:
        yield f"{count_of(len(leaks) - _NAMED, 'more grows', 'more grow')}."
    if not leaks:
        yield from _without_a_leak(series, told)
    for finding in findings:
        if finding.rule == "growth-outside-heap" and finding.severity != "info":
            yield f"{finding.message}."


def _outside(measurements: Measurements) -> str:
    """Say how much of the growth is native memory that the snapshots show, if it is most of it."""
    first, last = (measurements.heaps_together[index].figures for index in (0, -1))
    total = last["total_bytes"] - first["total_bytes"]
    native = last["native_bytes"] - first["native_bytes"]
    if not last["has_user_roots"] or native * 2 < max(total, 1):
        return ""
    return f", {size(native)} of that outside the JS heap"


def _without_a_leak(series: HeapSeriesOverview, told: Sequence[Finding]) -> Iterator[str]:
    """Say what moved though it is no leak, and what would tell more."""
    if told:
        largest = max(told, key=lambda finding: finding.impact or 0)
        yield f"{largest.message}."
    elif level := [one.holder for one in series.growth if one.verdict == "plateau"]:
        names = ", ".join(level[:_NAMED])
        yield f"Nothing grows from each snapshot to the next: {names} rose and then stayed level."
    else:
        yield "Nothing in it grows from each snapshot to the next."
    if len(series.sources) == 2:
        yield "Take a third snapshot after as much time again: it tells a leak from a warm-up."
