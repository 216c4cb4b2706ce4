"""The formats, and what every one of them must pass through before a file's text is shown."""

import textwrap
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

from memdoctor.config import FORMATS
from memdoctor.errors import UsageError
from memdoctor.findings import Report
from memdoctor.reports.numbers import GAP, unbreakable
from memdoctor.reports.relative_names import Shown, named_from_here
from memdoctor.text import closest, map_strings, printable

if TYPE_CHECKING:
    from memdoctor.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Style:
    """How a format may look.

    - `width`: columns of a terminal
    - `color`: whether there are colours
    - `detail`: how much is told: -1 is the answer alone, 0 the usual, 1 notes and all evidence
    - `rows`: how many a table of a document has: None is the usual, 0 all
    - `redactor`: what all text passes. Without one only what is made to be shared is redacted
    - `raw`: nothing is redacted that is not yet, not even what is made to be shared
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


def redacted(report: Report, redactor: "Redactor") -> Report:
    """Return a report with stand-ins, which says how many it has. Names and families of rules stay."""
    clean = outward(report, redactor)
    kept = zip(clean.findings, report.findings, strict=True)
    own = zip(clean.own_rules, report.own_rules, strict=True)
    return replace(
        clean,
        removed=redactor.removed,
        findings=tuple(replace(one, family=was.family) for one, was in kept),
        own_rules=tuple(replace(one, name=was.name, family=was.family) for one, was in own),
    )


def render(report: Report, name: str, style: Style | None = None) -> str:
    """Return a report in a format, free of control characters and, where shareable, redacted.

    `name` is that of a format: terminal, concise, markdown, html, json, jsonl, sarif, junit, github. A
    report that is redacted already stays as it is. html draws what is in the last snapshot only where
    the report holds it: `analyze(…, drawn=True)`.

    Raises UsageError for a format that does not exist, or whose library is not installed.
    """
    if not isinstance(name, str) or name not in FORMATS:
        raise UsageError(f"there is no format {name!r}", closest(str(name), tuple(FORMATS)))
    style = style or Style()
    redactor = style.redactor_for(name) if report.removed is None else None
    report = outward(report, None) if redactor is None else redacted(report, redactor)
    if style.detail < 0 and not FORMATS[name].is_whole:
        filled = textwrap.fill(unbreakable(report.answer), style.width, break_on_hyphens=False)
        return filled.replace(GAP, " ") + "\n"
    text: str = import_module(f"memdoctor.reports.{name}").render(report, style)
    return text
