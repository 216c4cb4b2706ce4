"""A view's cells as a person reads them, the same in every format that is not for machines."""

from collections.abc import Callable, Mapping
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.heap.marks import FROM_THE_ROOT, UNRETAINED
from memdoctor.units import duration, grouped, percent, size

UNKNOWN = "–"
_DEEPEST = 8  # steps of indentation; what is deeper stands there too


def cell(column: Column, row: Mapping[str, Any]) -> str:
    """Return one cell of a row."""
    value = row[column.key]
    if column.kind == "range" and value is None:
        return _bounds(row[f"{column.key}_low"], row[f"{column.key}_high"])
    if value is None:
        return UNKNOWN
    if column.kind == "tree":
        return f"{'  ' * min(int(row['depth']), _DEEPEST)}{value}"
    text: str = _WORDING[column.kind](value)
    return text


def _bounds(low: int | None, high: int | None) -> str:
    """Return the bounds of a count that is not known."""
    if low is None or high is None:
        return UNKNOWN
    return f"{grouped(low)}–{grouped(high)}"


def _distance(value: int) -> str:
    if value < 0 or value >= UNRETAINED:
        return UNKNOWN
    return f"root + {value - FROM_THE_ROOT}" if value >= FROM_THE_ROOT else str(value)


def _signed(wording: Callable[[int], str]) -> Callable[[int], str]:
    """Return the wording of a change: with its sign, and nothing for none."""
    return lambda value: UNKNOWN if not value else f"{'+' if value > 0 else '−'}{wording(abs(value))}"


_WORDING: dict[str, Callable[[Any], Any]] = {
    "text": str,
    "cell": str,
    "name": str,
    "short": str,
    "path": str,
    "content": str,
    "number": str,
    "bytes": size,
    "count": grouped,
    "bytes_change": _signed(size),
    "count_change": _signed(grouped),
    "range": grouped,
    "share": percent,
    "distance": _distance,
    "id": lambda value: f"@{value}",
    "pid": str,
    "age": lambda value: duration(float(round(value))) if value >= 60 else f"{value:.0f} s",
}
