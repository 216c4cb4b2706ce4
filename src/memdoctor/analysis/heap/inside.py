"""The analyses of one heap snapshot, each made once and on demand."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from memdoctor.analysis.heap.collections import Collections
from memdoctor.analysis.heap.counts import counts
from memdoctor.analysis.heap.missing_edges import MissingEdges, find_missing_edges
from memdoctor.analysis.heap.owners import Owners
from memdoctor.analysis.heap.paths import Paths
from memdoctor.analysis.heap.places import Places
from memdoctor.analysis.heap.suspects import Suspects, find_suspects, is_of_the_runtime, is_worth_telling
from memdoctor.heap.graph import HeapGraph

if TYPE_CHECKING:
    from memdoctor.analysis.heap.closures import Closures
    from memdoctor.analysis.heap.detached import Detached
    from memdoctor.analysis.heap.emitters import Emitters
    from memdoctor.analysis.heap.external import External
    from memdoctor.analysis.heap.functions import Functions
    from memdoctor.analysis.heap.handles import Handles
    from memdoctor.analysis.heap.texts import Texts


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
        return Paths(self.graph, self.owners, self.graph.strong_ways)

    @cached_property
    def devtools_paths(self) -> Paths:
        """The shortest ways as DevTools has them: also over edges that keep nothing alive."""
        same = self.graph.ways is self.graph.strong_ways
        return self.paths if same else Paths(self.graph, self.owners, self.graph.ways)

    @cached_property
    def functions(self) -> "Functions":
        """Which code functions run, and which scopes they see."""
        from memdoctor.analysis.heap.functions import Functions

        return Functions(self.graph, self.places)

    @cached_property
    def closures(self) -> "Closures":
        """Functions by their code, and what they retain."""
        from memdoctor.analysis.heap.closures import Closures

        return Closures(self.graph, self.functions)

    @cached_property
    def emitters(self) -> "Emitters":
        """Events, and who listens to them."""
        from memdoctor.analysis.heap.emitters import Emitters

        return Emitters(self.graph, self.functions)

    @cached_property
    def handles(self) -> "Handles":
        """Sockets, timers, promises, and who holds them."""
        from memdoctor.analysis.heap.handles import Handles

        return Handles(self.graph, self.functions, self.owners)

    def suspects(self, share: float) -> Suspects:
        """Return what retains at least that share of the heap."""
        if share not in self._suspects:
            self._suspects[share] = find_suspects(self, share * self.total)
        return self._suspects[share]

    def is_worth_telling(self, node: int) -> bool:
        """Whether an object is neither a cache of modules nor mere bookkeeping."""
        return is_worth_telling(self, node)

    def is_of_the_runtime(self, node: int) -> bool:
        """Whether most of what an object holds are functions of the runtime itself."""
        return is_of_the_runtime(self, node)

    @cached_property
    def missing_edges(self) -> MissingEdges | None:
        """What the file leaves out of a heap of Bun."""
        return find_missing_edges(self)

    @cached_property
    def texts(self) -> "Texts":
        """Strings by their text, and who holds them."""
        from memdoctor.analysis.heap.texts import Texts

        return Texts(self.graph, self.owners)

    @cached_property
    def external(self) -> "External":
        """Memory outside the JS heap, and who holds it."""
        from memdoctor.analysis.heap.external import External

        return External(self.graph, self.owners)

    @cached_property
    def detached(self) -> "Detached":
        """Detached DOM trees, and who holds them."""
        from memdoctor.analysis.heap.detached import Detached

        return Detached(self.graph, self.owners)
