"""The views of a heap by their names."""

from collections.abc import Callable

from memdoctor.analysis.heap.classes import classes_view
from memdoctor.analysis.heap.summary import summary_view
from memdoctor.analysis.heap.view import View
from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Source

VIEWS: dict[str, Callable[[HeapGraph, Source], View]] = {"summary": summary_view, "classes": classes_view}


def view_of(name: str, source: Source, graph: HeapGraph) -> View:
    """Return a view of a heap."""
    return VIEWS[name](graph, source)
