"""A view of a heap: rows and totals under the names they have in JSON, and how a person calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from memdoctor.model import Sample, Source

MOST_ROWS = 10_000  # of what is counted: nobody reads more
MOST_WAYS = 1_000  # rows of a view that walks a way for each
_TEXTS = frozenset({"text", "cell", "name", "tree", "path", "content", "short"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its JSON name, its heading, and what it holds.

    text, cell (a text of an answer in SQL), short (a word, never shortened), name (a text whose end tells
    as much as its beginning), tree (a text, indented by the row's `depth`), path (a way, with arrows),
    content (a text out of the program's data), number (as it is), bytes, count, range (a count, or its
    bounds in `…_low` and `…_high`), share, distance, id, pid, age (seconds); and with their sign,
    bytes_change and count_change.
    """

    key: str
    heading: str
    kind: str
    stays: bool = False  # where there is no room for all columns, others are left out

    @property
    def is_text(self) -> bool:
        """Whether it holds words: they stand on the left, may be shortened, and can be searched."""
        return self.kind in _TEXTS


@dataclass(frozen=True, slots=True)
class View:
    """Rows in the order in which they are shown, and the totals of all."""

    view: str
    sources: "tuple[Source, ...]"
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    totals: Mapping[str, Any]
    row_count: int  # how many there are, also those that are left out
    about: Mapping[str, Any]  # the heap it is of: its format, and how much there is
    notes: tuple[str, ...] = ()  # what a reader of these rows must know
    facts: tuple[Column, ...] = ()  # the totals that are said before the rows
    most: int = 0  # rows that it has at most, whatever is asked for; 0 is any number


@dataclass(frozen=True, slots=True)
class Ask:
    """What a view is asked for: a class or a node, how deep a tree, how many rows are wanted."""

    what: str | None = None
    depth: int | None = None
    most: int = 0  # rows; 0 is all
    sample: "Sample | None" = None  # what the process said of its memory at that time

    def rows(self, limit: int) -> int:
        """Return how many rows are wanted of a view that has `limit` at most."""
        return min(self.most or limit, limit)


# JSON name, what it is called, and which nodes count.
KINDS = (
    ("code_bytes", "code", "type code"),
    ("strings_bytes", "strings", "the three string types"),
    ("arrays_bytes", "arrays", "named Array, own elements"),
    ("typed_arrays_bytes", "array buffers", "JSArrayBufferData"),
    ("other_native_bytes", "other native", "other native, extra bytes"),
    ("system_bytes", "system", "type hidden"),
    ("objects_bytes", "objects, other", "the rest"),
)

CLASS_COLUMNS = (
    Column("class", "class", "text"),
    Column("count", "count", "count"),
    Column("shallow_bytes", "shallow", "bytes"),
    Column("retained_bytes", "retained", "bytes"),
    Column("distance", "distance", "distance"),
)

CLASS_CHANGE_COLUMNS = (
    Column("class", "class", "text"),
    Column("delta_count", "± count", "count_change"),
    Column("delta_bytes", "± shallow", "bytes_change"),
    Column("delta_retained_bytes", "± retained", "bytes_change"),
    Column("grown_bytes", "same grew", "bytes_change"),
    Column("added_count", "added", "count"),
    Column("removed_count", "removed", "count"),
)

# Each is the module of its name in `views`.
VIEWS = {
    "summary": "bytes by kind",
    "classes": "the class table; of two snapshots what changed between them",
    "dominators": "what holds what, as a tree by size",
    "retainers": "shortest ways from a GC root to a class or a node",
    "strings": "the largest and the duplicates, with who holds them",
    "collections": "Map, Set, Array: entries, fill, owner",
    "listeners": "event emitters and what their listeners capture",
    "closures": "functions, and what their scopes retain",
    "handles": "sockets, timers, promises: how many, and who holds them",
    "detached": "detached DOM trees and the objects that hold them",
    "external": "memory outside the heap that it keeps alive",
    "node": "one object: fields, sizes, dominators, retainers",
}
NEEDS_TARGET = {
    "retainers": "a class, a function such as poll(), or the id of a node",
    "node": "the id of a node",
}
TAKES_SAMPLE = frozenset({"external"})
TAKES_TWO = {"classes": "class_changes"}  # and the module that compares
EVERYTHING = frozenset({"summary", "classes"})  # short enough to be whole for machines
