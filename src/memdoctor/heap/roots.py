"""User roots: what the page or the program holds, as against what the engine holds for itself."""

from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I64, U32, Flags

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


def user_roots(graph: "HeapGraph") -> I64:
    """Return the user roots in the order of the root's edges: what is not synthetic, and the DOM trees.

    Bun's own format has no such distinction: every node hangs on the root there.
    """
    if graph.format == "jsc":
        return np.empty(0, np.int64)
    children = graph.edge_target[graph.first_edge[graph.root] : graph.first_edge[graph.root + 1]]
    synthetic = graph.node_type[children] == graph.node_code("synthetic")
    wanted = ~synthetic | dom_trees(graph, children)
    roots: I64 = children[wanted].astype(np.int64)
    return roots


def dom_trees(graph: "HeapGraph", nodes: U32) -> Flags:
    """Return which of the nodes are the synthetic `(Document DOM trees)`."""
    synthetic = graph.node_type[nodes] == graph.node_code("synthetic")
    trees: Flags = synthetic & (graph.node_name[nodes] == named(graph, "(Document DOM trees)"))
    return trees


def named(graph: "HeapGraph", text: str) -> int:
    """Return the index of a well-known string, or one that no node and no edge has."""
    index = graph.strings.find(text)
    return index if index >= 0 else 0xFFFFFFFF
