"""What was asked and not found: ruled out where the case has the numbers, else told as not decided."""

from collections.abc import Iterator, Sequence

from memdoctor.findings import Report
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.markdown_tables import folded, heading, raw_row, section
from memdoctor.reports.markdown_text import cell_code, safe
from memdoctor.reports.ruled_out.silences import silences
from memdoctor.reports.ruled_out.verdict import Verdict
from memdoctor.rules.registry import load

_BELOW = (
    "",
    "Asked, with the numbers to tell: each is below the threshold of its rule (`memdoctor explain RULE`).",
)


def ruled_out(report: Report, room: Room) -> Iterator[str]:
    """Yield a line for each rule that found nothing, those apart that could find nothing."""
    told = list(silences(report))
    out = [one for one in told if one[1].decided]
    yield from section("Ruled out", (*_BELOW, *_table(out, room)) if out else ())
    yield from section("Not decided", _table([one for one in told if not one[1].decided], room))


def _table(silent: Sequence[tuple[str, Verdict]], room: Room) -> Iterator[str]:
    """Yield what is said, with all rules of which the same is to be said in one line."""
    by_verdict: dict[Verdict, list[str]] = {}
    for rule, verdict in silent:
        by_verdict.setdefault(verdict, []).append(rule)
    if silent:
        begin = heading((("what", True), ("because", True), ("from", True), ("rule", True)))
        lines = [_row(rules, verdict) for verdict, rules in by_verdict.items()]
        yield from folded(begin, lines, room.rows, "reasons")


def _row(rules: Sequence[str], verdict: Verdict) -> str:
    what = safe("; ".join(load(rule).card.summary for rule in rules))
    names = ", ".join(map(cell_code, rules))
    return raw_row(what, safe(verdict.because), cell_code(verdict.place), names)
