"""The SQL by which an answer's columns leave DuckDB as they are: what would be changed is cast.

Python has no infinite date, no month in a duration, and no zone without a library; Parquet has no whole
number of 128 bits, and DuckDB would write a rounded one.
"""

from collections.abc import Iterable

from memdoctor.tables.columns import identifier

_TEXTS = ("DATE", "TIME", "INTERVAL")  # the beginnings of types that are shown as SQL shows them


def as_read(columns: Iterable[tuple[str, str]]) -> str:
    """Return a select list for columns, given by name and type, that Python reads as they are."""
    return ", ".join(f"{_as_read(identifier(name), kind)} AS {identifier(name)}" for name, kind in columns)


def as_written(columns: Iterable[tuple[str, str]]) -> str:
    """Return a select list for columns, given by name and type, that Parquet holds as they are."""
    return ", ".join(
        f"{_as_written(identifier(name), kind)} AS {identifier(name)}" for name, kind in columns
    )


def _as_read(column: str, kind: str) -> str:
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"CASE WHEN isinf({column}) THEN {_text(column)} ELSE {_moment(_in_utc(column))} END"
    if kind.startswith("TIMESTAMP") and kind.isidentifier():
        return _moment(column)
    alone = kind.isidentifier() or kind == "TIME WITH TIME ZONE"
    if (alone and kind.startswith(_TEXTS)) or (not alone and _has_zone(kind)):
        return _text(column)
    return column


def _as_written(column: str, kind: str) -> str:
    if kind in {"HUGEINT", "UHUGEINT"}:
        return f"CAST({column} AS BIGINT)"
    return _text(column) if kind == "INTERVAL" else column


def _has_zone(kind: str) -> bool:
    return "TIME ZONE" in kind or "INTERVAL" in kind


def _in_utc(column: str) -> str:
    return f"make_timestamp(epoch_us({column}))"


def _text(column: str) -> str:
    return f"CAST({column} AS VARCHAR)"


def _moment(column: str) -> str:
    """Return the SQL for a moment in UTC as ISO 8601; infinity and years before Christ stay as they are."""
    return rf"regexp_replace({_text(column)}, '^(\d+-\d+-\d+) ([\d:.]+)$', '\1T\2Z')"
