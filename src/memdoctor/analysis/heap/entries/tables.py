"""How many entries Maps, Sets, WeakMaps and WeakSets hold, read off the tables they keep them in.

V8's ordered hash table is an array of words: a header, three numbers, `b` buckets, then for `2 b` entries
key, (value,) and the number of the next entry. An edge leads from each word that is no small integer, and
its name is the number of the word. JavaScriptCore's table leads nowhere: only its size tells something.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from memdoctor.heap.arrays import I64, Flags
from memdoctor.heap.edges import degrees, edges_named, edges_of, internal_targets
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.roots import named

MAP, SET, WEAK_MAP, WEAK_SET = "Map", "Set", "WeakMap", "WeakSet"
_WORDS_PER_BUCKET = {MAP: 7, SET: 5}  # a bucket, and two entries with the number of the next one
_NUMBERS = 3  # of elements, of deleted ones, of buckets
_WEAK_FIRST = 3  # no key of a WeakMap is at a lower word, and each is at an odd one
_BUTTERFLY_HEADER = 64
_BUTTERFLY_ENTRY = {MAP: 40, SET: 32}
_SPARSEST = 4  # V8 makes a table smaller when less than one of so many entries is used
UNKNOWN = -1

Nodes = npt.NDArray[np.integer]


@dataclass(eq=False, frozen=True)
class Entries:
    """Collections of one kind, a number for each in every column.

    `entries` is -1 where only the bounds `low` and `high` are known; `entry_bytes` is the room for one.
    """

    kind: str
    node: I64
    entries: I64
    low: I64
    high: I64
    capacity: I64
    entry_bytes: int


def word_bytes(graph: HeapGraph) -> int:
    """Return the size of a pointer: 4 where V8 compresses them (Chrome, Electron), else 8.

    Everything on V8's heap is a multiple of it long, so that with 8 no size is an odd multiple of 4.
    """
    kinds = [graph.node_code(name) for name in ("array", "closure", "object shape", "code")]
    sizes = graph.nodes.size[np.isin(graph.node_type, kinds)]
    odd = int(np.count_nonzero(sizes % 8 == 4))
    return 4 if odd * 20 > len(sizes) else 8


def find_tables(graph: HeapGraph) -> list[Entries]:
    """Return the tables of each kind. Subclasses count as what they extend; iterators share a table."""
    leading = _with_table(graph)
    if not len(leading):
        return _butterflies(graph)
    table = internal_targets(graph, leading, "table")
    word = word_bytes(graph)
    cells = (graph.nodes.size[table].astype(np.int64) - 2 * word) // word
    weak = _weakly_holding(graph, table)
    found = []
    for kind, words in _WORDS_PER_BUCKET.items():
        buckets = (cells - _NUMBERS) // words
        fits = ~weak & (buckets > 0) & (buckets * words + _NUMBERS == cells)
        fits &= buckets & (buckets - 1) == 0  # a power of two: no number of cells fits both kinds
        found.append(_ordered(graph, kind, (leading[fits], table[fits]), buckets[fits], word))
    for kind in (WEAK_MAP, WEAK_SET):
        fits = (graph.node_name[leading] == named(graph, kind)) & (cells > 0)
        found.append(_weak(graph, kind, (leading[fits], table[fits]), cells[fits] // 2, word))
    return [tables for tables in found if len(tables.node)]


def _with_table(graph: HeapGraph) -> I64:
    """Return the objects with a table of their own: no iterators over the table of another one."""
    owners = np.unique(graph.edge_sources(edges_named(graph, "internal", "table")))
    owners = owners[graph.node_type[owners] == graph.node_code("object")]
    names = np.unique(graph.node_name[owners])
    texts = graph.strings.texts(names)
    iterators = [
        name for name, text in zip(names.tolist(), texts, strict=True) if text.endswith("Iterator")
    ]
    kept: I64 = owners[~np.isin(graph.node_name[owners], iterators)]
    return kept


def _weakly_holding(graph: HeapGraph, tables: I64) -> Flags:
    """Return which of the tables hold something weakly."""
    edges = edges_of(graph, tables)
    weak = edges[graph.edge_type[edges] == graph.edge_code("weak")]
    return np.isin(tables, graph.edge_sources(weak))


def _ordered(graph: HeapGraph, kind: str, of: tuple[I64, I64], buckets: I64, word: int) -> Entries:
    """Count the entries of Maps or Sets: those that an edge leads to, without deleted ones.

    Deleted entries lead to a hole in some versions of V8, and nowhere in others. Where no entry leads
    anywhere, all keys and values are small integers, or there are none.
    """
    per_entry = 3 if kind == MAP else 2
    capacity = 2 * buckets
    row, place = words_of(graph, of[1])
    first = (_NUMBERS + buckets)[row]
    slot, part = np.divmod(place - first, per_entry)
    inside = (place >= first) & (slot < capacity[row]) & (part < per_entry - 1)
    entries = _distinct(row[inside], slot[inside], len(of[1]))
    unknown = (entries == 0) & (capacity > 0)
    low = np.where(unknown, 0, entries)
    high = np.where(unknown, capacity, entries)
    low = np.where(
        unknown & (capacity > _SPARSEST), capacity // _SPARSEST, low
    )  # the smallest may be empty
    counted = np.where(unknown, UNKNOWN, entries)
    return Entries(kind, of[0], counted, low, high, capacity, per_entry * word + word // 2)


def _weak(graph: HeapGraph, kind: str, of: tuple[I64, I64], capacity: I64, word: int) -> Entries:
    """Count the keys of WeakMaps or WeakSets."""
    row, place = words_of(graph, of[1])
    keys = (place >= _WEAK_FIRST) & ((place - _WEAK_FIRST) % 2 == 0)
    entries = _distinct(row[keys], place[keys], len(of[1]))
    return Entries(kind, of[0], entries, entries, entries, capacity, 2 * word)


def words_of(graph: HeapGraph, tables: I64) -> tuple[I64, I64]:
    """Return for each edge from a table to no hole: which table, and the number of the word; -1: none."""
    edges = edges_of(graph, tables)
    rows = np.repeat(np.arange(len(tables)), degrees(graph, tables))
    holes = graph.node_name[graph.edge_target[edges]] == named(graph, "system / Hole")
    edges, rows = edges[~holes], rows[~holes]
    names = graph.edge_name[edges].astype(np.int64)
    texts = ~np.isin(graph.edge_type[edges], list(graph.numbered))
    numbers = graph.strings.numbers(names[texts])
    weak_pair = graph.weak_map_pairs.of_string
    if len(weak_pair) > 1:
        numbers[weak_pair[names[texts]] > 0] = -1
    names[texts] = numbers
    return rows, names


def _distinct(rows: I64, slots: I64, count: int) -> I64:
    """Count the distinct slots of each row."""
    pairs = rows << 34 | slots
    if len(pairs) and (np.diff(pairs) < 0).any():
        pairs = np.sort(pairs)
    new = np.ones(len(pairs), bool)
    new[1:] = pairs[1:] != pairs[:-1]
    return np.bincount(pairs[new] >> 34, minlength=count).astype(np.int64)


def butterflies(graph: HeapGraph) -> I64:
    """Return where JavaScriptCore keeps entries and elements; a file of V8 has none."""
    named_so = graph.node_name == named(graph, "Cell Butterfly")
    return np.flatnonzero(named_so & (graph.node_type != graph.node_code("string")))


def _butterflies(graph: HeapGraph) -> list[Entries]:
    """Return the tables of JavaScriptCore, of whose entries only the room is known."""
    storage = butterflies(graph)
    mask = np.zeros(graph.node_count, bool)
    mask[storage] = True
    edges = np.flatnonzero(mask[graph.edge_target])
    sources = graph.edge_sources(edges)
    found = []
    for kind, entry in _BUTTERFLY_ENTRY.items():
        of_kind = np.isin(graph.node_name[sources], [named(graph, kind)])
        owner, table = sources[of_kind], graph.edge_target[edges[of_kind]].astype(np.int64)
        room = np.maximum((graph.nodes.size[table].astype(np.int64) - _BUTTERFLY_HEADER) // entry, 0)
        capacity = np.where(room > 0, 1 << np.log2(np.maximum(room, 1)).astype(np.int64), 0)
        unknown = np.full(len(owner), UNKNOWN, np.int64)
        found.append(Entries(kind, owner, unknown, unknown * 0, capacity, capacity, entry))
    return [tables for tables in found if len(tables.node)]
