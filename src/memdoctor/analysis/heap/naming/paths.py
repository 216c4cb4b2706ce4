"""Ways from a root to an object as a person reads them: `global.app → SessionManager.sessions → Map`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from memdoctor.analysis.heap.naming.fields import Fields, dictionaries
from memdoctor.analysis.heap.naming.owners import PARTS, Owners, short
from memdoctor.analysis.heap.naming.scopes import is_scope_of_v8
from memdoctor.heap.arrays import U64, Flags
from memdoctor.heap.classes import of_classes
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.marks import FROM_THE_ROOT, UNRETAINED
from memdoctor.heap.raw import raw
from memdoctor.heap.ways import Ways, digest

_MOST_NAMED = 12  # objects named in a path; of a longer one the middle is left out
_MOST_STEPS = 100
_MOST_WALKED = 5_000_000  # edges, on all ways of a view together; of what is further only the end is told
Nodes = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Step:
    """A node on a way, and the edge that leads to it; at the start there is none."""

    node: int
    edge: int | None


@dataclass(frozen=True, slots=True)
class Path:
    """A way in words, its last steps, and how many edges it has."""

    text: str
    steps: tuple[Step, ...]
    length: int | None  # None where it starts at no root


class Paths:
    """The shortest ways of a heap: those that keep objects alive, or those of DevTools."""

    def __init__(self, graph: HeapGraph, owners: Owners, ways: Ways, fields: Fields) -> None:
        self._graph = graph
        self._owners = owners
        self._ways = ways
        self._fields = fields
        self._walked = 0

    @cached_property
    def _dictionaries(self) -> frozenset[int]:
        return frozenset(dictionaries(self._graph).tolist())

    @cached_property
    def called(self) -> U64:
        """A number for what each node is called: its class; functions and roots have names of their own."""
        graph = self._graph
        names = graph.class_id.astype(np.uint64) + np.uint64(1)
        taken = len(graph.class_names) + 1
        for kind in ("closure", "synthetic"):
            of_kind = graph.node_type == graph.node_code(kind)
            names[of_kind] = graph.node_name[of_kind] + np.uint64(taken)
            taken += len(graph.strings)
        scopes = of_classes(graph, is_scope_of_v8)
        names[scopes] = names[scopes].min(initial=np.iinfo(np.uint64).max)  # one for all
        return names

    @cached_property
    def unnamed(self) -> Flags:
        """Whether a node is only a part of what is before it on a way, or the root of all."""
        graph = self._graph
        unnamed: Flags = np.isin(graph.node_type, [graph.node_code(name) for name in PARTS])
        unnamed[graph.root] = True
        return unnamed

    @cached_property
    def _steps(self) -> U64:
        """A number for each node: what it is called and over which field it is reached; 0 says nothing."""
        graph = self._graph
        names = np.where(self.unnamed, 0, self.called)
        fields = np.zeros(graph.node_count, np.uint64)
        labelled = self._fields.labelled
        fields[labelled] = self._fields.label[labelled] + np.uint64(2)
        fields[self._fields.into_collection & ~self.unnamed] = 1
        steps: U64 = names << np.uint64(33) | fields
        return steps

    def keys(self, nodes: Nodes) -> U64:
        """Return a number for each node, the same for those that are reached over equal ways."""
        return digest(self._ways, nodes.astype(np.uint32), self._steps, merged=True)

    def to(self, node: int, most: int | None = None) -> Path:
        """Return the way to a node, in words that name at most `most` objects."""
        return self._path(node, None, most or _MOST_NAMED)

    def over(self, edge: int, most: int | None = None) -> Path:
        """Return the way that ends with that edge."""
        return self._path(int(self._graph.edge_target[edge]), edge, most or _MOST_NAMED)

    def starts_at(self, node: int) -> bool:
        """Whether ways start at a node: nothing but the root leads to it, or it is a user root."""
        return self._edge_to(node) is None

    def length(self, node: int) -> int | None:
        """Return how many edges a node is away from where its way starts; None: at no root."""
        distance = int(self._ways.distance[node])
        if distance < 0 or distance >= UNRETAINED:
            return None
        return max(distance - (FROM_THE_ROOT if distance >= FROM_THE_ROOT else 0) - 1, 0)

    def _path(self, node: int, last: int | None, most: int) -> Path:
        """Walk back from a node; like steps after each other are one, with their number."""
        edge = last if last is not None else self._edge_to(node)
        steps = [Step(node, edge)]
        runs = [(node, edge, 1)]
        alike = int(self._steps[node]) if last is None else 0
        while edge is not None and self._walked < _MOST_WALKED:
            self._walked += 1
            node = int(self._source(edge)) if edge == last else self._parents[node]
            edge = self._edge_to(node)
            if len(steps) < _MOST_STEPS:
                steps.append(Step(node, edge))
            if (step := int(self._steps[node])) == alike and step:
                runs[-1] = (node, edge, runs[-1][2] + 1)
            else:
                runs.append((node, edge, 1))
                alike = step
        length = self.length(steps[0].node if last is None else self._source(last))
        length = length + 1 if length is not None and last is not None else length
        begun = [] if edge is None else ["…"]
        return Path(" → ".join([*begun, *self._words(runs[::-1], most)]), tuple(steps[::-1]), length)

    def _words(self, runs: list[tuple[int, int | None, int]], most: int) -> Iterator[str]:
        """Yield the objects on a way with the field that leads on from each."""
        parts: list[str] = []
        for node, edge, count in runs:
            if parts and edge is not None:
                parts[-1] += self._field(edge)
            if not self.unnamed[node] or not parts:
                parts.append(self._owners.node(node) + (f" × {count}" if count > 1 else ""))
        if len(parts) > 1 and self.unnamed[runs[0][0]]:
            parts = parts[1:]  # the root of all
        left = len(parts) - most
        if left > 0:
            yield from parts[: most // 3]
            yield f"… {left} more …"
            parts = parts[most // 3 + left :]
        yield from parts

    def _field(self, edge: int) -> str:
        """Return what stands after an object for the field over which a way leads on."""
        graph = self._graph
        kind = graph.edge_types[graph.edge_type[edge]]
        if kind == "element":
            return "[]" if self._is_array(edge) else ""
        if kind == "property" and self._dictionaries and self._source(edge) in self._dictionaries:
            return "[]"
        exports = self._fields.exports
        if exports and self._source(edge) in exports:
            return f".{short(graph.strings[exports[self._source(edge)]])}"
        if kind in ("property", "context"):
            return f".{short(graph.strings[int(graph.edge_name[edge])])}"
        return ""

    def _is_array(self, edge: int) -> bool:
        """Whether an element is one of an object, and not the number of a root."""
        kind = self._graph.node_type[self._source(edge)]
        return bool(kind != self._graph.node_code("synthetic"))

    @cached_property
    def _parents(self) -> memoryview:
        return raw(self._ways.parent)

    def _edge_to(self, node: int) -> int | None:
        """Return the edge over which a node is reached; None where a way starts."""
        at_start = self._parents[node] in (node, self._graph.root)
        return None if at_start else int(self._ways.edge[node])

    def _source(self, edge: int) -> int:
        return int(self._graph.edge_sources(np.asarray([edge]))[0])
