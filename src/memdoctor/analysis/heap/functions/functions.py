"""The functions of a heap: which code each of them runs, and the scope that it sees."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from memdoctor.analysis.heap.naming.places import Place, Places
from memdoctor.analysis.heap.naming.scopes import is_scope
from memdoctor.heap.arrays import I64, U32, U64, Flags
from memdoctor.heap.classes import of_classes
from memdoctor.heap.digests import BASE
from memdoctor.heap.edges import edges_of, internal_targets
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.roots import named

_EXECUTABLES = ("FunctionExecutable", "NativeExecutable")  # how Bun has the code of functions
_MOST_BINDINGS = 8  # of a function that was bound again and again
NOBODY, SEVERAL = -1, -2
Nodes = npt.NDArray[np.integer]


class Functions:
    """All functions; the arrays have a number for each of them, in the order of the file."""

    def __init__(self, graph: HeapGraph, places: Places) -> None:
        self._graph = graph
        self._places = places

    @cached_property
    def nodes(self) -> I64:
        """The functions."""
        return np.flatnonzero(self.is_function)

    @cached_property
    def is_function(self) -> Flags:
        """Which nodes are functions."""
        found: Flags = self._graph.node_type == self._graph.node_code("closure")
        return found

    @cached_property
    def is_scope(self) -> Flags:
        """Which nodes hold the variables that a function sees."""
        return of_classes(self._graph, is_scope)

    @cached_property
    def group(self) -> U32:
        """A number for each function, the same for those that run the same code.

        What was bound runs the code of the function inside.
        """
        _, group = np.unique(self._code[self.rows(self._unbound)], return_inverse=True)
        return group.reshape(-1).astype(np.uint32)

    @cached_property
    def group_count(self) -> int:
        """How many groups there are."""
        return int(self.group.max()) + 1 if len(self.group) else 0

    @cached_property
    def _code(self) -> U64:
        """A number for the code of each function; where none is told, for its name and place."""
        graph, nodes = self._graph, self.nodes
        shared = self._named("shared")
        missing = np.flatnonzero(shared < 0)
        if len(missing):
            executables = [named(graph, name) for name in _EXECUTABLES]
            shared[missing] = self._inner(nodes[missing], np.isin(graph.node_name, executables))
        places = self._place_keys()
        # Where nothing is told of a function, it is the only one of its code.
        unknown = (places == 0) & np.isin(graph.node_name[nodes], [named(graph, "Function")])
        shared = np.where(unknown & (shared < 0), nodes, shared)
        names = graph.node_name[nodes].astype(np.uint64) + np.uint64(1)
        of_name = names * np.uint64(BASE) ^ places
        return np.where(shared >= 0, shared.astype(np.uint64), of_name | np.uint64(1 << 63))

    def _place_keys(self) -> U64:
        table, nodes = self._graph.locations, self.nodes
        keys = np.zeros(len(nodes), np.uint64)
        if table is None or not len(table.node):
            return keys
        row = np.minimum(np.searchsorted(table.node, nodes), len(table.node) - 1)
        known = table.node[row] == nodes
        for column in (table.script, table.line, table.column):
            keys[known] = (keys[known] + column[row[known]] + np.uint64(1)) * np.uint64(BASE)
        return keys

    @cached_property
    def _unbound(self) -> I64:
        """The function inside of each one that was bound, else the function itself."""
        graph, found = self._graph, self.nodes.copy()
        if graph.strings.find("bound_function") < 0:
            return found
        inner = self._named("bound_function")
        inner[inner >= 0] = np.where(self.is_function[inner[inner >= 0]], inner[inner >= 0], -1)
        for _ in range(_MOST_BINDINGS):
            further = inner[self.rows(found)]
            if not (further >= 0).any():
                break
            found = np.where(further >= 0, further, found)
        return found

    @cached_property
    def scope(self) -> I64:
        """The scope that each function was made in, -1 where it is none of the program's."""
        if self._graph.strings.find("shared") < 0:
            return self.scopes_of(self.nodes)
        scopes = self._named("context")
        scopes[scopes >= 0] = np.where(self.is_scope[scopes[scopes >= 0]], scopes[scopes >= 0], -1)
        return scopes

    def _named(self, name: str) -> I64:
        """Return what the internal edge of a name leads to from each function, -1 for none."""
        return internal_targets(self._graph, self.nodes, name)

    def scopes_of(self, nodes: Nodes) -> I64:
        """Return the scopes that functions, or suspended functions, see; -1: none."""
        return self._inner(nodes, self.is_scope)

    def _inner(self, nodes: Nodes, wanted: Flags) -> I64:
        """Return the first of the wanted nodes that an internal edge of each (ascending) leads to."""
        graph, found = self._graph, np.full(len(nodes), -1, np.int64)
        edges = edges_of(graph, nodes)
        edges = edges[wanted[graph.edge_target[edges]]]
        edges = edges[graph.edge_type[edges] == graph.edge_code("internal")]
        sources, first = np.unique(graph.edge_sources(edges), return_index=True)
        found[np.searchsorted(nodes, sources)] = graph.edge_target[edges[first]]
        return found

    def rows(self, nodes: Nodes) -> I64:
        """Return the places of functions in `nodes`."""
        rows: I64 = np.searchsorted(self.nodes, nodes)
        return rows

    def inside(self, node: int) -> int:
        """Return the function that is called in the end: the one inside of a bound one."""
        return int(self._unbound[self.rows(np.asarray([node]))[0]])

    @cached_property
    def have_places(self) -> bool:
        """Whether the file tells where functions stand."""
        table = self._graph.locations
        return table is not None and len(table.node) > 0

    def name(self, node: int) -> str | None:
        """Return the name of a function, None for one without."""
        graph = self._graph
        text = graph.strings[int(graph.node_name[self.inside(node)])]
        return None if text in {"", "Function"} else text

    def place(self, node: int) -> Place | None:
        """Return where a function stands."""
        return self._places.of(self.inside(node))


def led_to(targets: I64, leaders: Nodes) -> tuple[I64, I64]:
    """Return the distinct targets and the one leader of each, `SEVERAL` where there are more."""
    if not len(targets):
        return targets, targets
    order = np.argsort(targets, kind="stable")
    targets, leaders = targets[order], leaders[order].astype(np.int64)
    starts = np.flatnonzero(np.concatenate([[True], targets[1:] != targets[:-1]]))
    least, most = np.minimum.reduceat(leaders, starts), np.maximum.reduceat(leaders, starts)
    return targets[starts], np.where(least == most, least, SEVERAL)
