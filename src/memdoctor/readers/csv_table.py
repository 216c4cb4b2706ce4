"""CSV with a heading: commas, semicolons or tabs between cells; names and units in any spelling."""

from collections.abc import Iterator
from dataclasses import dataclass

from memdoctor.errors import InputError
from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts import grid
from memdoctor.readers.parts.columns import Column, Notes, Row
from memdoctor.readers.parts.csv_cells import csv_cells
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.plain import bounded, numbered, text_of

_DELIMITERS = "\t;,"
MOST_LINES_BEFORE = 50


@dataclass(frozen=True, slots=True)
class Heading:
    """The line that names the columns."""

    line: int
    delimiter: str
    width: int
    columns: dict[int, Column]


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each row; a row that does not fit the heading becomes a problem.

    Raises InputError if there is no heading, or no row that could be read.
    """
    name = opened.source.name
    notes = Notes(name)
    text, told = text_of(opened)
    yield from told
    rows = _rows(text, name, notes)
    yield from bounded(rows, name, "CSV, but no row of it could be read", "see the notes below")
    yield from notes.problems()


def find_heading(lines: Iterator[tuple[int, str]]) -> Heading | None:
    """Return the heading among the first lines, or None. What stands before it is taken from `lines`."""
    for number, line in lines:
        if number > MOST_LINES_BEFORE:
            return None
        if found := _heading(number, line):
            return found
    return None


def _heading(number: int, line: str) -> Heading | None:
    found = [
        Heading(number, delimiter, len(cells), columns)
        for delimiter in _DELIMITERS
        if delimiter in line and (cells := csv_cells(line, delimiter)) and (columns := grid.heading(cells))
    ]
    return max(found, key=lambda heading: len(heading.columns), default=None)


def _rows(text: str, name: str, notes: Notes) -> Iterator[Sample | Problem]:
    lines = numbered(text)
    heading = find_heading(lines)
    if heading is None:
        raise InputError(
            "no heading with the names of memory figures", "name the columns in the first line"
        )
    if heading.line > 1:
        yield Problem(name, "what stands before the heading was not read", place=f"{name}:1")
    series = name
    for number, line in lines:
        place = f"{name}:{number}"
        if not line.strip():
            continue
        cells = csv_cells(line, heading.delimiter)
        if cells is None:
            yield Problem(name, "a quote is not closed, or a cell too long: row left out", place=place)
        elif not any(_has_digit(cell) for cell in cells[:100]) and (again := _heading(number, line)):
            heading, series = again, place
            message = "a second heading: what follows is taken for another process's"
            yield Problem(name, message, place=place)
        elif len(cells) != heading.width:
            message = f"{len(cells)} cells where the heading has {heading.width}: row left out"
            yield Problem(name, message, place=place)
        else:
            row = Row(Draft(name), notes)
            for index, column in heading.columns.items():
                row.take(column, cells[index], place)
            yield from row.finish(place, series=series, document="CSV")


def _has_digit(cell: str) -> bool:
    return any(char in "0123456789" for char in cell[:40])
