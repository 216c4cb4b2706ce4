"""Heap snapshots in JavaScriptCore's own format, version 3, as `Bun.generateHeapSnapshot()` gives it.

A node is id, size, class, flags; an edge from, to, type, data: the index of a name, or a number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

import numpy as np

from memdoctor.errors import InputError
from memdoctor.heap.arrays import I64, U8, U32
from memdoctor.heap.graph import Edges, HeapGraph, Nodes
from memdoctor.heap.strings import Strings, decode, find_well_known
from memdoctor.model import Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.graph_columns import check_names, check_total
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.parts.numbers import Rows
from memdoctor.readers.parts.outline import NAME_TABLES, Outline
from memdoctor.readers.parts.reading import INCOMPLETE, snapshot_content

_INTERNAL = 1  # a node's flag
# The types of nodes and edges, in the words of V8: internal is told by a flag, text by its class.
_NODE_TYPES = ("object", "hidden", "string", "closure", "synthetic")
_BY_CLASS = {"string": 2, "Function": 3, "<root>": 4}
_EDGE_TYPES = {"Internal": "internal", "Property": "property", "Index": "element", "Variable": "context"}
_NAMED = ("property", "context")


def read(opened: Opened) -> Iterator[HeapGraph | Problem]:
    """Yield the snapshot.

    Raises InputError, with the place, where it is cut off or contradicts itself.
    """
    with snapshot_content(opened) as content:
        texts = frozenset({"edgeTypes", *NAME_TABLES})
        outline = Outline(content, frozenset({"nodes", "edges"}), texts, frozenset({"version", "type"}))
        graph = _graph(opened.source.name, content, outline)
    yield graph
    yield from outline.problems(opened.source.name)


def _graph(name: str, content: Mapped, outline: Outline) -> HeapGraph:
    outline.read()
    _check(outline)
    types = _edge_types(content, outline)
    names = _Names.of(content, outline)
    ids, sizes, class_of, flags = outline.numbers["nodes"].table(content, 4, range(4), np.uint64)
    if not len(ids):
        raise InputError("there are no nodes", INCOMPLETE, place="nodes")
    if ids.min():
        raise InputError("there is no root: no node has the id 0", INCOMPLETE, place="nodes")
    check_total(int(sizes.sum(dtype=np.float64)))
    class_of = names.of_classes(class_of)
    first_edge, edges = _edges(content, outline, ids, types, names)
    large = max(int(sizes.sum()), int(ids.max())) > np.iinfo(np.uint32).max
    word = np.uint64 if large else np.uint32
    columns = (ids.astype(word), sizes.astype(word), first_edge.astype(word))
    return HeapGraph(
        source=name,
        format="jsc",
        node_types=_NODE_TYPES,
        edge_types=types,
        numbered=frozenset(code for code, one in enumerate(types) if one not in _NAMED),
        root=int(np.argmin(ids)),
        nodes=Nodes(_types(names.strings, class_of, flags), class_of, *columns, None),
        edges=edges,
        strings=names.strings,
        file_bytes=content.size,
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """The classes' names and the edges' names as one table, in the order of the file."""

    strings: Strings
    first: dict[str, int]  # where each of the two begins in it
    count: dict[str, int]

    @classmethod
    def of(cls, content: Mapped, outline: Outline) -> Self:
        tables = {name: table for name, table in outline.strings.items() if name in NAME_TABLES}
        count = {name: len(table.starts) for name, table in tables.items()}
        starts = np.concatenate([table.starts for table in tables.values()])
        lengths = np.concatenate([table.lengths for table in tables.values()])
        known = find_well_known(content.view, starts, lengths)
        first = dict(zip(tables, accumulate(count.values(), initial=0), strict=False))
        return cls(Strings(content.file(), starts, lengths, known), first, count)

    def of_classes(self, indices: Rows) -> U32:
        """Return the classes of the nodes as strings of the table."""
        return self._checked(indices, "nodeClassNames", "nodes")

    def of_edges(self, indices: Rows) -> U32:
        """Return the names of edges as strings of the table."""
        return self._checked(indices, "edgeNames", "edges")

    def _checked(self, indices: Rows, table: str, place: str) -> U32:
        check_names({place: int(indices.max(initial=0)) if len(indices) else -1}, self.count[table])
        return (indices + np.uint64(self.first[table])).astype(np.uint32)


def _edges(
    content: Mapped, outline: Outline, ids: Rows, types: tuple[str, ...], names: _Names
) -> tuple[U32, Edges]:
    """Return the first edge of each node, and the edges by their source."""
    source, target, kind, data = outline.numbers["edges"].table(content, 4, range(4), np.uint64)
    order = _by_id(ids)
    sources, targets = _ordinals(ids, order, source, "from"), _ordinals(ids, order, target, "to")
    if len(kind) and int(kind.max()) >= len(types):
        raise InputError(f"an edge's type is {int(kind.max())}", place="edges")
    if int(data.max(initial=0)) > np.iinfo(np.uint32).max:
        raise InputError(f"an edge's name is {int(data.max())}", place="edges")
    named = np.isin(kind, [code for code, one in enumerate(types) if one in _NAMED])
    label = data.astype(np.uint32)
    label[named] = names.of_edges(data[named])
    by_source = np.argsort(sources, kind="stable")
    first_edge = np.zeros(len(ids) + 1, np.uint32)
    np.cumsum(np.bincount(sources, minlength=len(ids)), out=first_edge[1:])
    return first_edge, Edges(kind[by_source].astype(np.uint8), label[by_source], targets[by_source])


def _check(outline: Outline) -> None:
    version, kind = outline.values.get("version"), outline.values.get("type")
    if version != 3 or kind != "Inspector":
        raise InputError(
            f"of version {version!r} and type {kind!r}",
            "version 3, Inspector is read, as Bun.generateHeapSnapshot() gives it",
        )
    for section in ("nodes", "edges"):
        if section not in outline.numbers:
            raise InputError(f"`{section}` is missing", INCOMPLETE)
    for section in ("edgeTypes", *NAME_TABLES):
        if section not in outline.strings:
            raise InputError(f"`{section}` is missing", INCOMPLETE)


def _edge_types(content: Mapped, outline: Outline) -> tuple[str, ...]:
    table = outline.strings["edgeTypes"]
    if len(table.starts) > 16:
        raise InputError("`edgeTypes` names more than 16 types", place="edgeTypes")
    names = [
        decode(bytes(content.view[start : start + length]))
        for start, length in zip(table.starts.tolist(), table.lengths.tolist(), strict=True)
    ]
    if len(set(names)) < len(names):
        raise InputError("`edgeTypes` names a type twice", place="edgeTypes")
    return tuple(_EDGE_TYPES.get(name, name) for name in names)


def _types(strings: Strings, classes: U32, flags: Rows) -> U8:
    distinct, inverse = np.unique(classes, return_inverse=True)
    of_class = [_BY_CLASS.get(text, 0) for text in strings.texts(distinct)]
    types = np.asarray(of_class, np.uint8)[inverse]
    types[(types == 0) & (flags & np.uint64(_INTERNAL) != 0)] = _NODE_TYPES.index("hidden")
    return types


def _by_id(ids: Rows) -> I64:
    order = np.argsort(ids, kind="stable")
    same = np.flatnonzero(ids[order[1:]] == ids[order[:-1]])
    if len(same):
        raise InputError(f"the id {int(ids[order[same[0]]])} is there twice", place="nodes")
    return order


def _ordinals(ids: Rows, order: I64, asked: Rows, place: str) -> U32:
    """Return the nodes of these ids; raise InputError for an id that no node has."""
    found = order[np.minimum(np.searchsorted(ids, asked, sorter=order), len(ids) - 1)]
    wrong = ids[found] != asked
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"an edge's `{place}` is {int(asked[row])}, which no node is", place=f"edges, edge {row}"
        )
    return found.astype(np.uint32)
