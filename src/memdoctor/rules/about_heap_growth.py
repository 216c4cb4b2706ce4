"""How growth between snapshots is put into words: who holds it, how much of it, how sure, how fast."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.heap.series.forecast import Assumed, Forecast, forecast
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, HeapGrowth, HeapSeriesOverview, Rule, Severity, Subject
from memdoctor.rules.about import about
from memdoctor.units import duration, grouped, percent, rate, size

# What a merely large thing is called, where it is the same that grows.
EXPLAINS = (
    "dominant-object",
    "dominant-group",
    "large-collection",
    "listener-pileup",
    "duplicate-strings",
    "detached-dom",
    "closure-retention",
    "large-buffers",
    "sparse-collection",
    "many-handles",
)
_MOST_COUNTS = 6  # that a sentence has room for
_MOST_ALSO = 3
_SOON = 3600  # seconds to the limit: from here on it harms
_DAY = 86_400
_EXPLAINED = 0.5  # of a total: what has less does not explain it
# What keeps growth from being called a leak; the rest of the sentence after the numbers.
_DOUBTS = {
    "difference": "two snapshots cannot tell a leak from a warm-up",
    "slowing": "it slows down: perhaps a warm-up",
    "step": "it rose in one step: perhaps a warm-up",
    "unsteady": "it goes up and down",
    "turnover": "most of what was there at first is gone, so it may follow a load",
    "spread": "spread over so many holders that none stands out",
    "unseen": "of the snapshots between nothing is known",
    "slight": "little against what was there, perhaps chance",
}


def tell(
    rule: Rule,
    measurements: Measurements,
    kind: str,
    *,
    why: str,
    help: str,  # noqa: A002 - the word users see
) -> Iterator[Finding]:
    """Yield a finding for each thing of a kind that grows; what has stopped growing is nothing to tell."""
    series = measurements.heap_series
    for growth in () if series is None else series.growth:
        if growth.kind == kind and growth.rises:
            yield _finding(rule, measurements, growth, why, help)


def _finding(rule: Rule, measurements: Measurements, growth: HeapGrowth, why: str, help_: str) -> Finding:
    """Return a finding about what grows: a warning if its numbers say that it goes on, else a note.

    It is an error where at its pace the heap is full within the hour.
    """
    cast, sources = forecast(measurements, growth), [heap.source for heap in measurements.heaps_together]
    look_at = growth.holder_id if growth.holder_id is not None else growth.entry_id
    return about(
        rule,
        Subject("holder", growth.holder, sources[-1]),
        f"{statement(growth)}{_also(growth)}{_nested(growth)}{_doubt(growth)}",
        severity=_severity(growth, cast),
        confidence=growth.confidence,
        note=_from_to(growth),
        evidence=(*_where(sources, growth), *_ahead(cast), *_rates(growth), *_sizes(growth)),
        why=" ".join((why, *sentences(measurements.heap_series, growth, cast))),
        help=f"{help_}; see memdoctor heap retainers @{look_at} FILE",
        impact=growth.growth_bytes,
        topic=f"{growth.kind} {growth.entry}",
    )


def statement(growth: HeapGrowth) -> str:
    """Return what grows, through which numbers, and its part of all growth."""
    share = f"{percent(growth.share)} of all growth"
    where = f" ({growth.collection})" if growth.collection and growth.collections == 1 else ""
    if growth.collections > 1:
        where = f" ({grouped(growth.collections)} × {growth.collection})"
    entries = _entries(growth)
    counts = [grouped(count) for count in growth.counts if count is not None]
    if len(counts) < len(growth.counts) or not growth.is_counted:
        return f"{growth.holder}{where} retains {size(growth.growth_bytes)} more{_of(entries)}, {share}"
    shown = counts if len(counts) <= _MOST_COUNTS else [*counts[:3], "…", *counts[-2:]]
    heap = " in the heap" if growth.counted == "objects" and growth.kind != "class" else ""
    return f"{growth.holder}{where} grows: {' → '.join(shown)}{entries}{heap}, {share}"


def _entries(growth: HeapGrowth) -> str:
    """Return what the entries are, with the function that they are or call."""
    if growth.entry in (growth.holder, growth.collection):
        return ""
    if growth.function is None:
        return f" {growth.entry}"
    calls = f"{growth.entry} calling " if growth.kind == "handles" else ""
    return f" {calls}{growth.function}"


def _of(entries: str) -> str:
    return f", of{entries}" if entries else ""


def _from_to(growth: HeapGrowth) -> str:
    if not growth.is_counted:
        return f"{size(growth.growth_bytes)} more"
    return f"{grouped(growth.counts[0] or 0)} → {grouped(growth.counts[-1] or 0)} {growth.entry}"


def _also(growth: HeapGrowth) -> str:
    return f"; so does {', '.join(growth.also[:_MOST_ALSO])}" if growth.also else ""


def _nested(growth: HeapGrowth) -> str:
    return "".join(
        f"; {grouped(one.grown)} of {grouped(one.seen)} {one.name} grew "
        f"{grouped(one.before)} → {grouped(one.after)}"
        for one in growth.nested[:1]
    )


def _doubt(growth: HeapGrowth) -> str:
    doubt = _DOUBTS.get(growth.verdict)
    return f": {doubt}" if doubt else ""


def _severity(growth: HeapGrowth, cast: Forecast) -> Severity:
    if growth.verdict != "growing":
        return Severity.INFO
    soon = cast.seconds_to_limit is not None and cast.seconds_to_limit < _SOON
    return Severity.ERROR if soon else Severity.WARNING


def _where(sources: Sequence[str], growth: HeapGrowth) -> Iterator[Evidence]:
    """Yield who holds it, the number of entries in each snapshot, and what has grown inside of them."""
    last = sources[-1]
    held = growth.entry_id if growth.holder_id is None else growth.holder_id
    yield Evidence("path", growth.path, "path", pointer=f"{last}#@{held}")
    if growth.entry_id != growth.holder_id:
        yield Evidence("an entry", f"@{growth.entry_id}", pointer=f"{last}#@{growth.entry_id}")
    node = growth.holder_id if growth.counted == "entries" else None
    label = growth.entry if growth.counted == "objects" else "entries"
    for source, count in zip(sources, growth.counts, strict=True):
        place = source if node is None or source != last else f"{source}#@{node}"
        yield Evidence(label, count, growth.counted, pointer=place)
    for one in growth.nested:
        place = f"{last}#@{one.node_id}"
        yield Evidence(f"grown {one.name}", one.grown, "collections", pointer=place)
        yield Evidence(
            "of those seen before", one.seen, "collections", formula="ids in an earlier snapshot"
        )
        yield Evidence("entries then", one.before, "entries", formula="median, where first seen")
        yield Evidence("entries now", one.after, "entries", formula="median, in the last snapshot")


def _sizes(growth: HeapGrowth) -> Iterator[Evidence]:
    yield Evidence("per entry", growth.entry_bytes, "bytes", formula="mean of what each retains")
    yield Evidence("per entry, p95", growth.entry_bytes_p95, "bytes", formula="95th percentile")
    yield Evidence("its growth", growth.growth_bytes, "bytes", formula="retained, last − first")
    yield Evidence("share of all growth", growth.share, "share", formula="its growth ÷ all growth")


def _rates(growth: HeapGrowth) -> Iterator[Evidence]:
    formula = "(last − first) ÷ the time between them"
    if growth.counts_per_second is not None and growth.is_counted:
        yield Evidence("added", growth.counts_per_second * 3600, "count/h", formula=formula)
    if growth.bytes_per_second is not None:
        yield Evidence("rate", growth.bytes_per_second * 3600, "bytes/h", formula=formula)
    elif growth.added is not None and growth.is_counted:
        steps = len(growth.counts) - 1
        yield Evidence("added per snapshot", growth.added / steps, formula="(last − first) ÷ steps")


def _ahead(cast: Forecast) -> Iterator[Evidence]:
    """Yield what the pace leads to, at the observed rate and as the user assumes."""
    yield Evidence("limit of the heap", cast.limit, "bytes", pointer=cast.limit_place)
    yield Evidence("room", cast.room, "bytes", formula="limit − objects in the last snapshot")
    yield Evidence("time to the limit", cast.seconds_to_limit, "seconds", formula="room ÷ rate")
    for one in cast.assumed:
        formula = f"{one.assumption.text} × per entry"
        if one.bytes_per_second is None:
            yield Evidence(f"{one.assumption.name} at most", one.bytes, "bytes", formula=formula)
        else:
            yield Evidence("assumed rate", one.bytes_per_second * 3600, "bytes/h", formula=formula)
            yield Evidence(
                "time to the limit then", one.seconds_to_limit, "seconds", formula="room ÷ assumed rate"
            )
    if cast.explained is not None:
        told = cast.explained
        yield Evidence(f"total ({told.whence})", told.total, "bytes", pointer=told.place or told.whence)
        yield Evidence("explained of it", told.share, "share", formula="entries × per entry ÷ total")
        yield Evidence("needed for it", told.entries_needed, "entries", formula="total ÷ per entry")


def sentences(series: HeapSeriesOverview | None, growth: HeapGrowth, cast: Forecast) -> Iterator[str]:
    """Yield how fast it grows, what is to come of that, and what the holder cannot explain."""
    if growth.bytes_per_second:
        pace = rate(growth.bytes_per_second, "bytes")
        counted = growth.is_counted and growth.counts_per_second is not None
        each = f"{rate(growth.counts_per_second or 0, 'count')}, " if counted else ""
        yield f"That is {each}{pace}."
    if growth.held_by:
        holders = " or ".join(growth.held_by)
        yield f"No edge leads to them: {holders} may hold them, a hypothesis by its size."
    if cast.limit is not None and cast.seconds_to_limit is not None:
        when = duration(cast.seconds_to_limit)
        yield f"By this alone the heap reaches its limit of {size(cast.limit)} in {when}."
    if cast.limit is not None and cast.room is not None and cast.room <= 0:
        yield f"The heap is above the limit of {size(cast.limit)} already."
    for one in cast.assumed:
        yield _assumed(one, cast.limit)
    told = cast.explained
    largest = series is not None and series.growth[0] == growth  # one of them says it for all
    if told is not None and told.share < _EXPLAINED and largest:
        yield (
            f"It does not explain {size(told.total)} ({told.whence}): that would take "
            f"{grouped(told.entries_needed)} of {size(growth.entry_bytes)} each, and there are "
            f"{grouped(growth.counts[-1] or 0)}."
        )


def _assumed(one: Assumed, limit: int | None) -> str:
    if one.bytes_per_second is None:
        return f"With {one.assumption.text} it would retain about {size(one.bytes)}."
    pace = f"With {one.assumption.text} it grows by {size(one.bytes_per_second * _DAY)} a day"
    if limit is None or one.seconds_to_limit is None:
        return f"{pace}."
    return f"{pace}, and the heap reaches {size(limit)} in {duration(one.seconds_to_limit)}."
