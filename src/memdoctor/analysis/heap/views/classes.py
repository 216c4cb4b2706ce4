"""The class table as a view."""

from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import CLASS_COLUMNS, Ask, View
from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Source


def class_rows(graph: HeapGraph) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the class table, the largest retained size first.

    The distance is the least of the class, as in DevTools: -5 if one of its nodes cannot be reached.
    """
    for row in graph.classes:
        yield {
            "class": row.name,
            "count": row.count,
            "shallow_bytes": row.shallow_bytes,
            "retained_bytes": row.retained_bytes,
            "distance": row.distance,
            "constructor": constructor(row.location),
        }


def constructor(location: tuple[int, int, int] | None) -> Mapping[str, int] | None:
    """Return where the constructor of a class stands, counted from 0."""
    return None if location is None else dict(zip(("script_id", "line", "column"), location, strict=True))


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the class table with its totals."""
    del ask
    rows = tuple(class_rows(inside.graph))
    totals = {
        "class_count": len(rows),
        "count": sum(row["count"] for row in rows),
        "shallow_bytes": sum(row["shallow_bytes"] for row in rows),
        "total_bytes": inside.total,
    }
    return View("classes", (source,), CLASS_COLUMNS, rows, totals, len(rows), inside.counts)
