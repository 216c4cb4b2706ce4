"""What is said of a heap snapshot, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.analysis.heap.view import KINDS, View
from memdoctor.overviews import HeapOverview
from memdoctor.text import file_name
from memdoctor.units import count_of, grouped, size

_FORMATS = {"v8": "V8 format", "jsc": "Bun's own format"}
MOST_CLASSES = 8  # that a report shows
_TELLING = 100  # from one of so many unreachable nodes on there is something to say


def kinds(heap: HeapOverview) -> Iterator[tuple[str, int]]:
    """Yield the kinds of memory in it with their bytes, the largest first, those it has."""
    rows = [(name, heap.figures[key]) for key, name, _ in KINDS if heap.figures[key]]
    yield from sorted(rows, key=lambda row: -row[1])


def title(heap: HeapOverview) -> str:
    """Return what it is, in one line."""
    return f"heap snapshot, {_FORMATS[heap.figures['format']]}: {amount(heap.figures)}"


def amount(about: Mapping[str, Any]) -> str:
    """Return how much there is, in a few words."""
    count = about["node_count"]
    return f"{size(about['total_bytes'])} in {count_of(count, 'node')}"


def notes(about: Mapping[str, Any]) -> list[str]:
    """Return what a reader of the numbers must know."""
    said = []
    if about["unreachable_count"] * _TELLING >= about["node_count"]:
        of = f"{grouped(about['unreachable_count'])} of {grouped(about['node_count'])} nodes"
        said.append(f"{of} cannot be reached from the root: what really holds them retains more than shown")
    if about["format"] == "v8" and not about["has_user_roots"]:
        said.append("no user roots in the file: as in DevTools, internal parts stay apart from objects")
        said.append("such V8 types internal nodes as native: native is not only memory outside the heap")
    return said


def named(view: View) -> str:
    """Return which snapshot a view is of, or which two without their folders."""
    names = [source.name for source in view.sources]
    return names[0] if len(names) == 1 else " → ".join(map(file_name, names))


def remarks(view: View) -> list[str]:
    """Return what is to be said after the rows of a view: how many are left out, and the notes."""
    left = view.row_count - len(view.rows)
    every = f"shows {grouped(view.most)}" if 0 < view.most < view.row_count else "shows all"
    more = [f"… {grouped(left)} more (--top 0 {every})"] if left else []
    return [*more, *(f"note: {text}" for text in (*view.notes, *notes(view.about)))]
