"""The dominator tree as a program sees it: whole objects, and a list or a tree of one class as one."""

from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.grouping import ends_of_chains
from memdoctor.analysis.heap.inside import Inside
from memdoctor.heap.arrays import I64, U32, Flags
from memdoctor.heap.raw import raw

_PARTS = ("array", "hidden", "object shape", "code", "number")
_KEPT = ("system / JSArrayBufferData", "system / ExternalStringData", "system / Context")
_NO_LINKS = ("Object", "Array", "Map", "Set")  # one in another is no list
_LINKED = ("object", "native")
_SAMPLE, _DEEPEST = 9, 256  # objects that are asked, and steps up from each
_PERIOD = 4  # an error's cause follows at once, the next promise of a chain after reactions and scopes


class Outline:
    """Which object each node belongs to, and what dominates that."""

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        self._graph = inside.graph

    @cached_property
    def is_part(self) -> Flags:
        """Which nodes are parts of objects: tables, hidden classes, code."""
        graph = self._graph
        parts = np.isin(graph.node_type, [graph.node_code(name) for name in _PARTS])
        inner = np.asarray([name.startswith("system / ") for name in graph.class_names], bool)
        inner &= np.asarray([not name.startswith(_KEPT) for name in graph.class_names], bool)
        parts |= inner[graph.class_id] & (graph.node_type == graph.node_code("native"))
        parts[graph.root] = False
        found: Flags = parts
        return found

    @cached_property
    def whole(self) -> U32:
        """The object that each node is part of."""
        own = np.arange(self._graph.node_count, dtype=np.uint32)
        return ends_of_chains(np.where(self.is_part, self._graph.dominator, own).astype(np.uint32))

    @cached_property
    def above(self) -> U32:
        """The object that dominates the one that each node is part of, be it one of the same list."""
        return self.whole[self._graph.dominator[self.whole]]

    @cached_property
    def head(self) -> U32:
        """The object that stands for each node: the first of its list or its tree, where it is in one.

        Such a list would otherwise be a path of a million objects, each of which holds all after it.
        """
        graph, called = self._graph, self._inside.paths.called
        link = self.whole.copy()
        unlinked = [graph.class_names.index(name) for name in _NO_LINKS if name in graph.class_names]
        candidates = np.isin(graph.node_type, [graph.node_code(name) for name in _LINKED])
        candidates &= ~np.isin(graph.class_id, unlinked) & ~self.is_part & ~self._inside.is_passed
        nodes = np.flatnonzero(candidates)
        above = self.above[nodes]
        for _ in range(_PERIOD):
            alike = (called[above] == called[nodes]) & (above != nodes)
            link[nodes[alike]] = above[alike]
            # Two plain objects with the same fields, one in a scope of the other's function, are no list.
            ended = alike | (self._inside.owners.is_plain[nodes] & self._inside.is_passed[above])
            nodes, above = nodes[~ended], self.above[above[~ended]]
        return ends_of_chains(link)

    @cached_property
    def parent(self) -> U32:
        """What dominates each node's head, as a head again; the root has itself."""
        return self.head[self.above[self.head]]

    def right_below(self, nodes: I64) -> I64:
        """Return the objects right below some objects; of a list all that are in it."""
        found: I64 = np.flatnonzero(np.isin(self.parent, nodes) & ~self.is_part)
        return found

    def is_mostly_below(self, nodes: I64, above: I64) -> bool:
        """Whether most of some nodes lie below others, going by a few of them."""
        asked = sample(nodes)
        marked, parent = set(above.tolist()), raw(self.parent)
        found = 0
        for start in asked.tolist():
            node = start
            for _ in range(_DEEPEST):
                if parent[node] == node or (node := parent[node]) in marked:
                    break
            found += node in marked and start not in marked
        return 2 * found > len(asked)


def sample(nodes: I64) -> I64:
    """Return a few of some nodes, from all over them."""
    places = np.linspace(0, len(nodes) - 1, min(len(nodes), _SAMPLE)).astype(np.int64)
    found: I64 = nodes[places]
    return found
