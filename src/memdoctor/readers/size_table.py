"""Tables as people write them by hand or in Markdown: sizes with units, rounded, bars between the cells."""

import re
from collections.abc import Iterator
from dataclasses import replace

from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts import grid
from memdoctor.readers.parts.columns import Notes
from memdoctor.readers.parts.plain import bounded, numbered, text_of

_RULE = re.compile(r"[\s|:+=-]{3,}+")
_LONGEST_LINE = 10_000
_STYLE = grid.Style("table of sizes", loose=True, thousands=True)


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield the samples of each table in the text.

    Raises InputError if no table holds a memory figure.
    """
    name = opened.source.name
    notes = Notes(name)
    text, told = text_of(opened)
    yield from told
    tables = _tables(text, name, notes)
    yield from bounded(tables, name, "a table, but no memory figures in it", "name the rows or the columns")
    yield from notes.problems()


def cells_of(line: str) -> list[str] | None:
    """Return the cells of a line with bars, or None for any other line."""
    if "|" not in line or len(line) > _LONGEST_LINE:
        return None
    inner = line.strip().lstrip(">").strip()  # quoted in a mail or an issue
    cells = inner.removeprefix("|").removesuffix("|").split("|")
    return [cell.strip() for cell in cells] if len(cells) > 1 else None


def _tables(text: str, name: str, notes: Notes) -> Iterator[Sample | Problem]:
    table: grid.Table | None = None
    for number, line in numbered(text):
        cells = cells_of(line)
        if cells is None:
            if table:
                yield from table.end()
            table = None
            if len(line) > _LONGEST_LINE:
                yield Problem(name, "a line too long for a table: not read", place=f"{name}:{number}")
        elif _RULE.fullmatch(line):
            continue
        elif table is None:
            # The rows of one table with a column of times are one process unless they contradict it.
            style = replace(_STYLE, series=f"{name}:{number}")
            table = grid.Table(name, style, notes, grid.Line(number, cells))
        else:
            yield from table.add(grid.Line(number, cells))
    if table:
        yield from table.end()
