"""Collections: how many entries they hold, for how many there is room, who owns them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from memdoctor.analysis.heap.entries.tables import UNKNOWN, Entries, find_tables, word_bytes, words_of
from memdoctor.analysis.heap.entries.typed_arrays import find_typed_arrays
from memdoctor.analysis.heap.grouping import largest_of_each
from memdoctor.analysis.heap.naming.owners import Owners
from memdoctor.heap.aggregates import retained_by_group
from memdoctor.heap.arrays import I64, Flags
from memdoctor.heap.classes import plain_objects
from memdoctor.heap.edges import degrees, edges_of, internal_targets, targets_of
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.roots import named

_MOST_ANCESTORS = 4  # classes between one and Array
_LEAST_PROPERTIES = 16  # a plain object with fewer is a record, not a dictionary


@dataclass(frozen=True, slots=True)
class Group:
    """Collections of one kind with an owner of one name; `node` is the one with most entries."""

    kind: str
    owner: str | None
    node: int
    collections: int
    entries: int | None
    low: int
    high: int
    capacity: int
    largest: int  # entries of `node`, or the most that it can hold
    unused_bytes: int | None  # room for entries that are not there
    retained_bytes: int

    @property
    def fill(self) -> float | None:
        """Entries ÷ room, None where the entries are not known."""
        return None if self.entries is None or not self.capacity else self.entries / self.capacity

    @property
    def bytes_per_entry(self) -> float | None:
        """What the collections retain ÷ entries."""
        return self.retained_bytes / self.entries if self.entries else None


class Collections:
    """The collections of a heap, single and grouped by owner."""

    def __init__(self, graph: HeapGraph, owners: Owners) -> None:
        self._graph = graph
        self._owners = owners

    @cached_property
    def kinds(self) -> tuple[Entries, ...]:
        """All collections, by kind. Typed arrays show the room of their buffers as the bound `high`."""
        graph = self._graph
        found = [*find_tables(graph), _arrays(graph), _dictionaries(graph), find_typed_arrays(graph)]
        return tuple(columns for columns in found if len(columns.node))

    @cached_property
    def is_collection(self) -> Flags:
        """Which nodes are collections."""
        found = np.zeros(self._graph.node_count, bool)
        for columns in self.kinds:
            found[columns.node] = True
        return found

    @cached_property
    def entries_of(self) -> dict[int, int]:
        """How many entries each Map, Set, WeakMap and WeakSet has, where that is known."""
        known = [columns for columns in self.kinds if columns.kind.endswith(("Map", "Set"))]
        return {
            node: count
            for columns in known
            for node, count in zip(columns.node.tolist(), columns.entries.tolist(), strict=True)
            if count >= 0
        }

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The collections grouped by kind and owner, those that retain most first; empty ones left out."""
        found = [group for columns in self.kinds for group in self._grouped(columns)]
        return tuple(sorted(found, key=lambda group: (-group.retained_bytes, group.node)))

    def _grouped(self, columns: Entries) -> Iterator[Group]:
        used = np.flatnonzero((columns.entries != 0) & (columns.high > 0))
        if not len(used):
            return
        nodes = columns.node[used]
        _, which = np.unique(self._owners.keys(nodes), return_inverse=True)
        count = int(which.max()) + 1
        entries, high, capacity = columns.entries[used], columns.high[used], columns.capacity[used]
        unknown = np.bincount(which[entries < 0], minlength=count)
        sums = [
            np.bincount(which, weights=column, minlength=count).astype(np.int64).tolist()
            for column in (np.ones(len(used)), np.maximum(entries, 0), columns.low[used], high, capacity)
        ]
        unused = np.where(capacity >= entries, (capacity - np.maximum(entries, 0)) * columns.entry_bytes, 0)
        wasted = np.bincount(which, weights=unused, minlength=count).astype(np.int64)
        retained = retained_by_group(self._graph, nodes, which, count)
        largest = largest_of_each(which, high, nodes)
        for group, (collections, counted, low, most, room) in enumerate(zip(*sums, strict=True)):
            node = int(nodes[largest[group]])
            known = not unknown[group]
            yield Group(
                columns.kind,
                self._owners.name(node, alone=collections == 1),
                node,
                collections,
                counted if known else None,
                low,
                most,
                room,
                int(high[largest[group]]),
                int(wasted[group]) if known else None,
                int(retained[group]),
            )


def _arrays(graph: HeapGraph) -> Entries:
    """Return arrays, and what extends them. Numbers and holes leave no edge: only the room is known then.

    An array that was frozen, or whose elements V8 keeps apart, shows them in its store alone.
    """
    nodes = _array_objects(graph)
    entries = _count_edges(graph, nodes, "element") + _count_sparse(graph, nodes)
    stores = internal_targets(graph, nodes, "elements")
    word = word_bytes(graph)
    room = (graph.nodes.size[stores].astype(np.int64) - 2 * word) // word
    capacity = np.maximum(np.where(stores >= 0, room, entries), entries)
    apart = np.flatnonzero((entries == 0) & (capacity > 0) & (stores >= 0))
    entries[apart] = np.minimum(_count_stored(graph, stores[apart]), capacity[apart])
    unknown = (entries == 0) & (capacity > 0)
    counted = np.where(unknown, UNKNOWN, entries)
    return Entries("Array", nodes, counted, entries, np.where(unknown, capacity, entries), capacity, word)


def _array_objects(graph: HeapGraph) -> I64:
    """Return the arrays by name, and objects with elements whose class extends them."""
    elements = np.flatnonzero(graph.edge_type == graph.edge_code("element"))
    others = np.unique(graph.edge_sources(elements))
    others = others[graph.node_type[others] == graph.node_code("object")]
    extending = np.zeros(len(others), bool)
    prototypes = others
    for _ in range(_MOST_ANCESTORS):
        prototypes = targets_of(graph, prototypes, "property", "__proto__")
        extending |= (prototypes >= 0) & (graph.node_name[prototypes] == named(graph, "Array"))
        prototypes = np.where(prototypes >= 0, prototypes, graph.root)
    arrays = (graph.node_type == graph.node_code("object")) & (graph.node_name == named(graph, "Array"))
    return np.union1d(np.flatnonzero(arrays), others[extending])


def _count_sparse(graph: HeapGraph, nodes: I64) -> I64:
    """Count what JavaScriptCore keeps in a map because an array has too many holes."""
    maps = graph.node_name == named(graph, "SparseArrayValueMap")
    found = np.zeros(len(nodes), np.int64)
    if not maps.any():
        return found
    edges, rows = edges_of(graph, nodes), np.repeat(np.arange(len(nodes)), degrees(graph, nodes))
    held = maps[graph.edge_target[edges]]
    found[rows[held]] = _count_stored(graph, graph.edge_target[edges[held]].astype(np.int64))
    return found


def _count_stored(graph: HeapGraph, stores: I64) -> I64:
    """Count what the stores of arrays lead to, without their shape and without holes."""
    edges = edges_of(graph, stores)
    kept = graph.edge_name[edges] != named(graph, "map")
    inner = [graph.node_code(name) for name in ("hidden", "object shape")]
    kept &= ~np.isin(graph.node_type[graph.edge_target[edges]], inner)
    rows = np.repeat(np.arange(len(stores)), degrees(graph, stores))
    return np.bincount(rows[kept], minlength=len(stores)).astype(np.int64)


def _dictionaries(graph: HeapGraph) -> Entries:
    """Return plain objects with many properties. Of one that is a table its keys count, not the values."""
    nodes = plain_objects(graph).astype(np.int64)
    word = word_bytes(graph)
    stored = internal_targets(graph, nodes, "properties")
    is_table = (stored >= 0) & (graph.node_type[stored] == graph.node_code("array"))
    room = np.where(is_table, (graph.nodes.size[stored].astype(np.int64) - 2 * word) // (3 * word), 0)
    many = (degrees(graph, nodes) >= _LEAST_PROPERTIES) | (room >= _LEAST_PROPERTIES)
    nodes, stored, is_table, room = nodes[many], stored[many], is_table[many], room[many]
    entries = _count_edges(graph, nodes, "property", "element")
    tables = np.flatnonzero(is_table)
    entries[tables] = np.maximum(entries[tables], _count_keys(graph, stored[tables]))
    kept = entries >= _LEAST_PROPERTIES
    nodes, entries, room = nodes[kept], entries[kept], room[kept]
    return Entries("Object", nodes, entries, entries, entries, np.maximum(room, entries), 3 * word)


def _count_keys(graph: HeapGraph, tables: I64) -> I64:
    """Count the keys in tables of properties: of each three words one is a key, and always leads there."""
    rows, places = words_of(graph, tables)
    keys = rows[places >= 0] * 3 + places[places >= 0] % 3
    found: I64 = np.bincount(keys, minlength=3 * len(tables)).reshape(-1, 3).max(axis=1).astype(np.int64)
    return found


def _count_edges(graph: HeapGraph, nodes: I64, *types: str) -> I64:
    """Count the edges of these types of each node, without those to a prototype or a hole."""
    edges = edges_of(graph, nodes)
    codes = [graph.edge_code(name) for name in types]
    kept = np.isin(graph.edge_type[edges], codes)
    kept &= (graph.edge_name[edges] != named(graph, "__proto__")) | ~np.isin(
        graph.edge_type[edges], [graph.edge_code("property")]
    )
    empty = [named(graph, "system / Hole"), named(graph, "system / Oddball")]  # such as undefined
    kept &= ~np.isin(graph.node_name[graph.edge_target[edges]], empty)
    starts = np.concatenate([[0], np.cumsum(degrees(graph, nodes))])
    counted = np.concatenate([[0], np.cumsum(kept)])
    found: I64 = counted[starts[1:]] - counted[starts[:-1]]
    return found
