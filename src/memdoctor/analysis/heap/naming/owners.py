"""Who owns an object, in the words of the program: `SessionManager.sessions`."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from memdoctor.analysis.heap.grouping import ends_of_chains
from memdoctor.analysis.heap.naming.places import Places
from memdoctor.heap.arrays import I64, U32, U64, Flags
from memdoctor.heap.digests import BASE
from memdoctor.heap.edges import internal_targets
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.roots import named
from memdoctor.heap.ways import Ways

CONTEXT = "system / Context"
_MOST_FIELDS = 4  # `Bus._events.message` has two
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
    def _labelled(self) -> Flags:
        return labelled_by(self._graph, self._graph.strong_ways)

    @cached_property
    def anchor(self) -> U32:
        """The anchor of each node; the start of the way where no field leads to it."""
        ways = self._graph.strong_ways
        found = np.where(self._labelled, np.arange(len(ways.parent), dtype=np.uint32), ways.parent)
        ends: U32 = ends_of_chains(found)
        return ends

    @cached_property
    def _plain(self) -> Flags:
        graph = self._graph
        objects = graph.node_type == graph.node_code("object")
        plain: Flags = objects & (graph.node_name == named(graph, "Object"))
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
            plain = self._plain[parents] & labelled
            fields = np.zeros(len(anchors), np.uint64)
            fields[labelled] = graph.edge_name[graph.strong_ways.edge[anchors[labelled]]] + np.uint64(1)
            holders = np.where(plain, 0, graph.class_id[parents] + np.uint64(1))
            step = holders.astype(np.uint64) << np.uint64(32) | fields
            found[asked] = (found[asked] + step) * np.uint64(BASE)
            asked, current = asked[plain], parents[plain]
            if not len(asked):
                break
        return found

    def name(self, node: int) -> str | None:
        """Return the owner of a node as `Class.field`, None where no field leads to it."""
        graph, fields = self._graph, list[str]()
        anchor = int(self.anchor[node])
        inside = anchor != node
        while self._labelled[anchor] and len(fields) < _MOST_FIELDS:
            edge = int(graph.strong_ways.edge[anchor])
            fields.insert(0, short(graph.strings[int(graph.edge_name[edge])]))
            holder = int(graph.strong_ways.parent[anchor])
            following = int(self.anchor[holder])
            if not self._plain[holder] or not self._labelled[following]:
                break
            if following != holder:
                fields[0] = f"[].{fields[0]}"
            anchor = following
        if not fields:
            return None
        text = ".".join([self.node(holder), *fields]).replace(".[].", "[].")
        return f"{text}[]" if inside and self._is_element(node) else text

    def _is_element(self, node: int) -> bool:
        graph = self._graph
        return bool(graph.edge_type[graph.strong_ways.edge[node]] == graph.edge_code("element"))

    def node(self, node: int) -> str:
        """Return what a node is called: its class, `name()` for a function, the file for a scope."""
        graph = self._graph
        kind = graph.node_types[graph.node_type[node]]
        if kind == "closure":
            return f"{short(graph.strings[int(graph.node_name[node])]) or _ANONYMOUS}()"
        if kind == "synthetic":
            return short(graph.strings[int(graph.node_name[node])]) or "(root)"
        name = graph.class_names[int(graph.class_id[node])]
        if kind == "object" and (name == CONTEXT or name.startswith(f"{CONTEXT} /")):
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


def labelled_by(graph: HeapGraph, ways: Ways) -> Flags:
    """Return whether a field or a variable leads to each node, on the way to it."""
    codes = [graph.edge_code("property"), graph.edge_code("context")]
    types = graph.edge_type[ways.edge] if graph.edge_count else np.zeros(graph.node_count, np.uint8)
    has_parent = ways.parent != np.arange(graph.node_count, dtype=np.uint32)
    labelled: Flags = has_parent & np.isin(types, codes)
    return labelled


def short(name: str) -> str:
    """Return a name without its middle where it is too long to be one."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 3 :]}"


def _last_part(file: str) -> str:
    """Return the name of a file without its folders; Node's own modules keep theirs."""
    return file if file.startswith("node:") else file.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
