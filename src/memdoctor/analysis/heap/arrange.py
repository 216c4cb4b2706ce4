"""The rows of a view in another order, or only some of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from memdoctor.analysis.heap.view import Column, View
from memdoctor.errors import UsageError
from memdoctor.text import closest
from memdoctor.units import grouped


def arranged(view: View, order: str | None, wanted: str | None) -> View:
    """Return a view whose rows hold the text `wanted`, ordered by a column, the largest first.

    A `-` before the column turns the order round; texts go from A to Z.

    Raises UsageError, with what there is, for a column that the view does not have.
    """
    rows = view.rows
    if len(rows) < view.row_count and (order, wanted) != (None, None):
        among = f"looked for among {grouped(len(rows))} of {grouped(view.row_count)} rows"
        view = replace(view, notes=(*view.notes, among))
    if wanted is not None:
        keys = [column.key for column in view.columns if column.is_text]
        rows = tuple(row for row in rows if _has(row, keys, wanted.lower()))
        view = replace(view, row_count=len(rows), notes=(*view.notes, f"only rows with {wanted!r}"))
    if order is not None:
        view = replace(view, columns=tuple(map(_flat, view.columns)))
        column = _column(view, order.removeprefix("-"))
        known = [row for row in rows if _value(row, column) is not None]
        largest_first = (not column.is_text) != order.startswith("-")
        known.sort(key=lambda row: _value(row, column), reverse=largest_first)
        rows = (*known, *(row for row in rows if _value(row, column) is None))
    return replace(view, rows=rows)


def _flat(column: Column) -> Column:
    """Return a column of a tree as one of a list: in another order its branches stand for themselves."""
    return replace(column, kind="text") if column.kind == "tree" else column


def _has(row: Mapping[str, Any], keys: list[str], wanted: str) -> bool:
    return any(wanted in str(row[key]).lower() for key in keys if row[key] is not None)


def _column(view: View, name: str) -> Column:
    by_name = {name: column for column in view.columns for name in (column.heading, column.key)}
    if name not in by_name:
        raise UsageError(f"{view.view} has no column {name}", closest(name, tuple(by_name)))
    return by_name[name]


def _value(row: Mapping[str, Any], column: Column) -> Any:
    value = row[column.key]
    if value is None and column.kind == "range":
        return row[f"{column.key}_high"]
    return value.lower() if isinstance(value, str) else value
