"""The views of a heap, a module each: `view(inside, source, ask)` returns its rows."""

from importlib import import_module

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import TAKES_TWO, Ask, View
from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Source


def view_of(name: str, source: Source, inside: Inside, ask: Ask) -> View:
    """Return a view of a heap, by its name in `VIEWS`."""
    made: View = import_module(f"memdoctor.analysis.heap.views.{name}").view(inside, source, ask)
    return made


def changes(name: str, before: tuple[Source, HeapGraph], after: tuple[Source, HeapGraph]) -> View:
    """Return what changed between two snapshots, for a view that `TAKES_TWO`."""
    module = import_module(f"memdoctor.analysis.heap.views.{TAKES_TWO[name]}")
    made: View = module.changes((before[0], after[0]), before[1], after[1])
    return made
