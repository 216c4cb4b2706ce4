"""The formats, and what every one of them must pass through before a file's text is shown."""

from dataclasses import dataclass
from importlib import import_module

from memdoctor.findings import Report
from memdoctor.redaction import for_this_user
from memdoctor.text import map_strings, printable

# Formats made to be shared: what identifies a person or opens a door is replaced.
SHAREABLE = frozenset({"markdown"})

# Formats for people that break no lines: told to be quiet, they give the answer as one.
_UNWRAPPED = frozenset({"concise", "markdown"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a format may look: width in columns, colour, and how much is told (-1, 0 or 1)."""

    width: int = 80
    color: bool = False
    detail: int = 0


def render(report: Report, name: str, style: Style) -> str:
    """Return a report in a format, free of control characters and, where shareable, redacted."""
    if name in SHAREABLE:
        report = for_this_user().clean(report)
    report = map_strings(report, printable)
    if style.detail < 0 and name in _UNWRAPPED:
        return report.answer + "\n"
    text: str = import_module(f"memdoctor.reports.{name}").render(report, style)
    return text
