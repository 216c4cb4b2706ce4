"""Heap snapshots in JavaScriptCore's own format, version 3, as `Bun.generateHeapSnapshot()` gives it.

A node is id, size, class, flags; an edge from, to, type, data: the index of a name, or a number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from memdoctor.errors import InputError
from memdoctor.heap.arrays import I64, U8, U32
from memdoctor.heap.graph import Edges, HeapGraph, Nodes
from memdoctor.heap.strings import Strings, decode, find_well_known
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.damage import INCOMPLETE, told_as_snapshot
from memdoctor.readers.parts.graph_columns import check_names
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.parts.numbers import Rows
from memdoctor.readers.parts.outline import Outline
from memdoctor.readers.parts.patience import ask_for_patience

_INTERNAL = 1  # a node's flag
# The types of nodes and edges, in the words of V8: internal is told by a flag, text by its class.
_NODE_TYPES = ("object", "hidden", "string", "closure", "synthetic")
_BY_CLASS = {"string": 2, "Function": 3, "<root>": 4}
_EDGE_TYPES = {"Internal": "internal", "Property": "property", "Index": "element", "Variable": "context"}
_NAMED = ("property", "context")


def read(opened: Opened) -> Iterator[HeapGraph]:
    """Yield the snapshot.

    Raises InputError, with the place, where it is cut off or contradicts itself.
    """
    with told_as_snapshot(), opened.mapped() as content:
        ask_for_patience(content.size)
        yield _graph(opened.source.name, content)


def _graph(name: str, content: Mapped) -> HeapGraph:
    outline = Outline(content, frozenset({"nodes", "edges"}))
    outline.read()
    _check(outline)
    types = _edge_types(content, outline)
    strings, classes = _strings(content, outline)
    ids, sizes, class_of, flags = outline.numbers["nodes"].table(content, 4, range(4), np.uint64)
    if not len(ids):
        raise InputError("there are no nodes", INCOMPLETE, place="nodes")
    check_names({"nodes": int(class_of.max())}, classes)
    first_edge, edges = _edges(content, outline, ids, _Names(types, classes, len(strings)))
    word = np.uint64 if int(sizes.sum()) > np.iinfo(np.uint32).max else np.uint32
    columns = (ids.astype(word), sizes.astype(word), first_edge.astype(word))
    return HeapGraph(
        source=name,
        format="jsc",
        node_types=_NODE_TYPES,
        edge_types=types,
        root=int(np.argmin(ids)),  # the root has the id 0
        nodes=Nodes(_types(strings, class_of, flags), class_of.astype(np.uint32), *columns, None),
        edges=edges,
        strings=strings,
        file_bytes=content.size,
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """How the edges are named: their types, and where their names begin in the table of strings."""

    types: tuple[str, ...]
    first: int
    strings: int


def _edges(content: Mapped, outline: Outline, ids: Rows, names: _Names) -> tuple[U32, Edges]:
    """Return the first edge of each node, and the edges by their source."""
    source, target, kind, data = outline.numbers["edges"].table(content, 4, range(4), np.uint64)
    order = _by_id(ids)
    sources, targets = _ordinals(ids, order, source, "from"), _ordinals(ids, order, target, "to")
    if int(kind.max(initial=0)) >= len(names.types):
        raise InputError(f"an edge's type is {int(kind.max())}", place="edges")
    named = np.isin(kind, [code for code, one in enumerate(names.types) if one in _NAMED])
    if int(data.max(initial=0)) > np.iinfo(np.uint32).max - names.first:
        raise InputError(f"an edge's name is {int(data.max())}", place="edges")
    data[named] += np.uint64(names.first)
    check_names({"edges": int(data[named].max(initial=0))}, names.strings)
    by_source = np.argsort(sources, kind="stable")
    first_edge = np.zeros(len(ids) + 1, np.uint32)
    np.cumsum(np.bincount(sources, minlength=len(ids)), out=first_edge[1:])
    edges = Edges(kind[by_source].astype(np.uint8), data[by_source].astype(np.uint32), targets[by_source])
    return first_edge, edges


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
    for section in ("nodeClassNames", "edgeTypes", "edgeNames"):
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
    return tuple(_EDGE_TYPES.get(name, name) for name in names)


def _strings(content: Mapped, outline: Outline) -> tuple[Strings, int]:
    """Return one table of the classes' names and the edges' names, and how many the classes are."""
    classes, edges = outline.strings["nodeClassNames"], outline.strings["edgeNames"]
    starts = np.concatenate([classes.starts, edges.starts])
    lengths = np.concatenate([classes.lengths, edges.lengths])
    known = find_well_known(content.view, starts, lengths)
    return Strings(content.file(), starts, lengths, known), len(classes.starts)


def _types(strings: Strings, classes: Rows, flags: Rows) -> U8:
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
