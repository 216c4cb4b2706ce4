"""Dominators, and what they retain."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from memdoctor.heap.arrays import I64, U32
from memdoctor.heap.core.tree import (
    add_up,
    count_backward,
    count_children,
    find_dominators,
    number_nodes,
    store_backward,
    store_children,
)
from memdoctor.heap.edges import edges_of
from memdoctor.heap.raw import raw
from memdoctor.heap.traits import INESSENTIAL

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

_NOBODY = 0xFFFFFFFF


@dataclass(eq=False, frozen=True)
class Dominators:
    """The immediate dominator of each node, and the nodes in an order in which dominators come first."""

    of_node: U32
    order: U32


def dominators(graph: "HeapGraph") -> Dominators:
    """Compute the dominator tree over the essential edges, from the root.

    Nodes that nothing retains hang on the root, with what they dominate. What only a clique of
    unreachable nodes leads to has the root as its dominator, each node by itself.
    """
    word = graph.first_edge.dtype
    trait, target = raw(graph.marked_traits), raw(graph.edge_target)
    first_edge = raw(graph.first_edge)
    number, order, parents = _numbered(graph)
    count = len(order)
    semi = parents.copy()
    ends = np.zeros(count + 1, word)
    numbers = raw(number)
    count_backward(first_edge, trait, target, INESSENTIAL, numbers, raw(semi), raw(ends))
    np.cumsum(ends, out=ends)
    sources = np.empty(int(ends[-1]), np.uint32)
    store_backward(first_edge, trait, target, INESSENTIAL, numbers, raw(ends), raw(sources))
    del number, numbers
    label, found = np.arange(count, dtype=np.uint32), np.full(count, _NOBODY, np.uint32)
    find_dominators(
        raw(ends),
        raw(sources),
        raw(parents),
        raw(semi),
        raw(label),
        raw(found),
    )
    del ends, sources, parents, semi, label
    of_node = np.full(graph.node_count, graph.root, np.uint32)
    of_node[order] = order[found]
    return Dominators(of_node, order)


def _numbered(graph: "HeapGraph") -> tuple[U32, U32, U32]:
    """Give the nodes numbers, depth first: from the root, then from each node that nothing retains.

    Return each node's number + 1 (0 for a clique), the nodes in that order, and by number the parent.
    """
    nodes = graph.node_count
    number = np.zeros(nodes, np.uint32)
    order, parents = np.empty(nodes, np.uint32), np.empty(nodes, np.uint32)
    next_edge = np.empty(nodes, graph.first_edge.dtype)

    def search(starts: npt.NDArray[np.integer[Any]], count: int) -> int:
        following: int = number_nodes(
            raw(graph.first_edge),
            raw(graph.edges.trait),
            raw(graph.edge_target),
            INESSENTIAL,
            raw(starts.astype(np.uint32)),
            count,
            raw(number),
            raw(order),
            raw(parents),
            raw(next_edge),
        )
        return following

    count = search(np.asarray([graph.root]), 0)
    if count < nodes:
        # What leads to an unreached node is unreached itself.
        unreached = np.flatnonzero(number == 0)
        edges = edges_of(graph, unreached)
        essential = (graph.edges.trait[edges] & np.uint8(INESSENTIAL)) == 0
        count = search(np.setdiff1d(unreached, graph.edge_target[edges[essential]]), count)
    return number, order[:count], parents[:count]


def retained_sizes(graph: "HeapGraph") -> I64:
    """Return the bytes that each node retains: its own and those of all that it dominates."""
    totals = graph.shallow_size.astype(np.int64)
    everything = int(totals.sum())
    tree = graph.dominator_tree
    add_up(raw(tree.order), raw(tree.of_node), raw(totals))
    totals[graph.root] = everything  # with what is in no order, the cliques
    return totals


def dominated(graph: "HeapGraph") -> tuple[U32, U32]:
    """Return the nodes that each node dominates at once: of `n` from `ends[n - 1]` to `ends[n]`."""
    first = np.zeros(graph.node_count + 1, np.uint32)
    count_children(raw(graph.dominator), raw(first))
    np.cumsum(first, out=first)
    children = np.empty(graph.node_count, np.uint32)
    store_children(raw(graph.dominator), raw(first), raw(children))
    return first[:-1], children
