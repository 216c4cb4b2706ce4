"""What a report says of a heap snapshot before any opinion."""

from itertools import islice

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.views.classes import class_rows
from memdoctor.analysis.heap.views.summary import figures
from memdoctor.findings import HeapOverview

MOST_CLASSES = 20


def heap_overview(inside: Inside) -> HeapOverview:
    """Return a snapshot's numbers and its largest classes."""
    classes = tuple(islice(class_rows(inside.graph), MOST_CLASSES))
    return HeapOverview(inside.graph.source, figures(inside), classes)
