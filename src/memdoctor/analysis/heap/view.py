"""A view of a heap: rows and totals under the names they have in JSON, and how a person calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from memdoctor.model import Source


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its JSON name, its heading, and what it holds: text, bytes, count, share or distance."""

    key: str
    heading: str
    kind: str


@dataclass(frozen=True, slots=True)
class View:
    """Rows in the order in which they are shown, and the totals of all."""

    view: str
    sources: tuple[Source, ...]
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    totals: Mapping[str, Any]
    row_count: int  # how many there are, also those that are left out later
    about: Mapping[str, Any]  # the heap it is of: its format, and how much there is


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

VIEWS = ("summary", "classes")
