"""Who holds most of a heap: accumulation points of the dominator tree, and groups of alike objects.

An accumulation point is an object below which the tree drops: it retains much, and nothing that it
dominates retains nearly as much (the rule of Eclipse's Memory Analyzer, with its ratio).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.analysis.heap.grouping import ends_of_chains
from memdoctor.analysis.heap.holders.blame import is_of_the_runtime, is_worth_telling
from memdoctor.analysis.heap.holders.dominated import dominated_by
from memdoctor.analysis.heap.holders.missing_edges import Candidate, likely_holders
from memdoctor.heap.aggregates import retained_by_group
from memdoctor.heap.arrays import I64
from memdoctor.heap.marks import FROM_THE_ROOT
from memdoctor.heap.raw import raw

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside

_DROP = 0.7  # of what an object retains: no child of an accumulation point has as much
_BLAMED = ("object", "closure", "string", "concatenated string", "sliced string", "native")
_NO_LINKS = frozenset({"Object", "Array", "Map", "Set"})
_LIST = 5  # objects of one class, each holding the next, are a list or a tree
_TOLD = -1
_PARTS = ("array", "hidden", "object shape", "code", "number")

Signature = tuple[str, str | None]  # what an object is called, and who owns it


@dataclass(frozen=True, slots=True)
class Held:
    """Objects of one class directly below a holder."""

    name: str
    count: int
    retained_bytes: int
    example: int

    @property
    def mean_bytes(self) -> int:
        """What one of them retains."""
        return self.retained_bytes // self.count


@dataclass(frozen=True, slots=True)
class Point:
    """An accumulation point: one object that retains much, and what it holds most of."""

    node: int
    name: str
    owner: str | None
    retained_bytes: int
    most: Held | None
    entries: int | None  # of a Map or a Set, where they can be counted


@dataclass(frozen=True, slots=True)
class Group:
    """Many objects of one class with one owner, which together retain much, and the largest of them.

    `candidates` are the collections that may hold them, where the file has no edge to them.
    """

    name: str
    owner: str | None
    held: Held
    most: Held | None
    unretained: bool
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspects:
    """What holds most of a heap, the largest first."""

    points: tuple[Point, ...]
    groups: tuple[Group, ...]


def find_suspects(inside: "Inside", least_bytes: float) -> Suspects:
    """Return what retains at least so many bytes."""
    walk = _Walk(inside, max(least_bytes, 1))
    by_signature: dict[Signature, list[int]] = defaultdict(list)
    for node in walk.accumulation_points():
        by_signature[inside.owners.node(node), inside.owners.name(node)].append(node)
    alike = {signature: nodes for signature, nodes in by_signature.items() if len(nodes) > 1}
    points = [walk.point(nodes[0]) for nodes in by_signature.values() if len(nodes) == 1]
    points = [point for point in points if not is_of_the_runtime(inside, point.node)]
    groups = [group for group in walk.groups(alike) if group.owner is not None or group.unretained]
    return Suspects(
        tuple(sorted(points, key=lambda point: -point.retained_bytes)),
        tuple(sorted(groups, key=lambda group: -group.held.retained_bytes)),
    )


class _Walk:
    """A walk down the dominator tree of one heap."""

    def __init__(self, inside: "Inside", least_bytes: float) -> None:
        self._inside = inside
        self._graph = inside.graph
        self._least = least_bytes
        self._large = np.flatnonzero(inside.graph.retained_size >= least_bytes)

    def accumulation_points(self) -> list[int]:
        """Return the objects at which the tree drops: for their parts the objects themselves."""
        graph, large = self._graph, self._large
        retained = graph.retained_size[large]
        children = large[large != graph.root]
        largest = np.zeros(graph.node_count, np.int64)
        np.maximum.at(largest, graph.dominator[children], graph.retained_size[children])
        dropping = large[largest[large] < _DROP * retained]
        seen: set[int] = set()
        points = dict.fromkeys(self._head(self._whole(node), seen) for node in dropping.tolist())
        points.pop(_TOLD, None)
        passed = set(self._passed(np.asarray(list(points), np.int64)).tolist())
        return [node for node in points if node not in passed and self._is_blamed(node)]

    def groups(self, alike: dict[Signature, list[int]]) -> Iterator[Group]:
        """Yield what is alike among the points, and what is alike below what is only passed through."""
        graph, owners = self._graph, self._inside.owners
        below = dominated_by(graph, self._passed(self._large), whole=True)
        blamed = [graph.node_code(kind) for kind in ("object", "closure")]
        below = below[np.isin(graph.node_type[below], blamed)]
        below = np.setdiff1d(below, self._passed(below))
        signatures = owners.keys(below) * np.uint64(31) + self._inside.paths.called[below]
        _, which = np.unique(signatures, return_inverse=True)
        kinds = int(which.max(initial=-1)) + 1
        sums = retained_by_group(graph, below, which, kinds)
        told = set()
        for number in np.flatnonzero(sums >= self._least).tolist():
            nodes = below[which == number]
            signature = self._signature(nodes)
            told.add(signature)
            if len(nodes) > 1 and is_worth_telling(self._inside, int(nodes[0])):
                yield self._group(*signature, nodes)
        for signature, points in alike.items():
            if signature not in told:
                yield self._group(*signature, np.asarray(points))

    def _signature(self, nodes: I64) -> Signature:
        owners, node = self._inside.owners, int(nodes[0])
        return owners.node(node), owners.name(node, alone=len(nodes) == 1)

    def _whole(self, node: int) -> int:
        """Return the object that a node is a part of."""
        graph = self._graph
        while node != graph.root and graph.node_types[graph.node_type[node]] in _PARTS:
            node = int(graph.dominator[node])
        return node

    def _head(self, node: int, seen: set[int]) -> int:
        """Return the first of a list or a tree of objects of one class, `_TOLD` if it was returned before.

        Down a list the tree never drops: what holds the list is what holds its first object. Plain objects
        and collections inside others of their kind are no list.
        """
        if self._graph.class_names[int(self._graph.class_id[node])] in _NO_LINKS:
            return node
        called, dominator = self._called, raw(self._graph.dominator)
        kind, above = called[node], node
        while True:
            if called[above] == kind:
                if above in seen:
                    return _TOLD
                seen.add(above)
                node = above
            elif not self._is_part[above]:
                return node
            above = dominator[above]
            if above == self._graph.root:
                return node

    @cached_property
    def _called(self) -> memoryview:
        return raw(self._inside.paths.called)

    @cached_property
    def _is_part(self) -> memoryview:
        graph = self._graph
        parts = [graph.node_code(name) for name in _PARTS]
        return raw(np.isin(graph.node_type, parts).astype(np.uint8))

    def _passed(self, nodes: I64) -> I64:
        """Return which of the nodes are only the way to others: roots, globals, scopes."""
        found: I64 = nodes[self._inside.is_passed[nodes]]
        return found

    def point(self, node: int) -> Point:
        """Return an accumulation point with what it holds most of; a list or a tree holds its own kind."""
        inside = self._inside
        is_link = inside.owners.node(node) not in _NO_LINKS
        alike = self._alike_below(node) if is_link else None
        most = self._most(dominated_by(self._graph, np.asarray([node]), whole=True))
        return Point(
            node,
            inside.owners.node(node),
            inside.owners.name(node),
            int(self._graph.retained_size[node]),
            alike if alike and (most is None or alike.count > most.count + 1) else most,
            inside.collections.entries_of.get(node),
        )

    def _alike_below(self, node: int) -> Held | None:
        """Return the list or the tree of objects of one class that a node is the first of."""
        graph = self._graph
        kind = self._inside.paths.called == np.uint64(self._called[node])
        links = np.arange(graph.node_count, dtype=np.uint32)
        passed = kind | (np.asarray(self._is_part) > 0)
        passed[node] = False
        links[passed] = graph.dominator[passed]
        of_it = np.flatnonzero(kind & (ends_of_chains(links) == node))
        if len(of_it) < _LIST:
            return None
        return Held(
            self._inside.owners.node(node), len(of_it), int(graph.retained_size[node]), int(of_it[-1])
        )

    def _group(self, name: str, owner: str | None, nodes: I64) -> Group:
        graph = self._graph
        held = self._held(name, nodes)
        first, _ = graph.retainers
        unretained = owner is None and bool(first[held.example] == first[held.example + 1])
        candidates = likely_holders(self._inside, nodes) if unretained else ()
        most = self._most(dominated_by(graph, nodes, whole=True))
        return Group(name, owner, held, most, unretained, candidates)

    def _held(self, name: str, nodes: I64) -> Held:
        retained = retained_by_group(self._graph, nodes, np.zeros(len(nodes), np.int64), 1)
        largest = int(np.argmax(self._graph.retained_size[nodes]))
        return Held(name, len(nodes), int(retained[0]), int(nodes[largest]))

    def _most(self, below: I64) -> Held | None:
        """Return the class of which there is most among some nodes."""
        if not len(below):
            return None
        _, which = np.unique(self._inside.paths.called[below], return_inverse=True)
        sums = np.bincount(which, weights=self._graph.retained_size[below])
        nodes = below[which == int(np.argmax(sums))]
        return self._held(self._inside.owners.node(int(nodes[0])), nodes)

    def _is_blamed(self, node: int) -> bool:
        graph = self._graph
        kind = graph.node_types[graph.node_type[node]]
        # Bun's roots hold what is on the stack, too.
        has_internal = graph.has_user_roots and self._inside.missing_edges is None
        internal = has_internal and int(graph.distance[node]) >= FROM_THE_ROOT
        if kind not in _BLAMED or internal:
            return False
        name = graph.strings[int(graph.node_name[node])] if kind == "native" else ""
        engine = kind == "native" and not name.startswith(
            ("Detached ", "<", "HTML", "system / JSArrayBuffer")
        )
        return not engine and is_worth_telling(self._inside, node)
