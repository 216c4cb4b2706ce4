"""One heap snapshot, whichever runtime wrote it."""

from importlib import import_module

from memdoctor.errors import InputError
from memdoctor.heap.graph import HeapGraph
from memdoctor.readers import signatures
from memdoctor.readers.opening import open_input

_READERS = (
    ("v8_snapshot", signatures.is_v8_snapshot),
    ("jsc_snapshot", signatures.is_jsc_snapshot),
)


def read_snapshot(name: str) -> HeapGraph:
    """Read a snapshot from a path, or from standard input for `-`.

    Raises InputError for what is none, and for a damaged one.
    """
    with open_input(name) as opened:
        for reader, fits in _READERS:
            if fits(opened.head):
                graph: HeapGraph = next(import_module(f"memdoctor.readers.{reader}").read(opened))
                return graph
    raise InputError("this is no heap snapshot", "v8.writeHeapSnapshot() and Bun.generateHeapSnapshot() make one")
