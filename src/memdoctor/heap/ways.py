"""Shortest ways to every node, also to those that no root leads to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I32, U8, U32, U64, Word
from memdoctor.heap.core.ways import choose_parents, digest_ways
from memdoctor.heap.digests import BASE
from memdoctor.heap.distances import distances_over, walk_from
from memdoctor.heap.edges import edges_of
from memdoctor.heap.marks import UNREACHED, UNRETAINED
from memdoctor.heap.raw import raw
from memdoctor.heap.roots import named
from memdoctor.heap.traits import PAIRED, TYPE, UNCOUNTED, WEAK

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

# Of several edges on shortest ways the one that says most is taken.
_TELLING = ("property", "context", "element", "internal", "hidden", "shortcut")
_WEAK_REFERENCES = ("WeakRef", "system / WeakCell")


@dataclass(eq=False, frozen=True)
class Ways:
    """One shortest way to each node: its parent on it (itself at the start), and the edge from there.

    `distance` is that of DevTools, and from `UNRETAINED` on where no root leads: the way then starts at
    a node that nothing in the file retains.
    """

    distance: I32
    parent: U32
    edge: Word  # only where the parent is another node


def find_ways(graph: "HeapGraph") -> Ways:
    """Choose a shortest way to each node, over the edges that DevTools counts for distances."""
    return _ways(graph, graph.traits_for_distances, graph.distance)


def find_strong_ways(graph: "HeapGraph") -> Ways:
    """Choose a shortest way to each node that keeps it alive: none over what a WeakRef refers to.

    V8 up to about 11 writes these edges as strong ones, and DevTools follows them.
    """
    sources = [named(graph, name) for name in _WEAK_REFERENCES]
    edges = edges_of(graph, np.flatnonzero(np.isin(graph.node_name, sources)))
    edges = edges[graph.edge_type[edges] == graph.edge_code("hidden")]
    if not len(edges):
        return graph.ways
    traits = graph.traits_for_distances.copy()
    traits[edges] |= np.uint8(WEAK)
    return _ways(graph, traits, distances_over(graph, traits))


def _ways(graph: "HeapGraph", traits: U8, distance: I32) -> Ways:
    distance = _with_unretained(graph, traits, distance)
    ranks = np.full(TYPE + 1, len(_TELLING), np.uint8)
    for rank, name in enumerate(_TELLING):
        if (code := graph.edge_code(name)) != 255:
            ranks[code] = rank
    parent = np.arange(graph.node_count, dtype=np.uint32)
    edge = np.zeros(graph.node_count, graph.first_edge.dtype)
    choose_parents(
        raw(graph.first_edge),
        raw(traits),
        raw(graph.edge_target),
        raw(graph.edge_name),
        TYPE,
        WEAK | UNCOUNTED,
        PAIRED,
        raw(ranks),
        graph.edge_code("property"),
        named(graph, "__proto__"),
        UNREACHED,
        raw(distance),
        raw(np.full(graph.node_count, 255, np.uint8)),
        raw(parent),
        raw(edge),
    )
    return Ways(distance, parent, edge)


def _with_unretained(graph: "HeapGraph", traits: U8, distance: I32) -> I32:
    """Return distances in which what no root leads to counts from the nodes that nothing retains."""
    unreached = distance == UNREACHED
    if not unreached.any():
        return distance
    followed = (traits & np.uint8(WEAK | UNCOUNTED)) == 0
    led_to = np.zeros(graph.node_count, bool)
    led_to[graph.edge_target[followed]] = True
    starts = np.flatnonzero(unreached & ~led_to)
    distance = distance.copy()
    pending = np.ones(len(graph.weak_map_pairs), np.uint8)  # of a pair, the first edge counts here
    walk_from(graph, traits, (starts, UNRETAINED), distance, pending)
    return distance


def digest(ways: Ways, nodes: U32, steps: U64, *, merged: bool) -> U64:
    """Return for each of the nodes a digest of the steps on the way there; `steps` has one for each node.

    Nodes with equal digests are reached over equal steps; `merged`, like steps after each other are one.
    """
    count = len(steps)
    digests = np.zeros(count, np.uint64)
    digest_ways(
        raw(nodes),
        raw(ways.parent),
        raw(steps),
        BASE,
        int(merged),
        raw(digests),
        raw(np.zeros(count, np.uint64)),
        raw(np.zeros(count, np.uint8)),
        raw(np.empty(count, np.uint32)),
    )
    found: U64 = digests[nodes]
    return found
