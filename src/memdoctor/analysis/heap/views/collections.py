"""Collections as a view: Map, Set, Array, typed arrays, plain objects used as dictionaries."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memdoctor.analysis.heap.entries.collections import Group
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import Ask, Column, View
from memdoctor.model import Source

_COLUMNS = (
    Column("holder", "holder", "name"),
    Column("entries", "entries", "range"),
    Column("retained_bytes", "retained", "bytes"),
    Column("kind", "kind", "text"),
    Column("collection_count", "number", "count"),
    Column("bytes_per_entry", "per entry", "bytes"),
    Column("fill", "fill", "share"),
    Column("capacity", "room", "count"),
    Column("unused_bytes", "unused", "bytes"),
)
_BOUNDS = "entries a–b: small integers leave no trace in the file, so that only bounds are known"
_BOUNDS_OF_BUN = "entries a–b: Bun writes no edges to what is in a Map or a Set, only what room there is"
_ARRAYS = "an array's entries are the objects it leads to: numbers and holes in it are not seen"


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the collections by owner, those that retain most first."""
    del ask
    groups = inside.collections.groups
    rows = tuple(_row(inside, group) for group in groups)
    totals = {
        "collection_count": sum(group.collections for group in groups),
        "unused_bytes": sum(group.unused_bytes or 0 for group in groups),
    }
    notes = tuple(_notes(inside, groups))
    return View("collections", (source,), _COLUMNS, rows, totals, len(rows), inside.counts, notes)


def _notes(inside: Inside, groups: Sequence[Group]) -> Iterator[str]:
    if inside.missing_edges is not None:
        yield _BOUNDS_OF_BUN
    elif any(group.entries is None for group in groups):
        yield _BOUNDS
    if any(group.kind == "Array" for group in groups):
        yield _ARRAYS


def _row(inside: Inside, group: Group) -> Mapping[str, Any]:
    return {
        "holder": group.owner,
        "kind": group.kind,
        "collection_count": group.collections,
        "entries": group.entries,
        "entries_low": group.low,
        "entries_high": group.high,
        "largest_entries": group.largest,
        "capacity": group.capacity,
        "fill": group.fill,
        "retained_bytes": group.retained_bytes,
        "bytes_per_entry": None if group.bytes_per_entry is None else round(group.bytes_per_entry),
        "unused_bytes": group.unused_bytes,
        "node_id": inside.id_of(group.node),
    }
