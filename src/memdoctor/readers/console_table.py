"""What `console.table` prints: boxes with the fields in rows, or with a sample in each row."""

from collections.abc import Iterator

from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts import grid
from memdoctor.readers.parts.columns import Notes
from memdoctor.readers.parts.plain import bounded, numbered, text_of
from memdoctor.readers.parts.times import leading_moment

_BAR = "│"
_TOP, _RULE, _BOTTOM = "┌", "├", "└"


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield the samples of each box, and what in them could not be read.

    Raises InputError if no box holds a memory figure.
    """
    name = opened.source.name
    notes = Notes(name)
    text, told = text_of(opened)
    yield from told
    boxes = _boxes(text, name, notes)
    yield from bounded(boxes, name, "boxes, but no memory figures in them", "print process.memoryUsage()")
    yield from notes.problems()


def _boxes(text: str, name: str, notes: Notes) -> Iterator[Sample | Problem]:
    style = grid.Style("console.table", series=name, value_series=name)
    table: grid.Table | None = None
    above = (0, "")  # the line over the box: a log may say the time there
    opening = False
    for number, line in numbered(text):
        if _TOP in line or _BOTTOM in line:
            if table:
                yield from table.end()
            table, opening = None, _TOP in line
        elif _BAR not in line:
            above = above if _RULE in line else (number, line)
        elif opening:
            at, place = leading_moment(above[1]), f"{name}:{above[0]}"
            table = grid.Table(name, style, notes, grid.Line(number, _cells(line)), at, place)
            above, opening = (0, ""), False
        elif table:
            yield from table.add(grid.Line(number, _cells(line)))
        else:
            yield Problem(name, "a row outside of any box: left out", place=f"{name}:{number}")
    if table:
        yield Problem(name, "the last box is cut off", place=f"{name}:{table.head.number}")
        yield from table.end()


def _cells(line: str) -> list[str]:
    """Return the cells between the first bar and the last: a log may have put something before."""
    return [cell.strip() for cell in line.split(_BAR)[1:-1]] or [""]
