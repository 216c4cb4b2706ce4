"""A case as Parquet files beside those of other cases: `DIR/<table>/case=<name>/part-0.parquet`.

The name of the case is a partition, as DuckDB, Spark and Trino know it: what may not stand in a path is
written as %2F, and read back as it was. A case is written beside its place, and gets there when all of it
is whole.
"""

import re
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from memdoctor.errors import UsageError
from memdoctor.model import Problem
from memdoctor.redaction import Redactor
from memdoctor.tables.database import Database
from memdoctor.tables.heaps import HEAP_TABLES
from memdoctor.tables.output import beside
from memdoctor.tables.records import Records
from memdoctor.tables.schema import all_tables
from memdoctor.text import file_name

_LONGEST = 200  # of a name in a path, with what is added; the name of a file has 255
_NULL = "__HIVE_DEFAULT_PARTITION__"  # by which engines know a partition without a name
_ENDINGS = re.compile(r"(?:\.(?:gz|xz|zst|json|jsonl|jsc|heapsnapshot|log|txt|csv))+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """A case that was written: its rows by table, and what could not be read of it."""

    case: str
    rows: dict[str, int]
    problems: tuple[Problem, ...]

    @property
    def is_unread(self) -> bool:
        """Whether there is nothing but what could not be read; then no file is there either."""
        told = sum(count for table, count in self.rows.items() if table not in {"sources", "problems"})
        return not told and self.rows["problems"] > 0


def case_of_input(text: str) -> str:
    """Return what a case is called by its first input: the file, without its endings.

    >>> case_of_input("dumps/web-1.heapsnapshot.gz"), case_of_input("a b/ü=?.json"), case_of_input("..")
    ('web-1', 'ü=?', 'case')
    """
    stem = _ENDINGS.sub("", file_name(text.rstrip("/\\")))
    while len(_in_path(stem)) > _LONGEST:
        stem = stem[:-1]
    return stem if stem.strip(".") else "case"


def check_name(name: str) -> None:
    """Raise UsageError for a name that cannot be a partition."""
    if not name.strip(".") or name == _NULL or len(_in_path(name)) > _LONGEST or not name.isprintable():
        raise UsageError(f"a case cannot be called {name!r}", "take a name of letters and digits")


def _in_path(name: str) -> str:
    """Return a name as it stands in a path.

    >>> _in_path("prod/web 1")
    'prod%2Fweb%201'
    """
    return quote(name, safe="", errors="surrogatepass")


class Fleet:
    """A folder of cases. Use it as a context manager."""

    def __init__(
        self,
        folder: Path,
        redactor: Redactor | None = None,
        *,
        force: bool = False,
        memory: int | None = None,
    ) -> None:
        self._folder, self._redactor, self._force, self._memory = folder, redactor, force, memory
        self._open = ExitStack()
        self._database: Database | None = None
        self._empty: dict[str, bytes] = {}

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"cannot write to {self._folder}: {error.strerror}", "name a folder"
            ) from error
        self._temporary = self._open.enter_context(beside(self._folder))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._open.__exit__(kind, error, trace)

    def check(self, name: str) -> None:
        """Raise UsageError if there is a case of that name already, and it must stay."""
        for place in self._places(name).values():
            if place.exists() and not self._force:
                raise UsageError(
                    f"{place} is there already", "--force replaces it, --case names it otherwise"
                )

    def write(self, name: str, records: Records) -> Written:
        """Write all tables of a case, unless nothing of it could be read."""
        check_name(name)
        self.check(name)
        new = self._temporary / _in_path(name)
        written = self._write(name, new, records)
        if written.is_unread:
            shutil.rmtree(new)
            return written
        for table, place in self._places(name).items():
            place.parent.mkdir(exist_ok=True)
            if place.exists():
                place.rename(new / f"{table}.before")
            (new / table).rename(place)
        shutil.rmtree(new)
        return written

    def _places(self, name: str) -> dict[str, Path]:
        return {table: self._folder / table / f"case={_in_path(name)}" for table in all_tables()}

    def _write(self, name: str, folder: Path, records: Records) -> Written:
        """Write the files of a case, one snapshot after the other: a single one is in memory at a time."""
        rows = dict.fromkeys(all_tables(), 0)
        problems: list[Problem] = []
        for table in rows:
            (folder / table).mkdir(parents=True)
        database = self._holding(records)
        for number, some in enumerate([[one] for one in records.measurements.case.heaps] or [[]]):
            database.hold(records, some)
            for table in rows if number == 0 else HEAP_TABLES:
                path = folder / table / f"part-{number}.parquet"
                rows[table] += self._write_table(database, table, path)
            problems += database.problems
        return Written(name, rows, tuple(problems))

    def _write_table(self, database: Database, table: str, path: Path) -> int:
        """Write a table; most cases lack most tables, and all files without a row are the same."""
        if table in self._empty and database.is_empty(table):
            path.write_bytes(self._empty[table])
            return 0
        count = database.write_table(table, str(path))
        if not count:
            self._empty[table] = path.read_bytes()
        return count

    def _holding(self, records: Records) -> Database:
        """Return the database, the same for all cases."""
        if self._database is None:
            database = Database(records, self._redactor, folder=str(self._temporary), memory=self._memory)
            self._database = self._open.enter_context(database)
        return self._database
