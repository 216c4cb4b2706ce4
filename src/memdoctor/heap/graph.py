"""One snapshot as typed arrays. What follows from them is computed once, when it is asked for."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from memdoctor.heap.arrays import I32, I64, U8, U32, Flags, Word
from memdoctor.heap.strings import Strings
from memdoctor.heap.traits import INESSENTIAL, TYPE
from memdoctor.units import size

if TYPE_CHECKING:
    from memdoctor.heap.aggregates import ClassRow
    from memdoctor.heap.classes import Classes
    from memdoctor.heap.dominators import Dominators
    from memdoctor.heap.duplicates import DuplicateStrings
    from memdoctor.heap.interfaces import Interface
    from memdoctor.heap.statistics import Statistics
    from memdoctor.heap.ways import Ways
    from memdoctor.heap.weak_maps import Pairs


@dataclass(eq=False, frozen=True)
class Nodes:
    """The nodes' columns as they stand in the file, in its order; detached nodes get renamed in place."""

    type: U8
    name: U32  # index of a string
    id: Word
    size: Word  # bytes
    first_edge: Word  # one more than there are nodes
    detachedness: U8 | None  # 0 unknown, 1 attached, 2 detached; None where the file has no such field


@dataclass(eq=False, frozen=True)
class Edges:
    """The edges' columns in CSR order, those of the first node first."""

    trait: U8  # the type, and the bits of `memdoctor.heap.traits`
    name: U32  # index of a string, or a number: see `HeapGraph.numbered`
    target: U32  # a node


@dataclass(eq=False, frozen=True)
class Locations:
    """Where functions, and the constructors of objects, stand; by ascending node, each node once."""

    node: U32
    script: U32
    line: U32
    column: U32


@dataclass(eq=False)
class HeapGraph:
    """A heap snapshot, with the semantics of DevTools. Sizes are bytes, nodes are counted from 0.

    Arrays over nodes are in the order of the file. The edges of node `n` are `first_edge[n]` to
    `first_edge[n + 1] - 1`, in `edge_type`, `edge_name` and `edge_target`.
    """

    source: str
    format: str  # v8, jsc
    node_types: tuple[str, ...]
    edge_types: tuple[str, ...]
    numbered: frozenset[int]  # the types of edges whose name is a number and not the index of a string
    root: int
    nodes: Nodes
    edges: Edges
    strings: Strings
    locations: Locations | None = None
    extra_native_bytes: int = 0
    file_bytes: int = 0

    def __repr__(self) -> str:
        counts = f"{self.node_count} nodes, {self.edge_count} edges"
        return f"<HeapGraph {self.source}: {self.format}, {counts}, {size(self.file_bytes)}>"

    def node_code(self, name: str) -> int:
        """Return the number of a node type in `node_type`, 255 if the file has no such type."""
        return _code(name, self.node_types)

    def edge_code(self, name: str) -> int:
        """Return the number of an edge type in `edge_type`, 255 if the file has no such type."""
        return _code(name, self.edge_types)

    def follows(self, *barred: str) -> U8:
        """Return for each of the 16 possible types of edges whether it is none of these."""
        return np.asarray([code not in map(self.edge_code, barred) for code in range(16)], np.uint8)

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.nodes.type)

    @property
    def edge_count(self) -> int:
        """How many edges there are."""
        return len(self.edges.target)

    @property
    def node_id(self) -> Word:
        """The nodes' ids in the runtime: stable over a series in V8, not in Bun."""
        return self.nodes.id

    @property
    def node_type(self) -> U8:
        """The nodes' types: indices into `node_types`."""
        return self.nodes.type

    @property
    def first_edge(self) -> Word:
        """The first edge of each node, and the number of edges at the end."""
        return self.nodes.first_edge

    @cached_property
    def edge_type(self) -> U8:
        """The edges' types: indices into `edge_types`."""
        return self.edges.trait & np.uint8(TYPE)

    @property
    def edge_name(self) -> U32:
        """The edges' names: indices into `strings`, or numbers where the type is one of `numbered`."""
        return self.edges.name

    @property
    def edge_target(self) -> U32:
        """The node that each edge leads to."""
        return self.edges.target

    @cached_property
    def weak_map_pairs(self) -> "Pairs":
        """The pairs of edges to a value in a WeakMap."""
        from memdoctor.heap.weak_maps import mark_pairs

        return mark_pairs(self)

    @cached_property
    def marked_traits(self) -> U8:
        """The edges' traits, with the bit `INESSENTIAL` on those that retain nothing."""
        from memdoctor.heap.essential import mark_inessential_edges

        mark_inessential_edges(self)
        return self.edges.trait

    @cached_property
    def traits_for_distances(self) -> U8:
        """The edges' traits, with the bit `UNCOUNTED` on those that make no distance."""
        from memdoctor.heap.distances import mark_uncounted_edges

        mark_uncounted_edges(self)
        return self.edges.trait

    @property
    def essential(self) -> Flags:
        """Which edges retain what they lead to, and so make dominators."""
        kept: Flags = (self.marked_traits & np.uint8(INESSENTIAL)) == 0
        return kept

    @cached_property
    def has_user_roots(self) -> bool:
        """Whether the root leads to user roots; V8 from about 15 on and Bun's own format have none."""
        from memdoctor.heap.roots import user_roots

        return len(user_roots(self)) > 0

    @cached_property
    def _attachment(self) -> tuple[U8, U32]:
        from memdoctor.heap.attachment import spread_attachment

        return spread_attachment(self)

    @property
    def detachedness(self) -> U8:
        """0 unknown, 1 attached to a document, 2 detached; spread from DOM nodes to what they lead to."""
        return self._attachment[0]

    @property
    def node_name(self) -> U32:
        """The nodes' names: indices into `strings`. Those of detached nodes begin with `Detached `."""
        return self._attachment[1]

    @cached_property
    def shallow_size(self) -> Word:
        """Bytes of each node itself, with those of the internal parts that only it owns."""
        from memdoctor.heap.ownership import shallow_sizes

        return shallow_sizes(self)

    @cached_property
    def distance(self) -> I32:
        """Edges on the shortest way from a user root; 100 000 000 and more from the root; -5: none."""
        from memdoctor.heap.distances import distances

        return distances(self)

    @cached_property
    def ways(self) -> "Ways":
        """One shortest way to each node."""
        from memdoctor.heap.ways import find_ways

        return find_ways(self)

    @cached_property
    def strong_ways(self) -> "Ways":
        """The same without edges that keep nothing alive, though the file has them as strong."""
        from memdoctor.heap.ways import find_strong_ways

        return find_strong_ways(self)

    @cached_property
    def dominator_tree(self) -> "Dominators":
        """The dominators with an order of the nodes in which they come before what they dominate."""
        from memdoctor.heap.dominators import dominators

        return dominators(self)

    @property
    def dominator(self) -> U32:
        """The immediate dominator of each node; the root is its own."""
        return self.dominator_tree.of_node

    @cached_property
    def dominated(self) -> tuple[U32, U32]:
        """The nodes that each node dominates at once: those of `n` are `nodes[ends[n - 1]:ends[n]]`."""
        from memdoctor.heap.dominators import dominated

        return dominated(self)

    @cached_property
    def retained_size(self) -> I64:
        """Bytes that would be freed with each node: its own and those of all that it dominates."""
        from memdoctor.heap.dominators import retained_sizes

        return retained_sizes(self)

    @property
    def total_size(self) -> int:
        """Bytes of all nodes, with native memory that V8 declares outside of any node."""
        return int(self.retained_size[self.root]) + self.extra_native_bytes

    @cached_property
    def classification(self) -> "Classes":
        """The class of each node, and the names of the classes."""
        from memdoctor.heap.classes import classify

        return classify(self)

    @property
    def class_id(self) -> U32:
        """The class of each node: an index into `class_names`."""
        return self.classification.of_node

    @property
    def class_names(self) -> list[str]:
        """The names of the classes, as DevTools shows them. They come from the file: escape them."""
        return self.classification.names

    def of_class(self, name: str) -> I64:
        """Return the nodes of a class, by its name."""
        number = self.classification.numbers.get(name)
        return np.flatnonzero(self.class_id == number) if number is not None else np.empty(0, np.int64)

    @property
    def interfaces(self) -> tuple["Interface", ...]:
        """The interfaces `{a, b}` that plain objects were sorted into, the most frequent first."""
        return self.classification.interfaces

    @cached_property
    def classes(self) -> tuple["ClassRow", ...]:
        """The class table of DevTools, the largest retained size first."""
        from memdoctor.heap.aggregates import class_rows

        return class_rows(self)

    @cached_property
    def statistics(self) -> "Statistics":
        """What the bytes are: code, strings, arrays, native memory."""
        from memdoctor.heap.statistics import statistics

        return statistics(self)

    @cached_property
    def duplicate_strings(self) -> "DuplicateStrings":
        """Strings that are there more than once, the largest waste first."""
        from memdoctor.heap.duplicates import duplicate_strings

        return duplicate_strings(self)

    @cached_property
    def retainers(self) -> tuple[Word, Word]:
        """The edges that lead to each node: those of `n` are `edges[first[n]:first[n + 1]]`."""
        from memdoctor.heap.retainers import retainers

        return retainers(self)

    def edge_sources(self, edges: npt.NDArray[np.integer]) -> I64:
        """Return the nodes that edges start from."""
        return np.searchsorted(self.first_edge, edges, side="right") - 1


def _code(name: str, types: tuple[str, ...]) -> int:
    return types.index(name) if name in types else 255
