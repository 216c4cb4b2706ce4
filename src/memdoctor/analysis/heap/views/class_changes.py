"""What changed between two snapshots, by class, as a view."""

from collections.abc import Mapping
from typing import Any

from memdoctor.analysis.heap.counts import counts
from memdoctor.analysis.heap.series.alignment import (
    Alignment,
    align,
    has_stable_ids,
    identities,
    newest_id,
)
from memdoctor.analysis.heap.view import CLASS_CHANGE_COLUMNS, View
from memdoctor.analysis.heap.views.classes import constructor
from memdoctor.heap.difference import ClassChange, class_changes
from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Source
from memdoctor.units import grouped


def changes(sources: tuple[Source, Source], before: HeapGraph, after: HeapGraph) -> View:
    """Return the classes in which something changed, as the Comparison of DevTools, and more."""
    alignment = align(identities(before), identities(after))
    rows = tuple(_row(change, by_id=alignment.by_id) for change in class_changes(before, after))
    summed = ("added_count", "removed_count", "added_bytes", "removed_bytes", "grown_bytes", "delta_bytes")
    totals = {
        "class_count": len(rows),
        **{key: sum(row[key] or 0 for row in rows) for key in summed},
        "total_bytes_before": before.total_size,
        "total_bytes": after.total_size,
    }
    return View(
        "classes",
        sources,
        CLASS_CHANGE_COLUMNS,
        rows,
        {**totals, "common_ids": alignment.common, "by_id": alignment.by_id},
        len(rows),
        counts(after),
        tuple(_notes(alignment, before, after)),
    )


def _row(change: ClassChange, *, by_id: bool) -> Mapping[str, Any]:
    """Return a row. Where ids mean nothing, no object is the same as before."""
    return {
        "class": change.name,
        "added_count": change.added_count,
        "removed_count": change.removed_count,
        "delta_count": change.delta_count,
        "added_bytes": change.added_bytes,
        "removed_bytes": change.removed_bytes,
        "delta_bytes": change.delta_bytes,
        "delta_retained_bytes": change.delta_retained_bytes,
        "grown_count": change.grown_count if by_id else None,
        "grown_bytes": change.grown_bytes if by_id else None,
        "count": change.count,
        "shallow_bytes": change.shallow_bytes,
        "retained_bytes": change.retained_bytes,
        "constructor": constructor(change.location),
    }


def _notes(alignment: Alignment, before: HeapGraph, after: HeapGraph) -> list[str]:
    """Return what a reader of the rows must know: whether ids mean anything, and which one is older."""
    if not alignment.by_id:
        common = f"{grouped(alignment.common)} of {grouped(min(alignment.before, alignment.after))} ids"
        same = f"{grouped(alignment.kept)} of them of one class"
        tell = "so added and removed tell nothing; the differences do"
        if has_stable_ids(before) and has_stable_ids(after):
            tell = "so they are of different processes: what differs is no growth"
        return [f"{common} are in both, {same}: the same id is not the same object here", tell]
    if newest_id(after) < newest_id(before):
        return ["the second has lower ids than the first: it is the older one"]
    return []
