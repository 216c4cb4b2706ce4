"""The parts of a report, as every shared format has them, in HTML."""

from collections.abc import Iterable

from memdoctor.reports.case_report.blocks import (
    FOLDED_FROM,
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
    more,
)
from memdoctor.reports.html.markup import Html, join, tag
from memdoctor.reports.html.table import Cell, drawn

_FOLDED_WITHIN = 8  # rows of a table that belongs to a headline


def written(blocks: Iterable[Block], level: int = 3, folded_from: int = FOLDED_FROM) -> Html:
    """Return blocks; headlines in them are of a level, tables with more rows than that are folded."""
    return join(*(_block(block, level, folded_from) for block in blocks))


def _block(block: Block, level: int, folded_from: int) -> Html:
    match block:
        case Say(words):
            return tag("p", _words(words))
        case Table():
            whole = unfolded(block)
            return fold(block.headline, whole) if len(block.shown) > folded_from else whole
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


def unfolded(table: Table) -> Html:
    """Return a table, however long, and how many more rows there are."""
    rows = ((Cell(_words(words), _plain(words)) for words in row) for row in table.shown)
    whole = drawn(table.columns, rows, f"table of {table.what}")
    return join(whole, tag("p", more(table.left))) if table.left else whole


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


def _plain(words: Words) -> str:
    """Return what is read of words, without their markup."""
    pieces = words if isinstance(words, tuple) else (words,)
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
