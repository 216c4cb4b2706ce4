"""What a heap is made of: bytes by kind."""

from collections.abc import Mapping
from typing import Any

from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import KINDS, Ask, Column, View
from memdoctor.model import Source


def figures(inside: Inside) -> Mapping[str, Any]:
    """Return how much there is, and the bytes of each kind; together the kinds are the total."""
    sums = inside.graph.statistics
    kinds = {
        "code_bytes": sums.code,
        "strings_bytes": sums.strings,
        "arrays_bytes": sums.arrays,
        "typed_arrays_bytes": sums.typed_arrays,
        "other_native_bytes": sums.native - sums.typed_arrays,
        "system_bytes": sums.system,
    }
    return {
        **inside.counts,
        "native_bytes": sums.native,
        "v8_heap_bytes": sums.v8_heap,
        **kinds,
        "objects_bytes": inside.total - sum(kinds.values()),
    }


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the kinds as rows, the largest first."""
    del ask
    numbers = figures(inside)
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
