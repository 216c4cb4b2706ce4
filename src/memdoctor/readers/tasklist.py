"""`tasklist` of Windows: a table under `=====`, or `/FO CSV`; headings in the language of the system."""

import re
from collections.abc import Iterator, Sequence

from memdoctor.errors import InputError
from memdoctor.model import Problem, Process, ProcessTable
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.plain import numbered, text_of
from memdoctor.readers.parts.processes import ps_values
from memdoctor.readers.parts.processes.process_fields import process_id, text
from memdoctor.readers.parts.processes.process_rows import Left, Rows
from memdoctor.readers.parts.processes.task_lines import cells_of, columns_of, is_nothing
from memdoctor.readers.parts.processes.windows_process import HELP
from memdoctor.readers.parts.values import WrongKindError

_UNKNOWING = "tasklist has neither parents nor arguments: orphans and programs cannot be told"
_NAME, _PID, _MEMORY, _USER, _CPU = 0, 1, 4, 6, 7  # the order is the same in every language
_KIB = re.compile(r"([0-9][0-9.,'’\s\xa0\u202f\ufffd]{0,24}+)[KkКк]\w?\.?")


def read(opened: Opened) -> Iterator[ProcessTable | Problem]:
    """Yield the processes of each listing, what was left out, and what no such listing can tell.

    That no process fits what was asked for is an answer too. Raises InputError if there is no listing.
    """
    name = opened.source.name
    content, told = text_of(opened)
    yield from told
    found = False
    for rows in _listings(content, name):
        if rows.processes:
            found = True
            yield rows.table("windows")
        yield from rows.left.problems()
    nothing = next((number for number, line in numbered(content[:4096]) if is_nothing(line)), None)
    if found:
        yield Problem(name, _UNKNOWING, HELP, name)
    elif nothing is not None:
        place = f"{name}:{nothing}"
        yield ProcessTable(name, place, (), system="windows")
        message = "the listing is empty: no process fits what tasklist was asked for"
        yield Problem(name, message, HELP, place)
    else:
        raise InputError("no process in it", HELP)


def _listings(content: str, name: str) -> Iterator[Rows]:
    """Yield the rows under each rule of a table, and those of CSV."""
    columns: Sequence[slice] = ()
    rows = Rows(name, f"{name}:1", Left(name))
    for number, line in numbered(content):
        place = f"{name}:{number}"
        if not line.strip() or is_nothing(line):
            columns = ()
        elif spans := columns_of(line):
            yield rows
            columns, rows = spans, Rows(name, place, Left(name))
        elif line.startswith('"'):
            _add(rows, cells_of(line), place)
        elif columns and line[columns[_PID]].strip():  # else more services of the row above
            _add(rows, [line[column].strip() for column in columns], place)
    yield rows


def _add(rows: Rows, cells: Sequence[str], place: str) -> None:
    """Take the process of a row; a heading has no number where the process id belongs."""
    if len(cells) <= _PID or cells[_PID].strip().upper() == "PID":
        return
    try:
        pid = process_id(cells[_PID])
    except WrongKindError:
        rows.left.row("a row without a process id: left out", place)
        return
    if not pid:  # the idle time
        return
    user = cells[_USER].strip() if len(cells) > _USER else ""
    process = Process(
        rows.name,
        place,
        pid,
        name=text(cells[_NAME]) or None,
        user=text(user) if "\\" in user else None,  # else it says in some language that there is none
        rss=_kib(cells[_MEMORY].strip()) if len(cells) > _MEMORY else None,
        cpu_seconds=ps_values.seconds(cells[_CPU].strip()) if len(cells) > _CPU else None,
    )
    rows.add(process)


def _kib(cell: str) -> int | None:
    """Return the bytes of `1.459.088 K`, whatever a language puts between thousands."""
    found = _KIB.fullmatch(cell)
    digits = "".join(char for char in found[1] if char in "0123456789") if found else ""
    return int(digits) * 1024 if 0 < len(digits) < 13 else None
