"""Lines of tables in Markdown."""

from collections.abc import Iterable, Iterator

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
