"""One object: what it is, what it leads to, what leads to it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.select import node_of
from memdoctor.analysis.heap.view import MOST_WAYS, Ask, Column, View
from memdoctor.analysis.heap.views.retainers import retaining_edges
from memdoctor.heap.arrays import I64
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.strings import TEXT_TYPES
from memdoctor.model import Source

_COLUMNS = (
    Column("relation", "", "text"),
    Column("name", "field", "name"),
    Column("object", "object", "name"),
    Column("retained_bytes", "retained", "bytes"),
    Column("node_id", "node", "id"),
    Column("content", "content", "content"),
    Column("shallow_bytes", "shallow", "bytes"),
    Column("distance", "distance", "distance"),
)
_MOST_DOMINATORS = 12
_MOST_CONTENT = 60  # characters
_DETACHEDNESS = {0: "unknown", 1: "attached", 2: "detached"}


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return an object's fields and retainers, those that retain most first."""
    graph = inside.graph
    node = node_of(graph, ask.what or "")
    fields = np.arange(graph.first_edge[node], graph.first_edge[node + 1], dtype=np.int64)
    retaining, weak = retaining_edges(graph, node)
    rows = [
        _row(inside, "is", None, node),
        *_rows(inside, "has", _largest(graph, fields, graph.edge_target[fields])),
        *_rows(inside, "held by", _largest(graph, retaining, graph.edge_sources(retaining))),
    ]
    known = tuple(_known(inside, node))
    totals = {
        **{column.key: value for column, value in known},
        "node_id": inside.id_of(node),
        "field_count": len(fields),
        "retainer_count": len(retaining),
        "weak_edge_count": weak,
    }
    count = 1 + len(fields) + len(retaining)
    notes = (f"{weak} weak edges lead to it, which retain nothing",) if weak else ()
    facts = tuple(column for column, _ in known)
    return View(
        "node", (source,), _COLUMNS, tuple(rows), totals, count, inside.counts, notes, facts, 2 * MOST_WAYS
    )


def _known(inside: Inside, node: int) -> Iterator[tuple[Column, Any]]:
    graph, place = inside.graph, inside.places.of(node)
    yield Column("class", "class", "name"), graph.class_names[int(graph.class_id[node])]
    yield Column("type", "type", "text"), graph.node_types[graph.node_type[node]]
    yield Column("shallow_bytes", "shallow", "bytes"), int(graph.shallow_size[node])
    yield Column("self_bytes", "in the file", "bytes"), int(graph.nodes.size[node])
    yield Column("retained_bytes", "retained", "bytes"), int(graph.retained_size[node])
    yield Column("distance", "distance", "distance"), int(graph.distance[node])
    if graph.detachedness[node]:
        yield Column("detachedness", "DOM", "text"), _DETACHEDNESS.get(int(graph.detachedness[node]))
    yield Column("holder", "held by", "name"), inside.owners.name(node)
    if place is not None:
        yield Column("place", "code", "name"), str(place)
        yield Column("package", "package", "text"), place.package
    yield Column("path", "way", "path"), inside.paths.to(node).text
    yield Column("dominators", "dominators", "path"), " → ".join(_dominators(inside, node))


def _dominators(inside: Inside, node: int) -> list[str]:
    """Return the dominators of a node from far to near, without parts; of many the nearest."""
    graph, found = inside.graph, list[str]()
    while node != graph.root and len(found) < _MOST_DOMINATORS:
        node = int(graph.dominator[node])
        if not inside.paths.unnamed[node]:
            found.append(f"{inside.owners.node(node)} @{inside.id_of(node)}")
    return ["…" if node != graph.root else "(root)", *found[::-1]]


def _largest(graph: HeapGraph, edges: I64, ends: Any) -> I64:
    """Return the edges whose other ends retain most."""
    order = np.lexsort((edges, -graph.retained_size[ends]))
    return edges[order[:MOST_WAYS]]


def _rows(inside: Inside, relation: str, edges: I64) -> Iterator[Mapping[str, Any]]:
    graph = inside.graph
    ends = graph.edge_sources(edges) if relation == "held by" else graph.edge_target[edges]
    for edge, end in zip(edges.tolist(), ends.tolist(), strict=True):
        yield _row(inside, relation, edge, end)


def _row(inside: Inside, relation: str, edge: int | None, end: int) -> Mapping[str, Any]:
    graph = inside.graph
    kind = None if edge is None else graph.edge_types[graph.edge_type[edge]]
    return {
        "relation": relation,
        "name": None if edge is None else _label(graph, edge, str(kind)),
        "edge_type": kind,
        "object": inside.owners.node(end),
        "retained_bytes": int(graph.retained_size[end]),
        "node_id": inside.id_of(end),
        "shallow_bytes": int(graph.shallow_size[end]),
        "distance": int(graph.distance[end]),
        "content": _content(graph, end),
    }


def _label(graph: HeapGraph, edge: int, kind: str) -> str:
    number = int(graph.edge_name[edge])
    name = str(number) if graph.edge_type[edge] in graph.numbered else graph.strings[number]
    if kind == "element":
        return f"[{name}]"
    return name if kind in ("property", "context") else f"({kind}) {name}"


def _content(graph: HeapGraph, node: int) -> str | None:
    """Return what a string holds, its beginning."""
    if graph.node_types[graph.node_type[node]] not in TEXT_TYPES:
        return None
    text = graph.strings[int(graph.node_name[node])]
    return text if len(text) <= _MOST_CONTENT else f"{text[: _MOST_CONTENT - 1]}…"
