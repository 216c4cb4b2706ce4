"""Concatenated strings: V8 keeps the two halves until somebody needs the whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I64, U32, Flags
from memdoctor.heap.core.text import digest_ropes
from memdoctor.heap.digests import BASE, SECRET, Digests
from memdoctor.heap.edges import internal_targets
from memdoctor.heap.raw import raw
from memdoctor.heap.strings import units

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

MOST_UNITS = 1024  # a text is put together until it has so many, as V8 writes no more of a string
ROPE = "concatenated string"
_STEPS = 1 << 14  # on the way through one concatenation: more than 1024 leaves can need
_DEEPEST = 32  # what is nested deeper and short enough to be in the file is rare


@dataclass(eq=False, frozen=True)
class Ropes:
    """The concatenated strings of a heap: nodes, and their halves as nodes, -1 where one is missing."""

    nodes: I64
    first: I64
    second: I64

    def text(self, graph: "HeapGraph", node: int) -> str:
        """Return the text of a string node, plain or one of these, as far as V8 would have written it."""
        found = ""
        for leaf in self._walk(node, 2 * len(self.nodes) + _STEPS):
            found += graph.strings[int(graph.node_name[leaf])]
            if units(found) >= MOST_UNITS:
                break
        return found

    def leaves(self, node: int, most: int) -> list[int]:
        """Return the first nodes that the text of a string node is made of, itself where it is plain."""
        return list(islice(self._walk(node, 2 * most), most))

    def _walk(self, node: int, steps: int) -> Iterator[int]:
        """Yield the plain strings below a node in so many steps: one that holds itself would never end."""
        waiting = [node]
        for _ in range(steps):
            if not waiting:
                break
            current = waiting.pop()
            place = int(np.searchsorted(self.nodes, current))
            if place < len(self.nodes) and self.nodes[place] == current:
                halves = (int(self.second[place]), int(self.first[place]))
                waiting += [half for half in halves if half >= 0]
            else:
                yield current

    def whole(self, graph: "HeapGraph") -> Flags:
        """Return which of them are made of plain strings alone, as far as that can be seen at once.

        Of a sliced string the file does not have the text.
        """
        count = len(self.nodes)
        plain = np.zeros((2, count), bool)
        nested = np.full((2, count), count)
        for row, halves in enumerate((self.first, self.second)):
            known = np.flatnonzero(halves >= 0)
            plain[row, known] = graph.node_type[halves[known]] == graph.node_code("string")
            ropes = known[graph.node_type[halves[known]] == graph.node_code(ROPE)]
            nested[row, ropes] = np.searchsorted(self.nodes, halves[ropes])
        found = np.zeros(count + 1, bool)  # the last one stands for what is no concatenation
        for _ in range(_DEEPEST):
            before = int(np.count_nonzero(found))
            found[:-1] = (plain[0] | found[nested[0]]) & (plain[1] | found[nested[1]])
            if int(np.count_nonzero(found)) == before:
                break
        return found[:-1]


def find_ropes(graph: "HeapGraph") -> Ropes:
    """Return the concatenated strings, by ascending node."""
    nodes = np.flatnonzero(graph.node_type == graph.node_code(ROPE))
    return Ropes(nodes, internal_targets(graph, nodes, "first"), internal_targets(graph, nodes, "second"))


@dataclass(eq=False, frozen=True)
class Items:
    """All texts that concatenations are made of, as one row of items.

    Those are the strings of `indices`, then one empty text for a half that is missing, then the
    concatenations themselves. `first` and `second` are the halves of each as items.
    """

    indices: I64
    place: U32  # of each string of the table among the items; that of the empty text for all others
    first: U32
    second: U32

    @property
    def leaves(self) -> int:
        """How many items come before the first concatenation."""
        return len(self.indices) + 1


def items_of(graph: "HeapGraph", ropes: Ropes, indices: I64) -> Items:
    """Return the halves as items; `indices` are the strings that are among them, and others, ascending."""
    place = np.full(len(graph.strings), len(indices), np.uint32)
    place[indices] = np.arange(len(indices))

    def numbered(halves: I64) -> U32:
        items = np.full(len(halves), len(indices), np.uint32)
        known = np.flatnonzero(halves >= 0)
        items[known] = place[graph.node_name[halves[known]]]
        nested = known[graph.node_type[halves[known]] == graph.node_code(ROPE)]
        items[nested] = len(indices) + 1 + np.searchsorted(ropes.nodes, halves[nested])
        return items

    return Items(indices, place, numbered(ropes.first), numbered(ropes.second))


def digest_all(items: Items, strings: Digests) -> Digests:
    """Return the digests of all items, from those of the strings."""
    count = len(items.first)
    found = strings.followed_by(1 + count)
    digest_ropes(
        raw(items.first),
        raw(items.second),
        items.leaves,
        MOST_UNITS,
        _STEPS,
        BASE,
        SECRET,
        raw(found.digests),
        raw(found.checks),
        raw(found.units),
        raw(found.sizes),
        raw(np.zeros(count, np.uint8)),
        raw(np.empty(2 * count + 2, np.uint32)),
        raw(np.empty(_STEPS + 2, np.uint32)),
    )
    return found


def flat(items: Items, found: Digests) -> Flags:
    """Return which concatenations have an empty half: V8 made these itself when it put a text together."""
    empty = found.units == 0
    empty[len(items.indices)] = False  # a half that is not there
    either: Flags = empty[items.first] | empty[items.second]
    return either
