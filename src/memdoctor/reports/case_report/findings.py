"""What is wrong, each finding with the numbers that it stands on; notes on the evidence folded."""

from collections.abc import Iterator, Sequence

from memdoctor.findings import Evidence, Report, Severity
from memdoctor.reports import layout
from memdoctor.reports.case_report.blocks import (
    Block,
    Code,
    Fold,
    Item,
    Say,
    Section,
    Words,
    as_sentence,
    code,
    more,
    section,
    table,
)
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.layout import Paragraph
from memdoctor.units import count_of

_COLUMNS = (("number", True), ("value", False), ("from", True))


def found(report: Report, room: Room) -> Iterator[Section]:
    """Yield what is wrong, and what is to be known about the numbers."""
    parts = layout.paragraphs(report, detail=1)
    wrong = [part for part in parts if part.finding.severity is not Severity.INFO]
    notes = [part for part in parts if part.finding.severity is Severity.INFO]
    yield from section("What is wrong", _paragraphs(wrong, room))
    if notes:
        fold = Fold(count_of(len(notes), "note"), tuple(_paragraphs(notes, room)))
        yield from section("Notes on the evidence", [fold])


def _paragraphs(parts: Sequence[Paragraph], room: Room) -> Iterator[Block]:
    for part in parts[: room.findings]:
        finding = part.finding
        yield Item(str(finding.severity), layout.message(finding), tuple(_told(part, room)))
    if len(parts) > room.findings:
        yield Say(more(len(parts) - room.findings))


def _told(paragraph: Paragraph, room: Room) -> Iterator[Block]:
    finding = paragraph.finding
    yield Say((Code(finding.rule), f", {finding.confidence}. {as_sentence(finding.why)}"))
    if finding.evidence:
        yield table(_COLUMNS, map(_number, finding.evidence), room.evidence, "numbers")
    if paragraph.folded:
        also = paragraph.folded[: room.evidence]
        yield Say("Also: " + "; ".join(other.note for other in also) + ".")


def _number(item: Evidence) -> tuple[Words, ...]:
    source = f"derived: {item.formula}" if item.derived else code(item.pointer)
    return item.label, layout.shown(item), source
