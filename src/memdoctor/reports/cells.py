"""A view's cells as a person reads them, the same in every format that is not for machines."""

from collections.abc import Callable, Mapping
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.heap.marks import FROM_THE_ROOT
from memdoctor.units import grouped, percent, size

LEFT = frozenset({"text"})
UNKNOWN = "–"


def cell(column: Column, row: Mapping[str, Any]) -> str:
    """Return one cell of a row."""
    value = row[column.key]
    if value is None:
        return UNKNOWN
    return _WORDING[column.kind](value)


def _distance(value: int) -> str:
    if value < 0:
        return UNKNOWN
    return f"root + {value - FROM_THE_ROOT}" if value >= FROM_THE_ROOT else str(value)


_WORDING: dict[str, Callable[[Any], str]] = {
    "text": str,
    "bytes": size,
    "count": grouped,
    "share": percent,
    "distance": _distance,
}
