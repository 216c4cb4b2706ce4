"""Which strings of a V8 snapshot are names of what: of nodes, of edges, of numbers; or contents."""

from collections.abc import Iterator

import numpy as np

from memdoctor.errors import InputError
from memdoctor.heap.arrays import U8
from memdoctor.heap.strings import TEXT_TYPES
from memdoctor.readers.parts.graph_columns import NUMBERED, check_names
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.parts.numbers import Rows
from memdoctor.readers.parts.outline import Outline
from memdoctor.readers.parts.reading import INCOMPLETE
from memdoctor.readers.parts.v8_header import Header

NAME, CONTENT, NUMBER, PROPERTY, SLOT = 1, 2, 4, 8, 16
_NUMBERS = ("number", "bigint")
# Nodes whose name the program's code gave, or the runtime; what other nodes are called is told by neither.
_NAMED = ("object", "closure", "native", "synthetic", "hidden", "code", "object shape", "array", "symbol")


def roles_of(content: Mapped, outline: Outline, header: Header, count: int) -> U8:
    """Return for each of `count` strings the bits of what it is used as.

    Raises InputError, with the place, where nodes or edges are not what the header says.
    """
    roles = np.zeros(count, np.uint8)
    bits = [_bit_of(name) for name in header.node_types]
    for types, names in _columns(content, outline, "nodes", header.node_fields, header.node_count, "name"):
        _mark(roles, types, names, bits, "nodes")
    bits = [_bits_of_edges(name) for name in header.edge_types]
    for types, names in _columns(
        content, outline, "edges", header.edge_fields, header.edge_count, "name_or_index"
    ):
        _mark(roles, types, names, bits, "edges")
    return roles


def _bit_of(node_type: str) -> int:
    if node_type in TEXT_TYPES:
        return CONTENT
    if node_type in _NUMBERS:
        return NUMBER
    return NAME if node_type in _NAMED else 0


def _bits_of_edges(edge_type: str) -> int:
    """Return what names of edges are: those of properties are the program's, the engine counts slots."""
    if edge_type in NUMBERED:
        return 0
    return PROPERTY if edge_type in {"property", "context"} else PROPERTY | SLOT


def _columns(  # noqa: PLR0917
    content: Mapped, outline: Outline, section: str, fields: tuple[str, ...], count: int, name: str
) -> Iterator[tuple[Rows, Rows]]:
    """Yield the types and the names of a section, block by block."""
    if section not in outline.numbers:
        raise InputError(f"`{section}` is missing", INCOMPLETE)
    array = outline.numbers[section]
    array.check(len(fields), count)
    for _, block in array.rows(content, len(fields), count):
        yield block[fields.index("type")], block[fields.index(name)]


def _mark(roles: U8, types: Rows, names: Rows, bits: list[int], section: str) -> None:
    if int(types.max(initial=0)) >= len(bits):
        raise InputError(f"a type is {int(types.max())}, which the header does not name", place=section)
    for code, bit in enumerate(bits):
        if bit and len(used := names[types == code]):
            check_names({section: int(used.max())}, len(roles))
            roles[used.astype(np.int64)] |= np.uint8(bit)
