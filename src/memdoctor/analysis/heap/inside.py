"""The analyses of one heap snapshot, each made once and on demand."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from memdoctor.analysis.heap.counts import counts
from memdoctor.analysis.heap.entries.collections import Collections
from memdoctor.analysis.heap.events.emitters import Emitters
from memdoctor.analysis.heap.functions.closures import Closures
from memdoctor.analysis.heap.functions.functions import Functions
from memdoctor.analysis.heap.handles.handles import Handles
from memdoctor.analysis.heap.holders.blame import is_collection_of_the_program, passed_nodes
from memdoctor.analysis.heap.holders.missing_edges import MissingEdges, find_missing_edges
from memdoctor.analysis.heap.holders.suspects import Suspects, find_suspects
from memdoctor.analysis.heap.naming.fields import Fields
from memdoctor.analysis.heap.naming.owners import Owners
from memdoctor.analysis.heap.naming.paths import Paths
from memdoctor.analysis.heap.naming.places import Places
from memdoctor.analysis.heap.outside.detached import Detached
from memdoctor.analysis.heap.outside.external import External
from memdoctor.analysis.heap.strings.texts import Texts
from memdoctor.heap.arrays import Flags
from memdoctor.heap.graph import HeapGraph


class Inside:
    """What is in a heap."""

    def __init__(self, graph: HeapGraph) -> None:
        self.graph = graph
        self._suspects: dict[float, Suspects] = {}

    @cached_property
    def counts(self) -> Mapping[str, Any]:
        """Which format it has, and how much there is."""
        return counts(self.graph)

    @property
    def total(self) -> int:
        """Bytes of all nodes, and of the native memory that V8 declares outside of nodes."""
        return int(self.counts["total_bytes"])

    def id_of(self, node: int) -> int:
        """Return the id that the runtime gave a node."""
        return int(self.graph.node_id[node])

    @cached_property
    def places(self) -> Places:
        """Where functions stand."""
        return Places(self.graph)

    @cached_property
    def owners(self) -> Owners:
        """Who owns what."""
        return Owners(self.graph, self.places)

    @cached_property
    def collections(self) -> Collections:
        """Maps, Sets, arrays, and who owns them."""
        return Collections(self.graph, self.owners)

    @cached_property
    def paths(self) -> Paths:
        """The shortest ways that keep objects alive, in words."""
        return Paths(self.graph, self.owners, self.graph.strong_ways, self.owners.fields)

    @cached_property
    def devtools_paths(self) -> Paths:
        """The shortest ways as DevTools has them: also over edges that keep nothing alive."""
        graph = self.graph
        if graph.ways is graph.strong_ways:
            return self.paths
        return Paths(graph, self.owners, graph.ways, Fields(graph, graph.ways))

    @cached_property
    def functions(self) -> Functions:
        """Which code functions run, and which scopes they see."""
        return Functions(self.graph, self.places)

    @cached_property
    def closures(self) -> Closures:
        """Functions by their code, and what they retain."""
        return Closures(self.graph, self.functions)

    @cached_property
    def emitters(self) -> Emitters:
        """Events, and who listens to them."""
        return Emitters(self.graph, self.functions)

    @cached_property
    def handles(self) -> Handles:
        """Sockets, timers, promises, and who holds them."""
        return Handles(self.graph, self.functions, self.owners)

    def suspects(self, share: float) -> Suspects:
        """Return what retains at least that share of the heap."""
        if share not in self._suspects:
            self._suspects[share] = find_suspects(self, share * self.total)
        return self._suspects[share]

    @cached_property
    def is_passed(self) -> Flags:
        """Which nodes are only the way to others: roots, globals, scopes."""
        return passed_nodes(self)

    def is_collection_of_the_program(self, node: int) -> bool:
        """Whether the program fills a collection, not the runtime."""
        return is_collection_of_the_program(self, node)

    @cached_property
    def missing_edges(self) -> MissingEdges | None:
        """What the file leaves out of a heap of Bun."""
        return find_missing_edges(self)

    @cached_property
    def texts(self) -> Texts:
        """Strings by their text, and who holds them."""
        return Texts(self.graph, self.owners)

    @cached_property
    def external(self) -> External:
        """Memory outside the JS heap, and who holds it."""
        return External(self.graph, self.owners)

    @cached_property
    def detached(self) -> Detached:
        """Detached DOM trees, and who holds them."""
        return Detached(self.graph, self.owners)
