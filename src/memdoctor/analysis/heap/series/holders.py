"""Who holds what has grown: the growth points of the tree in the words of the program."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.grouping import most_common
from memdoctor.analysis.heap.naming.runtime import of_runtime as is_of_runtime
from memdoctor.analysis.heap.series.accumulation import Accumulation, Point
from memdoctor.analysis.heap.series.pair import GONE, Pair
from memdoctor.heap.arrays import I64
from memdoctor.heap.edges import edges_of
from memdoctor.heap.raw import raw

_MOST_STEPS = 100_000  # back along the way to a child, to see over which field its point leads to it
_MOST_SLOTS = 4  # fields of one object that fill up; with more of them it is a dictionary
_MOST_GROUPS = 40  # of the children of one point
_MAIN = 0.5  # of a point's growth
_MOST_HELD = 8  # functions and scopes of the runtime, one in the other
_INTO = ("element", "internal")  # edges from a collection or its table to its entries
SCOPE_OF_NODE = "(scope node:"


@dataclass(eq=False, frozen=True)
class Holder:
    """What holds something that grows: `name` is its field, `Class.field`, a variable, or a function.

    All in the last snapshot: `nodes` are the objects that dominate the growth, where there are such,
    `above` what dominates the entries, be it a root; `collections` those of the program that the entries
    are in, `entries` the objects that were added or have grown.
    """

    name: str
    growth: int
    above: I64
    nodes: I64
    collections: I64
    entries: I64
    example: int  # one of the entries, of the kind of which there is most


class Holders:
    """The holders of a pair of snapshots."""

    def __init__(self, pair: Pair, least_bytes: float) -> None:
        self._pair = pair
        self._inside = pair.last
        self._outline = pair.outline
        self._least = least_bytes

    def found(self) -> list[Holder]:
        """Return the holders, those of one name as one, what has grown most first."""
        by_name: dict[str, Holder] = {}
        for point in Accumulation(self._pair, self._least).points():
            for holder in self._of(point):
                other = by_name.get(holder.name)
                by_name[holder.name] = holder if other is None else _together(other, holder)
        return sorted(by_name.values(), key=lambda holder: -holder.growth)

    def _of(self, point: Point) -> Iterator[Holder]:
        if self._inside.is_passed[point.nodes[0]]:
            yield from self._below_passed(point)
        else:
            yield from self._below_object(point)

    def _below_object(self, point: Point) -> Iterator[Holder]:
        """Yield what holds the growth below alike objects: they themselves, or some of their fields."""
        links = self._new_links(point)
        if len(links):
            yield self._holder(self._name(point.nodes), point.rest, point, links)
            return
        groups = self._groups(point.children)
        slots: dict[str | None, list[I64]] = {}
        for group in groups:
            slots.setdefault(self._slot(point, group), []).append(group)
        fields = self._fields(slots)
        grown = {slot: self._grown(nodes) for slot, nodes in fields.items()}
        among_entries = sum(map(self._grown, slots.get(None, ())))
        if not fields or among_entries >= _MAIN * (among_entries + sum(grown.values())):
            entries = np.concatenate(groups) if groups else point.nodes
            yield self._holder(self._name(point.nodes), point.rest, point, entries)
            return
        for slot, nodes in fields.items():
            if grown[slot] >= self._least:
                yield self._holder(slot, grown[slot], point, nodes)

    def _new_links(self, point: Point) -> I64:
        """Return what was added to the lists that the point stands for, if that is most of the growth."""
        pair, outline = self._pair, self._outline
        inner = ~pair.is_old[outline.above[point.children]]
        if self._grown(point.children[inner]) < _MAIN * point.rest:
            return point.children[:0]
        members = np.flatnonzero(np.isin(outline.head, point.nodes) & ~outline.is_part & ~pair.is_old)
        called = self._inside.paths.called
        found: I64 = members[called[members] == called[point.nodes[0]]]
        return found

    def _fields(self, slots: dict[str | None, list[I64]]) -> dict[str, I64]:
        """Return what each field has of the growth; of many fields none has.

        Fields that lead to the same kind of object are the ends of one list: the fullest stands for both.
        """
        named = {slot: np.concatenate(groups) for slot, groups in slots.items() if slot is not None}
        if len(named) > _MOST_SLOTS:
            return {}
        by_kind: dict[int, str] = {}
        fields: dict[str, I64] = {}
        for slot, nodes in sorted(named.items(), key=lambda item: -self._grown(item[1])):
            called = self._inside.paths.called[nodes]
            kind = int(called[most_common(called)[0]])
            name = by_kind.setdefault(kind, slot)
            fields[name] = np.concatenate([fields.get(name, nodes[:0]), nodes])
        return fields

    def _below_passed(self, point: Point) -> Iterator[Holder]:
        """Yield what holds the growth below a root, a global object or a scope: who owns what is there."""
        freed = self._freed(point)
        by_name: dict[str, list[I64]] = {}
        for group in self._groups(point.children):
            by_name.setdefault(self._owner(group), []).append(group)
        for name, groups in by_name.items():
            if "." not in name:  # no field leads there
                continue
            entries = np.concatenate(groups)
            net = self._grown(entries) - freed.get(name, 0)
            if net >= self._least:
                yield self._holder(name, net, point, entries)

    def _groups(self, children: I64) -> list[I64]:
        """Return the children by the name of their owners, those that have grown most first."""
        if not len(children):
            return []
        _, which = np.unique(self._inside.owners.keys(children), return_inverse=True)
        sums = np.bincount(which, weights=self._pair.change[children])
        order = np.argsort(-sums, kind="stable")[:_MOST_GROUPS]
        return [children[which == group] for group in order.tolist() if sums[group] > 0]

    def _grown(self, nodes: I64) -> int:
        return int(self._pair.change[nodes].sum())

    def _freed(self, point: Point) -> dict[str, int]:
        """Return by owner the bytes of what was below a point before and is gone."""
        pair, outline = self._pair, self._pair.first_outline
        first = pair.first
        before = pair.before[point.nodes]
        gone = np.flatnonzero((pair.after == GONE) & (pair.freed > 0))
        gone = gone[outline.head[gone] == gone]
        gone = gone[np.isin(outline.parent[gone], before[before != GONE])]
        found: dict[str, int] = {}
        if len(gone):
            _, which = np.unique(first.owners.keys(gone), return_inverse=True)
            sums = np.bincount(which, weights=pair.freed[gone])
            for group in np.argsort(-sums, kind="stable")[:_MOST_GROUPS].tolist():
                nodes = gone[which == group]
                name = _holder_name(first.owners.name(int(nodes[0]), alone=len(nodes) == 1))
                found[name] = found.get(name, 0) + int(sums[group])
        return found

    def _owner(self, group: I64) -> str:
        node = self._of_the_program(int(group[0]))
        return _holder_name(self._inside.owners.name(node, alone=len(group) == 1))

    def _name(self, nodes: I64) -> str:
        """Return what alike objects are held by; one that no field leads to goes by its class."""
        owners, node = self._inside.owners, self._of_the_program(int(nodes[0]))
        name = owners.name(node, alone=len(nodes) == 1)
        return _without_entries(name) if name else owners.node(node)

    def _of_the_program(self, node: int) -> int:
        """Return a node, or what is before it on its way where functions of the runtime hold it.

        A promise is held by the functions that settle it: the program has what holds these.
        """
        inside, above = self._inside, node
        for _ in range(_MOST_HELD):
            holder = int(inside.owners.holders(np.asarray([above]))[0])
            if holder < 0:
                return node
            if not self._is_of_the_runtime(holder):
                return above
            above = holder
        return node

    def _is_of_the_runtime(self, holder: int) -> bool:
        """Whether that is a function or a scope of the runtime, or a function that was bound."""
        inside = self._inside
        place = inside.places.of(holder)
        if inside.functions.is_function[holder]:
            return place is None or is_of_runtime(place.file)
        return inside.owners.node(holder).startswith(SCOPE_OF_NODE)

    def _slot(self, point: Point, group: I64) -> str | None:
        """Return the field of the point over which a group is reached, None if it is among its entries."""
        inside, head = self._inside, raw(self._outline.head)
        own = set(point.nodes.tolist())
        node, before = int(group[-1]), -1
        for _ in range(_MOST_STEPS):
            if head[node] in own and node != before and not self._is_linked(node, own):
                break
            before, node = node, int(self._parents[node])
            if node == before:
                return None
        if before < 0 or not inside.owners.fields.labelled[before] or self._parents[before] not in own:
            return None
        return _without_entries(inside.owners.name(before) or "") or None

    def _is_linked(self, node: int, own: set[int]) -> bool:
        """Whether a node is inside a list that its first object stands for."""
        return node not in own and not self._outline.is_part[node]

    @cached_property
    def _parents(self) -> memoryview:
        return raw(self._inside.graph.strong_ways.parent)

    def _holder(self, name: str, growth: int, point: Point, entries: I64) -> Holder:
        inside = self._inside
        nodes = point.nodes[~inside.is_passed[point.nodes]]
        collections = nodes[self._inside.collections.is_collection[nodes]]
        if not len(collections):
            anchors = np.unique(inside.owners.anchor[entries]).astype(np.int64)
            collections = anchors[self._inside.collections.is_collection[anchors]]
        if len(collections):
            # A collection that was built anew, or whose table has grown, is no entry of itself.
            inner = entries[~np.isin(entries, collections)]
            entries = inner if len(inner) else self._inside_of(collections)
        _, which = np.unique(inside.paths.called[entries], return_inverse=True)
        most = int(np.argmax(np.bincount(which, weights=self._pair.change[entries])))
        alike = entries[which == most]
        example = int(alike[np.argmin(inside.graph.strong_ways.distance[alike])])
        return Holder(name, growth, point.nodes, nodes, collections, entries, example)

    def _inside_of(self, collections: I64) -> I64:
        """Return what is right below some collections, else what they lead to, else those themselves."""
        outline, graph = self._outline, self._inside.graph
        below = outline.right_below(collections)
        heads: I64 = below[outline.head[below] == below]
        if len(heads):
            return heads
        parts = np.flatnonzero(np.isin(graph.dominator, collections) & outline.is_part)
        edges = edges_of(graph, np.concatenate([collections, parts]))
        keeping = np.isin(graph.edge_type[edges], [graph.edge_code(kind) for kind in _INTO])
        led_to: I64 = np.unique(graph.edge_target[edges[keeping]]).astype(np.int64)
        entries: I64 = led_to[~outline.is_part[led_to] & ~np.isin(led_to, collections)]
        return entries if len(entries) else collections


def _together(one: Holder, other: Holder) -> Holder:
    """Return two holders of one name as one."""
    return replace(
        one,
        growth=one.growth + other.growth,
        above=np.union1d(one.above, other.above),
        nodes=np.union1d(one.nodes, other.nodes),
        collections=np.union1d(one.collections, other.collections),
        entries=np.concatenate([one.entries, other.entries]),
    )


def _holder_name(owner: str | None) -> str:
    """Return the field that holds something, of the name of its owner; nobody's is empty.

    >>> _holder_name("Pool.items[] via Item"), _holder_name("Rows.byId[].row"), _holder_name(None)
    ('Pool.items', 'Rows.byId', '')
    """
    return (owner or "").split(" via ", maxsplit=1)[0].split("[]", maxsplit=1)[0]


def _without_entries(owner: str) -> str:
    """Return a name without what tells that something lies in a collection of that name.

    >>> _without_entries("Row.cells[].values"), _without_entries("Row.cells[][]")
    ('Row.cells[].values', 'Row.cells')
    """
    owner = owner.split(" via ", maxsplit=1)[0]
    while owner.endswith("[]"):
        owner = owner.removesuffix("[]")
    return owner
