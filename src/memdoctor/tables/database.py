"""The database of one call: in memory, locked, with the tables that a query names and no others.

The one place that talks to DuckDB. What it is handed are the arrays of the case; they are not copied.
"""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from memdoctor.errors import InputError, UsageError
from memdoctor.model import Problem, Snapshot
from memdoctor.redaction import Redactor
from memdoctor.tables.asking import Asked, understood
from memdoctor.tables.columns import arrays, expression, identifier, literal, redacted
from memdoctor.tables.heaps import HEAP_TABLES, Heap, Part, Wanted, in_order
from memdoctor.tables.memory import room_for_queries
from memdoctor.tables.mistakes import told
from memdoctor.tables.records import Records
from memdoctor.tables.result import Result, ResultColumn
from memdoctor.tables.schema import SQL_TYPES, Table, all_tables
from memdoctor.tables.units import units_of
from memdoctor.tables.waiting import waited_for

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
_SAFE = {
    "python_enable_replacements": "false",  # variables of this program are no tables
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "temp_directory": "",  # what does not fit into memory is an error, not a file
}


class Database:
    """The tables of a case, of the one that it holds. Use it as a context manager.

    `folder` is the one place that Parquet files can be written to. What cannot be read of a snapshot, or
    not be trusted, is in `problems`.
    """

    def __init__(
        self, records: Records, redactor: Redactor | None = None, folder: str | None = None
    ) -> None:
        self._redactor = redactor
        self._made: set[str] = set()
        self._connection = _opened(folder)
        self.hold(records, records.measurements.case.heaps)

    def hold(self, records: Records, snapshots: Sequence[Snapshot]) -> None:
        """Hold these from now on, with some of the snapshots of their case, and forget what was before."""
        self._records, self._snapshots = records, snapshots
        self._heaps: list[Heap] | None = None
        self.problems: list[Problem] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def ask(self, sql: str, most: int = 0, within: float | None = None) -> Result:
        """Return the first `most` rows of a query's answer (0: all).

        Raises UsageError for what is wrong with the query, and where it takes longer than `within` seconds.
        """
        asked = self._prepared(sql)
        return self._watched(asked, within, lambda: self._answer(asked, most))

    def _answer(self, asked: Asked, most: int) -> Result:
        self._connection.execute(f"EXPLAIN {asked.sql}")  # what is wrong is told with its own line
        whole = f"SELECT * FROM ({asked.sql}\n)"  # in which every column has a name of its own
        described = self._rows(f"DESCRIBE {whole}")
        known = units_of(self._connection, asked.sql, [row[0] for row in described])
        columns = tuple(ResultColumn(row[0], row[1], known.get(row[0])) for row in described)
        rows = self._rows(f"{whole} LIMIT {most + 1}" if most else whole)
        if not most or len(rows) <= most:
            return Result(columns, rows, len(rows))
        [(count,)] = self._rows(f"SELECT count(*) FROM ({asked.sql}\n)")
        return Result(columns, rows[:most], int(count))

    def write(self, sql: str, path: str, within: float | None = None) -> int:
        """Write a query's answer to a Parquet file in the folder, and return how many rows it has."""
        asked = self._prepared(sql)
        return self._watched(asked, within, lambda: self._copy(asked.sql, path))

    def is_empty(self, name: str) -> bool:
        """Whether a table has no row; a snapshot always has some."""
        return not (self._snapshots if name in HEAP_TABLES else self._records.rows(all_tables()[name]))

    def write_table(self, name: str, path: str) -> int:
        """Write a whole table to a Parquet file in the folder, and return how many rows it has."""
        sql = self._parts(all_tables()[name], None)
        return self._watched(Asked(sql, (name,), None), None, lambda: self._copy(sql, path))

    def _copy(self, sql: str, path: str) -> int:
        to = f"TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)"
        [(count,)] = self._rows(f"COPY ({sql}\n) {to}")
        return int(count)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def _prepared(self, sql: str) -> Asked:
        asked = understood(self._connection, sql)
        self._provide(asked.tables, asked.columns)
        return asked

    def _watched(self, asked: Asked, within: float | None, call: Callable[[], T]) -> T:
        """Return what a call of DuckDB returns; its errors are told as ours."""
        import duckdb

        try:
            return waited_for(call, self._connection.interrupt, within)
        except duckdb.Error as error:
            raise told(error, asked.sql, asked.tables) from error

    def _provide(self, names: Sequence[str], wanted: Wanted) -> None:
        """Make tables that are not there yet: their whole rows, or only the columns that are wanted."""
        known = all_tables()
        for name in names:
            if name in self._made:
                self._connection.execute(f"DROP VIEW {name}")
            parts = self._parts(known[name], wanted)
            self._connection.execute(f"CREATE VIEW {name} AS {parts}")
            self._made.add(name)

    def _parts(self, table: Table, wanted: Wanted) -> str:
        """Return the SQL of a table."""
        if table.name not in HEAP_TABLES:
            return self._record_table(table)
        heaps = self._read()
        if not heaps:
            nulls = ", ".join(
                f"NULL::{SQL_TYPES[one.type]} AS {identifier(one.name)}" for one in table.columns
            )
            return f"SELECT {nulls} WHERE false"
        parts = (heap.part(table.name, wanted) for heap in heaps)
        return " UNION ALL ".join(
            self._heap_table(table, part, f"{table.name} {index}") for index, part in enumerate(parts)
        )

    def _record_table(self, table: Table) -> str:
        rows = self._records.rows(table)
        if self._redactor is not None:
            rows = redacted(table, rows, self._redactor)
        self._register(f"{table.name} rows", arrays(table, rows))
        columns = ", ".join(map(expression, table.columns))
        return f"SELECT {columns} FROM {identifier(f'{table.name} rows')}"

    def _heap_table(self, table: Table, part: Part, name: str) -> str:
        """Return the SQL of a table's rows of one snapshot."""
        self._register(name, part.arrays)
        joins = []
        for column, (numbers, texts) in part.texts.items():
            self._register(f"{name} {column}", {"number": numbers, "text": texts})
            named = f"{identifier(f'{name} {column}')} AS {identifier(column)}"
            joins.append(f" LEFT JOIN {named} ON {part.joins[column]}")
        types = {one.name: SQL_TYPES[one.type] for one in table.columns}
        columns = ", ".join(
            f"CAST({sql} AS {types[column]}) AS {identifier(column)}"
            for column, sql in in_order(part, table.column_names)
        )
        return f"SELECT {columns} FROM {identifier(name)} AS a{''.join(joins)}"

    def _register(self, name: str, columns: Mapping[str, Any]) -> None:
        self._connection.register(name, dict(columns))

    def _read(self) -> list[Heap]:
        """Return the snapshots, read once; what cannot be read becomes a problem."""
        if self._heaps is None:
            self._heaps = []
            for snapshot in self._snapshots:
                try:
                    graph, problems = snapshot.read()
                except InputError as error:
                    name = snapshot.source.name
                    self.problems.append(Problem(name, error.message, error.help, error.place, unread=True))
                    continue
                self.problems += problems
                self._heaps.append(Heap(snapshot.source.name, graph, self._redactor))
        return self._heaps


def _opened(folder: str | None) -> "duckdb.DuckDBPyConnection":
    """Return a database that reaches no file but those in a folder, and cannot be unlocked."""
    try:
        import duckdb
    except ImportError:
        message = "memdoctor[sql] is not installed"
        raise UsageError(message, 'pip install "memdoctor[sql]" brings DuckDB') from None
    connection = duckdb.connect(":memory:", config={**_SAFE, **room_for_queries()})
    if folder is not None:
        connection.execute(f"SET allowed_directories = [{literal(folder)}]")
    connection.execute("SET enable_progress_bar = false")  # it would stand in the answer
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
