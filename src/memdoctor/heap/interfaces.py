"""Interfaces: plain objects told apart by the properties they have, as `{a, b}`."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import U8, U32
from memdoctor.heap.core.shapes import group_by_names, mark_names, match_interfaces
from memdoctor.heap.edges import edges_of
from memdoctor.heap.raw import raw
from memdoctor.heap.roots import named
from memdoctor.heap.strings import units
from memdoctor.heap.traits import TYPE

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph

LONGEST_NAME = 120  # UTF-16 units; the first property always fits
LEAST_COUNT = 2  # objects
LEAST_SHARE = 1000  # one of so many plain objects

_QUOTED = re.compile(r"[,'\"{}]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'["\\\x00-\x1f\ud800-\udfff]')


_Properties = tuple[memoryview, memoryview, memoryview, int, int, memoryview]


@dataclass(frozen=True, slots=True)
class Interface:
    """A set of properties that many plain objects begin with, and how many do."""

    name: str
    properties: tuple[str, ...]
    count: int


def find_interfaces(graph: "HeapGraph", plain: U32) -> tuple[tuple[Interface, ...], list[tuple[int, ...]]]:
    """Return the interfaces of the plain objects, the most frequent first, and their names' indices."""
    if not len(plain) or graph.edge_code("property") == 255:
        return (), []
    lengths = _formatted_lengths(graph, plain)
    size = 1 << (2 * len(plain)).bit_length()
    hashes = np.empty(len(plain), np.uint64)
    sizes, firsts, counts = (np.empty(len(plain), np.uint32) for _ in range(3))
    groups = group_by_names(
        *_properties_of(graph, plain),
        raw(lengths),
        named(graph, "__proto__"),
        LONGEST_NAME,
        raw(np.zeros(size, np.uint32)),
        raw(hashes),
        raw(sizes),
        raw(firsts),
        raw(counts),
    )
    least = max(LEAST_COUNT, len(plain) / LEAST_SHARE)
    frequent = np.flatnonzero(counts[:groups] >= least)
    frequent = frequent[np.argsort(-counts[frequent].astype(np.int64), kind="stable")]
    definitions = [
        _names(graph, int(plain[firsts[group]]), int(sizes[group])) for group in frequent.tolist()
    ]
    found = []
    for group, definition in zip(frequent.tolist(), definitions, strict=True):
        names = tuple(graph.strings.texts(definition))
        label = "{" + ", ".join(map(format_property, names)) + "}"
        found.append(Interface(label, names, int(counts[group])))
    return tuple(found), definitions


def translate(
    graph: "HeapGraph", plain: U32, interfaces: tuple[Interface, ...]
) -> tuple[tuple[Interface, ...], list[tuple[int, ...]]]:
    """Return those of a snapshot's interfaces whose properties another one has, and their names there."""
    edges = edges_of(graph, plain)
    properties = (graph.edges.trait[edges] & np.uint8(TYPE)) == graph.edge_code("property")
    used = np.unique(graph.edge_name[edges[properties]])
    indices = dict(zip(graph.strings.texts(used), used.tolist(), strict=True))
    known = tuple(one for one in interfaces if all(name in indices for name in one.properties))
    return known, [tuple(indices[name] for name in one.properties) for one in known]


def _properties_of(graph: "HeapGraph", plain: U32) -> _Properties:
    """Return what the core is told of properties: the edges, which of them, and the objects."""
    columns = (raw(graph.first_edge), raw(graph.edges.trait), raw(graph.edge_name))
    return *columns, TYPE, graph.edge_code("property"), raw(plain)


def _formatted_lengths(graph: "HeapGraph", plain: U32) -> U8:
    """Return, by string, how long the names of first properties are in an interface's name."""
    marks = np.zeros(len(graph.strings), np.uint8)
    mark_names(
        *_properties_of(graph, plain),
        LONGEST_NAME,
        raw(marks),
    )
    asked = np.flatnonzero(marks)
    for index, text in zip(asked.tolist(), graph.strings.texts(asked), strict=True):
        marks[index] = min(units(format_property(text)), 255)
    return marks


def _names(graph: "HeapGraph", node: int, count: int) -> tuple[int, ...]:
    edges = edges_of(graph, np.asarray([node]))
    properties = (graph.edges.trait[edges] & np.uint8(TYPE)) == graph.edge_code("property")
    names = graph.edge_name[edges[properties]]
    return tuple(names[names != named(graph, "__proto__")][:count].tolist())


def format_property(name: str) -> str:
    """Return a property's name as it stands in an interface: quoted as JSON if it could confuse.

    >>> format_property("a"), format_property("a,b")
    ('a', '"a,b"')
    """
    if not _QUOTED.search(name):
        return name
    return '"' + _ESCAPED.sub(_escape, name) + '"'


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}"


def match_plain_objects(graph: "HeapGraph", plain: U32, definitions: list[tuple[int, ...]]) -> U32:
    """Return the definition of each plain object + 1, or 0: the one with the most of its properties.

    A definition is the properties' names as indices of strings; of equally long ones the first wins.
    """
    matches = np.zeros(len(plain), np.uint32)
    if not definitions:
        return matches
    starts = np.cumsum([0, *map(len, definitions)], dtype=np.uint32)
    properties = np.asarray([name for one in definitions for name in one], np.uint32)
    asked_by, asked_starts, asked = _listed(definitions, len(graph.strings))
    match_interfaces(
        *_properties_of(graph, plain),
        raw(starts),
        raw(properties),
        raw(asked_by),
        raw(asked_starts),
        raw(asked),
        raw(np.zeros(len(graph.strings), np.uint32)),
        raw(matches),
    )
    return matches


def _listed(definitions: list[tuple[int, ...]], strings: int) -> tuple[U32, U32, U32]:
    """List each definition under the rarest of its properties, so that few are tried on an object."""
    frequency = Counter(name for one in definitions for name in one)
    lists: dict[int, list[int]] = {}
    for index, one in enumerate(definitions):
        lists.setdefault(min(one, key=lambda name: frequency[name]), []).append(index)
    asked_by = np.zeros(strings, np.uint32)
    asked_by[list(lists)] = np.arange(1, len(lists) + 1)
    starts = np.cumsum([0, *map(len, lists.values())], dtype=np.uint32)
    return asked_by, starts, np.asarray([index for one in lists.values() for index in one], np.uint32)
