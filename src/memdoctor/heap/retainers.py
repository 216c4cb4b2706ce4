"""Which edges lead to a node."""

from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import Word
from memdoctor.heap.core.sums import count_retainers, store_retainers
from memdoctor.heap.raw import raw

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


def retainers(graph: "HeapGraph") -> tuple[Word, Word]:
    """Return the first retainer of each node (and their number at the end), and the edges, in order."""
    word = graph.first_edge.dtype
    first = np.zeros(graph.node_count + 2, word)
    targets = raw(graph.edge_target)
    count_retainers(targets, raw(first[2:]))
    np.cumsum(first, out=first)
    edges = np.empty(graph.edge_count, word)
    store_retainers(targets, raw(first[1:]), raw(edges))
    return first[:-1], edges
