"""Rows as arrays that DuckDB reads in place, and the SQL that makes their columns of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from memdoctor.redaction import Redactor
from memdoctor.tables.schema import SQL_TYPES, Column, Table

Array = npt.NDArray[Any]
Row = Mapping[str, Any]

_NULL = -(2**63)  # stands for NULL in arrays of integers: DuckDB reads no masks
_LEAST, _MOST = _NULL + 1, 2**63 - 1


def arrays(table: Table, rows: Sequence[Row]) -> dict[str, Array]:
    """Return the columns of a table's rows."""
    return {
        column.name: _ARRAYS[column.type]([row[column.name] for row in rows]) for column in table.columns
    }


def expression(column: Column) -> str:
    """Return the SQL that makes a column of its array."""
    quoted = identifier(column.name)
    value = f"nullif({quoted}, {_NULL})" if column.type in {"integer", "boolean"} else quoted
    return f"CAST({value} AS {SQL_TYPES[column.type]}) AS {quoted}"


def redacted(table: Table, rows: Sequence[Row], redactor: Redactor) -> list[Row]:
    """Return rows with stand-ins in their texts; words of memdoctor's own stay."""
    open_columns = [one.name for one in table.columns if one.type == "text" and not one.word]
    texts = tuple({name: row[name] for name in open_columns} for row in rows)
    cleaned = redactor.clean({"rows": texts})["rows"]  # the keys in there stay
    return [{**row, **more} for row, more in zip(rows, cleaned, strict=True)]


def sayable(text: str) -> str:
    r"""Return a text that UTF-8 can hold: half of a surrogate pair becomes visible.

    >>> sayable("a\ud800")
    'a\\ud800'
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def identifier(name: str) -> str:
    """Return a name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL quotes it."""
    return "'" + sayable(text).replace("'", "''").replace("\0", "\\0") + "'"


def objects(texts: Sequence[str | None]) -> Array:
    """Return texts as an array that DuckDB takes for texts."""
    found = np.empty(len(texts), object)
    found[:] = [None if text is None else sayable(text) for text in texts]
    return found


def _integers(values: Sequence[Any]) -> Array:
    return np.asarray([_NULL if (whole := _whole(value)) is None else whole for value in values], np.int64)


def _whole(value: Any) -> int | None:
    """Return a whole number that 64 bits hold, else None."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return int(value) if _LEAST <= value <= _MOST else None


def _reals(values: Sequence[Any]) -> Array:
    return np.asarray([math.nan if value is None else float(value) for value in values], np.float64)


def _times(values: Sequence[datetime | None]) -> Array:
    naive = [None if at is None else at.astimezone(UTC).replace(tzinfo=None) for at in values]
    return np.asarray(naive, "datetime64[us]")


_ARRAYS: dict[str, Callable[[Sequence[Any]], Array]] = {
    "text": lambda values: objects([None if value is None else str(value) for value in values]),
    "integer": _integers,
    "boolean": _integers,
    "real": _reals,
    "time": _times,
}
