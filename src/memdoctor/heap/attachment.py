"""Which DOM nodes are attached to a document: spread from those that know to what they lead to."""

from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I64, U8, U32
from memdoctor.heap.core.floods import spread
from memdoctor.heap.raw import raw
from memdoctor.heap.traits import TYPE

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

ATTACHED, DETACHED = 1, 2
_PREFIX = "Detached "


def spread_attachment(graph: "HeapGraph") -> tuple[U8, U32]:
    """Return the detachedness and the names of all nodes.

    A native node that knows its state passes it on to the native nodes it leads to, over all edges
    but hidden and weak ones; attached wins. What is detached is renamed.
    """
    reported, native = graph.nodes.detachedness, graph.node_code("native")
    if reported is None:
        return _by_name(graph), graph.nodes.name
    if not reported.any():
        return reported, graph.nodes.name
    states = reported.copy()
    # JavaScript is a barrier: every way into the DOM is a native node that knows its own state.
    seen = ((reported != 0) | (graph.node_type != native)).astype(np.uint8)
    stack = np.empty(graph.node_count, np.uint32)
    for state in (ATTACHED, DETACHED):
        known = np.flatnonzero((reported == state) & (graph.node_type == native))
        stack[: len(known)] = known
        spread(
            raw(graph.first_edge),
            raw(graph.edges.trait),
            raw(graph.edge_target),
            TYPE,
            raw(graph.follows("hidden", "weak")),
            raw(seen),
            raw(states),
            state,
            raw(stack),
            len(known),
        )
    return states, _renamed(graph, np.flatnonzero((states == DETACHED) & (graph.node_type == native)))


def _renamed(graph: "HeapGraph", detached: I64) -> U32:
    """Rename in place: nobody needs the old names, and a copy would be large."""
    names = graph.nodes.name
    old = np.unique(names[detached])
    new = [graph.strings.add(_PREFIX + text) for text in graph.strings.texts(old)]
    names[detached] = np.asarray(new, np.uint32)[np.searchsorted(old, names[detached])]
    return names


def _by_name(graph: "HeapGraph") -> U8:
    """Return what the names tell, in files of Node 14 and older, which have no field for it."""
    states = np.zeros(graph.node_count, np.uint8)
    native = np.flatnonzero(graph.node_type == graph.node_code("native"))
    names = np.unique(graph.nodes.name[native])
    starts = [text.startswith(_PREFIX) for text in graph.strings.texts(names)]
    marked = names[np.asarray(starts, bool)]
    states[native[np.isin(graph.nodes.name[native], marked)]] = DETACHED
    return states
