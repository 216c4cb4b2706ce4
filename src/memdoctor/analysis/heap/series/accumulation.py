"""Where a heap grows: growth accumulation points of the dominator tree.

From the root down, into objects that were there before and hold more now; alike ones are one. Where what is
below them does not account for their growth any more, it accumulates. The rule is the one of Eclipse's
Memory Analyzer for what is large, asked of what has grown.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from memdoctor.analysis.heap.series.pair import Pair
from memdoctor.heap.arrays import I64, U64
from memdoctor.heap.edges import spread

_DEEPEST = 2000  # steps from the root
_MOST_POINTS = 100


@dataclass(eq=False, frozen=True)
class Point:
    """Alike objects below which growth accumulates.

    `rest` is the growth that no point further down has, `children` the objects right below in the last
    snapshot that have changed and through which the walk did not go on.
    """

    nodes: I64
    rest: int
    children: I64


class Accumulation:
    """The walk down the tree of the last snapshot."""

    def __init__(self, pair: Pair, least_bytes: float) -> None:
        self._pair = pair
        self._least = least_bytes
        change, parent = pair.change, pair.outline.parent
        heads = np.flatnonzero(pair.outline.head == np.arange(len(parent), dtype=np.uint32))
        heads = heads[((change[heads] != 0) | (pair.gross[heads] > 0)) & (heads != pair.last.graph.root)]
        heads = heads[pair.is_old[parent[heads]] | (parent[heads] == pair.last.graph.root)]
        order = np.argsort(parent[heads], kind="stable")
        self._children = heads[order]
        self._parents = parent[heads][order]

    def points(self) -> Iterator[Point]:
        """Yield the points, from the root down."""
        pair = self._pair
        waiting = deque([(np.asarray([pair.last.graph.root]), 0)])
        found = 0
        while waiting and found < _MOST_POINTS:
            nodes, depth = waiting.popleft()
            growth = int(pair.change[nodes].sum())
            children = self._below(nodes)
            below = list(self._descended(children)) if depth < _DEEPEST else []
            waiting += [(alike, depth + 1) for alike in below]
            rest = growth - sum(int(pair.change[alike].sum()) for alike in below)
            if rest >= self._least:
                found += 1
                children = np.setdiff1d(children, np.concatenate(below)) if below else children
                yield Point(nodes, rest, children)

    def _below(self, nodes: I64) -> I64:
        """Return what has changed right below some objects."""
        wanted = nodes.astype(self._parents.dtype)
        starts = np.searchsorted(self._parents, wanted, side="left")
        ends = np.searchsorted(self._parents, wanted, side="right")
        children: I64 = self._children[spread(starts, ends - starts)]
        return children

    def _descended(self, children: I64) -> Iterator[I64]:
        """Yield the groups of alike old objects to which enough has come; as much may have gone."""
        old = children[self._pair.is_old[children]]
        if not len(old):
            return
        _, which = np.unique(self._signatures(old), return_inverse=True)
        sums = np.bincount(which, weights=self._pair.gross[old])
        for group in np.flatnonzero(sums >= self._least).tolist():
            yield old[which == group]

    def _signatures(self, nodes: I64) -> U64:
        """Return a number for each node, the same for those of one name with an owner of one name."""
        inside = self._pair.last
        found: U64 = inside.owners.keys(nodes) * np.uint64(31) + inside.paths.called[nodes]
        return found
