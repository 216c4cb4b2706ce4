"""Tables of cells, read row by row: each row a sample, or each column of values one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from memdoctor.model import Problem, Sample
from memdoctor.readers.parts import sizes
from memdoctor.readers.parts.columns import (
    BINARY_SHOWN,
    DECIMAL_SHOWN,
    MEMORY,
    Column,
    Notes,
    Row,
    column_of,
)
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.times import seconds
from memdoctor.readers.parts.values import WrongKindError

MOST_ROWS = 1000  # of a table with a field in each row; there are not that many fields
MOST_COLUMNS = 64


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Style:
    """What tables of a format have in common."""

    document: str
    loose: bool = False  # a person wrote it: short names
    thousands: bool = False
    series: str | None = None  # the list that rows belong to
    value_series: str | None = None  # and columns of values


def heading(cells: Sequence[str], *, loose: bool = False) -> dict[int, Column]:
    """Return the known columns of a heading by their position; empty if it is none.

    A field that was named before is not taken again.
    """
    columns: dict[int, Column] = {}
    for index, cell in enumerate(cells):
        column = column_of(cell, loose=loose)
        if column and all(column.target != known.target for known in columns.values()):
            columns[index] = column
    about_memory = any(column.target in MEMORY for column in columns.values())
    return columns if about_memory and len(columns) > 1 else {}


@dataclass(slots=True)
class Table:
    """One table on its way."""

    name: str
    style: Style
    notes: Notes
    head: Line
    at: datetime | None = None  # the time that stands above it
    at_place: str = ""
    columns: dict[int, Column] = field(init=False)
    body: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = heading(self.head.cells, loose=self.style.loose)
        if not self.columns and column_of(self.head.cells[0], loose=self.style.loose):
            self.body.append(self.head)  # a table without a heading

    def add(self, line: Line) -> Iterator[Sample | Problem]:
        """Take a row; where a row is a sample, yield it at once."""
        place = f"{self.name}:{line.number}"
        if len(line.cells) != len(self.head.cells):
            message = f"{len(line.cells)} cells where the heading has {len(self.head.cells)}: row left out"
            yield Problem(self.name, message, place=place)
        elif not self.columns:
            if len(self.body) < MOST_ROWS:
                self.body.append(line)
        else:
            row = self._row()
            for index, column in self.columns.items():
                row.take(column, line.cells[index], place)
            yield from row.finish(place, series=self.style.series, document=self.style.document)

    def end(self) -> Iterator[Sample | Problem]:
        """Yield the samples of a table whose rows are fields."""
        if self.columns:
            return
        known = [
            (column, line)
            for line in self.body
            if (column := column_of(line.cells[0], loose=self.style.loose))
        ]
        if not any(column.target in MEMORY for column, _ in known):
            message = "a table without any heading that memdoctor knows: not read"
            yield Problem(self.name, message, place=f"{self.name}:{self.head.number}")
            return
        for index in self._value_columns(known):
            yield from self._column(index, known)

    def _value_columns(self, known: list[tuple[Column, Line]]) -> list[int]:
        """Return the columns that hold values: one, if their headings are units of the same value."""
        width = min(len(self.head.cells), MOST_COLUMNS)
        sized = [
            index
            for index in range(1, width)
            if any(_is_value(column, line.cells[index]) for column, line in known)
        ]
        return sized[:1] if any(sizes.is_unit(self.head.cells[index].strip()) for index in sized) else sized

    def _column(self, index: int, known: list[tuple[Column, Line]]) -> Iterator[Sample | Problem]:
        row = self._row()
        self._choose_base(row, {column.target: line.cells[index] for column, line in known})
        title = self.head.cells[index].strip()
        unit = title.lower() if sizes.is_unit(title) else ""
        for column, line in known:
            if unit and column.kind == "size" and not column.unit:
                column = Column(column.target, column.kind, unit)  # noqa: PLW2901
            row.take(column, line.cells[index], f"{self.name}:{line.number}")
        row.take_moment(self.at, self.at_place)
        place = f"{self.name}:{known[0][1].number}"
        yield from row.finish(place, series=self.style.value_series, document=self.style.document)

    def _row(self) -> Row:
        return Row(Draft(self.name), self.notes, thousands=self.style.thousands)

    def _choose_base(self, row: Row, cells: dict[str, str]) -> None:
        """Find out which megabyte the table's writer meant, if its rate and uptime show it.

        The rate is RSS ÷ uptime in MiB per hour; a RSS in millions of bytes is 4.9 % above that.
        """
        texts = [cells.get(target, "") for target in ("rss", "reported_rate_per_hour", "uptime")]
        try:
            # Only of numbers with enough digits: 4.9 % must stand out from their rounding.
            if sum(sizes.rounding(text) for text in texts) > 0.01:
                return
            size = sizes.parse_size(texts[0])
            expected = sizes.parse_rate(texts[1]) * seconds(texts[2], "s") / 3600 * sizes.BINARY**2
        except WrongKindError:
            return
        if not size.vague or expected <= 0:
            return
        ratio = size.bytes / expected
        if abs(ratio - 1) < 0.015:
            row.vague = BINARY_SHOWN
        elif abs(ratio - (sizes.BINARY / sizes.DECIMAL) ** 2) < 0.015:
            row.base, row.vague = sizes.DECIMAL, DECIMAL_SHOWN


def _is_value(column: Column, cell: str) -> bool:
    return column.target in MEMORY and any(char in "0123456789" for char in cell[:40])
