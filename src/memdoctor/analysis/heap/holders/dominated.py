"""What an object dominates, as the program sees it: without the parts that objects are made of."""

import numpy as np

from memdoctor.heap.arrays import I64
from memdoctor.heap.edges import spread
from memdoctor.heap.graph import HeapGraph


def dominated_by(graph: HeapGraph, nodes: I64, *, whole: bool = False) -> I64:
    """Return what some nodes dominate at once, passing through parts without bytes of their own.

    With `whole`, parts with bytes of their own are passed through too.
    """
    parts = [graph.node_code("array"), graph.node_code("hidden")]
    found = []
    while len(nodes):
        below = _children(graph, nodes)
        below = below[below != graph.root]
        passed = np.isin(graph.node_type[below], parts) & (whole | (graph.shallow_size[below] == 0))
        found.append(below[~passed])
        nodes = below[passed]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _children(graph: HeapGraph, nodes: I64) -> I64:
    ends, children = graph.dominated
    starts = np.where(nodes > 0, ends[nodes - 1], 0).astype(np.int64)
    return children[spread(starts, ends[nodes].astype(np.int64) - starts)].astype(np.int64)
