"""The views of a heap, a module each: `view(inside, source, ask)` returns its rows."""

from importlib import import_module

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import Ask, View
from memdoctor.model import Source


def view_of(name: str, source: Source, inside: Inside, ask: Ask) -> View:
    """Return a view of a heap, by its name in `VIEWS`."""
    made: View = import_module(f"memdoctor.analysis.heap.views.{name}").view(inside, source, ask)
    return made
