"""Rows as a table for a terminal: texts are shortened, numbers never."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from memdoctor.analysis.heap.view import Column
from memdoctor.reports.cells import UNKNOWN, cell
from memdoctor.reports.shrink import shortened, squeezed, wrapped_at_arrows

_LEAST = {"path": 16, "cell": 12, "tree": 34, "short": 99}  # columns that a text has at least, by kind
_LEAST_NAME = 24  # of any other kind
_LEAST_OF_ALL = 6
_LEAST_COLUMNS = 2
GAP = 2

Rows = Sequence[Mapping[str, Any]]


def table(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], width: int) -> RenderableType:
    """Return rows as a table of at most `width` columns.

    Columns that say nothing are left out, and the last ones where there is no room for all.
    """
    rows = list(rows)
    columns = kept_columns(columns, rows, width)
    cells = [[cell(column, row) for column in columns] for row in rows]
    widths = _widths(columns, cells, width)
    grid = Table.grid(padding=(0, GAP, 0, 0))
    for column in columns:
        grid.add_column(no_wrap=True, justify="left" if column.is_text else "right")
    grid.add_row(*(Text(column.heading, style="dim") for column in columns))
    for line in cells:
        grid.add_row(*(fitted(*one) for one in zip(columns, line, widths, strict=True)))
    return grid


def fitted(column: Column, text: str, room: int) -> Text:
    """Return a cell's text so that it takes at most `room` columns, or lines of so many for a way."""
    return Text(_FITTED.get(column.kind, shortened)(text, room))


_FITTED = {"name": squeezed, "path": wrapped_at_arrows}


def kept_columns(columns: Sequence[Column], rows: Rows, width: int) -> Sequence[Column]:
    """Return the columns that say something of any row, as many as there is room for."""
    columns = [
        column for column in columns if not rows or any(cell(column, row) != UNKNOWN for row in rows)
    ] or columns
    while len(columns) > _LEAST_COLUMNS and _needs(columns, rows) > width:
        last = next((column for column in reversed(columns) if not column.stays), columns[-1])
        columns = [column for column in columns if column is not last]
    return columns


def _needs(columns: Sequence[Column], rows: Rows) -> int:
    """Return how wide a table must be for its numbers, and for a bit of its texts."""

    def widest(column: Column) -> int:
        full = max([cell_len(column.heading), *(cell_len(cell(column, row)) for row in rows)])
        return min(full, _least(column)) if column.is_text else full

    return sum(widest(column) + GAP for column in columns)


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return how wide each column may be: numbers as wide as they are, texts share what is left."""
    widths = [
        max([cell_len(column.heading), *(cell_len(line[index]) for line in cells)])
        for index, column in enumerate(columns)
    ]
    texts = [index for index, column in enumerate(columns) if column.is_text]
    room = width - sum(widths) + sum(widths[index] for index in texts) - GAP * len(columns)
    for index in reversed(texts):
        others = sum(min(widths[other], _least(columns[other])) for other in texts if other < index)
        least = min(widths[index], _least(columns[index]))
        widths[index] = max(min(widths[index], room - others), least)
        room -= widths[index]
    for index in reversed(texts):  # where even the least is too much, names give way before numbers
        too_much = -min(room, 0) if columns[index].kind != "short" else 0
        given = min(too_much, max(widths[index] - _LEAST_OF_ALL, 0))
        widths[index] -= given
        room += given
    return widths


def _least(column: Column) -> int:
    return _LEAST.get(column.kind, _LEAST_NAME)
