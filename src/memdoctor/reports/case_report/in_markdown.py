"""The parts of a report as lines of Markdown."""

from collections.abc import Iterable, Iterator

from memdoctor.reports.case_report.blocks import (
    FOLDED_FROM,
    Block,
    Code,
    Fold,
    Item,
    Listing,
    Piece,
    Say,
    Section,
    Strong,
    Table,
    Words,
    more,
)
from memdoctor.reports.markdown_tables import heading, raw_row
from memdoctor.reports.markdown_text import cell_code, code, line, safe


def written(section: Section) -> Iterator[str]:
    """Yield a section with its heading."""
    yield from ("", f"## {safe(section.title)}", *_blocks(section.blocks))


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Say(words):
                yield from ("", _words(words, begins=True))
            case Table():
                yield from _table(block)
            case Listing(items, to_do):
                sign = "- [ ]" if to_do else "-"
                yield from ("", *(f"{sign} {_words(item, begins=True)}" for item in items))
            case Fold(title, inner):
                yield from ("", f"<details><summary>{safe(title)}</summary>")
                yield from (*_blocks(inner), "", "</details>")
            case Item(mark, title, inner):
                yield from ("", f"### {mark}: {safe(title)}", *_blocks(inner))


def _table(table: Table) -> Iterator[str]:
    """Yield a table, within a fold if it is long; and how many more rows there are."""
    is_long = len(table.shown) > FOLDED_FROM
    if is_long:
        yield from ("", f"<details><summary>{table.headline}</summary>")
    yield from ("", *heading(table.columns))
    for row in table.shown:
        yield raw_row(*(_words(cell, in_cell=True) for cell in row))
    if table.left:
        yield from ("", more(table.left))
    if is_long:
        yield from ("", "</details>")


def _words(words: Words, *, begins: bool = False, in_cell: bool = False) -> str:
    """Return words; those that begin a line or an item make no other block of it."""
    pieces = words if isinstance(words, tuple) else (words,)
    return "".join(
        _piece(piece, begins=begins and not index, in_cell=in_cell) for index, piece in enumerate(pieces)
    )


def _piece(piece: Piece, *, begins: bool, in_cell: bool) -> str:
    match piece:
        case Code(text):
            return cell_code(text) if in_cell else code(text)
        case Strong(text):
            return f"**{safe(text)}**"
        case str(text):
            return line(text) if begins else safe(text)
