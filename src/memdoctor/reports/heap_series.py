"""Several heap snapshots, in words and rows: their order, their sizes, what grows between them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.findings import HeapGrowth, HeapSeriesOverview
from memdoctor.overviews import HeapOverview
from memdoctor.reports.cells import UNKNOWN
from memdoctor.text import file_name
from memdoctor.units import duration, size

SNAPSHOTS = (
    Column("snapshot", "snapshot", "name"),
    Column("total_bytes", "heap", "bytes"),
    Column("change_bytes", "change", "bytes_change"),
    Column("node_count", "nodes", "count"),
    Column("after", "after", "text"),
)
GROWTH = (
    Column("holder", "holder", "name"),
    Column("drawn", "", "short"),
    Column("first", "first", "count"),
    Column("last", "last", "count"),
    Column("growth_bytes", "growth", "bytes_change"),
    Column("share", "of all", "share"),
    Column("verdict", "", "short"),
)
_ORDERS = {
    "ids": "in the order of their ids",
    "time": "in the order of their times",
    "names": "by the numbers in their names",
    "size": "by size",
}
_COMPARED = {
    "ids": "objects compared by their ids",
    "names": "compared by names, not by ids",
}
_LEVELS = "▁▂▃▄▅▆▇█"
_MOST_SNAPSHOTS, _ENDS = 8, 3
_MOST_GROWTH, _MOST_QUIET = 8, 3


def title(series: HeapSeriesOverview) -> str:
    """Return what the snapshots are, and how they were put in order and compared."""
    count = len(series.sources)
    return f"{count} heap snapshots {_ORDERS[series.order_by]}, {_COMPARED[series.by]}"


def snapshot_rows(series: HeapSeriesOverview, heaps: Sequence[HeapOverview]) -> list[Mapping[str, Any]]:
    """Return a row for each snapshot; of many the first and the last ones."""
    rows: list[Mapping[str, Any]] = []
    together = (heap for heap in heaps if heap.source in series.sources)
    for index, heap in enumerate(together):
        before = series.totals[index - 1] if index else None
        rows.append(
            {
                "snapshot": file_name(heap.source),
                "total_bytes": series.totals[index],
                "change_bytes": None if before is None else series.totals[index] - before,
                "node_count": heap.figures["node_count"],
                "after": duration(series.times[index])
                if index and series.times and series.span_seconds
                else None,
            }
        )
    return rows if len(rows) <= _MOST_SNAPSHOTS else [*rows[:_ENDS], *rows[-_ENDS:]]


def growth_rows(series: HeapSeriesOverview) -> list[Mapping[str, Any]]:
    """Return a row for each thing that grows; what has stopped growing only where nothing else is told."""
    rising = [one for one in series.growth if one.rises]
    shown = rising[:_MOST_GROWTH] or list(series.growth[:_MOST_QUIET])
    return [
        {
            "holder": one.holder,
            "drawn": sparkline(one),
            "first": one.counts[0],
            "last": one.counts[-1],
            "growth_bytes": one.growth_bytes,
            "share": one.share,
            "verdict": one.verdict,
        }
        for one in shown
    ]


def remarks(series: HeapSeriesOverview) -> Iterator[str]:
    """Yield what is to be said about the order, the times, and what only follows what others keep."""
    if series.doubt:
        yield series.doubt
    elif series.times is not None and series.time_from is not None:
        enough = "" if series.span_seconds else ": too short for a rate per hour"
        yield f"times by {series.time_from}, {duration(series.times[-1])} in all{enough}"
    if series.bookkeeping_bytes > 0:
        kept = size(series.bookkeeping_bytes)
        yield f"{kept} of the growth is weak references and their registries: they keep nothing themselves"


def sparkline(growth: HeapGrowth) -> str:
    """Draw the counts, or where they are not known the bytes, from nothing up to the most."""
    values = growth.counts if all(count is not None for count in growth.counts) else growth.retained
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known or max(known) <= 0:
        return UNKNOWN
    most = len(_LEVELS) - 1
    if len(known) > _MOST_SNAPSHOTS:
        step = (len(known) - 1) / (_MOST_SNAPSHOTS - 1)
        known = [known[round(index * step)] for index in range(_MOST_SNAPSHOTS)]
    return "".join(_LEVELS[round(max(value, 0) / max(known) * most)] for value in known)
