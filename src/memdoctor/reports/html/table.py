"""Tables: the one place where rows become markup."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.reports.cells import cell
from memdoctor.reports.html.markup import Html, join, tag

_SHORT, _WIDE = 20, 28  # characters of a text that stays on one line, of a value that is no number


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and what is read there; by `worth` it is sorted, else by what is read."""

    inner: Html
    plain: str
    worth: object = None


def drawn(
    heads: Iterable[tuple[str, bool]],
    rows: Iterable[Iterable[Cell]],
    label: str,
    *,
    is_sorted: bool = False,
) -> Html:
    """Return rows under named columns, each with whether it holds words.

    Where the page is too narrow it scrolls by itself, also by keys.
    """
    columns = tuple(heads)
    named = (tag("th", name, scope="col", class_=None if text else "number") for name, text in columns)
    body = (
        tag("tr", *(_cell(one, is_text=text) for one, (_, text) in zip(row, columns, strict=True)))
        for row in rows
    )
    table = tag(
        "table",
        tag("thead", tag("tr", *named)),
        tag("tbody", *body),
        class_="sortable" if is_sorted else None,
    )
    return tag("div", table, class_="scroll", role="region", aria_label=label, tabindex="0")


def of_view(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], label: str, *, is_sorted: bool = False
) -> Html:
    """Return the rows of a view; numbers are sorted as such."""
    cells = ((_of_view(column, row) for column in columns) for row in rows)
    return drawn(((one.heading, one.is_text) for one in columns), cells, label, is_sorted=is_sorted)


def _of_view(column: Column, row: Mapping[str, Any]) -> Cell:
    text = cell(column, row)
    return Cell(join(text), text, None if column.is_text else row[column.key])


def _cell(one: Cell, *, is_text: bool) -> Html:
    worth = None if one.worth is None else str(one.worth)
    return tag("td", _indented(one.inner), class_=_kind(one.plain, is_text=is_text), data_value=worth)


def _kind(plain: str, *, is_text: bool) -> str | None:
    """Return how a cell stands, by what is read there."""
    if not is_text and len(plain) <= _WIDE:
        return "number"
    return "short" if len(plain) <= _SHORT else None


def _indented(text: Html) -> Html:
    """Keep the spaces that a cell of a tree begins with."""
    return Html(re.sub(r"^ +", lambda match: "\u2003" * (len(match[0]) // 2), text))
