"""Concatenated strings: V8 keeps the two halves until somebody needs the whole."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I64, U32, U64, Flags
from memdoctor.heap.core.text import digest_ropes
from memdoctor.heap.digests import BASE, Digests
from memdoctor.heap.edges import internal_targets
from memdoctor.heap.raw import raw
from memdoctor.heap.strings import units

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

MOST_UNITS = 1024  # a text is put together until it has so many, as V8 writes no more of a string
_STEPS = 1 << 14  # on the way through one concatenation: more than 1024 leaves can need


@dataclass(eq=False, frozen=True)
class Ropes:
    """The concatenated strings of a heap: nodes, and their halves as nodes, -1 where one is missing."""

    nodes: I64
    first: I64
    second: I64

    def text(self, graph: "HeapGraph", node: int) -> str:
        """Return the text of a string node, plain or one of these, as far as V8 would have written it."""
        found, waiting = "", [node]
        for _ in range(_STEPS):
            if not waiting or units(found) >= MOST_UNITS:
                break
            current = waiting.pop()
            place = int(np.searchsorted(self.nodes, current))
            if place < len(self.nodes) and self.nodes[place] == current:
                halves = (int(self.second[place]), int(self.first[place]))
                waiting += [half for half in halves if half >= 0]
            else:
                found += graph.strings[int(graph.node_name[current])]
        return found


def find_ropes(graph: "HeapGraph") -> Ropes:
    """Return the concatenated strings, by ascending node."""
    nodes = np.flatnonzero(graph.node_type == graph.node_code("concatenated string"))
    return Ropes(nodes, internal_targets(graph, nodes, "first"), internal_targets(graph, nodes, "second"))


def digest(graph: "HeapGraph", ropes: Ropes, strings: Digests) -> tuple[U64, U32]:
    """Return the digest and the length in units of each of the concatenations."""
    leaves, count = len(strings.indices) + 1, len(ropes.nodes)
    empty = leaves - 1
    digests = np.concatenate([strings.digests, np.zeros(1 + count, np.uint64)])
    lengths = np.concatenate([strings.units, np.zeros(1 + count, np.uint32)])
    sizes = np.concatenate([strings.sizes, np.zeros(1 + count, np.uint64)])
    first, second = (_items(graph, ropes, strings, half, empty) for half in (ropes.first, ropes.second))
    digest_ropes(
        raw(first),
        raw(second),
        leaves,
        MOST_UNITS,
        _STEPS,
        BASE,
        raw(digests),
        raw(lengths),
        raw(sizes),
        raw(np.zeros(count, np.uint8)),
        raw(np.empty(2 * count + 2, np.uint32)),
        raw(np.empty(2 * _STEPS + 4, np.uint32)),
    )
    return digests[leaves:], lengths[leaves:]


def flat(graph: "HeapGraph", ropes: Ropes, strings: Digests, lengths: U32) -> Flags:
    """Return which have an empty half: V8 made these itself when it put a text together."""
    everything = np.concatenate([strings.units, np.ones(1, np.uint32), lengths])
    missing = len(strings.indices)  # an empty half that is not there makes nothing flat
    halves = (_items(graph, ropes, strings, half, missing) for half in (ropes.first, ropes.second))
    one, other = (everything[half] == 0 for half in halves)
    either: Flags = one | other
    return either


def _items(graph: "HeapGraph", ropes: Ropes, strings: Digests, halves: I64, missing: int) -> U32:
    """Return halves as items: strings by their place among the digests, then `missing`, then the ropes."""
    items = np.full(len(halves), missing, np.uint32)
    place = np.searchsorted(ropes.nodes, halves)
    is_rope = ropes.nodes[np.minimum(place, max(len(ropes.nodes) - 1, 0))] == halves
    items[is_rope] = missing + 1 + place[is_rope]
    leaf = (halves >= 0) & ~is_rope
    items[leaf] = np.searchsorted(strings.indices, graph.node_name[halves[leaf]])
    return items
