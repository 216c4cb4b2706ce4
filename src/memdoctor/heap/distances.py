"""Distances: how many edges an object is away from a user root, or else from the root of all."""

import re
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I32, I64, U8
from memdoctor.heap.core.floods import find_distances
from memdoctor.heap.edges import edges_of
from memdoctor.heap.marks import FROM_THE_ROOT, UNREACHED
from memdoctor.heap.raw import raw
from memdoctor.heap.roots import named, user_roots
from memdoctor.heap.traits import PAIRED, TYPE, UNCOUNTED, WEAK

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


_LEADING_NUMBER = re.compile(r"\s*([+-]?\d+)")


def distances(graph: "HeapGraph") -> I32:
    """Return the distance of each node: breadth first from the user roots, then from the root.

    Two edges do not count: those that a map's descriptors share with other maps, and of the two edges to
    a value in a WeakMap the one that is met first.
    """
    return distances_over(graph, graph.traits_for_distances)


def distances_over(graph: "HeapGraph", traits: U8) -> I32:
    """Return distances over edges with these traits."""
    found = np.full(graph.node_count, UNREACHED, np.int32)
    pending = np.zeros(len(graph.weak_map_pairs), np.uint8)
    roots = user_roots(graph)
    _, first_seen = np.unique(roots, return_index=True)
    roots = roots[np.sort(first_seen)]
    walk_from(graph, traits, (roots, 1), found, pending)
    walk_from(graph, traits, (np.asarray([graph.root]), FROM_THE_ROOT if len(roots) else 0), found, pending)
    return found


def walk_from(graph: "HeapGraph", traits: U8, starts: tuple[I64, int], found: I32, pending: U8) -> None:
    """Fill in the distances of what can be reached from some nodes, which have the given one.

    `pending` remembers across calls which pairs of a WeakMap were met once.
    """
    nodes, distance = starts
    found[nodes] = distance
    queue = np.empty(graph.node_count, np.uint32)
    queue[: len(nodes)] = nodes
    find_distances(
        raw(graph.first_edge),
        raw(traits),
        raw(graph.edge_target),
        raw(graph.edge_name),
        WEAK | UNCOUNTED,
        PAIRED,
        raw(graph.weak_map_pairs.of_string),
        raw(pending),
        raw(found),
        UNREACHED,
        raw(queue),
        len(nodes),
    )


def mark_uncounted_edges(graph: "HeapGraph") -> None:
    """Set the bit `UNCOUNTED` on the edges that make no distance."""
    hidden = graph.node_type == graph.node_code("hidden")
    contexts = np.flatnonzero(hidden & (graph.node_name == named(graph, "system / NativeContext")))
    edges = edges_of(graph, contexts)
    strings = ~np.isin(graph.edges.trait[edges] & TYPE, list(graph.numbered))
    edges = edges[strings & (graph.edge_name[edges] == named(graph, "sloppy_function_map"))]
    graph.edges.trait[edges] |= np.uint8(UNCOUNTED)

    arrays = graph.node_type == graph.node_code("array")
    descriptors = np.flatnonzero(arrays & (graph.node_name == named(graph, "(map descriptors)")))
    edges = edges_of(graph, descriptors)
    index = _index(graph, edges)
    graph.edges.trait[edges[(index >= 2) & (index % 3 == 1)]] |= np.uint8(UNCOUNTED)


def _index(graph: "HeapGraph", edges: I64) -> I64:
    """Return the number that the edges' names are, or begin with; -1 for none."""
    names = graph.edge_name[edges].astype(np.int64)
    texts = ~np.isin(graph.edges.trait[edges] & TYPE, list(graph.numbered))
    distinct, inverse = np.unique(names[texts], return_inverse=True)
    matches = map(_LEADING_NUMBER.match, graph.strings.texts(distinct))
    numbers = [int(match[1][:15]) if match else -1 for match in matches]
    names[texts] = np.asarray(numbers, np.int64)[inverse]
    return names
