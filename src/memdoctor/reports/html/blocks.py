"""The parts of a report, as every shared format has them, in HTML."""

import re
from collections.abc import Iterable, Iterator

from memdoctor.reports.case_report.blocks import (
    Block,
    Code,
    Fold,
    Item,
    Listing,
    Piece,
    Say,
    Strong,
    Table,
    Words,
)
from memdoctor.reports.html.markup import Html, join, tag

_FOLDED_FROM, _FOLDED_WITHIN = 16, 8  # rows of a table, and of one that belongs to a headline
_SHORT, _WIDE = 20, 28  # characters of a text that stays on one line, of a value that is no number


def written(blocks: Iterable[Block], level: int = 3, folded_from: int = _FOLDED_FROM) -> Html:
    """Return blocks; headlines in them are of a level, tables with more rows than that are folded."""
    return join(*(_block(block, level, folded_from) for block in blocks))


def _block(block: Block, level: int, folded_from: int) -> Html:
    match block:
        case Say(words):
            return tag("p", _words(words))
        case Table():
            return _table(block, folded_from)
        case Listing(items, to_do):
            kind = "steps" if to_do else None
            return tag("ul", *(tag("li", _words(item)) for item in items), class_=kind)
        case Fold(title, inner):
            return fold(title, written(inner, level, folded_from))
        case Item(mark, title, inner):
            badge = tag("span", mark, class_="badge")
            headline = tag(f"h{level}", badge, " ", title)
            told = written(inner, level + 1, _FOLDED_WITHIN)
            return tag("article", headline, told, class_=f"finding {mark}")


def fold(title: str, *inner: str) -> Html:
    """Return what is shown when it is asked for."""
    return tag("details", tag("summary", title), *inner)


def scrolled(table: Html, label: str) -> Html:
    """Return a table that scrolls by itself where the page is too narrow, also by keys."""
    return tag("div", table, class_="scroll", role="region", aria_label=label, tabindex="0")


def _table(table: Table, folded_from: int) -> Html:
    heads = (tag("th", name, scope="col", class_=_kind(is_text)) for name, is_text in table.columns)
    rows = (tag("tr", *_cells(table, row)) for row in table.shown)
    drawn = scrolled(
        tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows)), f"table of {table.what}"
    )
    left = table.total - len(table.shown)
    parts = (drawn, tag("p", f"… and {left} more.")) if left else (drawn,)
    return fold(f"{table.total} {table.what}", *parts) if len(table.shown) > folded_from else join(*parts)


def _cells(table: Table, row: tuple[Words, ...]) -> Iterator[Html]:
    for (_, is_text), cell in zip(table.columns, row, strict=True):
        text = _words(cell)
        short = "short" if len(text) <= _SHORT else None
        yield tag("td", indented(text), class_=short if is_text or len(text) > _WIDE else "number")


def _kind(is_text: bool) -> str | None:
    return None if is_text else "number"


def indented(text: Html) -> Html:
    """Keep the spaces that a cell of a tree begins with."""
    return Html(re.sub(r"^ +", lambda match: "\u2003" * (len(match[0]) // 2), text))


def _words(words: Words) -> Html:
    return join(*map(_piece, words if isinstance(words, tuple) else (words,)))


def _piece(piece: Piece) -> Html:
    match piece:
        case Code(text):
            return tag("code", text)
        case Strong(text):
            return tag("strong", text)
        case str(text):
            return join(text)
