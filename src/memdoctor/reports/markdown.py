"""To paste into an issue: the case as an investigation, in text that renders and reads as it stands."""

from collections.abc import Iterator

from memdoctor.findings import Report
from memdoctor.reports import layout
from memdoctor.reports.case_report.in_markdown import written
from memdoctor.reports.case_report.room import MOST, ROOMS, Room
from memdoctor.reports.case_report.sections import TO_READ, ending
from memdoctor.reports.markdown_text import line
from memdoctor.reports.render import Style
from memdoctor.text import map_strings, printable


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
    for section in TO_READ:
        for part in section(report, room):
            yield from written(part)
    yield from ("", f"<sub>{ending(report)}</sub>")
