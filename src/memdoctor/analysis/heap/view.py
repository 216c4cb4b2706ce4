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
    """Rows in the order in which they are shown, the totals of all, and what is to be said of them."""

    view: str
    sources: tuple[Source, ...]
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    totals: Mapping[str, Any]
    title: str = ""
    notes: tuple[str, ...] = ()
