"""Essential edges: those that keep what they lead to alive, for dominators and retained sizes."""

from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import U8
from memdoctor.heap.core.floods import mark_inessential, spread
from memdoctor.heap.raw import raw
from memdoctor.heap.roots import dom_trees
from memdoctor.heap.traits import INESSENTIAL, PAIRED, TYPE, WEAK

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


def mark_inessential_edges(graph: "HeapGraph") -> None:
    """Set the bit `INESSENTIAL` on every edge that retains nothing."""
    pairs = graph.weak_map_pairs
    mark_inessential(
        raw(graph.first_edge),
        raw(graph.edges.trait),
        raw(graph.edge_target),
        raw(graph.edge_name),
        raw(graph.node_id),
        raw(page_owned(graph)),
        graph.root,
        TYPE,
        graph.edge_code("shortcut"),
        WEAK,
        PAIRED,
        INESSENTIAL,
        raw(pairs.of_string),
        raw(pairs.table_id),
    )


def page_owned(graph: "HeapGraph") -> U8:
    """Return 1 for every node that the page owns: what its globals and DOM trees lead to."""
    marks = np.zeros(graph.node_count, np.uint8)
    of_root = slice(int(graph.first_edge[graph.root]), int(graph.first_edge[graph.root + 1]))
    types, children = graph.edges.trait[of_root] & np.uint8(TYPE), graph.edge_target[of_root]
    wanted = types == graph.edge_code("shortcut")
    wanted |= (types == graph.edge_code("element")) & dom_trees(graph, children)
    seeds = np.unique(children[wanted])
    if not len(seeds):
        return marks
    marks[seeds] = 1
    stack = np.empty(graph.node_count, np.uint32)
    stack[: len(seeds)] = seeds
    spread(
        raw(graph.first_edge),
        raw(graph.edges.trait),
        raw(graph.edge_target),
        TYPE,
        raw(graph.follows("weak")),
        raw(marks),
        raw(marks),
        1,
        raw(stack),
        len(seeds),
    )
    return marks
