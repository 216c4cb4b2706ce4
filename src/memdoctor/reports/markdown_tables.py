"""Tables and sections in Markdown; long tables are folded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.reports.cells import cell
from memdoctor.reports.markdown_text import safe


def raw_row(*cells: str) -> str:
    """Return a line of a table from cells that are Markdown already."""
    return "| " + " | ".join(cells) + " |"


def row(*cells: str) -> str:
    """Return a line of a table."""
    return raw_row(*map(safe, cells))


def heading(columns: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Yield the two lines that begin a table: what each column is called, and whether it holds words."""
    named = list(columns)
    yield row(*(name for name, _ in named))
    yield "|" + "|".join("---" if is_text else "---:" for _, is_text in named) + "|"


def table(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], most: int) -> Iterator[str]:
    """Yield rows as a table; a long one is folded, and of one that is too long the rest is counted."""
    lines = [row(*(cell(column, one) for column in columns)) for one in rows]
    yield from folded(heading((one.heading, one.is_text) for one in columns), lines, most, "rows")


FOLDED_FROM = 16  # lines of a table


def folded(
    begin: Iterable[str], lines: Sequence[str], most: int, what: str, total: int | None = None
) -> Iterator[str]:
    """Yield a table, within a fold if it is long; `most` lines of it, and how many more there are."""
    count = len(lines) if total is None else total
    shown = lines[:most]
    is_long = len(shown) > FOLDED_FROM
    if is_long:
        yield from ("", f"<details><summary>{count} {what}</summary>")
    yield from ("", *begin, *shown)
    if count > len(shown):
        yield from ("", f"… and {count - len(shown)} more.")
    if is_long:
        yield from ("", "</details>")


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a section with its heading, nothing where it has nothing to say."""
    said = list(lines)
    if said:
        yield from ("", f"## {title}", *said)
