"""What the report was made from: size and SHA-256 of each file, or why it has none; what was not read."""

from collections.abc import Iterator

from memdoctor.findings import Report
from memdoctor.model import Source
from memdoctor.reports import layout
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.cells import UNKNOWN
from memdoctor.reports.markdown_tables import folded, heading, raw_row, section
from memdoctor.reports.markdown_text import cell_code, code, safe, sentence
from memdoctor.units import grouped


def artefacts(report: Report, room: Room) -> Iterator[str]:
    """Yield the inputs, and what of them could not be read or trusted."""
    if report.sources:
        begin = heading((("input", True), ("read as", True), ("bytes", False), ("SHA-256", True)))
        lines = list(folded(begin, list(map(_row, report.sources)), room.rows, "inputs"))
        yield from section("Artefacts", lines)
    if report.problems:
        problems = [
            f"- {code(layout.where(one))}: {sentence(one.message)}" for one in report.problems[: room.rows]
        ]
        left = len(report.problems) - len(problems)
        more = (f"- … and {left} more.",) if left else ()
        yield from section("Not read, or not trusted", ("", *problems, *more))


def _row(source: Source) -> str:
    digest = cell_code(source.sha256) or safe(source.unhashed or UNKNOWN)
    count = UNKNOWN if source.size is None else grouped(source.size)
    return raw_row(cell_code(source.name), safe(source.format or UNKNOWN), count, digest)
