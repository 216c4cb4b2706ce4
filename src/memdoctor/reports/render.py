"""The formats, and what every one of them must pass through before a file's text is shown."""

import textwrap
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

from memdoctor.config import FORMATS
from memdoctor.findings import Report
from memdoctor.reports.numbers import GAP, unbreakable
from memdoctor.reports.relative_names import Shown, named_from_here
from memdoctor.text import map_strings, printable

if TYPE_CHECKING:
    from memdoctor.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Style:
    """How a format may look: width in columns, colour, how much is told (-1, 0 or 1), what redacts it.

    `rows` is how many a table of a document has: None the usual, 0 all. Without a redactor only what is
    shared is redacted, and with `raw` not even that.
    """

    width: int = 80
    color: bool = False
    detail: int = 0
    rows: int | None = None
    redactor: "Redactor | None" = None
    raw: bool = False

    def redactor_for(self, name: str) -> "Redactor | None":
        """Return what a format is to pass through, None where it is shown as it is."""
        if self.redactor is None and FORMATS[name].shared and not self.raw:
            from memdoctor.redaction import for_this_user

            return for_this_user()
        return self.redactor


def outward(record: Shown, redactor: "Redactor | None") -> Shown:
    """Return a report or a view redacted, where there is a redactor, and without control characters."""
    if redactor is not None:
        record = named_from_here(record)
        redactor.spare_files(source.name for source in record.sources)
        record = redactor.clean(record)
    harmless: Shown = map_strings(record, printable)
    return harmless


def render(report: Report, name: str, style: Style) -> str:
    """Return a report in a format, free of control characters and, where shareable, redacted."""
    redactor = style.redactor_for(name)
    report = outward(report, redactor)
    if redactor is not None:
        report = replace(report, removed=redactor.removed)
    if style.detail < 0 and not FORMATS[name].is_whole:
        filled = textwrap.fill(unbreakable(report.answer), style.width, break_on_hyphens=False)
        return filled.replace(GAP, " ") + "\n"
    text: str = import_module(f"memdoctor.reports.{name}").render(report, style)
    return text
