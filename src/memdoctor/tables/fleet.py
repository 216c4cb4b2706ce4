"""A case as Parquet files beside those of other cases: `DIR/<table>/case=<name>/part-0.parquet`.

The name of the case is a partition, as DuckDB, Spark and Trino know it. A case is written beside its place, and
gets there when all of it is whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from memdoctor.errors import UsageError
from memdoctor.model import Problem, Snapshot
from memdoctor.redaction import Redactor
from memdoctor.tables.database import Database
from memdoctor.tables.heaps import HEAP_TABLES
from memdoctor.tables.output import beside
from memdoctor.tables.records import Records
from memdoctor.tables.schema import all_tables
from memdoctor.text import file_name

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100
_ENDINGS = re.compile(r"(?:\.(?:gz|xz|zst|json|jsonl|jsc|heapsnapshot|log|txt|csv))+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """A case that was written: its rows by table, and what could not be read of it."""

    case: str
    rows: dict[str, int]
    problems: tuple[Problem, ...]


def case_name(text: str) -> str:
    """Return a name as it may stand in a path, without the endings of files.

    >>> case_name("dumps/web-1.heapsnapshot.gz"), case_name("a b/ü=?.json"), case_name("..")
    ('web-1', '_', 'case')
    """
    stem = _ENDINGS.sub("", file_name(text.rstrip("/\\")))
    return _UNSAFE.sub("_", stem)[:_LONGEST].strip(".") or "case"


def write_case(
    name: str,
    folder: Path,
    records: Records,
    snapshots: Sequence[Snapshot],
    redactor: Redactor | None = None,
    *,
    force: bool = False,
) -> Written:
    """Write all tables of a case. Raises UsageError if it is there already, or cannot be written."""
    places = {table: folder / table / f"case={name}" for table in all_tables()}
    for place in places.values():
        if place.exists() and not force:
            raise UsageError(f"{place} is there already", "--force replaces it, --case names it otherwise")
    _make(folder)
    with beside(folder) as temporary:
        written = _write(name, temporary, records, snapshots, redactor)
        for table, place in places.items():
            place.parent.mkdir(exist_ok=True)
            if place.exists():
                place.rename(temporary / f"{table}.before")
            (temporary / table).rename(place)
    return written


def _write(
    name: str,
    folder: Path,
    records: Records,
    snapshots: Sequence[Snapshot],
    redactor: Redactor | None,
) -> Written:
    """Write the files of a case, one snapshot after the other: a single one is in memory at a time."""
    rows = dict.fromkeys(all_tables(), 0)
    problems: list[Problem] = []
    for table in rows:
        (folder / table).mkdir()
    for number, some in enumerate([[one] for one in snapshots] or [[]]):
        with Database(records, some, redactor, str(folder)) as database:
            for table in rows:
                if number == 0 or table in HEAP_TABLES:
                    path = folder / table / f"part-{number}.parquet"
                    rows[table] += database.write(f"SELECT * FROM {table}", str(path))
            problems += database.problems
    return Written(name, rows, tuple(problems))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}", "name a folder") from error
