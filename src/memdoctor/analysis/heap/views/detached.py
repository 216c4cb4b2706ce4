"""Detached DOM trees as a view: what is held, and by whom."""

from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.outside.detached import Detached, Trees
from memdoctor.analysis.heap.view import MOST_ROWS, Ask, Column, View
from memdoctor.model import Source
from memdoctor.units import grouped

_COLUMNS = (
    Column("class", "held node", "text"),
    Column("holder", "holder", "name"),
    Column("tree_count", "trees", "count"),
    Column("dom_node_count", "nodes", "count"),
    Column("retained_bytes", "retained", "bytes"),
    Column("other_holder", "held too by", "name"),
    Column("other_tree_count", "of those", "count"),
)
_TOLD = 3  # rows whose other holders are told in words, as their column may not fit
_NO_DOM = "no detached DOM nodes: only a browser's snapshot has any"
_HOW = "a tree stays whole as long as JavaScript holds one of its nodes: let all its holders go"


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the detached trees by the class of the node that is held and by holder."""
    detached = inside.detached
    rows = tuple(_row(inside, trees) for trees in detached.groups(ask.rows(MOST_ROWS)))
    totals = {
        "tree_count": detached.tree_count,
        "dom_node_count": detached.node_count,
        "retained_bytes": detached.retained_bytes,
        "other_count": detached.other_count,
    }
    notes = (*_notes(detached), *_told_twice(rows))
    return View(
        "detached",
        (source,),
        _COLUMNS,
        rows,
        totals,
        detached.group_count,
        inside.counts,
        notes,
        most=MOST_ROWS,
    )


def _row(inside: Inside, trees: Trees) -> Mapping[str, Any]:
    return {
        "class": trees.name,
        "holder": trees.holder,
        "tree_count": trees.count,
        "dom_node_count": trees.nodes,
        "retained_bytes": trees.retained_bytes,
        "other_holder": trees.also,
        "other_tree_count": trees.also_count,
        "node_id": inside.id_of(trees.node),
    }


def _notes(detached: Detached) -> Iterator[str]:
    if detached.tree_count:
        trees = f"{grouped(detached.tree_count)} tree{'s' if detached.tree_count > 1 else ''}"
        yield f"{grouped(detached.node_count)} detached DOM nodes in {trees}; {_HOW}"
    else:
        yield _NO_DOM
    if detached.other_count:
        others = f"{grouped(detached.other_count)} other native objects"
        yield f"{others} are marked as detached: they are no DOM nodes"


def _told_twice(rows: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    for row in rows[:_TOLD]:
        if row["other_holder"] is not None:
            of = f"{grouped(row['other_tree_count'])} of the {grouped(row['tree_count'])} trees"
            yield f"{of} held by {row['holder']} are held by {row['other_holder']} too"
