"""What the report was made from: size and SHA-256 of each file, or why it has none; what was not read."""

from collections.abc import Iterator

from memdoctor.findings import Report
from memdoctor.model import Source
from memdoctor.reports import layout
from memdoctor.reports.case_report.blocks import (
    Code,
    Listing,
    Section,
    Words,
    as_sentence,
    code,
    more,
    section,
    table,
)
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.cells import UNKNOWN
from memdoctor.units import grouped

_COLUMNS = (("input", True), ("read as", True), ("bytes", False), ("SHA-256", True))


def artefacts(report: Report, room: Room) -> Iterator[Section]:
    """Yield the inputs, and what of them could not be read or trusted."""
    if report.sources:
        yield from section("Artefacts", [table(_COLUMNS, map(_row, report.sources), room.rows, "inputs")])
    if report.problems:
        problems: list[Words] = [
            (Code(layout.where(one)), f": {as_sentence(one.message)}")
            for one in report.problems[: room.rows]
        ]
        left = len(report.problems) - len(problems)
        said = Listing((*problems, *((more(left),) if left else ())))
        yield from section("Not read, or not trusted", [said])


def _row(source: Source) -> tuple[Words, ...]:
    digest = code(source.sha256) or source.unhashed or UNKNOWN
    count = UNKNOWN if source.size is None else grouped(source.size)
    return code(source.name), source.format or UNKNOWN, count, digest
