"""What a report is made of, in no markup: sections, tables, lists. Shared formats write it down."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.reports.cells import cell
from memdoctor.units import grouped

FOLDED_FROM = 16  # rows of a table: a longer one is shown when it is asked for


@dataclass(frozen=True, slots=True)
class Code:
    """A name, a place, a command: text that is no prose."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")

Piece = str | Code | Strong
Words = Piece | tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A paragraph."""

    words: Words


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns, each with whether it holds words; at most `most` of `total` are shown."""

    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Words, ...], ...]
    most: int
    what: str  # that a row is one of
    total: int

    @property
    def shown(self) -> tuple[tuple[Words, ...], ...]:
        """The rows that there is room for."""
        return self.rows[: self.most]

    @property
    def left(self) -> int:
        """How many rows there is no room for."""
        return self.total - len(self.shown)

    @property
    def headline(self) -> str:
        """How many rows of what there are, also those that are not shown."""
        return f"{grouped(self.total)} {self.what}"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, of things to do or not."""

    items: tuple[Words, ...]
    to_do: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """What is shown when it is asked for."""

    title: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a headline of its own, and how bad it is."""

    mark: str
    title: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report."""

    title: str
    blocks: tuple["Block", ...]


Block = Say | Table | Listing | Fold | Item


def section(title: str, blocks: Iterable[Block]) -> Iterator[Section]:
    """Yield a section, nothing where it has nothing to say."""
    said = tuple(blocks)
    if said:
        yield Section(title, said)


def table(
    columns: Iterable[tuple[str, bool]],
    rows: Iterable[tuple[Words, ...]],
    most: int,
    what: str,
    total: int | None = None,
) -> Table:
    """Return rows as a table; `total` where some were left out before."""
    lines = tuple(rows)
    return Table(tuple(columns), lines, most, what, len(lines) if total is None else total)


def table_of(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    most: int,
    what: str = "rows",
    total: int | None = None,
) -> Table:
    """Return the rows of a view as a table; `total` where some were left out before."""
    lines = (tuple(cell(column, one) for column in columns) for one in rows)
    return table(((one.heading, one.is_text) for one in columns), lines, most, what, total)


def more(left: int) -> str:
    """Return what is said below that of which not all is shown."""
    return f"… and {grouped(left)} more."


def code(text: str | None) -> Piece:
    """Return a name or a place, nothing where there is none."""
    return Code(text) if text else ""


def listed(names: Iterable[str]) -> tuple[Piece, ...]:
    """Return names one after the other, each once."""
    pieces = [piece for name in dict.fromkeys(names) for piece in (", ", Code(name))]
    return tuple(pieces[1:])


def with_code(text: str) -> tuple[Piece, ...]:
    """Return words of memdoctor's own, what stands in backticks as code."""
    parts = enumerate(_SPAN.split(text))
    return tuple(Code(part) if index % 2 else part for index, part in parts if part)


def as_sentence(text: str) -> str:
    """Return text that begins and ends as a sentence does."""
    first = text.split(" ", 1)[0]
    if first.islower():  # not macOS, not heapUsed
        text = text[:1].upper() + text[1:]
    return text + ("" if text.endswith(".") else ".")
