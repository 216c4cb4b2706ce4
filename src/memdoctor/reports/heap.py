"""What is said of a heap snapshot: its kinds of memory, and its largest classes."""

from collections.abc import Iterator

from memdoctor.analysis.heap.view import KINDS
from memdoctor.findings import HeapOverview, Report

RUNTIMES = {"v8": "V8 format", "jsc": "Bun's own format"}
_CLASSES, _CLASSES_OF_MANY = 8, 3


def kinds(heap: HeapOverview) -> Iterator[tuple[str, int]]:
    """Yield the kinds of memory in it with their bytes, the largest first, those it has."""
    rows = [(name, heap.figures[key]) for key, name, _ in KINDS if heap.figures[key]]
    yield from sorted(rows, key=lambda row: -row[1])


def most_classes(report: Report) -> int:
    """Return how many classes are shown of each heap."""
    return _CLASSES if len(report.overview.heaps) == 1 else _CLASSES_OF_MANY


def title(heap: HeapOverview) -> str:
    """Return what it is, in one line."""
    return f"heap snapshot, {RUNTIMES[heap.format]}: {heap.title}"
