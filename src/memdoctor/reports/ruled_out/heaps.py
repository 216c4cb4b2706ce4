"""What snapshots rule out: one what is in a heap, three or more what grows in it."""

from memdoctor.findings import Report
from memdoctor.reports.ruled_out.verdict import Judge, Verdict, decided, not_decided
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
    if not report.overview.heaps:
        return None
    last = report.overview.heaps[-1]
    if last.figures["format"] != "v8" or "bun-missing-edges" not in report.silent:
        return not_decided("Bun's snapshots lack edges: what holds what is not all in them", last.source)
    amount = f"{size(last.figures['total_bytes'])} in {grouped(last.figures['node_count'])} nodes"
    return decided(f"nothing above its threshold in {amount}", last.source)


def _between_heaps(report: Report) -> Verdict | None:
    series, count = report.overview.heap_series, len(report.overview.heaps)
    if not count:
        return None
    if series is None:
        return not_decided("one snapshot shows no growth", report.overview.heaps[-1].source)
    if series.by != "ids":
        return not_decided(
            "the objects of these snapshots cannot be compared one by one", series.sources[-1]
        )
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
