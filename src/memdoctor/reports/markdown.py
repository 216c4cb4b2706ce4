"""To paste into an issue: the case as an investigation, in text that renders and reads as it stands."""

from collections.abc import Iterator

from memdoctor.findings import Report
from memdoctor.redaction import told
from memdoctor.reports import layout
from memdoctor.reports.case_report.artefacts import artefacts
from memdoctor.reports.case_report.causes import causes
from memdoctor.reports.case_report.certainty import certainty
from memdoctor.reports.case_report.evidence import evidence
from memdoctor.reports.case_report.findings import found
from memdoctor.reports.case_report.in_markdown import written
from memdoctor.reports.case_report.room import MOST, ROOMS, Room
from memdoctor.reports.case_report.ruled_out import ruled_out
from memdoctor.reports.case_report.steps import next_steps
from memdoctor.reports.case_report.system import system
from memdoctor.reports.markdown_text import line
from memdoctor.reports.render import Style
from memdoctor.text import map_strings, printable

_SECTIONS = (system, evidence, found, causes, ruled_out, next_steps, artefacts, certainty)


def render(report: Report, style: Style) -> str:
    """Return the report as GitHub-flavoured Markdown, in as many characters as an issue takes."""
    if style.detail < 0:
        return f"{line(report.answer)}\n"
    for room in ROOMS:
        text = "\n".join(_lines(_shortened(report, room), room)) + "\n"
        if len(text) <= MOST:
            break
    return text


def _shortened(report: Report, room: Room) -> Report:
    """Return the report with no text longer than there is room for."""
    shorter: Report = map_strings(report, lambda text: printable(text, limit=room.text), fixed=_WHOLE)
    return shorter


_WHOLE = frozenset({"rule", "family", "sha256", "silent", "removed", "tool"})


def _lines(report: Report, room: Room) -> Iterator[str]:
    yield from ("# Memory investigation", "", "## Problem", "", f"**{line(report.answer)}**")
    if report.sources:
        yield from ("", layout.tally(report, detail=1))
    for section in _SECTIONS:
        for part in section(report, room):
            yield from written(part)
    removed = "not redacted" if report.removed is None else told(report.removed)
    yield from ("", f"<sub>memdoctor {report.tool['version']}; {removed}</sub>")
