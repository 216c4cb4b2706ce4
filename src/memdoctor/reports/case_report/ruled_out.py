"""What was asked and not found: ruled out where the case has the numbers, else told as not decided."""

from collections.abc import Iterator, Sequence

from memdoctor.findings import Report
from memdoctor.reports.case_report.escaping import (
    cell_code,
    folded,
    heading,
    raw_row,
    safe,
    section,
)
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.ruled_out.silences import silences
from memdoctor.reports.ruled_out.verdict import Verdict
from memdoctor.rules.registry import load


def ruled_out(report: Report, room: Room) -> Iterator[str]:
    """Yield a line for each rule that found nothing, those apart that could find nothing."""
    told = list(silences(report))
    yield from section("Ruled out", _table([one for one in told if one[1].decided], room))
    yield from section("Not decided", _table([one for one in told if not one[1].decided], room))


def _table(silent: Sequence[tuple[str, Verdict]], room: Room) -> Iterator[str]:
    if silent:
        begin = heading((("what", True), ("because", True), ("from", True), ("rule", True)))
        yield from folded(begin, [_row(rule, verdict) for rule, verdict in silent], room.rows, "rules")


def _row(rule: str, verdict: Verdict) -> str:
    summary = load(rule).card.summary
    return raw_row(safe(summary), safe(verdict.because), cell_code(verdict.place), cell_code(rule))
