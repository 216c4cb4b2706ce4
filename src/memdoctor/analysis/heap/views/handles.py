"""Handles, and who holds them, as a view."""

from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.naming.words import of_function
from memdoctor.analysis.heap.view import Ask, Column, View
from memdoctor.model import Source

_COLUMNS = (
    Column("class", "class", "text"),
    Column("count", "count", "count"),
    Column("retained_bytes", "retained", "bytes"),
    Column("holder", "most held by", "name"),
    Column("held_count", "of them", "count"),
    Column("function", "calls", "name"),
    Column("call_count", "so many", "count"),
    Column("place", "place", "name"),
    Column("kind", "kind", "text"),
    Column("shallow_bytes", "shallow", "bytes"),
)


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the handles by their class, the most frequent first."""
    del ask
    rows = tuple(_rows(inside))
    totals = {"class_count": len(rows), "handle_count": len(inside.handles.nodes)}
    return View("handles", (source,), _COLUMNS, rows, totals, len(rows), inside.counts)


def _rows(inside: Inside) -> Iterator[Mapping[str, Any]]:
    for row in inside.handles.rows:
        holder = None if row.held_node is None else inside.owners.name(row.held_node)
        yield {
            "class": row.name,
            "kind": row.kind,
            "count": row.count,
            "shallow_bytes": row.shallow_bytes,
            "retained_bytes": row.retained_bytes,
            "holder": holder,
            "held_count": row.held,
            **of_function(inside, row.function),
            "call_count": row.calls or None,
            "node_id": inside.id_of(row.node),
        }
