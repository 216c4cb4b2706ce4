"""What a report says of a heap snapshot before any opinion."""

from itertools import islice

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.views.classes import class_rows
from memdoctor.analysis.heap.views.dominators import branches
from memdoctor.analysis.heap.views.summary import figures
from memdoctor.overviews import HeapInside, HeapOverview

MOST_CLASSES = 20
_DRAWN_CLASSES, _DRAWN_BRANCHES, _DRAWN_DEPTH = 400, 450, 14


def heap_overview(inside: Inside) -> HeapOverview:
    """Return a snapshot's numbers and its largest classes."""
    classes = tuple(islice(class_rows(inside.graph), MOST_CLASSES))
    return HeapOverview(inside.graph.source, figures(inside), classes)


def heap_inside(inside: Inside) -> HeapInside:
    """Return the classes of a snapshot and the largest branches of its dominator tree."""
    tree, _ = branches(inside, _DRAWN_BRANCHES, _DRAWN_DEPTH)
    return HeapInside(
        inside.graph.source,
        inside.total,
        len(inside.graph.classes),
        tuple(islice(class_rows(inside.graph), _DRAWN_CLASSES)),
        tuple(
            row | {key: _without_end(row[key]) for key in ("object", "holder")} for row in map(dict, tree)
        ),
    )


def _without_end(name: str | None) -> str | None:
    """Return a name without what follows a cut: half of a secret looks like none, and would be shown."""
    head, cut, _ = (name or "").partition("…")
    return name if not cut else f"{head}…"
