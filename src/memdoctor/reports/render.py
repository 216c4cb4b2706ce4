"""The formats, and what every one of them must pass through before a file's text is shown."""

import textwrap
from dataclasses import dataclass, replace
from importlib import import_module

from memdoctor.config import FORMATS
from memdoctor.findings import Report
from memdoctor.redaction import Redactor, for_this_user
from memdoctor.reports.here import named_from_here
from memdoctor.reports.numbers import GAP, unbreakable
from memdoctor.text import map_strings, printable


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
    redactor: Redactor | None = None
    raw: bool = False

    def redactor_for(self, name: str) -> Redactor | None:
        """Return what a format is to pass through, None where it is shown as it is."""
        if self.redactor is None and FORMATS[name].shared and not self.raw:
            return for_this_user()
        return self.redactor


def render(report: Report, name: str, style: Style) -> str:
    """Return a report in a format, free of control characters and, where shareable, redacted."""
    redactor = style.redactor_for(name)
    if redactor is not None:
        report = named_from_here(report)
        redactor.spare_files(source.name for source in report.sources)
        report = replace(redactor.clean(report), removed=redactor.removed)
    report = map_strings(report, printable, fixed=frozenset({"removed"}))
    if style.detail < 0 and not (FORMATS[name].for_machines or FORMATS[name].is_document):
        filled = textwrap.fill(unbreakable(report.answer), style.width, break_on_hyphens=False)
        return filled.replace(GAP, " ") + "\n"
    text: str = import_module(f"memdoctor.reports.{name}").render(report, style)
    return text
