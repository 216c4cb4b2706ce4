"""How much there is in a heap."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from memdoctor.heap.everything import compute
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.marks import UNREACHED


def counts(graph: HeapGraph) -> Mapping[str, Any]:
    """Return which format it has, and how much there is."""
    compute(graph)
    return {
        "format": graph.format,
        "has_user_roots": graph.has_user_roots,
        "node_count": graph.node_count,
        "edge_count": graph.edge_count,
        "class_count": len(graph.classes),
        "unreachable_count": int(np.count_nonzero(graph.distance == UNREACHED)),
        "total_bytes": graph.total_size,
        "file_bytes": graph.file_bytes,
    }
