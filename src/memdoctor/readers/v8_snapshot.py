"""Heap snapshots of V8 (Node, Chrome, Deno), and those that Bun writes in V8's format."""

from collections.abc import Iterator

import numpy as np

from memdoctor.errors import InputError
from memdoctor.heap.graph import Edges, HeapGraph, Locations, Nodes
from memdoctor.heap.strings import Strings, find_well_known
from memdoctor.heap.together import together
from memdoctor.model import Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.graph_columns import NUMBERED, EdgeColumns, NodeColumns, check_names, is_wide
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.parts.numbers import NumberArray
from memdoctor.readers.parts.outline import NUMBERS, Outline
from memdoctor.readers.parts.reading import INCOMPLETE, snapshot_content
from memdoctor.readers.parts.v8_header import Header

_MOST_NODES = (1 << 32) - 3  # nodes are numbered in 32 bits, with room for two special numbers


def read(opened: Opened) -> Iterator[HeapGraph | Problem]:
    """Yield the snapshot.

    Raises InputError, with the place, where it is cut off or contradicts itself.
    """
    with snapshot_content(opened) as content:
        outline = Outline(content, NUMBERS, frozenset({"strings"}), frozenset({"snapshot"}), late="strings")
        graph = _graph(opened.source.name, content, outline)
    yield graph
    yield from outline.problems(opened.source.name)


def _graph(name: str, content: Mapped, outline: Outline) -> HeapGraph:
    outline.read()
    if not ("snapshot" in outline.values and {"nodes", "edges"} <= outline.numbers.keys()):
        outline.read_late()  # an order that V8 does not write
    header = Header.of(outline.values.get("snapshot"))
    for section in ("nodes", "edges"):
        if section not in outline.numbers:
            raise InputError(f"`{section}` is missing", INCOMPLETE)

    edges = _Edges(content, outline, header)

    def nodes_and_strings() -> tuple[NodeColumns, Strings]:
        nodes = _nodes(content, outline, header)
        strings = _strings(content, outline)
        edges.read_second()
        return nodes, strings

    (nodes, strings), _ = together(nodes_and_strings, edges.read_first)
    largest = {"nodes": int(nodes.name.max(initial=0)), "edges": edges.columns.largest_name()}
    check_names(largest, len(strings))
    first_edge = nodes.first_edge(header.edge_count)
    return HeapGraph(
        source=name,
        format="v8",
        node_types=header.node_types,
        edge_types=header.edge_types,
        numbered=frozenset(code for code, one in enumerate(header.edge_types) if one in NUMBERED),
        root=header.root,
        nodes=Nodes(nodes.type, nodes.name, nodes.id, nodes.size, first_edge, nodes.detachedness),
        edges=Edges(edges.columns.trait, edges.columns.name, edges.columns.target),
        strings=strings,
        locations=_locations(content, outline, header),
        extra_native_bytes=header.extra_native_bytes,
        file_bytes=content.size,
    )


def _nodes(content: Mapped, outline: Outline, header: Header) -> NodeColumns:
    array, width = outline.numbers["nodes"], len(header.node_fields)
    array.check(width, header.node_count)
    if header.node_count > _MOST_NODES:
        raise InputError(f"more than {_MOST_NODES} nodes", place="snapshot.node_count")
    wide = is_wide(content.size, header.edge_count)
    columns = NodeColumns(header.node_fields, len(header.node_types), header.node_count, wide=wide)
    columns.fill(array.rows(content, width, header.node_count))
    return columns


class _Edges:
    """The edges, read in two parts so that two threads have about the same to do."""

    def __init__(self, content: Mapped, outline: Outline, header: Header) -> None:
        array, self._width = outline.numbers["edges"], len(header.edge_fields)
        array.check(self._width, header.edge_count)
        self._content = content
        self._header = header
        self.columns = EdgeColumns(header.edge_fields, header.edge_types, header.edge_count)
        own, others = array.end - array.start, content.size - array.end + array.start
        share = (own + others) / (2 * own) if own else 1.0
        self._first, self._second, rows = array.split(content, self._width, share)
        self._rows = header.edge_count if rows < 0 else min(rows, header.edge_count)

    def read_first(self) -> None:
        """Read the edges of the first part."""
        self._read(self._first, 0, self._rows)

    def read_second(self) -> None:
        """Read the rest."""
        self._read(self._second, self._rows, self._header.edge_count - self._rows)

    def _read(self, array: NumberArray, first: int, count: int) -> None:
        blocks = array.rows(self._content, self._width, count)
        nodes = self._header.node_count
        self.columns.fill(blocks, len(self._header.node_fields), nodes, first=first)


def _strings(content: Mapped, outline: Outline) -> Strings:
    if "strings" not in outline.strings:
        outline.read_late()
    if "strings" not in outline.strings:
        raise InputError("`strings` is missing", INCOMPLETE)
    table = outline.strings["strings"]
    known = find_well_known(content.view, table.starts, table.lengths)
    return Strings(content.file(), table.starts, table.lengths, known)


_PLACE = ("script_id", "line", "column")


def _locations(content: Mapped, outline: Outline, header: Header) -> Locations | None:
    """Return where functions and constructors stand; of two places of one node the later."""
    array, fields = outline.numbers.get("locations"), header.location_fields
    if array is None or not {"object_index", *_PLACE} <= set(fields):
        return None
    wanted = [fields.index(name) for name in ("object_index", *_PLACE)]
    table = array.table(content, len(fields), wanted, np.uint32)
    offsets, width = table[0], len(header.node_fields)
    wrong = (offsets % width != 0) | (offsets >= width * header.node_count)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(f"object_index is {int(offsets[row])}", place=f"locations, row {row}")
    if not (offsets[1:] > offsets[:-1]).all():
        _, last = np.unique(offsets[::-1], return_index=True)
        table = table[:, table.shape[1] - 1 - last]
    return Locations((table[0] // width).astype(np.uint32), *table[1:])
