"""The edges of some nodes, without a loop."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from memdoctor.heap.arrays import I64
from memdoctor.heap.roots import named
from memdoctor.heap.traits import TYPE

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


def edges_of(graph: "HeapGraph", nodes: npt.NDArray[np.integer]) -> I64:
    """Return the edges of several nodes, in their order."""
    starts = graph.first_edge[nodes].astype(np.int64)
    counts = graph.first_edge[nodes + 1].astype(np.int64) - starts
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total)


def internal_targets(graph: "HeapGraph", nodes: npt.NDArray[np.integer], name: str) -> I64:
    """Return what the first internal edge of that (well-known) name of each node leads to; -1: none."""
    return targets_of(graph, nodes, "internal", name)


def targets_of(graph: "HeapGraph", nodes: npt.NDArray[np.integer], kind: str, name: str) -> I64:
    """Return what the first edge of that type and (well-known) name of each node leads to; -1: none."""
    edges = edges_of(graph, nodes)
    of_kind = (graph.edges.trait[edges] & np.uint8(TYPE)) == graph.edge_code(kind)
    edges = edges[of_kind & (graph.edge_name[edges] == named(graph, name))]
    sources, first = np.unique(graph.edge_sources(edges), return_index=True)
    targets = np.full(len(nodes), -1, np.int64)
    order = np.argsort(nodes, kind="stable")
    targets[order[np.searchsorted(nodes, sources, sorter=order)]] = graph.edge_target[edges[first]]
    return targets
