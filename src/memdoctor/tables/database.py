"""The database of one call: in memory, locked, with the tables that a query names and no others.

What it is handed are the arrays of the case; they are not copied.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from memdoctor.errors import InputError, UsageError, not_installed
from memdoctor.model import Problem, Snapshot
from memdoctor.redaction import Redactor
from memdoctor.tables.asking import Asked, understood
from memdoctor.tables.columns import arrays, expression, identifier, literal, redacted
from memdoctor.tables.exact import as_read, as_written
from memdoctor.tables.heaps import HEAP_TABLES, Heap, Part, Wanted, in_order
from memdoctor.tables.mistakes import told
from memdoctor.tables.records import Records
from memdoctor.tables.result import Result, ResultColumn
from memdoctor.tables.schema import SQL_TYPES, Table, all_tables
from memdoctor.tables.units import units_of
from memdoctor.tables.waiting import Limit, waited_for

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
_ANSWER = '"the answer"'
_AT_ONCE = 10_000  # rows that are fetched together
_SAFE = {
    "python_enable_replacements": "false",  # variables of this program are no tables
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "temp_directory": "",  # what does not fit into memory is an error, not a file
}


class Database:
    """The tables of a case, of the one that it holds. Use it as a context manager.

    `folder` is the one place that Parquet files can be written to, `memory` the bytes that queries may take
    (None: as DuckDB has it). What cannot be read of a snapshot, or not be trusted, is in `problems`.
    """

    def __init__(
        self,
        records: Records,
        redactor: Redactor | None = None,
        *,
        folder: str | None = None,
        memory: int | None = None,
    ) -> None:
        self._redactor = redactor
        self._made: set[str] = set()
        self._connection = _opened(folder, memory)
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
        """Return the first `most` rows of a query's answer (0: all, as they are walked).

        Raises UsageError for what is wrong with the query, and where it takes longer than `within` seconds;
        so does walking the rows.
        """
        asked, limit = self._prepared(sql), Limit(within)
        described = self._watched(asked, limit, lambda: self._described(asked))
        known = units_of(asked.tree, [name for name, _ in described])
        columns = tuple(ResultColumn(name, kind, known.get(name)) for name, kind in described)
        rows = self._fetched(asked, f"SELECT {as_read(described)} FROM {_whole(asked)}", most, limit)
        if not most:
            return Result(columns, rows)
        some = list(rows)
        if len(some) <= most:
            return Result(columns, some)
        [(count,)] = self._watched(
            asked, limit, lambda: self._rows(f"SELECT count(*) FROM {_whole(asked)}")
        )
        return Result(columns, some[:most], int(count) - most)

    def _described(self, asked: Asked) -> list[tuple[str, str]]:
        """Return the names and types of an answer's columns."""
        self._connection.execute(f"EXPLAIN\n{asked.sql}")  # what is wrong is told with its own line
        return [(row[0], row[1]) for row in self._rows(f"DESCRIBE SELECT * FROM {_whole(asked)}")]

    def _fetched(self, asked: Asked, sql: str, most: int, limit: Limit) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of an answer, and of one that is too long one more than wanted."""
        sql = f"{sql} LIMIT {most + 1}" if most else sql
        # As a table first: all threads work on that, but one alone on rows that are fetched as they come.
        whole = f"CREATE OR REPLACE TEMP TABLE {_ANSWER} AS {sql}"
        self._watched(asked, limit, lambda: self._connection.execute(whole))
        self._connection.execute(f"FROM {_ANSWER}")
        while some := self._watched(asked, limit, lambda: self._connection.fetchmany(_AT_ONCE)):
            yield from some

    def write(self, sql: str, path: str, most: int = 0, within: float | None = None) -> int:
        """Write the first `most` rows (0: all) of an answer as Parquet into the folder; return how many.

        Raises UsageError as `ask` does, and for whole numbers of more than 64 bits.
        """
        asked, limit = self._prepared(sql), Limit(within)
        described = self._watched(asked, limit, lambda: self._described(asked))
        rows = f"SELECT {as_written(described)} FROM {_whole(asked)}" + (f" LIMIT {most}" if most else "")
        return self._watched(asked, limit, lambda: self._copy(rows, path))

    def is_empty(self, name: str) -> bool:
        """Whether a table has no row; a snapshot always has some."""
        return not (self._snapshots if name in HEAP_TABLES else self._records.rows(all_tables()[name]))

    def write_table(self, name: str, path: str) -> int:
        """Write a whole table to a Parquet file in the folder, and return how many rows it has."""
        sql = self._parts(all_tables()[name], None)
        return self._watched(Asked(sql, (name,), None), Limit(), lambda: self._copy(sql, path))

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

    def _watched(self, asked: Asked, limit: Limit, call: Callable[[], T]) -> T:
        """Return what a call of DuckDB returns; its errors are told as ours."""
        import duckdb

        try:
            return waited_for(call, self._connection.interrupt, limit)
        except duckdb.Error as error:
            raise told(error, asked.sql, asked.tables, above=1) from error

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


def _whole(asked: Asked) -> str:
    """Return a query as a table, in which every column has a name of its own."""
    return f"(SELECT * FROM (\n{asked.sql}\n))"


def _opened(folder: str | None, memory: int | None) -> "duckdb.DuckDBPyConnection":
    """Return a database that reaches no file but those in a folder, and cannot be unlocked."""
    try:
        import duckdb
    except ImportError:
        raise UsageError(*not_installed("sql", "DuckDB")) from None
    room = {} if memory is None else {"memory_limit": f"{memory}B"}
    connection = duckdb.connect(":memory:", config={**_SAFE, **room})
    if folder is not None:
        connection.execute(f"SET allowed_directories = [{literal(folder)}]")
    connection.execute("SET enable_progress_bar = false")  # it would stand in the answer
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
