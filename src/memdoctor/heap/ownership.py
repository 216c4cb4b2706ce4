"""Shallow sizes as DevTools shows them: an internal part that one object owns counts with that object."""

from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import Flags, Word
from memdoctor.heap.core.floods import find_owners, move_to_owners
from memdoctor.heap.raw import raw
from memdoctor.heap.roots import named
from memdoctor.heap.traits import WEAK

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

_UNOWNED, _SHARED = 0xFFFFFFFF, 0xFFFFFFFE


def shallow_sizes(graph: "HeapGraph") -> Word:
    """Return the bytes of each node, with those moved to their one owner.

    Hidden nodes, arrays and the data of external strings are parts; they belong to the one object from
    which they can be reached without passing through another object. Files without user roots show
    the engine as it is: nothing moves there.
    """
    if not graph.has_user_roots:
        return graph.nodes.size
    parts = _parts(graph)
    owners = np.arange(graph.node_count, dtype=np.uint32)
    owners[parts] = _UNOWNED
    stack = np.empty(2 * int(np.count_nonzero(parts)) + 1, np.uint32)
    find_owners(
        raw(graph.first_edge),
        raw(graph.edges.trait),
        raw(graph.edge_target),
        WEAK,
        raw(owners),
        _UNOWNED,
        _SHARED,
        raw(stack),
    )
    sizes = graph.nodes.size.copy()
    takes = np.asarray([name != "synthetic" for name in graph.node_types], np.uint8)
    move_to_owners(
        raw(owners),
        _SHARED,
        raw(takes),
        raw(graph.node_type),
        graph.root,
        raw(sizes),
    )
    return sizes


def _parts(graph: "HeapGraph") -> Flags:
    types = graph.node_type
    parts: Flags = (types == graph.node_code("hidden")) | (types == graph.node_code("array"))
    external = graph.node_name == named(graph, "system / ExternalStringData")
    parts |= external & (types == graph.node_code("native"))
    return parts
