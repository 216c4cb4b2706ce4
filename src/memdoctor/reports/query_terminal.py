"""A query's answer at a terminal: a table in which only texts are shortened."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from memdoctor.analysis.heap.view import Column
from memdoctor.reports.cells import UNKNOWN
from memdoctor.reports.page import drawn
from memdoctor.reports.query import cells, left_out, view_columns
from memdoctor.reports.render import Style
from memdoctor.reports.view_table import Rows, kept_columns, table
from memdoctor.tables.result import Result

_LONGEST = 500  # characters of a cell that is measured: no line is as long


def render(result: Result, style: Style) -> str:
    """Return the rows as a table, and what is left out after it."""
    return drawn(_blocks(result, style), style)


def _blocks(result: Result, style: Style) -> Iterator[RenderableType]:
    columns = view_columns(result.columns)
    keys = [column.key for column in columns]
    rows = [dict(zip(keys, (cell[:_LONGEST] for cell in line), strict=True)) for line in cells(result)]
    kept = kept_columns(columns, rows, style.width)
    yield table(kept, rows, style.width)
    if not rows:
        yield Text("no rows", style="dim")
    for rest in filter(None, [left_out(result), *_not_shown(columns, kept, rows)]):
        yield Text(rest, style="dim")


def _not_shown(columns: Sequence[Column], kept: Sequence[Column], rows: Rows) -> Iterator[str]:
    """Yield what is said of columns that have nothing to show, and of those that there is no room for."""
    gone = [one for one in columns if one not in kept]
    empty = [one for one in gone if rows and all(row[one.key] == UNKNOWN for row in rows)]
    full = [one for one in gone if one not in empty]
    if empty:
        yield f"nothing in {_names(empty)}"
    if full:
        yield f"no room for {_names(full)}; -f json has all"


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(one.heading for one in columns)
