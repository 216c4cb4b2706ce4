"""Functions, and what their scopes retain, as a view."""

from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.analysis.heap.functions.closures import Closure
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.naming.words import of_function
from memdoctor.analysis.heap.view import MOST_ROWS, Ask, Column, View
from memdoctor.model import Source

_COLUMNS = (
    Column("function", "function", "name"),
    Column("count", "count", "count"),
    Column("retained_bytes", "retained", "bytes"),
    Column("place", "place", "name"),
    Column("scope_count", "scopes", "count"),
    Column("scopes_bytes", "by scopes", "bytes"),
    Column("package", "package", "text"),
    Column("kind", "kind", "text"),
    Column("shared_scope_count", "shared", "count"),
)
_NOTES = ("scopes are those that only functions of this code lead to; what several lead to is in no row",)


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the functions by their code, the largest retained size first."""
    found = inside.closures
    rows = tuple(_rows(inside, found.rows[: ask.rows(MOST_ROWS)]))
    totals = {
        "group_count": found.count,
        "function_count": len(inside.functions.nodes),
        "shared_scope_count": found.shared_scopes,
        "shared_scopes_bytes": found.shared_scopes_bytes,
    }
    return View(
        "closures", (source,), _COLUMNS, rows, totals, found.count, inside.counts, _NOTES, most=MOST_ROWS
    )


def _rows(inside: Inside, closures: tuple[Closure, ...]) -> Iterator[Mapping[str, Any]]:
    for row in closures:
        yield {
            **of_function(inside, row.function),
            "kind": "suspended" if row.suspended else "function",
            "count": row.count,
            "retained_bytes": row.retained_bytes,
            "scopes_bytes": row.scopes_bytes,
            "scope_count": row.scopes,
            "functions_bytes": row.functions_bytes,
            "shared_scope_count": row.shared_scopes,
            "node_id": inside.id_of(row.node),
        }
