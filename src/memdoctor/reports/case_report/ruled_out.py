"""What was asked and not found: ruled out where the case has the numbers, else told as not decided."""

from collections.abc import Iterator, Sequence

from memdoctor.findings import Report
from memdoctor.reports.case_report.blocks import (
    Block,
    Code,
    Say,
    Section,
    Words,
    code,
    listed,
    section,
    table,
)
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.ruled_out.silences import silences
from memdoctor.reports.ruled_out.verdict import Verdict
from memdoctor.rules.registry import load

_COLUMNS = (("what", True), ("because", True), ("from", True), ("rule", True))
_BELOW = Say(
    (
        "Asked, with the numbers to tell: each is below the threshold of its rule (",
        *(Code("memdoctor explain RULE"), ")."),
    )
)


def ruled_out(report: Report, room: Room) -> Iterator[Section]:
    """Yield a line for each rule that found nothing, those apart that could find nothing."""
    told = list(silences(report))
    out = [one for one in told if one[1].decided]
    yield from section("Ruled out", (_BELOW, *_table(out, room)) if out else ())
    yield from section("Not decided", _table([one for one in told if not one[1].decided], room))


def _table(silent: Sequence[tuple[str, Verdict]], room: Room) -> Iterator[Block]:
    """Yield what is said, with all rules of which the same is to be said in one line."""
    by_verdict: dict[Verdict, list[str]] = {}
    for rule, verdict in silent:
        by_verdict.setdefault(verdict, []).append(rule)
    if silent:
        lines = [_row(rules, verdict) for verdict, rules in by_verdict.items()]
        yield table(_COLUMNS, lines, room.rows, "reasons")


def _row(rules: Sequence[str], verdict: Verdict) -> tuple[Words, ...]:
    what = "; ".join(load(rule).card.summary for rule in rules)
    return what, verdict.because, code(verdict.place), listed(rules)
