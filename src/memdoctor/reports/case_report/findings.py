"""What is wrong, each finding with the numbers that it stands on; notes on the evidence folded."""

from collections.abc import Iterator, Sequence

from memdoctor.findings import Evidence, Report, Severity
from memdoctor.reports import layout
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.layout import Paragraph
from memdoctor.reports.markdown_tables import folded, heading, raw_row, section
from memdoctor.reports.markdown_text import cell_code, code, safe, sentence


def found(report: Report, room: Room) -> Iterator[str]:
    """Yield what is wrong, and what is to be known about the numbers."""
    parts = layout.paragraphs(report, detail=1)
    wrong = [part for part in parts if part.finding.severity is not Severity.INFO]
    notes = [part for part in parts if part.finding.severity is Severity.INFO]
    yield from section("What is wrong", _paragraphs(wrong, room))
    if notes:
        lines = ("", f"<details><summary>{_counted(len(notes))}</summary>", *_paragraphs(notes, room))
        yield from section("Notes on the evidence", (*lines, "", "</details>"))


def _counted(notes: int) -> str:
    return "1 note" if notes == 1 else f"{notes} notes"


def _paragraphs(parts: Sequence[Paragraph], room: Room) -> Iterator[str]:
    for part in parts[: room.findings]:
        yield from _paragraph(part, room)
    if len(parts) > room.findings:
        yield from ("", f"… and {len(parts) - room.findings} more.")


def _paragraph(paragraph: Paragraph, room: Room) -> Iterator[str]:
    finding = paragraph.finding
    yield from ("", f"### {finding.severity}: {safe(layout.message(finding))}", "")
    yield f"{code(finding.rule)}, {finding.confidence}. {sentence(finding.why)}"
    if finding.evidence:
        begin = heading((("number", True), ("value", False), ("from", True)))
        yield from folded(begin, list(map(_number, finding.evidence)), room.evidence, "numbers")
    if paragraph.folded:
        also = paragraph.folded[: room.evidence]
        yield from ("", "Also: " + "; ".join(safe(other.note) for other in also) + ".")


def _number(item: Evidence) -> str:
    source = safe(f"derived: {item.formula}") if item.derived else cell_code(item.pointer)
    return raw_row(safe(item.label), safe(layout.shown(item)), source)
