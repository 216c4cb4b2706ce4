"""The formats, and what every one of them must pass through before a file's text is shown."""

import textwrap
from dataclasses import dataclass
from importlib import import_module

from memdoctor.config import FORMATS
from memdoctor.findings import Report
from memdoctor.redaction import for_this_user
from memdoctor.reports.here import named_from_here
from memdoctor.reports.numbers import GAP, unbreakable
from memdoctor.text import map_strings, printable


@dataclass(frozen=True, slots=True)
class Style:
    """How a format may look: width in columns, colour, and how much is told (-1, 0 or 1).

    `rows` is how many a table of a document has: None the usual, 0 all.
    """

    width: int = 80
    color: bool = False
    detail: int = 0
    rows: int | None = None


def render(report: Report, name: str, style: Style) -> str:
    """Return a report in a format, free of control characters and, where shareable, redacted."""
    if FORMATS[name].shared:
        report = for_this_user().clean(named_from_here(report))
    report = map_strings(report, printable)
    if style.detail < 0 and not FORMATS[name].for_machines:
        filled = textwrap.fill(unbreakable(report.answer), style.width, break_on_hyphens=False)
        return filled.replace(GAP, " ") + "\n"
    text: str = import_module(f"memdoctor.reports.{name}").render(report, style)
    return text
