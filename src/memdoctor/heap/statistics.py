"""What the bytes of a heap are, as the pie chart of DevTools has them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.core.sums import count_up_to_two
from memdoctor.heap.edges import internal_targets
from memdoctor.heap.raw import raw
from memdoctor.heap.roots import named
from memdoctor.heap.strings import TEXT_TYPES

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


@dataclass(frozen=True, slots=True)
class Statistics:
    """Bytes by kind. `native` holds `typed_arrays`; what is in no part of the heap is in `v8_heap` alone.

    V8 from about 15 on types its internal nodes as native: `native` then holds what `system` held.
    """

    total: int
    native: int
    typed_arrays: int
    v8_heap: int
    code: int
    strings: int
    arrays: int
    system: int


def statistics(graph: "HeapGraph") -> Statistics:
    """Add up shallow sizes by kind."""
    sizes, types = graph.shallow_size, graph.node_type
    by_type = np.bincount(types, weights=sizes, minlength=256)

    def of(*names: str) -> int:
        return sum(int(by_type[code]) for name in names if (code := graph.node_code(name)) != 255)

    buffers = graph.node_name == named(graph, "system / JSArrayBufferData")
    buffers &= types == graph.node_code("native")
    native = of("native") + graph.extra_native_bytes
    total = int(sizes.sum(dtype=np.int64)) + graph.extra_native_bytes
    return Statistics(
        total=total,
        native=native,
        typed_arrays=int(sizes[buffers].sum(dtype=np.int64)),
        v8_heap=total - native,
        code=of("code"),
        strings=of(*TEXT_TYPES),
        arrays=_array_bytes(graph),
        system=of("hidden"),
    )


def _array_bytes(graph: "HeapGraph") -> int:
    """Return the bytes of arrays with their elements, where nothing else leads to those."""
    other = [graph.node_code(name) for name in ("hidden", "native", "code", *TEXT_TYPES)]
    named_so = (graph.node_name == named(graph, "Array")) & ~np.isin(graph.node_type, other)
    arrays = np.flatnonzero(named_so)
    elements = internal_targets(graph, arrays, "elements")
    elements = elements[elements >= 0]
    leading_there = np.zeros(graph.node_count, np.uint8)
    count_up_to_two(raw(graph.edge_target), raw(leading_there))
    sole = leading_there[elements] == 1
    own = int(graph.shallow_size[arrays].sum(dtype=np.int64))
    return own + int(graph.shallow_size[elements[sole]].sum(dtype=np.int64))
