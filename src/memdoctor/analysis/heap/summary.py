"""What a heap is made of: bytes by kind, and how much there is of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from memdoctor.analysis.heap.view import KINDS, Column, View
from memdoctor.heap.everything import compute
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.marks import UNREACHED
from memdoctor.model import Source


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


def summary(graph: HeapGraph) -> Mapping[str, Any]:
    """Return how much there is, and the bytes of each kind; together the kinds are the total."""
    numbers, sums = counts(graph), graph.statistics
    kinds = {
        "code_bytes": sums.code,
        "strings_bytes": sums.strings,
        "arrays_bytes": sums.arrays,
        "typed_arrays_bytes": sums.typed_arrays,
        "other_native_bytes": sums.native - sums.typed_arrays,
        "system_bytes": sums.system,
    }
    return {
        **numbers,
        "native_bytes": sums.native,
        "v8_heap_bytes": sums.v8_heap,
        **kinds,
        "objects_bytes": numbers["total_bytes"] - sum(kinds.values()),
    }


def summary_view(graph: HeapGraph, source: Source) -> View:
    """Return the kinds as rows, the largest first."""
    numbers = summary(graph)
    total = numbers["total_bytes"]
    rows: list[Mapping[str, Any]] = []
    for key, name, counted in KINDS:
        count = numbers[key]
        share = count / total if total else None
        rows.append({"kind": name, "shallow_bytes": count, "share": share, "counted": counted})
    columns = (
        Column("kind", "kind", "text"),
        Column("shallow_bytes", "size", "bytes"),
        Column("share", "share", "share"),
        Column("counted", "counted", "text"),
    )
    ordered = tuple(sorted(rows, key=lambda row: -row["shallow_bytes"]))
    return View("summary", (source,), columns, ordered, numbers, len(ordered), numbers)
