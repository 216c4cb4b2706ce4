"""A view at a terminal: what is said of it, and its rows as a table in which only names shrink."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from memdoctor.analysis.heap.view import View
from memdoctor.reports import heap
from memdoctor.reports.cells import cell
from memdoctor.reports.page import drawn
from memdoctor.reports.render import Style
from memdoctor.reports.shrink import shrunk
from memdoctor.reports.view_table import GAP, fitted, table


def render(view: View, style: Style) -> str:
    """Return the rows as a table, and what is to be said of them after it."""
    return drawn(_blocks(view, style), style)


def _blocks(view: View, style: Style) -> Iterator[RenderableType]:
    rest = f"{view.view}: {heap.amount(view.about)}"
    name = heap.named(view)
    yield Text.assemble((shrunk(name, style.width - cell_len(rest) - GAP), "bold"), "  ", rest)
    if view.facts:
        yield _facts(view, style.width)
    if view.rows:
        yield table(view.columns, view.rows, style.width)
    else:
        yield Text("nothing has changed" if len(view.sources) > 1 else "nothing of this kind is in it")
    for remark in heap.remarks(view):
        yield Text(remark, style="dim")


def _facts(view: View, width: int) -> RenderableType:
    """Return what is said before the rows, a line each; a way takes as many as it needs."""
    grid = Table.grid(padding=(0, GAP, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    room = width - max(cell_len(column.heading) for column in view.facts) - GAP
    for column in view.facts:
        text = fitted(column, cell(column, view.totals), room)
        grid.add_row(Text(column.heading, style="dim"), text)
    return grid
