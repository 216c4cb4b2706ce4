"""One heap snapshot, whichever runtime wrote it."""

from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from memdoctor.errors import InputError
from memdoctor.model import Problem, Snapshot, Source
from memdoctor.progress import note
from memdoctor.readers.opening import Opened, open_input
from memdoctor.readers.sniff import snapshot_reader

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

Read = tuple["HeapGraph", tuple[Problem, ...]]


def read_snapshot(name: str) -> "tuple[Source, HeapGraph]":
    """Read a snapshot from a path, or from standard input for `-`.

    Raises InputError for what is none, and for a damaged one.
    """
    with open_input(name) as opened:
        reader = snapshot_reader(opened.head)
        if reader is None:
            raise InputError(
                "this is no heap snapshot", "v8.writeHeapSnapshot() and Bun.generateHeapSnapshot() make one"
            )
        graph, problems = _read(opened, reader)
        for problem in problems:
            note(f"{problem.source}: {problem.message} ({problem.place})")
        return replace(opened.source, format=reader), graph


def snapshot_in(path: str, opened: Opened, reader: str) -> Snapshot:
    """Return a snapshot that was opened, to be read when it is asked for.

    Raises InputError if it comes from a pipe and there is no room for it.
    """
    source = replace(opened.source, format=reader)
    if path == "-":
        return Snapshot(source, partial(_read, opened.again(), reader))

    def read() -> Read:
        with open_input(path) as reopened:
            return _read(reopened, reader)

    return Snapshot(source, read)


def _read(opened: Opened, reader: str) -> Read:
    graph: HeapGraph
    graph, *problems = import_module(f"memdoctor.readers.{reader}").read(opened)
    return graph, tuple(problems)
