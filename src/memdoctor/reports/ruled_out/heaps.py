"""What snapshots rule out: one what is in a heap, three or more what grows in it."""

from memdoctor.findings import Report
from memdoctor.overviews import HeapOverview
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
from memdoctor.text import file_names
from memdoctor.units import duration, grouped, size

_IN_ONE_HEAP = (
    *("dominant-object", "dominant-group", "large-collection", "listener-pileup", "duplicate-strings"),
    *("detached-dom", "closure-retention", "large-buffers", "sparse-collection", "many-handles"),
)
_BETWEEN_HEAPS = (
    *("growing-collection", "growing-listeners", "growing-detached-dom", "growing-buffers"),
    *("growing-strings", "growing-closures", "growing-object", "growing-class"),
)


def _in_heap(report: Report) -> Verdict | None:
    """Judge by every snapshot that was judged: all that are of different processes, of one the last."""
    heaps = report.overview.heaps_judged
    if not heaps:
        return None
    bun = [heap.source for heap in heaps if heap.figures["format"] != "v8"]
    if bun or "bun-missing-edges" not in report.silent:
        told = [one.subject.source for one in report.findings if one.rule == "bun-missing-edges"]
        place = next(iter((*bun, *told)), heaps[-1].source)
        return not_decided("Bun's snapshots lack edges: what holds what is not all in them", place)
    names = list(file_names([heap.source for heap in heaps]).values())
    also = f", and in {', '.join(names[:-1])}" if names[:-1] else ""
    return decided(f"nothing above its threshold in {_amount(heaps[-1])}{also}", heaps[-1].source)


def _amount(heap: HeapOverview) -> str:
    return f"{size(heap.figures['total_bytes'])} in {grouped(heap.figures['node_count'])} nodes"


def _between_heaps(report: Report) -> Verdict | None:
    series, alone = report.overview.heap_series, report.overview.heaps_alone
    if alone:
        several = f"{len(alone)} snapshots were judged one by one: that"
        return not_decided(
            f"{'one snapshot' if len(alone) == 1 else several} shows no growth", alone[-1].source
        )
    if series is None:
        return None
    if series.by != "ids":
        return not_decided(
            "the objects of these snapshots cannot be compared one by one", series.sources[-1]
        )
    count = len(series.sources)
    if count < 3:
        return not_decided("two snapshots are a difference, no growth", series.sources[-1])
    over = "" if series.span_seconds is None else f" over {duration(series.span_seconds)}"
    change = f"{'+' if series.total_growth >= 0 else '−'}{size(abs(series.total_growth))}"
    words = f"nothing above its threshold in {count} snapshots{over} ({change} in all)"
    return decided(words, series.sources[-1])


JUDGES: dict[str, Judge] = {
    **dict.fromkeys(_IN_ONE_HEAP, _in_heap),
    **dict.fromkeys(_BETWEEN_HEAPS, _between_heaps),
}
