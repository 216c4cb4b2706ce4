"""Who owns an object, in the words of the program: `SessionManager.sessions`."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from memdoctor.analysis.heap.grouping import ends_of_chains
from memdoctor.analysis.heap.naming.fields import Fields, field_types
from memdoctor.analysis.heap.naming.places import Places
from memdoctor.analysis.heap.naming.scopes import is_scope
from memdoctor.cuts import without_middle
from memdoctor.heap.arrays import I64, U32, U64, Flags
from memdoctor.heap.classes import plain_objects
from memdoctor.heap.digests import BASE
from memdoctor.heap.edges import internal_targets
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.ways import Ways, digest
from memdoctor.text import file_name

_CELL = "system / Cell"  # in which an ES module has a variable that it exports
PARTS = ("array", "hidden")  # parts of what is before them on a way: they are not named
_MOST_FIELDS = 6  # `Bus._events.message` has two
_MOST_BELOW = 64  # steps without a field that are told
_LONGEST = 80  # characters of a name
_ANONYMOUS = "(anonymous)"
Nodes = npt.NDArray[np.integer]


class Owners:
    """Names of nodes and of what owns them, over the shortest way to each.

    The anchor of a node is the last node on the way to it that a field or a variable leads to: for what
    is in a Map the Map, for the Map itself the Map. Its owner is the object with that field. Where that
    is a plain object, its own owner says more: `MessageBus._events.message`.
    """

    def __init__(self, graph: HeapGraph, places: Places) -> None:
        self._graph = graph
        self._places = places

    @cached_property
    def fields(self) -> Fields:
        """What kind of step leads to each node."""
        return Fields(self._graph, self._graph.strong_ways)

    @property
    def _labelled(self) -> Flags:
        return self.fields.labelled

    @cached_property
    def anchor(self) -> U32:
        """The anchor of each node; the start of the way where no field leads to it."""
        return ends_of_chains(self._links)

    @cached_property
    def _links(self) -> U32:
        """What comes before each node on its way, an anchor is before itself."""
        ways = self._graph.strong_ways
        return np.where(self._labelled, np.arange(len(ways.parent), dtype=np.uint32), ways.parent)

    @cached_property
    def _steps(self) -> U64:
        """A number for each step that is no field: into a collection, or through a function or a scope."""
        steps = self.fields.into_collection.astype(np.uint64)
        through = np.flatnonzero(self.fields.through & ~self.fields.into_collection)
        steps[through] = self._graph.class_id[self._links[through]] + np.uint64(2)
        return steps

    def _below_anchors(self, nodes: I64) -> U64:
        """Return a number for how each node lies below its anchor, 0 for the anchor itself."""
        graph = self._graph
        below = self._links[nodes] != nodes
        found = np.zeros(len(nodes), np.uint64)
        ways = Ways(graph.strong_ways.distance, self._links, graph.strong_ways.edge)
        found[below] = digest(ways, nodes[below].astype(np.uint32), self._steps, merged=False)
        return found

    @cached_property
    def is_plain(self) -> Flags:
        """Which nodes are plain objects, of whatever interface."""
        plain = np.zeros(self._graph.node_count, bool)
        plain[plain_objects(self._graph)] = True
        return plain

    def holders(self, nodes: Nodes) -> I64:
        """Return the objects whose fields hold the nodes, -1 where no field does."""
        anchors = self.anchor[nodes]
        parents = self._graph.strong_ways.parent[anchors].astype(np.int64)
        return np.where(self._labelled[anchors], parents, -1)

    def keys(self, nodes: Nodes) -> U64:
        """Return a number for each node, the same for those with an owner of one name."""
        graph = self._graph
        found = np.zeros(len(nodes), np.uint64)
        asked = np.arange(len(nodes))
        current = nodes.astype(np.int64)
        for _ in range(_MOST_FIELDS):
            anchors = self.anchor[current].astype(np.int64)
            labelled = self._labelled[anchors]
            parents = graph.strong_ways.parent[anchors].astype(np.int64)
            plain = self.is_plain[parents] & labelled
            fields = np.zeros(len(anchors), np.uint64)
            fields[labelled] = self.fields.label[anchors[labelled]] + np.uint64(1)
            holders = np.where(plain, 0, graph.class_id[parents] + np.uint64(1))
            step = holders.astype(np.uint64) << np.uint64(32) | fields
            found[asked] = (found[asked] + step + self._below_anchors(current)) * np.uint64(BASE)
            asked, current = asked[plain], parents[plain]
            if not len(asked):
                break
        return found

    def name(self, node: int, *, alone: bool = True) -> str | None:
        """Return the owner of a node as `Class.field`, None where no field leads to it.

        For what is in a collection that is `Class.field[]`; for what only an object in between holds
        that is not named by a field, `Class.field via poll()`. A node that is not `alone` stands for
        others, too: what holds only this one says nothing of them.
        """
        graph, anchor, holder = self._graph, int(self.anchor[node]), node
        parts, fields = [self._below(node)], 0
        while self._labelled[anchor]:
            if fields == _MOST_FIELDS:
                return "…" + "".join(parts)
            field = f".{short(graph.strings[int(self.fields.label[anchor])])}"
            if field != parts[0]:  # down a list of plain objects one name says enough
                parts.insert(0, field)
            fields += 1
            holder = int(graph.strong_ways.parent[anchor])
            anchor = int(self.anchor[holder])
            if not self.is_plain[holder]:
                return self.node(holder) + "".join(parts)
            if below := self._below(holder):
                parts.insert(0, below)
        otherwise = self._held_otherwise(holder) if alone else None
        if otherwise is not None:
            return otherwise + "".join(parts[1:])
        return self.node(holder) + "".join(parts[1:]) if fields else None

    def _held_otherwise(self, node: int) -> str | None:
        """Return a field that leads to an object, or to what is before it, though not on the shortest way.

        What an engine finds on its stack it also holds by itself, and that way is the shorter one.
        """
        above = node
        for _ in range(_MOST_BELOW):
            field = self._field_to(above)
            if field is not None:
                return field + self._below(node, above)
            before = int(self._links[above])
            if before == above or self._is_root(before):
                break
            above = before
        return None

    def _field_to(self, node: int) -> str | None:
        """Return the nearest field that leads to a node, on whichever way."""
        graph = self._graph
        first, edges = graph.retainers
        leading = edges[int(first[node]) : int(first[node + 1])]
        leading = leading[np.isin(graph.edge_type[leading], field_types(graph))]
        sources = graph.edge_sources(leading)
        leading, sources = leading[sources != node], sources[sources != node]
        if not len(leading):
            return None
        nearest = int(np.lexsort((leading, graph.strong_ways.distance[sources]))[0])
        field = short(graph.strings[int(graph.edge_name[leading[nearest]])])
        return f"{self.node(int(sources[nearest]))}.{field}"

    def _is_root(self, node: int) -> bool:
        return bool(self._graph.node_type[node] == self._graph.node_code("synthetic"))

    def _below(self, node: int, above: int | None = None) -> str:
        """Return how a node lies below its anchor: `[]` for each collection, else what it goes through."""
        found = ""
        for _ in range(_MOST_BELOW):
            before = int(self._links[node])
            if node in (before, above) or self._is_root(before):
                break
            if self.fields.into_collection[node]:
                found = f"[]{found}"
            elif self.fields.through[node]:
                found = f" via {self.node(before)}"
            node = before
        return found

    def node(self, node: int) -> str:
        """Return what a node is called: its class, `name()` for a function, the file for a scope."""
        graph = self._graph
        kind = graph.node_types[graph.node_type[node]]
        if kind == "closure":
            return f"{short(graph.strings[int(graph.node_name[node])]) or _ANONYMOUS}()"
        if kind == "synthetic":
            return short(graph.strings[int(graph.node_name[node])]) or "(root)"
        name = graph.class_names[int(graph.class_id[node])]
        if graph.strings[int(graph.node_name[node])] == _CELL:
            return "(module)"
        if is_scope(name):
            file = self._files_of_scopes.get(node)
            return f"(scope {short(_last_part(file))})" if file else "(scope)"
        return short(name)

    @cached_property
    def _files_of_scopes(self) -> dict[int, str]:
        """The script of each scope, by a function that was made in it."""
        graph = self._graph
        functions = np.flatnonzero(graph.node_type == graph.node_code("closure"))
        made_in = internal_targets(graph, functions, "context")
        scopes, first = np.unique(made_in, return_index=True)
        files = self._places.scripts(functions[first])
        return {scope: file for scope, file in zip(scopes.tolist(), files, strict=True) if file}


def short(name: str) -> str:
    """Return a name without its middle where it is too long to be one."""
    return name if len(name) <= _LONGEST else without_middle(name, _LONGEST // 2, _LONGEST // 3 + 1)


def _last_part(file: str) -> str:
    """Return the name of a file without its folders; Node's own modules keep theirs."""
    return file if file.startswith("node:") else file_name(file.rstrip("/\\"))
