"""The lines of what PM2 prints, without colours, even half ones of a paste; and the cells of its boxes."""

import re
from collections.abc import Iterator

from memdoctor.model import Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.plain import numbered, text_of

BAR = "│"
MOST_LINES = 1_000_000  # ten thousand descriptions
_MOST_CELLS = 64
_COLOURS = "terminal colours: taken out"  # PM2 prints them into files, too: not worth a word
_ESCAPE = "\x1b"

# What is left of a colour where its first byte was lost on the way into an issue.
_HALF_COLOUR = re.compile(r"\[(?:[0-9]{1,3};?){1,4}m")

# A bar in UTF-8, read by PowerShell or an editor in the code page of a console → that code page.
_CODE_PAGES = {"Γöé": "cp437", "Ôöé": "cp850", "â”‚": "cp1252"}


def lines_of(opened: Opened, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    """Yield each line with its number; what was done to the text goes to `problems`."""
    text, told = text_of(opened)
    name = opened.source.name
    problems += [problem for problem in told if problem.message != _COLOURS]
    whole = repaired(text)
    if whole != text:
        problems.append(Problem(name, "text in the code page of a console: decoded", place=name))
    for number, line in numbered(whole):
        if number > MOST_LINES:
            message = f"more than {MOST_LINES} lines: the rest is left out"
            problems.append(Problem(name, message, place=f"{name}:{number}"))
            return
        yield number, without_colours(line)


def repaired(text: str) -> str:
    """Return a text whose bars somebody has read in the code page of a console as what it was."""
    page = next((page for bar, page in _CODE_PAGES.items() if bar in text), None)
    if page is None or BAR in text:
        return text
    return text.encode(page, "replace").decode("utf-8", "replace")


def without_colours(line: str) -> str:
    """Return a line without what is left of colours; an escape that something cuts stays."""
    return _HALF_COLOUR.sub("", line) if "[" in line else line


def cells_of(line: str) -> list[str] | None:
    """Return the cells between the bars of a line, None if it is no row.

    >>> cells_of("│ 7   │ worker │ 1.0 │")
    ['7', 'worker', '1.0']
    """
    if BAR not in line:
        return None
    return [cell.strip() for cell in line.split(BAR, _MOST_CELLS)[1:-1]]


def is_cut(cell: str) -> bool:
    """Whether a cell is too narrow for its text; PM2 may cut inside an escape."""
    return "…" in cell or _ESCAPE in cell
