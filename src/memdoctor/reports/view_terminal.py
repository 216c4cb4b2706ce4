"""A view at a terminal: its rows as a table in which only names shrink."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from memdoctor.analysis.heap.view import Column, View
from memdoctor.reports import heap
from memdoctor.reports.cells import LEFT, cell
from memdoctor.reports.page import drawn
from memdoctor.reports.render import Style
from memdoctor.reports.shrink import shortened, shrunk

_LEAST_NAME = 16  # columns
_LEAST_COLUMNS = 2
_GAP = 2


def render(view: View, style: Style) -> str:
    """Return the rows as a table, and what is to be said of them after it."""
    return drawn(_blocks(view, style), style)


def _blocks(view: View, style: Style) -> Iterator[RenderableType]:
    rest = f"{view.view}: {heap.amount(view.about)}"
    name = ", ".join(source.name for source in view.sources)
    yield Text.assemble((shrunk(name, style.width - cell_len(rest) - _GAP), "bold"), "  ", rest)
    yield table(view.columns, view.rows, style.width)
    for remark in heap.remarks(view):
        yield Text(remark, style="dim")


def table(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], width: int) -> RenderableType:
    """Return rows as a table of at most `width` columns: texts are shortened, numbers never.

    Where there is no room for all columns, the last ones are left out.
    """
    rows = list(rows)
    while len(columns) > _LEAST_COLUMNS and _needs(columns, rows) > width:
        columns = columns[:-1]
    cells = [[cell(column, row) for column in columns] for row in rows]
    widths = [
        max([cell_len(column.heading), *(cell_len(line[index]) for line in cells)])
        for index, column in enumerate(columns)
    ]
    room = width - sum(w for w, column in zip(widths, columns, strict=True) if column.kind not in LEFT)
    room -= _GAP * len(columns)
    texts = [index for index, column in enumerate(columns) if column.kind in LEFT]
    for index in reversed(texts):
        others = sum(min(widths[other], _LEAST_NAME) for other in texts if other < index)
        widths[index] = max(min(widths[index], room - others), min(widths[index], _LEAST_NAME))
        room -= widths[index]
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    for column in columns:
        grid.add_column(no_wrap=True, justify="left" if column.kind in LEFT else "right")
    grid.add_row(*(Text(column.heading, style="dim") for column in columns))
    for line in cells:
        grid.add_row(*(Text(shortened(text, widths[index])) for index, text in enumerate(line)))
    return grid


def _needs(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> int:
    """Return how wide a table must be for its numbers, and for a bit of its texts."""

    def widest(column: Column) -> int:
        full = max([cell_len(column.heading), *(cell_len(cell(column, row)) for row in rows)])
        return min(full, _LEAST_NAME) if column.kind in LEFT else full

    return sum(widest(column) + _GAP for column in columns)
