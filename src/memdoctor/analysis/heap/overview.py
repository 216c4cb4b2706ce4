"""What a report says of a heap snapshot before any opinion."""

from itertools import islice

from memdoctor.analysis.heap.classes import class_rows
from memdoctor.analysis.heap.summary import summary
from memdoctor.findings import HeapOverview
from memdoctor.heap.graph import HeapGraph

MOST_CLASSES = 20


def heap_overview(graph: HeapGraph) -> HeapOverview:
    """Return a snapshot's numbers and its largest classes."""
    return HeapOverview(graph.source, summary(graph), tuple(islice(class_rows(graph), MOST_CLASSES)))
