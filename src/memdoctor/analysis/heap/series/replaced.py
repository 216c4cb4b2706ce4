"""Objects that take the place of others: state that is copied for each change, a service made anew.

The new one is in the field that the old one was in, and of its class. To a program both are one thing.
"""

from collections import deque

import numpy as np

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.naming.fields import field_types
from memdoctor.heap.arrays import I64
from memdoctor.heap.edges import edges_of
from memdoctor.heap.graph import HeapGraph

_LEAST_BYTES = 16 * 1024  # that the new object retains: smaller ones do not matter
_MOST = 10_000  # objects that are looked at
_MOST_FIELDS = 100  # of one object: what has more is no record
_OBJECTS = ("object", "closure")


def match_replaced(first: Inside, last: Inside, before: I64, after: I64) -> None:
    """Enter into `before` and `after` the objects that have taken the place of others.

    `before` has for each object of the last snapshot its number in the first one, -1 if it is new; `after`
    the other way round, -1 for what is gone.
    """
    graph = last.graph
    large = np.flatnonzero((before < 0) & (graph.retained_size >= _LEAST_BYTES))
    large = large[np.isin(graph.node_type[large], [graph.node_code(name) for name in _OBJECTS])]
    by_parent: dict[int, list[int]] = {}
    for node, parent in zip(large.tolist(), graph.strong_ways.parent[large].tolist(), strict=True):
        by_parent.setdefault(parent, []).append(node)
    waiting = deque(parent for parent in by_parent if before[parent] >= 0)
    for _ in range(_MOST):
        if not waiting:
            break
        parent = waiting.popleft()
        then = _fields(first.graph, int(before[parent]))
        now = _fields(graph, parent)
        for name, node in now.items():
            old = then.get(name, -1)
            fits = node in by_parent[parent] and before[node] < 0 <= old and after[old] < 0
            if fits and _kind(first, old) == _kind(last, node):
                before[node], after[old] = old, node
                if node in by_parent:
                    waiting.append(node)


def _fields(graph: HeapGraph, node: int) -> dict[str, int]:
    """Return what the fields and variables of an object lead to."""
    edges = edges_of(graph, np.asarray([node]))
    edges = edges[np.isin(graph.edge_type[edges], field_types(graph))][:_MOST_FIELDS]
    names = graph.strings.texts(graph.edge_name[edges].tolist())
    return dict(zip(names, graph.edge_target[edges].tolist(), strict=True))


def _kind(inside: Inside, node: int) -> str:
    """Return the class of an object; plain objects are of one."""
    return "Object" if inside.owners.is_plain[node] else inside.owners.node(node)
