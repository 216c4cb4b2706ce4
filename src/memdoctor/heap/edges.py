"""The edges of some nodes, without a loop."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from memdoctor.heap.arrays import I64
from memdoctor.heap.core.lookups import find_targets
from memdoctor.heap.raw import raw
from memdoctor.heap.roots import named
from memdoctor.heap.traits import TYPE

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


def edges_of(graph: "HeapGraph", nodes: npt.NDArray[np.integer]) -> I64:
    """Return the edges of several nodes, in their order."""
    return spread(graph.first_edge[nodes].astype(np.int64), degrees(graph, nodes))


def spread(starts: I64, counts: I64) -> I64:
    """Return for each start so many numbers from it on, all in one row."""
    ends = np.cumsum(counts)
    return np.repeat(starts - (ends - counts), counts) + np.arange(int(ends[-1]) if len(ends) else 0)


def edges_named(graph: "HeapGraph", kind: str, name: str) -> I64:
    """Return all edges of a type and a (well-known) name."""
    index = named(graph, name)
    edges = np.flatnonzero(graph.edge_name == index)
    found: I64 = edges[(graph.edges.trait[edges] & np.uint8(TYPE)) == graph.edge_code(kind)]
    return found


def degrees(graph: "HeapGraph", nodes: npt.NDArray[np.integer]) -> I64:
    """Return how many edges start from each of several nodes."""
    counts: I64 = graph.first_edge[nodes + 1].astype(np.int64) - graph.first_edge[nodes].astype(np.int64)
    return counts


def internal_targets(graph: "HeapGraph", nodes: npt.NDArray[np.integer], name: str) -> I64:
    """Return what the first internal edge of that (well-known) name of each node leads to; -1: none."""
    return targets_of(graph, nodes, "internal", name)


def targets_of(graph: "HeapGraph", nodes: npt.NDArray[np.integer], kind: str, name: str) -> I64:
    """Return what the first edge of that type and (well-known) name of each node leads to; -1: none."""
    targets = np.full(len(nodes), -1, np.int64)
    find_targets(
        raw(graph.first_edge),
        raw(graph.edges.trait),
        raw(graph.edge_target),
        raw(graph.edge_name),
        TYPE,
        graph.edge_code(kind),
        named(graph, name),
        raw(nodes.astype(np.int64)),
        raw(targets),
    )
    return targets
