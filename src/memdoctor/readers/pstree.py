"""`pstree -p`: processes as a drawing, with `-a` also their arguments."""

from collections import Counter
from collections.abc import Iterator, Sequence

from memdoctor.errors import InputError
from memdoctor.model import Problem, Process, ProcessTable
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.plain import numbered, text_of
from memdoctor.readers.parts.processes.process_fields import LONGEST_ARGUMENTS, MOST_PID
from memdoctor.readers.parts.processes.process_rows import BEST_LISTING, MOST_PROCESSES, Left, Rows
from memdoctor.readers.parts.processes.tree_drawing import Entry, Line, line_of, parents

_HELP = f"take it with {BEST_LISTING}"
_UNKNOWING = "pstree has names of threads, not of programs, and no memory figures"
_MOST_ENTRIES = 2 * MOST_PROCESSES  # threads are drawn as well
_KERNEL = "kthreadd"


def read(opened: Opened) -> Iterator[ProcessTable | Problem]:
    """Yield the processes of a drawing, what was left out, and what no drawing can tell.

    Raises InputError if there is no process with its id.
    """
    name = opened.source.name
    text, told = text_of(opened)
    yield from told
    rows = Rows(name, f"{name}:1", Left(name))
    _take(list(_lines(text, rows.left)), rows)
    if not rows.processes:
        raise InputError("a drawing of processes, but none has its id", "take it with pstree -pl")
    yield rows.table("linux")
    yield Problem(name, _UNKNOWING, _HELP, rows.place)
    yield from rows.left.problems()


def _lines(text: str, left: Left) -> Iterator[Line]:
    entries = 0
    for number, content in numbered(text):
        if not content.strip() or content.startswith(("#", "$ ")):
            continue
        line = line_of(content, number)
        place = f"{left.name}:{number}"
        if line.is_cut:
            left.row("a line is cut off: what it held is left out", place, "take it with pstree -pl")
        entries += len(line.entries)
        if entries > _MOST_ENTRIES:
            left.row(f"more than {_MOST_ENTRIES} entries: the rest is left out", place)
            return
        yield line


def _take(lines: Sequence[Line], rows: Rows) -> None:
    """Make processes of the entries; threads are counted for the process they hang on."""
    found = [(entry, line) for line in lines for entry in line.entries]
    above = parents(lines)
    threads = Counter[int | None]()
    for (entry, _), parent in zip(found, above, strict=True):
        if entry.is_thread:
            threads[parent] += entry.times
    for index, ((entry, line), parent) in enumerate(zip(found, above, strict=True)):
        place = f"{rows.name}:{line.number}"
        if entry.is_thread or not entry.pid:
            continue
        if entry.times > 1:
            rows.left.row("several processes drawn as one: only one is taken", place, times=entry.times - 1)
        if entry.pid >= MOST_PID:
            rows.left.row("no process id: left out", place)
            continue
        holder = found[parent][0] if parent is not None else None
        if holder is None and line.column is not None:
            rows.left.note("lines are missing above: its parent is not known", place)
        rows.add(_process(entry, holder, place, rows.name, 1 + threads[index] if threads else None))


def _process(entry: Entry, holder: Entry | None, place: str, name: str, threads: int | None) -> Process:
    ppid = None if holder is None else holder.pid or 0
    argv = None if entry.arguments is None else (entry.name, *entry.arguments[:LONGEST_ARGUMENTS].split())
    return Process(
        name,
        place,
        entry.pid or 0,
        ppid=0 if entry.pid == 1 else ppid,
        name=entry.name,
        argv=argv,
        cut=entry.is_cut,
        threads=threads,
        is_kernel=(entry.pid == 2 and entry.name == _KERNEL)
        or (holder is not None and holder.pid == 2 and holder.name == _KERNEL),
    )
