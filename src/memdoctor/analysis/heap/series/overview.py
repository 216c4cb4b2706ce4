"""What a report says of several snapshots before any opinion."""

from memdoctor.analysis.heap.series.by_name import GrowingByName
from memdoctor.analysis.heap.series.growing import Growing
from memdoctor.analysis.heap.series.series import HeapSeries
from memdoctor.findings import HeapSeriesOverview


def series_overview(series: HeapSeries, share: float) -> HeapSeriesOverview:
    """Return the snapshots in their order, and what has at least that share of the growth between them."""
    order, alignment = series.order, series.pair.alignment
    growing = Growing(series, share) if alignment.by_id else None
    told = GrowingByName(series, share).told() if growing is None else growing.told()
    return HeapSeriesOverview(
        sources=tuple(look.overview.source for look in series.looks),
        order_by=order.by,
        times=order.times,
        time_from=order.time_from,
        span_seconds=order.span,
        by="names" if growing is None else "ids",
        common_ids=alignment.common,
        kept_ids=alignment.kept,
        totals=tuple(look.total for look in series.looks),
        growth=told,
        bookkeeping_bytes=0 if growing is None else growing.bookkeeping,
        doubt=order.doubt,
    )
