"""What a report says of several snapshots before any opinion."""

from memdoctor.analysis.heap.series.by_name import GrowingByName
from memdoctor.analysis.heap.series.growing import Growing
from memdoctor.analysis.heap.series.series import HeapSeries
from memdoctor.findings import HeapGrowth, HeapSeriesOverview

_EXPLAINED = 0.5  # of the growth: if holders have less of it, classes are told


def series_overview(series: HeapSeries, share: float) -> HeapSeriesOverview:
    """Return the snapshots in their order, and what has at least that share of the growth between them."""
    order, alignment = series.order, series.pair.alignment
    growing = Growing(series, share) if alignment.by_id else None
    told: tuple[HeapGrowth, ...] = ()
    if growing is not None:
        by, told = "ids", growing.told()
        explained = sum(one.growth_bytes for one in told) + growing.bookkeeping
        if explained < _EXPLAINED * series.growth:
            told += GrowingByName(series, share).spread()
    else:
        by, told = "names", GrowingByName(series, share).told()
    return HeapSeriesOverview(
        sources=tuple(look.overview.source for look in series.looks),
        order_by=order.by,
        times=order.times,
        time_from=order.time_from,
        span_seconds=order.span,
        by=by,
        common_ids=alignment.common,
        kept_ids=alignment.kept,
        totals=tuple(look.total for look in series.looks),
        growth=told,
        bookkeeping_bytes=0 if growing is None else growing.bookkeeping,
        doubt=order.doubt,
    )
