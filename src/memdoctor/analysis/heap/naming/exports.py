"""What ES modules export: a variable there is a cell, and a table of the module has its name beside it."""

import numpy as np

from memdoctor.heap.edges import degrees, edges_of
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.roots import named

_MOST_EDGES = 1_000_000  # of all tables that lead to cells


def exported_names(graph: HeapGraph) -> dict[int, int]:
    """Return the strings that name exported variables, by the cells in which these are."""
    is_cell = graph.node_name == named(graph, "system / Cell")
    if not is_cell.any():
        return {}
    internal = graph.edge_code("internal")
    edges = np.flatnonzero(is_cell[graph.edge_target] & (graph.edge_type == internal))
    tables = np.unique(graph.edge_sources(edges))
    tables = tables[graph.node_type[tables] == graph.node_code("array")]
    edges = edges_of(graph, tables)
    if not 0 < len(edges) <= _MOST_EDGES:
        return {}
    rows = np.repeat(np.arange(len(tables)), degrees(graph, tables))
    kept = graph.edge_type[edges] == internal
    edges, rows = edges[kept], rows[kept]
    words = graph.strings.numbers(graph.edge_name[edges].astype(np.int64))
    targets = graph.edge_target[edges].astype(np.int64)
    places = zip(rows.tolist(), words.tolist(), targets.tolist(), strict=True)
    by_place = {(row, word): target for row, word, target in places if word >= 0}
    text = graph.node_code("string")
    found = {}
    for (row, word), target in by_place.items():
        key = by_place.get((row, word - 1))
        if key is not None and is_cell[target] and graph.node_type[key] == text:
            found[target] = int(graph.node_name[key])
    return found
