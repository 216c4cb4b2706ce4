"""`wmic process … /format:csv`: columns in the order of the alphabet, and no quotes."""

from collections.abc import Iterator
from dataclasses import dataclass

from memdoctor.errors import InputError
from memdoctor.model import Problem, ProcessTable
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.plain import numbered, text_of
from memdoctor.readers.parts.processes.process_fields import windows_moment
from memdoctor.readers.parts.processes.process_rows import Fields, Left, Rows
from memdoctor.readers.parts.processes.windows_process import HELP, process
from memdoctor.readers.parts.values import WrongKindError

_FREE = "CommandLine"  # the one column that may hold commas
_MOST_COLUMNS = 200  # Win32_Process has 45


@dataclass(frozen=True, slots=True)
class Heading:
    """The names of the columns."""

    names: tuple[str, ...]

    def row(self, line: str) -> dict[str, str] | None:
        """Return the cells of a line by name, or None if it does not fit."""
        width = len(self.names)
        free = self.names.index(_FREE) if _FREE in self.names else width - 1
        *before, rest = line.split(",", free)
        cells = before + rest.rsplit(",", width - free - 1)
        if len(cells) != width:
            return None
        row = dict(zip(self.names, cells, strict=True))
        return row if _is_date(row.get("CreationDate", "")) else None


def heading(line: str) -> Heading | None:
    """Return the columns that a line names, or None if it is no heading."""
    names = tuple(name.strip() for name in line.split(",", _MOST_COLUMNS))
    fits = names[0] == "Node" and "ProcessId" in names and len(names) <= _MOST_COLUMNS
    return Heading(names) if fits else None


def read(opened: Opened) -> Iterator[ProcessTable | Problem]:
    """Yield the processes under each heading, and what of them was left out.

    Raises InputError if there is none.
    """
    name = opened.source.name
    text, told = text_of(opened)
    yield from told
    found = False
    for rows in _listings(text, name):
        if rows.processes:
            found = True
            yield rows.table("windows")
            yield from rows.lacking(HELP)
        yield from rows.left.problems()
    if not found:
        raise InputError("no process in it", HELP)


def _listings(text: str, name: str) -> Iterator[Rows]:
    """Yield the rows under each heading."""
    columns: Heading | None = None
    rows = Rows(name, name, Left(name))
    for number, line in numbered(text):
        place = f"{name}:{number}"
        if not line.strip():
            continue
        if again := heading(line):
            yield rows
            columns, rows = again, Rows(name, place, Left(name))
        elif columns is not None:
            cells = columns.row(line)
            if cells is None:
                rows.left.row("a row that does not fit the heading: left out", place)
            elif found := process(Fields(cells, place, rows.left)):
                rows.add(found)
    yield rows


def _is_date(cell: str) -> bool:
    """Whether a cell can be a date: where it is none, a comma has moved the columns."""
    if not cell:
        return True
    try:
        windows_moment(cell)
    except WrongKindError:
        return False
    return True
