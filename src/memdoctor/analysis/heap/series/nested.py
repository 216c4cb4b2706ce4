"""Collections that have grown inside the entries of what grows: the history of each session."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.series.look import HeapLook
from memdoctor.analysis.heap.series.outline import Outline
from memdoctor.heap.arrays import I64
from memdoctor.overviews import NestedGrowth

_LEAST = 3  # collections with an owner of one name that have grown
_LEAST_SHARE = 0.05  # of those that were seen before
_MOST = 3


@dataclass(eq=False, frozen=True)
class _Grown:
    """Collections of one owner that have grown, by how many entries together."""

    told: NestedGrowth
    nodes: I64
    added: int


class Nesting:
    """All collections that have grown since they were first seen, by owner."""

    def __init__(self, inside: Inside, outline: Outline, looks: Sequence[HeapLook]) -> None:
        self._inside = inside
        self._outline = outline
        self._found = [*self._all(looks)]

    def _all(self, looks: Sequence[HeapLook]) -> Iterator[_Grown]:
        for kind in self._inside.collections.kinds:
            ids = self._inside.graph.node_id[kind.node]
            first = np.full(len(ids), -1, np.int64)
            for look in reversed(looks[:-1]):
                entries = look.entries_of(ids)
                first = np.where(entries >= 0, entries, first)
            known = np.flatnonzero((first >= 0) & (kind.entries >= 0))
            if len(known):
                yield from self._by_owner(kind.node[known], first[known], kind.entries[known])

    def _by_owner(self, nodes: I64, before: I64, after: I64) -> Iterator[_Grown]:
        _, which = np.unique(self._inside.owners.keys(nodes), return_inverse=True)
        seen, grown = np.bincount(which), np.bincount(which, weights=after > before)
        order = np.argsort(which, kind="stable")
        ends = np.cumsum(seen)
        for group in np.flatnonzero(grown >= np.maximum(_LEAST, _LEAST_SHARE * seen)).tolist():
            members = order[ends[group] - seen[group] : ends[group]]
            members = members[after[members] > before[members]]
            added = after[members] - before[members]
            node = int(nodes[members[np.argmax(added)]])
            name = self._inside.owners.name(node, alone=False)
            if name is not None:
                then, now = (int(np.median(column[members])) for column in (before, after))
                node_id = self._inside.id_of(node)
                told = NestedGrowth(name, len(members), int(seen[group]), then, now, node_id)
                yield _Grown(told, nodes[members], int(added.sum()))

    def below(self, nodes: I64) -> tuple[NestedGrowth, ...]:
        """Return what has grown inside of some objects, and not in themselves, the most first."""
        found = [one for one in self._found if self._outline.is_mostly_below(one.nodes, nodes)]
        found.sort(key=lambda one: -one.added)
        return tuple(one.told for one in found[:_MOST])
