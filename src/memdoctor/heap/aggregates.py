"""The class table: how many objects of each class there are, how large, how far away."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I64, U32
from memdoctor.heap.core.sums import sum_by_key, sum_outermost
from memdoctor.heap.raw import raw
from memdoctor.heap.together import together

if TYPE_CHECKING:
    from memdoctor.heap.classes import Classes
    from memdoctor.heap.graph import HeapGraph

Key = tuple[str, tuple[int, int, int] | None]  # a class, and where its constructor stands


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One row of the class table.

    Classes of one name whose constructors stand at different places are different rows; `location` is
    (script id, line, column), counted from 0. `retained_bytes` is what the outermost objects of the
    class retain, so that an object inside another one of its class is not counted twice.
    """

    name: str
    location: tuple[int, int, int] | None
    count: int
    shallow_bytes: int
    retained_bytes: int
    distance: int


def class_rows(graph: "HeapGraph") -> tuple[ClassRow, ...]:
    """Return the class table, the largest retained size first. Nodes without a size are not in it."""
    keys, names = class_keys(graph, graph.classification)
    kinds = len(names)
    counts, sums = np.zeros(kinds, np.int64), np.zeros(kinds, np.int64)
    nearest = np.zeros(kinds, np.int32)
    sizes, distances = raw(graph.shallow_size), raw(graph.distance)
    _, retained = together(
        lambda: sum_by_key(raw(keys), sizes, distances, raw(counts), raw(sums), raw(nearest)),
        lambda: retained_by_key(graph, keys, kinds),
    )
    rows = [
        ClassRow(*names[key], int(counts[key]), int(sums[key]), int(retained[key]), int(nearest[key]))
        for key in np.flatnonzero(counts).tolist()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.retained_bytes, row.name, row.location or ())))


def retained_by_key(graph: "HeapGraph", keys: U32, kinds: int) -> I64:
    """Return for each of the keys what its outermost nodes retain: none is counted inside another one.

    `keys` has one for each node, below `kinds`. Nodes without a size do not count.
    """
    ends, children = graph.dominated
    retained = np.zeros(kinds, np.int64)
    sum_outermost(
        raw(ends),
        raw(children),
        graph.root,
        raw(keys),
        raw(graph.shallow_size),
        raw(graph.retained_size),
        raw(retained),
        raw(np.zeros(kinds, np.uint8)),
        raw(np.empty(graph.node_count, np.uint32)),
        raw(np.empty(kinds, np.uint32)),
        raw(np.empty(kinds, np.uint32)),
    )
    return retained


def retained_by_group(graph: "HeapGraph", nodes: I64, groups: I64, count: int) -> I64:
    """Return for each of `count` groups what its nodes retain, none counted inside another one of it."""
    keys = np.zeros(graph.node_count, np.uint32)  # 0 is everything else
    keys[nodes] = groups + 1
    return retained_by_key(graph, keys, count + 1)[1:]


def class_keys(graph: "HeapGraph", classes: "Classes") -> tuple[U32, list[Key]]:
    """Return the row of each node, and what the rows are of: the classes, then classes at a place."""
    table = graph.locations
    names: list[Key] = [(name, None) for name in classes.names]
    if table is None:
        return classes.of_node, names
    objects = graph.node_type[table.node] == graph.node_code("object")
    nodes = table.node[objects]
    columns = (table.script[objects], table.line[objects], table.column[objects])
    places = (classes.of_node[nodes], *columns)
    # Neighbours mostly come from the same place: only where it changes is there something to compare.
    change = np.ones(len(nodes), bool)
    change[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in places])
    runs = np.stack([column[change].astype(np.int64) for column in places], axis=1)
    distinct, inverse = np.unique(runs, axis=0, return_inverse=True)
    keys = classes.of_node.copy()
    keys[nodes] = (len(names) + inverse.reshape(-1))[np.cumsum(change) - 1]
    located = [(classes.names[row[0]], (row[1], row[2], row[3])) for row in distinct.tolist()]
    return keys, [*names, *located]
