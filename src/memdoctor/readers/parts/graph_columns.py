"""From blocks of rows to the columns of a graph, every number checked against its range."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from memdoctor.errors import InputError
from memdoctor.heap.arrays import U8, U32, Word
from memdoctor.heap.core.shapes import largest_name
from memdoctor.heap.raw import raw
from memdoctor.heap.traits import TYPE, WEAK
from memdoctor.readers.parts.numbers import Rows
from memdoctor.readers.parts.reading import INCOMPLETE

NUMBERED = ("element", "hidden")  # types of edges whose name is a number
_NARROW = np.iinfo(np.uint32).max
_LARGEST_TOTAL = 1 << 53
_WIDE_EDGES = 1 << 31  # edges from which on their numbers take 8 bytes
_WIDE_FILE = 1 << 32  # bytes from which on sizes and ids do

Blocks = Iterator[tuple[int, Rows]]


class NodeColumns:
    """The columns of the nodes, on their way. `wide` makes ids, sizes and edges take 8 bytes."""

    def __init__(self, fields: Sequence[str], types: int, count: int, *, wide: bool) -> None:
        self._place = {name: index for index, name in enumerate(fields)}
        self._types = types
        self._wide = wide
        self._total = 0
        self._edges = 0
        self.type: U8 = np.empty(count, np.uint8)
        self.name: U32 = np.empty(count, np.uint32)
        self._first_edge: Word = np.zeros(
            count + 1, self._word
        )  # the number of edges, until they are added up
        self.id: Word = np.empty(count, self._word)
        self.size: Word = np.empty(count, self._word)
        self.detachedness: U8 | None = None
        if "detachedness" in self._place:
            self.detachedness = np.empty(count, np.uint8)

    @property
    def _word(self) -> type[np.uint32] | type[np.uint64]:
        return np.uint64 if self._wide else np.uint32

    def fill(self, blocks: Blocks) -> None:
        """Take in all nodes; raise InputError for a number that cannot be."""
        for row, block in blocks:
            part = slice(row, row + block.shape[1])
            self.type[part] = self._column(block, row, "type", self._types)
            self.name[part] = self._column(block, row, "name", _NARROW)
            degrees = self._column(block, row, "edge_count", _NARROW)
            self._edges += int(degrees.sum())
            self._first_edge[row + 1 : row + 1 + len(degrees)] = degrees
            if self.detachedness is not None:
                self.detachedness[part] = self._column(block, row, "detachedness", 256)
            sizes, ids = block[self._place["self_size"]], block[self._place["id"]]
            self._total += int(sizes.sum())
            check_total(self._total)
            if not self._wide and (self._total > _NARROW or int(ids.max(initial=0)) > _NARROW):
                self._widen()
            self.size[part], self.id[part] = sizes, ids

    def _widen(self) -> None:
        self._wide = True
        self.size, self.id = self.size.astype(self._word), self.id.astype(self._word)
        self._first_edge = self._first_edge.astype(self._word)

    def _column(self, block: Rows, row: int, name: str, limit: int) -> Rows:
        column: Rows = block[self._place[name]]
        if int(column.max(initial=0)) >= limit:
            wrong = int(np.argmax(column >= limit))
            raise InputError(f"a node's {name} is {int(column[wrong])}", place=f"nodes, node {row + wrong}")
        return column

    def first_edge(self, edges: int) -> Word:
        """Return where each node's edges begin; raise InputError if there are not as many as they say."""
        if self._edges != edges:
            raise InputError(f"the nodes have {self._edges} edges, the header says {edges}", place="nodes")
        first: Word = np.cumsum(self._first_edge, out=self._first_edge)
        return first


class EdgeColumns:
    """The columns of the edges, on their way."""

    def __init__(self, fields: Sequence[str], types: Sequence[str], count: int) -> None:
        self._place = {name: index for index, name in enumerate(fields)}
        weak = [WEAK if name == "weak" else 0 for name in types]
        self._traits = np.asarray([code | bit for code, bit in enumerate(weak)], np.uint8)
        self._texts = np.zeros(TYPE + 1, np.uint8)
        self._texts[[code for code, name in enumerate(types) if name not in NUMBERED]] = 1
        self.trait: U8 = np.empty(count, np.uint8)
        self.name: U32 = np.empty(count, np.uint32)
        self.target: U32 = np.empty(count, np.uint32)

    def fill(self, blocks: Blocks, node_width: int, node_count: int, *, first: int = 0) -> None:
        """Take in edges from the `first` on; `to_node` counts numbers, not nodes.

        Raises InputError for a number that cannot be.
        """
        width = np.uint64(node_width)
        for row, block in blocks:
            part = slice(first + row, first + row + block.shape[1])
            types, names, offsets = (
                block[self._place[key]] for key in ("type", "name_or_index", "to_node")
            )
            targets = offsets // width
            _check(types, len(self._traits), part.start, "type")
            _check(names, _NARROW, part.start, "name")
            if int(targets.max(initial=0)) >= node_count or (offsets != targets * width).any():
                wrong = int(np.argmax((targets >= node_count) | (offsets != targets * width)))
                message = f"an edge's to_node is {int(offsets[wrong])}, which is not the start of a node"
                raise InputError(message, place=f"edges, edge {part.start + wrong}")
            self.trait[part], self.name[part], self.target[part] = self._traits[types], names, targets

    def largest_name(self) -> int:
        """Return the largest index of a string that an edge has as its name, or -1."""
        return int(largest_name(raw(self.trait), raw(self.name), TYPE, raw(self._texts)))


def _check(values: Rows, limit: int, row: int, name: str) -> None:
    if int(values.max(initial=0)) >= limit:
        wrong = int(np.argmax(values >= limit))
        raise InputError(f"an edge's {name} is {int(values[wrong])}", place=f"edges, edge {row + wrong}")


def is_wide(file_bytes: int, edges: int) -> bool:
    """Whether ids, sizes and edges need 8 bytes from the start."""
    return file_bytes >= _WIDE_FILE or edges >= _WIDE_EDGES


def check_total(total: int) -> None:
    """Raise InputError for a sum of sizes that JavaScript could not add up."""
    if total > _LARGEST_TOTAL:
        raise InputError(f"the nodes' sizes add up to more than {_LARGEST_TOTAL} bytes", place="nodes")


def check_names(largest: Mapping[str, int], strings: int) -> None:
    """Raise InputError if a node or an edge has a name that the strings do not have."""
    for what, index in largest.items():
        if index >= strings:
            raise InputError(f"string {index} is missing: there are {strings}", INCOMPLETE, place=what)
