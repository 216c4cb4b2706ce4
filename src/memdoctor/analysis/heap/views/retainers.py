"""Who retains the objects of a class, or one object: shortest ways from a root, equal ones as one row."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.naming.paths import Path, Step
from memdoctor.analysis.heap.select import nodes_of
from memdoctor.analysis.heap.view import MOST_WAYS, Ask, Column, View
from memdoctor.heap.arrays import I64, U64
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.marks import UNREACHED
from memdoctor.heap.traits import WEAK
from memdoctor.model import Source

_COLUMNS = (
    Column("count", "count", "count"),
    Column("length", "edges", "range"),
    Column("path", "way", "path"),
    Column("node_id", "node", "id"),
)


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the ways to the objects of a class, the most frequent first, or the ways to one object."""
    graph = inside.graph
    name, nodes = nodes_of(graph, ask.what or "")
    most = ask.rows(MOST_WAYS)
    if len(nodes) == 1:
        rows, row_count, weak = _of_one(inside, int(nodes[0]), most, ask.depth)
    else:
        (rows, row_count), weak = _of_many(inside, nodes, most, ask.depth), None
    unreached = int(np.count_nonzero(graph.distance[nodes] == UNREACHED))
    totals = {
        "target": name,
        "count": len(nodes),
        "shallow_bytes": int(graph.shallow_size[nodes].sum(dtype=np.int64)),
        "unreachable_count": unreached,
        "weak_edge_count": weak,
    }
    notes = (_not_reached(unreached, len(nodes)),) if unreached else ()
    return View(
        "retainers", (source,), _COLUMNS, rows, totals, row_count, inside.counts, notes, most=MOST_WAYS
    )


Rows = tuple[Mapping[str, Any], ...]


def _of_many(inside: Inside, nodes: I64, most: int, depth: int | None) -> tuple[Rows, int]:
    """Return a row for each way over which objects are reached, with how many are."""
    distances = inside.graph.strong_ways.distance[nodes]
    nodes = nodes[np.lexsort((nodes, distances))]  # the nearest of each group stands for it
    keys = inside.paths.keys(nodes)
    order, first, counts = _groups(keys)
    _, last = np.unique(keys[::-1], return_index=True)
    farthest = nodes[::-1][last]
    columns = (nodes[first[order[:most]]], counts[order[:most]], farthest[order[:most]])
    rows = (
        _row(inside, inside.paths.to(node, depth), node, count, inside.paths.length(far))
        for node, count, far in zip(*(column.tolist() for column in columns), strict=True)
    )
    return tuple(rows), len(counts)


def _of_one(inside: Inside, node: int, most: int, depth: int | None) -> tuple[Rows, int, int]:
    """Return a row for each way that an edge to the object ends, the shortest first."""
    graph, paths = inside.graph, inside.devtools_paths
    edges, weak = retaining_edges(graph, node)
    distances = graph.ways.distance[graph.edge_sources(edges)]
    edges = edges[np.lexsort((edges, distances, distances < 0))]  # the nearest first, the unreached last
    sources = graph.edge_sources(edges)
    fields = np.where(graph.edge_type[edges] == graph.edge_code("element"), 0, graph.edge_name[edges])
    _, first, counts = _groups(paths.keys(sources) * np.uint64(31) + fields.astype(np.uint64))
    order = np.lexsort((-counts, first))[:most]
    columns = (edges[first[order]], sources[first[order]], counts[order])
    rows = [_row(inside, paths.to(node, depth), node, 1)] if paths.starts_at(node) else []
    rows += [
        _row(inside, paths.over(edge, depth), source, count)
        for edge, source, count in zip(*(column.tolist() for column in columns), strict=True)
    ]
    return tuple(rows), len(counts) + len(rows) - len(order), weak


def retaining_edges(graph: HeapGraph, node: int) -> tuple[I64, int]:
    """Return the edges that lead to a node, without those of the root, and how many weak ones there are."""
    first, edges = graph.retainers
    leading = edges[int(first[node]) : int(first[node + 1])].astype(np.int64)
    weak = (graph.edges.trait[leading] & np.uint8(WEAK)) != 0
    kept = leading[~weak]
    sources = graph.edge_sources(kept)
    return kept[(sources != graph.root) & (sources != node)], int(weak.sum())


def _groups(keys: U64) -> tuple[I64, I64, I64]:
    """Return the order of groups of equal keys, the largest first, an index of each, and their sizes."""
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    return np.lexsort((first, -counts)), first, counts


def _row(
    inside: Inside, path: Path, node: int, count: int, longest: int | None = None
) -> Mapping[str, Any]:
    """Return a row; where its ways are of several lengths, `length` is None and has bounds."""
    longest = path.length if longest is None else longest
    return {
        "count": count,
        "length": path.length if path.length == longest else None,
        "length_low": path.length,
        "length_high": longest,
        "path": path.text,
        "node_id": inside.id_of(node),
        "steps": tuple(_step(inside, step) for step in path.steps),
    }


def _step(inside: Inside, step: Step) -> Mapping[str, Any]:
    graph, edge = inside.graph, step.edge
    label: str | int | None = None
    if edge is not None:
        name = int(graph.edge_name[edge])
        label = name if graph.edge_type[edge] in graph.numbered else graph.strings[name]
    return {
        "edge": label,
        "edge_type": None if edge is None else graph.edge_types[graph.edge_type[edge]],
        "node": inside.owners.node(step.node),
        "node_id": inside.id_of(step.node),
    }


def _not_reached(unreached: int, count: int) -> str:
    return (
        f"{unreached} of {count} are led to by nothing that a root leads to: their ways start at what "
        "nothing in the file retains"
    )
