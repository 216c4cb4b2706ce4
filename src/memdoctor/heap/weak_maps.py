"""The two edges to a value in a WeakMap: from its key, and from the map's table."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import U32, U64
from memdoctor.heap.traits import PAIRED, TYPE

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

_PAIR = re.compile(
    r"\d++( / part of key \(([^\n\r\u2028\u2029]*) @\d+\) pair in WeakMap \(table @(\d{1,18})\))"
)
_FROM_KEY_TO_VALUE = re.compile(r" @\d++\) -> value \(")


@dataclass(eq=False, frozen=True)
class Pairs:
    """For each string the pair that it names, and for each pair the id of the table; pair 0 is none."""

    of_string: U32
    table_id: U64

    def __len__(self) -> int:
        return len(self.table_id)


def mark_pairs(graph: "HeapGraph") -> Pairs:
    """Find the pairs by the names that V8 gives both edges, and set the bit `PAIRED` on these edges."""
    of_string = np.zeros(1, np.uint32)
    numbers: dict[str, int] = {}
    tables = [0]
    names = graph.strings.containing(" pair in WeakMap (table @") if graph.format == "v8" else []
    for index, text in zip(names, graph.strings.texts(names), strict=True):
        match = _PAIR.fullmatch(text)
        if match is None or not _FROM_KEY_TO_VALUE.search(match[2]):
            continue
        if not numbers:
            of_string = np.zeros(len(graph.strings), np.uint32)
        if match[1] not in numbers:
            numbers[match[1]] = len(tables)
            tables.append(int(match[3]))
        of_string[index] = numbers[match[1]]
    if numbers:
        internal = np.flatnonzero((graph.edges.trait & np.uint8(TYPE)) == graph.edge_code("internal"))
        paired = internal[of_string[graph.edge_name[internal]] > 0]
        graph.edges.trait[paired] |= np.uint8(PAIRED)
    return Pairs(of_string, np.asarray(tables, np.uint64))
