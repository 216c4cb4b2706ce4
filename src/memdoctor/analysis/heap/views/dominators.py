"""The dominator tree: what would be freed with what, by size. Siblings of one class are one row."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

from memdoctor.analysis.heap.holders.dominated import dominated_by
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import MOST_WAYS, Ask, Column, View
from memdoctor.heap.arrays import I64
from memdoctor.model import Source

_COLUMNS = (
    Column("object", "object", "tree"),
    Column("retained_bytes", "retained", "bytes"),
    Column("share", "share", "share"),
    Column("count", "count", "count"),
    Column("holder", "held by", "name"),
    Column("shallow_bytes", "shallow", "bytes"),
    Column("node_id", "node", "id"),
)
_LOOKED_AT = 10_000  # objects of a branch, to see whether all have one owner


@dataclass(slots=True)
class _Branch:
    """Objects of one class below one row: `nodes` with the largest first."""

    nodes: I64
    retained: int
    depth: int
    below: "list[_Branch]" = field(default_factory=list)


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the largest branches in the order of the tree."""
    graph = inside.graph
    rows, seen = branches(inside, ask.rows(MOST_WAYS), ask.depth)
    totals = {"total_bytes": inside.total, "retained_bytes": int(graph.retained_size[graph.root])}
    return View("dominators", (source,), _COLUMNS, rows, totals, seen, inside.counts, most=MOST_WAYS)


def branches(
    inside: Inside, most: int, depth: int | None = None
) -> tuple[tuple[Mapping[str, Any], ...], int]:
    """Return rows for the largest branches, in the order of the tree, and how many branches were seen."""
    tree, shown, seen = _grown(inside, most, depth)
    return tuple(_row(inside, branch) for branch in _walk(tree) if id(branch) in shown), seen


def _grown(inside: Inside, most: int, depth: int | None) -> tuple[_Branch, set[int], int]:
    """Grow the tree from its root, always the largest branch first, until so many are shown."""
    graph = inside.graph
    root = _Branch(np.asarray([graph.root]), int(graph.retained_size[graph.root]), 0)
    numbers = count()
    waiting = [(-root.retained, next(numbers), root)]
    shown: set[int] = set()
    seen = 1
    while waiting and len(shown) < most:
        _, _, branch = heapq.heappop(waiting)
        shown.add(id(branch))
        if depth is not None and branch.depth >= depth:
            continue
        branch.below = list(_split(inside, dominated_by(graph, branch.nodes), branch.depth + 1))
        seen += len(branch.below)
        for below in branch.below:
            heapq.heappush(waiting, (-below.retained, next(numbers), below))
    return root, shown, seen


def _split(inside: Inside, nodes: I64, depth: int) -> Iterator[_Branch]:
    """Yield a branch for each of the names that the nodes have."""
    if not len(nodes):
        return
    graph, names = inside.graph, inside.paths.called[nodes]
    order = np.lexsort((nodes, -graph.retained_size[nodes], names))
    nodes, names = nodes[order], names[order]
    for part in np.split(nodes, np.flatnonzero(np.diff(names)) + 1):
        yield _Branch(part, int(graph.retained_size[part].sum()), depth)


def _walk(branch: _Branch) -> Iterator[_Branch]:
    """Yield the branches in the order of the tree, the largest first among siblings."""
    waiting = [branch]
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting += sorted(branch.below, key=lambda below: below.retained)


def _row(inside: Inside, branch: _Branch) -> Mapping[str, Any]:
    graph, node = inside.graph, int(branch.nodes[0])
    return {
        "object": inside.owners.node(node),
        "depth": branch.depth,
        "retained_bytes": branch.retained,
        "share": branch.retained / inside.total if inside.total else None,
        "count": len(branch.nodes),
        "holder": _owner(inside, branch.nodes),
        "shallow_bytes": int(graph.shallow_size[branch.nodes].sum(dtype=np.int64)),
        "node_id": inside.id_of(node),
    }


def _owner(inside: Inside, nodes: I64) -> str | None:
    """Return who owns the largest of some nodes, and whether others have other owners."""
    owner = inside.owners.name(int(nodes[0]))
    some = nodes[:: max(len(nodes) // _LOOKED_AT, 1)]
    several = len(np.unique(inside.owners.keys(some))) > 1
    return f"{owner}, …" if owner is not None and several else owner
