"""Detached DOM trees: nodes that no document shows, kept alive by JavaScript."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.grouping import ends_of_chains, largest_of_each
from memdoctor.analysis.heap.naming.fields import field_types
from memdoctor.analysis.heap.naming.owners import Owners, short
from memdoctor.heap.aggregates import retained_by_group
from memdoctor.heap.arrays import I64, U64, Flags
from memdoctor.heap.attachment import DETACHED
from memdoctor.heap.digests import BASE
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.traits import WEAK

_PREFIX, _INTERNAL = "Detached ", "system / "
_DOM = re.compile(
    r"<.*|[A-Z][A-Za-z]{0,60}Element|Element|Text|Comment|CDATASection|ProcessingInstruction|Attr"
    r"|DocumentFragment|ShadowRoot|DocumentType|(?:HTML|XML|SVG)?Document|#[a-z-]{1,30}",
    re.S,
)
_BY_SCRIPT, _BY_ENGINE, _BY_ANOTHER, _BY_ITSELF = range(4)  # what holds a tree, the most telling first


@dataclass(frozen=True, slots=True)
class Trees:
    """Detached trees that one holder holds by nodes of one class.

    `nodes` are DOM nodes. `also` holds `also_count` of the trees too. `node` is the largest that is held.
    """

    name: str
    holder: str | None
    also: str | None
    also_count: int
    count: int
    nodes: int
    retained_bytes: int
    node: int


@dataclass(eq=False, frozen=True)
class _Entries:
    """Edges into detached trees from outside: what holds them. In columns, by rank in each tree."""

    edge: I64
    source: I64
    target: I64
    tree: I64
    rank: I64
    key: U64  # the same for holders of one name


@dataclass(eq=False, frozen=True)
class _Groups:
    """The trees by the class of what is held, and by holder; what retains most first."""

    of_tree: I64
    retained: I64
    counts: I64
    nodes: I64
    example: I64  # a tree of each
    order: I64


class Detached:
    """The detached DOM trees of a heap. Node's own natives have the same mark: they are no DOM."""

    def __init__(self, graph: HeapGraph, owners: Owners) -> None:
        self._graph = graph
        self._owners = owners

    @property
    def node_count(self) -> int:
        """How many DOM nodes are in detached trees."""
        return len(self._nodes)

    @property
    def tree_count(self) -> int:
        """How many detached trees there are."""
        return int(self._tree.max(initial=-1)) + 1

    @property
    def other_count(self) -> int:
        """How many other native objects are marked as detached."""
        return int(np.count_nonzero(self._marked)) - self.node_count

    @property
    def retained_bytes(self) -> int:
        """What all trees retain."""
        return int(self._groups.retained.sum()) if self.tree_count else 0

    @property
    def group_count(self) -> int:
        """How many groups there are."""
        return len(self._groups.order) if self.tree_count else 0

    def groups(self, most: int = 0) -> Iterator[Trees]:
        """Yield the trees by the class of the node that is held and by holder, so many groups; 0 is all."""
        if not self.tree_count:
            return
        graph, found, (held, _, entry) = self._graph, self._groups, self._held
        others = self._others
        for group in found.order[: most or None].tolist():
            tree = int(found.example[group])
            place, also_count = others.get(group, (-1, 0))
            yield Trees(
                name=graph.class_names[int(graph.class_id[held[tree]])],
                holder=self._holder(int(entry[tree]))
                if entry[tree] >= 0
                else self._owners.name(int(held[tree])),
                also=self._holder(place) if place >= 0 else None,
                also_count=also_count,
                count=int(found.counts[group]),
                nodes=int(found.nodes[group]),
                retained_bytes=int(found.retained[group]),
                node=int(held[tree]),
            )

    @cached_property
    def _marked(self) -> Flags:
        graph = self._graph
        marked: Flags = (graph.detachedness == DETACHED) & (graph.node_type == graph.node_code("native"))
        return marked

    @cached_property
    def _nodes(self) -> I64:
        """The detached DOM nodes, told by their class."""
        graph, marked = self._graph, np.flatnonzero(self._marked)
        classes = np.unique(graph.class_id[marked]).tolist()
        names = [graph.class_names[number].removeprefix(_PREFIX) for number in classes]
        dom = [number for number, name in zip(classes, names, strict=True) if _DOM.fullmatch(name)]
        return marked[np.isin(graph.class_id[marked], dom)]

    @cached_property
    def _tree_of_node(self) -> I64:
        """The tree of each node of the heap, -1 for those in none."""
        found = np.full(self._graph.node_count, -1, np.int64)
        found[self._nodes] = self._tree
        return found

    @cached_property
    def _edges(self) -> tuple[I64, I64, I64]:
        """The edges that hold detached DOM nodes, with what they start from and what they lead to."""
        graph = self._graph
        wanted = np.zeros(graph.node_count, bool)
        wanted[self._nodes] = True
        edges = np.flatnonzero(wanted[graph.edge_target])
        edges = edges[(graph.marked_traits[edges] & np.uint8(WEAK)) == 0]
        return edges, graph.edge_sources(edges), graph.edge_target[edges].astype(np.int64)

    @cached_property
    def _tree(self) -> I64:
        """The tree of each detached DOM node: what is joined by edges, in whichever direction."""
        _, sources, targets = self._edges
        places = np.full(self._graph.node_count, -1, np.int64)
        places[self._nodes] = np.arange(len(self._nodes))
        inside = places[sources] >= 0
        labels = _joined(len(self._nodes), places[sources[inside]], places[targets[inside]])
        _, trees = np.unique(labels, return_inverse=True)
        found: I64 = trees.reshape(-1).astype(np.int64)
        return found

    @cached_property
    def _entries(self) -> _Entries:
        """What leads into the trees from outside, those of one tree together, the most telling first."""
        graph, trees = self._graph, self._tree_of_node
        edges, sources, targets = self._edges
        within = trees[sources] == trees[targets]
        referrers = np.bincount(targets[within & (sources != targets)], minlength=graph.node_count)
        kept = ~self._marked[sources]
        edges, sources, targets = edges[kept], sources[kept], targets[kept]
        rank = np.where(self._of_engine(sources), _BY_ENGINE, _BY_SCRIPT)
        through = trees[self._passed[sources]]  # the tree over which the source is reached itself
        rank[through >= 0] = _BY_ANOTHER
        rank[through == trees[targets]] = _BY_ITSELF
        keys = self._keys(edges, sources)
        distances = graph.strong_ways.distance[sources]
        order = np.lexsort((edges, distances, -referrers[targets], rank, trees[targets]))
        order = order[rank[order] != _BY_ITSELF]
        edges, sources, targets = edges[order], sources[order], targets[order]
        return _Entries(edges, sources, targets, trees[targets], rank[order], keys[order])

    @cached_property
    def _passed(self) -> I64:
        """The last detached DOM node on the way to each node, else where the way starts."""
        parents = self._graph.strong_ways.parent.astype(np.int64)
        found = np.where(self._tree_of_node >= 0, np.arange(len(parents)), parents)
        return ends_of_chains(found)

    def _of_engine(self, nodes: I64) -> Flags:
        """Return which nodes are no part of the program: synthetic roots, code, and native objects."""
        graph = self._graph
        native = graph.node_type[nodes] == graph.node_code("native")
        classes = np.unique(graph.class_id[nodes[native]]).tolist()
        # V8 from about 15 on types arrays and other parts of JavaScript objects as native.
        parts = [number for number in classes if graph.class_names[number].startswith(_INTERNAL)]
        others = [graph.node_code(name) for name in ("synthetic", "code")]
        outside: Flags = native & ~np.isin(graph.class_id[nodes], parts)
        return outside | np.isin(graph.node_type[nodes], others)

    def _keys(self, edges: I64, sources: I64) -> U64:
        """Return a number for each edge, the same for holders of one name."""
        graph = self._graph
        keys = self._owners.keys(sources)
        fields = self._is_field(edges)
        plain = graph.class_id[sources].astype(np.uint64) << np.uint64(32)
        owner: U64 = np.where(self._owners.is_plain[sources], keys * np.uint64(BASE), plain)
        return np.where(fields, owner + graph.edge_name[edges].astype(np.uint64) + np.uint64(1), keys)

    def _is_field(self, edges: I64) -> Flags:
        graph = self._graph
        return np.isin(graph.edge_type[edges], field_types(graph))

    def _holder(self, place: int) -> str:
        """Return what the holder of an entry is called, as `Class.field`."""
        graph, entries = self._graph, self._entries
        edge, source = int(entries.edge[place]), int(entries.source[place])
        if not self._is_field(np.asarray([edge]))[0]:
            return self._owners.name(source) or self._owners.node(source)
        field = short(graph.strings[int(graph.edge_name[edge])])
        owner = self._owners.name(source) if self._owners.is_plain[source] else None
        return f"{owner or self._owners.node(source)}.{field}"

    @cached_property
    def _held(self) -> tuple[I64, U64, I64]:
        """By which node each tree is held, a number for the name of the holder, and the entry, -1: none."""
        trees, entries = self.tree_count, self._entries
        # What nothing holds from outside is named by its nearest node.
        order = np.lexsort((self._nodes, self._graph.strong_ways.distance[self._nodes], self._tree))
        held = self._nodes[order[np.searchsorted(self._tree[order], np.arange(trees))]]
        keys, entry = self._owners.keys(held), np.full(trees, -1, np.int64)
        found, first = np.unique(entries.tree, return_index=True)
        held[found], keys[found], entry[found] = entries.target[first], entries.key[first], first
        return held, keys, entry

    @cached_property
    def _groups(self) -> _Groups:
        graph, (held, keys, _) = self._graph, self._held
        mixed: U64 = keys ^ (graph.class_id[held].astype(np.uint64) + np.uint64(1)) * np.uint64(BASE)
        _, group, counts = np.unique(mixed, return_inverse=True, return_counts=True)
        kinds = len(counts)
        retained = retained_by_group(graph, self._nodes, group[self._tree], kinds)
        nodes = np.bincount(group[self._tree], minlength=kinds)
        example = largest_of_each(group, graph.retained_size[held], held)
        order = np.lexsort((example, -nodes, -retained))
        return _Groups(group, retained, counts, nodes, example, order)

    @cached_property
    def _others(self) -> dict[int, tuple[int, int]]:
        """For a group the entry by which most of its trees are held too, and how many are."""
        entries, groups, (_, keys, _) = self._entries, self._groups, self._held
        other = np.flatnonzero((entries.rank == _BY_SCRIPT) & (entries.key != keys[entries.tree]))
        pairs = np.stack([entries.key[other], entries.tree[other].astype(np.uint64)])
        _, once = np.unique(pairs, axis=1, return_index=True)  # a tree counts once
        other = np.sort(other[once])
        of_group = groups.of_tree[entries.tree[other]]
        mixed: U64 = entries.key[other] ^ (of_group.astype(np.uint64) + np.uint64(1)) * np.uint64(BASE)
        _, first, counts = np.unique(mixed, return_index=True, return_counts=True)
        order = np.lexsort((first, -counts, of_group[first]))
        found, best = np.unique(of_group[first[order]], return_index=True)
        rows = zip(
            found.tolist(), other[first[order[best]]].tolist(), counts[order[best]].tolist(), strict=True
        )
        return {group: (place, count) for group, place, count in rows}


def _joined(count: int, some: I64, others: I64) -> I64:
    """Return a label for each of `count` things, the same for those that pairs join, over any way."""
    labels = np.arange(count)
    while True:
        low, high = np.minimum(labels[some], labels[others]), np.maximum(labels[some], labels[others])
        apart = low != high
        if not apart.any():
            return labels
        np.minimum.at(labels, high[apart], low[apart])
        while not np.array_equal(further := labels[labels], labels):
            labels = further
        some, others = some[apart], others[apart]
