"""The tables: every column with type and unit. `--schema` and docs/tables.md show this."""

from dataclasses import dataclass
from importlib import import_module

# How a type is called in SQL. Times are UTC: so are those of every reader, and of Parquet files.
SQL_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "real": "DOUBLE",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP",
}
_MODULES = ("heap_tables", "process_tables", "finding_tables")  # where tables are described


@dataclass(frozen=True, slots=True)
class Column:
    """One column. NULL is *not reported* or *not known*, never 0.

    `word` is whether its texts are memdoctor's own words, in which nothing has to be replaced.
    """

    name: str
    type: str
    about: str
    unit: str = ""
    word: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table, and what a row of it is."""

    name: str
    about: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column | None:
        """Return a column by its name, None if there is none."""
        return next((column for column in self.columns if column.name == name), None)


def text(name: str, about: str) -> Column:
    """Return a column of texts that come from an input."""
    return Column(name, "text", about)


def word(name: str, about: str) -> Column:
    """Return a column of words out of a fixed set, or of memdoctor's own sentences."""
    return Column(name, "text", about, word=True)


def number(name: str, about: str) -> Column:
    """Return a column of counts, ids or indices."""
    return Column(name, "integer", about)


def size(name: str, about: str) -> Column:
    """Return a column of sizes."""
    return Column(name, "integer", about, "bytes")


def truth(name: str, about: str) -> Column:
    """Return a column of yes and no."""
    return Column(name, "boolean", about)


def seconds(name: str, about: str) -> Column:
    """Return a column of durations."""
    return Column(name, "real", about, "seconds")


def time(name: str, about: str) -> Column:
    """Return a column of moments."""
    return Column(name, "time", about, "UTC")


def all_tables() -> dict[str, Table]:
    """Return every table by its name, in the order in which they are shown."""
    modules = (import_module(f"memdoctor.tables.{name}") for name in _MODULES)
    return {table.name: table for module in modules for table in module.TABLES}
