"""What to do, in the order in which it is to be done."""

from collections.abc import Iterator

from memdoctor.findings import Finding, Report, whom
from memdoctor.reports.case_report.blocks import (
    Block,
    Listing,
    Piece,
    Say,
    Section,
    Strong,
    Words,
    as_sentence,
    listed,
    more,
    section,
    with_code,
)
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.next_steps import steps


def next_steps(report: Report, room: Room) -> Iterator[Section]:
    """Yield the steps of each time as a list, each with the rules that ask for it."""
    yield from section("Next steps", _blocks(report, room))


def _blocks(report: Report, room: Room) -> Iterator[Block]:
    for time, asked in steps(report):
        yield Say(Strong(time))
        items: list[Words] = [
            (*with_code(as_sentence(step)), *_asked_by(findings))
            for step, findings in asked[: room.findings]
        ]
        yield Listing(tuple(items), to_do=True)
        if len(asked) > room.findings:
            yield Listing((more(len(asked) - room.findings),))


def _asked_by(findings: list[Finding]) -> tuple[Piece, ...]:
    if not findings:
        return ()
    return " (", *listed(one.rule for one in findings), f"{_several(findings)})"


def _several(findings: list[Finding]) -> str:
    several = len({whom(one) for one in findings})
    return f", {several} of them" if several > 1 else ""
