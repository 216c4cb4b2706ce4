"""Memory outside the JS heap that a snapshot sees, and who holds it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.entries.tables import butterflies
from memdoctor.analysis.heap.entries.typed_arrays import ELEMENT_BYTES
from memdoctor.analysis.heap.grouping import largest_of_each
from memdoctor.analysis.heap.naming.owners import Owners
from memdoctor.heap.arrays import I64, U8, U64, Flags
from memdoctor.heap.classes import of_classes
from memdoctor.heap.digests import BASE
from memdoctor.heap.graph import HeapGraph

KINDS = ("array buffer", "external string", "native", "engine")
_BUFFER, _STRING, _NATIVE, _ENGINE = range(len(KINDS))
_NONE = 255
_NAMES = {"system / JSArrayBufferData": _BUFFER, "system / ExternalStringData": _STRING}
_INTERNAL, _DETACHED = "system / ", "Detached "
_WITH_BYTES = {"ArrayBuffer", "SharedArrayBuffer", *ELEMENT_BYTES}


@dataclass(frozen=True, slots=True)
class Outside:
    """Native memory of one kind and class under one holder; `node` is the largest piece."""

    kind: str
    name: str
    holder: str | None
    count: int
    bytes: int
    node: int


@dataclass(eq=False, frozen=True)
class _Groups:
    """The same in columns, the largest first."""

    kinds: U8
    counts: I64
    bytes: I64
    largest: I64


class External:
    """Native memory by kind, class and holder. Each piece counts once, also where many share it.

    In Bun's snapshots the bytes of a buffer are part of the object's own size (`in_objects`). V8 from
    about 15 on types its own objects as native: they are in the heap, and only counted, as `engine`.
    """

    def __init__(self, graph: HeapGraph, owners: Owners) -> None:
        self._graph = graph
        self._owners = owners

    @cached_property
    def in_objects(self) -> bool:
        """Whether the bytes of a buffer are in the size of its object, as Bun has it."""
        return self._graph.format == "jsc" or len(butterflies(self._graph)) > 0

    @property
    def extra_bytes(self) -> int:
        """Native memory that V8 declares outside of any node."""
        return self._graph.extra_native_bytes

    def bytes_of(self, kind: str) -> int:
        """Return the bytes of all memory of one of `KINDS`."""
        return int(self._bytes_by_kind[KINDS.index(kind)])

    @property
    def visible_bytes(self) -> int:
        """All bytes outside the heap that the snapshot sees."""
        return self.extra_bytes + sum(self.bytes_of(kind) for kind in KINDS[:_ENGINE])

    @property
    def group_count(self) -> int:
        """How many groups there are."""
        return len(self._groups.counts)

    def groups(self, most: int = 0) -> Iterator[Outside]:
        """Yield the groups, the largest first; so many of them, 0 is all."""
        graph, found = self._graph, self._groups
        for place in range(min(most, self.group_count) if most else self.group_count):
            node = int(found.largest[place])
            yield Outside(
                KINDS[found.kinds[place]],
                graph.class_names[int(graph.class_id[node])],
                self._owners.name(node, alone=int(found.counts[place]) == 1),
                int(found.counts[place]),
                int(found.bytes[place]),
                node,
            )

    def buffers(self, least: int) -> Iterator[Outside]:
        """Yield the array buffers of each holder that has so many bytes of them, the most first."""
        if not np.any((self._groups.bytes >= least) & (self._groups.kinds == _BUFFER)):
            return
        for group in self.groups():
            if group.bytes < max(least, 1):
                break
            if group.kind == KINDS[_BUFFER]:
                yield group

    @cached_property
    def _bytes_by_kind(self) -> I64:
        nodes = np.flatnonzero(self._kind_of_node != _NONE)
        kinds, sizes = self._kind_of_node[nodes], self._graph.nodes.size[nodes]
        return np.bincount(kinds, weights=sizes, minlength=len(KINDS)).astype(np.int64)

    @cached_property
    def _kind_of_node(self) -> U8:
        """Which of `KINDS` each node is, 255 for those in the heap."""
        graph = self._graph
        kinds = np.full(graph.node_count, _NONE, np.uint8)
        for kind, nodes in (
            ("native", np.flatnonzero(graph.node_type == graph.node_code("native"))),
            ("object", self._holding_bytes if self.in_objects else np.empty(0, np.int64)),
        ):
            classes = graph.class_id[nodes]
            by_class = np.full(len(graph.class_names), _NONE, np.uint8)
            for number in np.unique(classes).tolist():
                name = graph.class_names[number].removeprefix(_DETACHED)
                internal = _ENGINE if name.startswith(_INTERNAL) else _NATIVE
                by_class[number] = _BUFFER if kind == "object" else _NAMES.get(name, internal)
            kinds[nodes] = by_class[classes]
        return kinds

    @cached_property
    def is_buffer(self) -> Flags:
        """Which nodes are the memory of array buffers."""
        found: Flags = self._kind_of_node == _BUFFER
        return found

    @property
    def _holding_bytes(self) -> I64:
        objects = self._graph.node_type == self._graph.node_code("object")
        return np.flatnonzero(objects & of_classes(self._graph, lambda name: name in _WITH_BYTES))

    @cached_property
    def _groups(self) -> _Groups:
        graph, sizes = self._graph, self._graph.nodes.size
        nodes = np.flatnonzero((self._kind_of_node < _ENGINE) & (sizes > 0))
        classes = graph.class_id[nodes].astype(np.uint64) + np.uint64(1)
        if self.in_objects:
            # An object is anchored in itself: what holds it tells more than the object.
            classes = np.zeros(len(nodes), np.uint64)
        keys: U64 = self._owners.keys(nodes) ^ classes * np.uint64(BASE)
        _, group, counts = np.unique(keys, return_inverse=True, return_counts=True)
        sums = np.bincount(group, weights=sizes[nodes], minlength=len(counts)).astype(np.int64)
        largest = nodes[largest_of_each(group, sizes[nodes], nodes)]
        by_size = np.lexsort((largest, -sums))
        kinds = self._kind_of_node[largest[by_size]]
        return _Groups(kinds, counts[by_size], sums[by_size], largest[by_size])
