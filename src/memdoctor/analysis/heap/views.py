"""The views of a heap by their names."""

from collections.abc import Callable

from memdoctor.analysis.heap.classes import classes_view
from memdoctor.analysis.heap.summary import summary_view
from memdoctor.analysis.heap.view import VIEWS, View
from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Source

_MAKERS: dict[str, Callable[[HeapGraph, Source], View]] = dict(
    zip(VIEWS, (summary_view, classes_view), strict=True)
)


def view_of(name: str, source: Source, graph: HeapGraph) -> View:
    """Return a view of a heap."""
    return _MAKERS[name](graph, source)
