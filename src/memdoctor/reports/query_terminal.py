"""A query's answer at a terminal: a table in which only texts are shortened."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from memdoctor.reports.page import drawn
from memdoctor.reports.query import cells, left_out, view_columns
from memdoctor.reports.render import Style
from memdoctor.reports.view_table import kept_columns, table
from memdoctor.tables.result import Result


def render(result: Result, style: Style) -> str:
    """Return the rows as a table, and what is left out after it."""
    return drawn(_blocks(result, style), style)


def _blocks(result: Result, style: Style) -> Iterator[RenderableType]:
    columns = view_columns(result)
    rows = [dict(zip((column.key for column in columns), line, strict=True)) for line in cells(result)]
    kept = kept_columns(columns, rows, style.width)
    yield table(kept, rows, style.width)
    if not rows:
        yield Text("no rows", style="dim")
    rest = left_out(result)
    if rest:
        yield Text(rest, style="dim")
    gone = [column.heading for column in columns if column not in kept]
    if gone:
        yield Text(f"not shown, no room or nothing in them: {', '.join(gone)}", style="dim")
