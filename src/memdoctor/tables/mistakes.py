"""What DuckDB says is wrong with a query, in one line with its place."""

import re
from typing import TYPE_CHECKING

from memdoctor.errors import UsageError
from memdoctor.tables.schema import all_tables
from memdoctor.text import closest

if TYPE_CHECKING:
    import duckdb

_KIND = re.compile(r"^(?:[A-Z][\w-]*(?: [A-Z][\w-]*)? Error|INTERNAL Error|FATAL Error|INTERRUPT Error): ")
_PLACE = re.compile(r"\nLINE (\d+): ([^\n]*)\n( *)\^")
_COLUMN = re.compile(r'Referenced column "([^"]*)" |does not have a column named "([^"]*)"')
_FUNCTION = re.compile(r"^Scalar Function with name (\S+) does not exist")
_CUT = "..."  # before and after what is shown of a long line
_SCHEMA = "memdoctor query --schema shows the tables and their columns"


def told(error: "duckdb.Error", sql: str, tables: tuple[str, ...] = (), above: int = 0) -> UsageError:
    """Return an error of DuckDB as one of ours, with the place in the query where it tells one.

    `above` lines were put before the query.
    """
    text = str(error)
    first = _KIND.sub("", text).split("\n", 1)[0].strip()
    if "Out of Memory" in text:
        return UsageError(
            "the query needs more memory than there is", "let it keep fewer rows: WHERE, GROUP BY, LIMIT"
        )
    place = _place(text, sql.split("\n"), above)
    wrong = _COLUMN.search(text)
    if wrong is not None:
        return _no_column(wrong[1] or wrong[2], place, tables)
    function = _FUNCTION.match(first)
    if function is not None:
        near = re.search(r'Did you mean "(\w+)"\?', text)
        hint = f"did you mean {near[1]}?" if near else _SCHEMA
        return UsageError(f"there is no function {function[1]}{place}", hint)
    return UsageError(f"{first}{place}", _SCHEMA)


def _no_column(name: str, place: str, tables: tuple[str, ...]) -> UsageError:
    known = all_tables()
    columns = tuple(dict.fromkeys(column for table in tables for column in known[table].column_names))
    of = f" in {', '.join(tables)}" if tables else ""
    return UsageError(
        f"there is no column {name}{of}{place}", closest(name.lower(), columns) if columns else _SCHEMA
    )


def _place(text: str, lines: list[str], above: int) -> str:
    """Return where in the query that is, counted from 1."""
    found = _PLACE.search(text)
    if found is None:
        return ""
    number, shown = int(found[1]) - above, found[2]
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    column = len(found[3]) - len(f"LINE {found[1]}: ")
    if shown.startswith(_CUT):
        shown, column = shown.removeprefix(_CUT), column - len(_CUT)
    start = line.find(shown.removesuffix(_CUT))
    return f" (line {number}, column {start + column + 1})" if start >= 0 and column >= 0 else ""
