"""One heap snapshot, whichever runtime wrote it."""

from importlib import import_module

from memdoctor.errors import InputError
from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Source
from memdoctor.progress import note
from memdoctor.readers.opening import open_input
from memdoctor.readers.sniff import snapshot_reader


def read_snapshot(name: str) -> tuple[Source, HeapGraph]:
    """Read a snapshot from a path, or from standard input for `-`.

    Raises InputError for what is none, and for a damaged one.
    """
    with open_input(name) as opened:
        reader = snapshot_reader(opened.head)
        if reader is None:
            raise InputError(
                "this is no heap snapshot", "v8.writeHeapSnapshot() and Bun.generateHeapSnapshot() make one"
            )
        graph: HeapGraph
        graph, *problems = import_module(f"memdoctor.readers.{reader}").read(opened)
        for problem in problems:
            note(f"{problem.source}: {problem.message} ({problem.place})")
        return Source(opened.source.name, opened.source.kind, reader, opened.source.size), graph
