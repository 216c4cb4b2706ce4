"""Typed arrays: how many elements there is room for in their buffers."""

import numpy as np

from memdoctor.analysis.heap.entries.tables import UNKNOWN, Entries
from memdoctor.heap.edges import edges_named, internal_targets
from memdoctor.heap.graph import HeapGraph

# Class → bytes of an element.
ELEMENT_BYTES = {
    "Buffer": 1, "FastBuffer": 1, "Uint8Array": 1, "Int8Array": 1, "Uint8ClampedArray": 1, "DataView": 1,
    "Uint16Array": 2, "Int16Array": 2, "Float16Array": 2, "Uint32Array": 4, "Int32Array": 4,
    "Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8,
}  # fmt: skip


def find_typed_arrays(graph: HeapGraph) -> Entries:
    """Return typed arrays with the room in their buffers, which others may share."""
    nodes = np.unique(graph.edge_sources(edges_named(graph, "internal", "buffer")))
    nodes = nodes[graph.node_type[nodes] == graph.node_code("object")]
    buffers = internal_targets(graph, nodes, "buffer")
    data = np.full(len(nodes), -1, np.int64)
    data[buffers >= 0] = internal_targets(graph, buffers[buffers >= 0], "backing_store")
    nodes, data = nodes[data >= 0], data[data >= 0]
    widths = np.ones(len(graph.class_names), np.int64)  # of what extends one the class tells nothing
    for number, name in enumerate(graph.class_names):
        widths[number] = ELEMENT_BYTES.get(name, 1)
    room = graph.nodes.size[data].astype(np.int64) // widths[graph.class_id[nodes]]
    unknown = np.full(len(nodes), UNKNOWN, np.int64)
    return Entries("typed array", nodes, unknown, np.zeros_like(room), room, room, 1)
