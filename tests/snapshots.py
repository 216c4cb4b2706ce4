"""Writes small heap snapshots in V8's format, with just the nodes and edges that matter."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Snapshot as Record
from memdoctor.model import Source

NODE_TYPES = (
    "hidden", "array", "string", "object", "code", "closure", "regexp", "number", "native", "synthetic",
    "concatenated string", "sliced string", "symbol", "bigint", "object shape",
)  # fmt: skip
NODE_FIELDS = ("type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness")
EDGE_TYPES = ("context", "element", "property", "internal", "hidden", "shortcut", "weak")


@dataclass
class Snapshot:
    """A heap on its way into a file: node 0 is the root, ids are odd, in order."""

    node_fields: Sequence[str] = NODE_FIELDS
    nodes: list[dict[str, int]] = field(default_factory=list)
    edges: list[tuple[int, str, str | int, int]] = field(default_factory=list)
    strings: dict[str, int] = field(default_factory=lambda: {"<dummy>": 0})
    locations: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.node("synthetic", "", 0)

    def text(self, text: str) -> int:
        """Return the index of a string."""
        return self.strings.setdefault(text, len(self.strings))

    def node(self, kind: str, name: str, size: int = 16, *, detachedness: int = 0) -> int:
        """Add a node and return its number."""
        number = len(self.nodes)
        self.nodes.append(
            {
                "type": NODE_TYPES.index(kind), "name": self.text(name), "id": 2 * number + 1,
                "self_size": size, "trace_node_id": 0, "detachedness": detachedness,
            }
        )  # fmt: skip
        return number

    def edge(self, source: int, target: int, name: str | int = "x", kind: str = "property") -> None:
        """Add an edge."""
        self.edges.append((source, kind, name, target))

    def object(self, name: str, size: int = 16, *, holder: int = 0, key: str = "") -> int:
        """Add an object that hangs on another one."""
        number = self.node("object", name, size)
        self.edge(holder, number, key or f"of{number}")
        return number

    def global_object(self) -> int:
        """Add the global object, a user root, and return its number."""
        number = self.node("object", "global", 0)
        self.edge(0, number, "global", "shortcut")
        return number

    def document(self) -> dict[str, Any]:
        """Return the snapshot as JSON values."""
        width = len(self.node_fields)
        by_source: dict[int, list[list[int]]] = {}
        for source, kind, name, target in self.edges:
            key = name if isinstance(name, int) else self.text(name)
            by_source.setdefault(source, []).append([EDGE_TYPES.index(kind), key, target * width])
        nodes: list[int] = []
        for number, node in enumerate(self.nodes):
            row = node | {"edge_count": len(by_source.get(number, ()))}
            nodes += [row[name] for name in self.node_fields]
        edges = [number for source in sorted(by_source) for row in by_source[source] for number in row]
        numbers = len(self.node_fields) - 1
        return {
            "snapshot": {
                "meta": {
                    "node_fields": list(self.node_fields),
                    "node_types": [list(NODE_TYPES), *["number"] * numbers],
                    "edge_fields": ["type", "name_or_index", "to_node"],
                    "edge_types": [list(EDGE_TYPES), "string_or_number", "node"],
                    "location_fields": ["object_index", "script_id", "line", "column"],
                },
                "node_count": len(self.nodes),
                "edge_count": len(edges) // 3,
                "trace_function_count": 0,
            },
            "nodes": nodes,
            "edges": edges,
            "locations": self.locations,
            "strings": list(self.strings),
        }

    def write(self, path: Path, dump: Callable[[Any], str] = json.dumps) -> Path:
        """Write the file."""
        path.write_text(dump(self.document()), encoding="utf-8")
        return path


def in_case(graph: HeapGraph) -> Record:
    """Return a graph as a case has it."""
    return Record(Source(graph.source, "path", graph.format), lambda: (graph, ()))


def from_edges(count: int, edges: Iterable[tuple[int, int]], sizes: Sequence[int] = ()) -> Snapshot:
    """Return a heap of `count` nodes, the root with them, and plain property edges."""
    made = Snapshot()
    for number in range(1, count):
        made.node("object", f"N{number}", sizes[number] if sizes else number)
    for source, target in edges:
        made.edge(source, target)
    return made
