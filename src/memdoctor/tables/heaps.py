"""The tables of one heap snapshot: its arrays as they are, and the SQL that makes columns of them.

Names, types and classes stay numbers in the arrays, and get their texts by a join, where a query asks for
them. What takes long (retained sizes) is computed only then.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from memdoctor.heap.duplicates import cut_texts
from memdoctor.heap.edges import degrees
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.strings import TEXT_TYPES, units
from memdoctor.redaction import Redactor
from memdoctor.tables.columns import Array, literal, objects

Wanted = frozenset[str] | None  # names of columns; None is all of them
_DETACHEDNESS = (None, "attached", "detached")


@dataclass(eq=False)
class Part:
    """The rows of one snapshot in a table: arrays, texts for the numbers in them, and SQL by column.

    `texts` are by column: a number and its text. In SQL the arrays are `a`, those texts a table of the
    column's name.
    """

    arrays: dict[str, Array]
    sql: dict[str, str]
    texts: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    joins: dict[str, str] = field(default_factory=dict)  # by column, on what


@dataclass(eq=False, frozen=True)
class Heap:
    """One snapshot as tables."""

    source: str
    graph: HeapGraph
    redactor: Redactor | None = None

    def part(self, table: str, wanted: Wanted) -> Part:
        """Return the rows of a table, with the columns that are wanted."""
        makers: Mapping[str, Callable[[_Making], None]] = _COLUMNS[table]
        source = self.source if self.redactor is None else self.redactor.redact(self.source)
        making = _Making(self, Part({}, {"source": literal(source)}))
        always = next(iter(makers))
        for name, make in makers.items():
            if wanted is None or name in wanted or name == always:
                make(making)
        return making.part

    def names(self, indices: Iterable[int]) -> list[str]:
        """Return the texts of names."""
        return [self.shown(text) for text in self.graph.strings.texts(indices)]

    def shown(self, text: str) -> str:
        """Return a name as it may be shown."""
        return text if self.redactor is None else self.redactor.redact(text)

    def content(self, text: str) -> str:
        """Return a text of the program's data as it may be shown."""
        return text if self.redactor is None else self.redactor.content(text)


_KNOWN = "CASE WHEN a.{0} >= 0 THEN a.{0} END"  # of arrays in which less than 0 is NULL


class _Making:
    """A part on its way."""

    def __init__(self, heap: Heap, part: Part) -> None:
        self.heap, self.graph, self.part = heap, heap.graph, part

    def array(self, column: str, values: Array, sql: str = "a.{}") -> None:
        """Add a column that is an array; `{}` in the SQL stands for it."""
        self.part.arrays[column] = values
        self.part.sql[column] = sql.format(f'"{column}"')

    def named(self, column: str, numbers: Array, known: Array, texts: Array, only: str = "") -> None:
        """Add a column of texts: those that the numbers stand for, where `only` (SQL) holds."""
        self.part.arrays[f"{column} number"] = numbers
        self.part.texts[column] = known, texts
        self.part.joins[column] = f'"{column}".number = a."{column} number"{only}'
        self.part.sql[column] = f'"{column}".text'

    def few(self, column: str, numbers: Array, texts: Iterable[str | None]) -> None:
        """Add a column of texts out of a list."""
        listed = objects(list(texts))
        self.named(column, numbers, np.arange(len(listed), dtype=np.uint32), listed)

    @cached_property
    def _strings(self) -> Array:
        """Which nodes are of type string."""
        strings: Array = self.graph.node_type == self.graph.node_code("string")
        return strings

    @cached_property
    def _copies_of_all(self) -> Array:
        return np.bincount(self.graph.nodes.name[self._strings], minlength=len(self.graph.strings))

    @cached_property
    def held(self) -> Array:
        """The strings of the file that are held by a node of type string, as indices."""
        return np.flatnonzero(self._copies_of_all)

    @cached_property
    def copies(self) -> Array:
        """How many nodes hold each of them."""
        return self._copies_of_all[self.held]

    @cached_property
    def held_sizes(self) -> Array:
        """The bytes of all nodes that hold each of them."""
        names, sizes = self.graph.nodes.name[self._strings], self.graph.nodes.size[self._strings]
        return np.bincount(names, sizes, len(self.graph.strings))[self.held].astype(np.int64)

    @cached_property
    def cut(self) -> Array:
        """Of which of them only the beginning may be there."""
        return cut_texts(self.graph, self.held)

    @cached_property
    def held_texts(self) -> list[str]:
        """Their texts."""
        return list(self.graph.strings.texts(self.held.tolist()))


def _node_names(making: _Making) -> None:
    """Add the names of nodes; where things are redacted, those of strings are contents."""
    graph, heap = making.graph, making.heap
    keys: Array = graph.node_name
    if heap.redactor is not None:
        is_text = np.isin(graph.node_type, [graph.node_code(name) for name in TEXT_TYPES])
        keys = keys.astype(np.int64) + is_text * np.int64(len(graph.strings))
    used = _used(keys, 2 * len(graph.strings))
    named = used[used < len(graph.strings)]
    texts = heap.names(named.tolist())
    contents = graph.strings.texts((used[len(named) :] - len(graph.strings)).tolist())
    making.named("name", keys, used, objects([*texts, *map(heap.content, contents)]))


def _edge_names(making: _Making) -> None:
    graph = making.graph
    numbered = _sql_list(graph.numbered)
    used = _used(graph.edge_name[~np.isin(graph.edge_type, list(graph.numbered))], len(graph.strings))
    only = f" AND a.type_code NOT IN ({numbered})"
    making.part.arrays["type_code"] = graph.edge_type
    making.named("name", graph.edge_name, used, objects(making.heap.names(used.tolist())), only)


def _edge_numbers(making: _Making) -> None:
    making.part.arrays["type_code"] = making.graph.edge_type
    numbered = _sql_list(making.graph.numbered)
    sql = f"CASE WHEN a.type_code IN ({numbered}) THEN a.{{}} END"
    making.array("index", making.graph.edge_name, sql)


def _sql_list(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers))) or "NULL"


def _used(indices: Array, most: int) -> Array:
    """Return which indices there are, in order."""
    marks = np.zeros(most, bool)
    marks[indices] = True
    return np.flatnonzero(marks)


def _dominators(making: _Making) -> None:
    graph = making.graph
    of_node = graph.dominator.astype(np.int64)
    of_node[graph.root] = -1
    making.array("dominator", of_node, "nullif(a.{}, -1)")


def _sources_of_edges(graph: HeapGraph) -> Array:
    return np.repeat(np.arange(graph.node_count, dtype=np.uint32), _edge_counts(graph))


def _edge_counts(graph: HeapGraph) -> Array:
    return degrees(graph, np.arange(graph.node_count))


def _of_classes(column: str, attribute: str, sql: str = "a.{}") -> Callable[[_Making], None]:
    def values(graph: HeapGraph) -> Array:
        return np.asarray([getattr(row, attribute) for row in graph.classes], np.int64)

    return _simple(column, values, sql)


def _class_names(making: _Making) -> None:
    making.array("class_name", objects([making.heap.shown(row.name) for row in making.graph.classes]))


def _cut_flags(making: _Making) -> None:
    making.array("is_cut", making.cut)


def _string_texts(making: _Making) -> None:
    making.array("text", objects([making.heap.content(text) for text in making.held_texts]))


def _characters(making: _Making) -> None:
    lengths = np.fromiter(map(units, making.held_texts), np.int64, len(making.held))
    making.array("characters", np.where(making.cut, -1, lengths), _KNOWN)


def _wasted(making: _Making) -> None:
    wasted = making.held_sizes - making.held_sizes // making.copies
    making.array("wasted", np.where(making.cut, -1, wasted), _KNOWN)


def _simple(
    column: str, values: Callable[[HeapGraph], Any], sql: str = "a.{}"
) -> Callable[[_Making], None]:
    return lambda making: making.array(column, values(making.graph), sql)


# By table and column; the first of each is always made, so that rows can be counted.
_COLUMNS: dict[str, dict[str, Callable[[_Making], None]]] = {
    "nodes": {
        "id": _simple("id", lambda graph: graph.node_id),
        "node": _simple("node", lambda graph: np.arange(graph.node_count, dtype=np.uint32)),
        "type": lambda making: making.few("type", making.graph.node_type, making.graph.node_types),
        "name": _node_names,
        "class_name": lambda making: making.few(
            "class_name", making.graph.class_id, map(making.heap.shown, making.graph.class_names)
        ),
        "self_size": _simple("self_size", lambda graph: graph.nodes.size),
        "shallow_size": _simple("shallow_size", lambda graph: graph.shallow_size),
        "retained_size": _simple("retained_size", lambda graph: graph.retained_size),
        "distance": _simple("distance", lambda graph: graph.distance, _KNOWN),
        "dominator": _dominators,
        "detachedness": lambda making: making.few("detachedness", making.graph.detachedness, _DETACHEDNESS),
        "edge_count": _simple("edge_count", _edge_counts),
    },
    "edges": {
        "to_node": _simple("to_node", lambda graph: graph.edge_target),
        "edge": _simple("edge", lambda graph: np.arange(graph.edge_count, dtype=np.uint32)),
        "from_node": _simple("from_node", _sources_of_edges),
        "from_id": _simple("from_id", lambda graph: graph.node_id[_sources_of_edges(graph)]),
        "to_id": _simple("to_id", lambda graph: graph.node_id[graph.edge_target]),
        "type": lambda making: making.few("type", making.graph.edge_type, making.graph.edge_types),
        "name": _edge_names,
        "index": _edge_numbers,
    },
    "classes": {
        "count": _of_classes("count", "count"),
        "class_name": _class_names,
        "shallow_size": _of_classes("shallow_size", "shallow_bytes"),
        "retained_size": _of_classes("retained_size", "retained_bytes"),
        "distance": _of_classes("distance", "distance", _KNOWN),
    },
    "strings": {
        "string": lambda making: making.array("string", making.held),
        "text": _string_texts,
        "is_cut": _cut_flags,
        "characters": _characters,
        "copies": lambda making: making.array("copies", making.copies),
        "self_size": lambda making: making.array("self_size", making.held_sizes),
        "wasted": _wasted,
    },
}
HEAP_TABLES = tuple(_COLUMNS)


def in_order(part: Part, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the columns that a part has, in the order of names, each with its SQL."""
    return ((name, part.sql[name]) for name in names if name in part.sql)
