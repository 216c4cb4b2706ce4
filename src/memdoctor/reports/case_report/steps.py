"""What to do, in the order in which it is to be done."""

from collections.abc import Iterator

from memdoctor.findings import Finding, Report, whom
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.markdown_tables import section
from memdoctor.reports.markdown_text import advice, code
from memdoctor.reports.next_steps import steps


def next_steps(report: Report, room: Room) -> Iterator[str]:
    """Yield the steps of each time as a list, each with the rules that ask for it."""
    yield from section("Next steps", _lines(report, room))


def _lines(report: Report, room: Room) -> Iterator[str]:
    for time, listed in steps(report):
        yield from ("", f"**{time}**", "")
        for step, findings in listed[: room.findings]:
            yield f"- [ ] {advice(step)}{_asked_by(findings)}"
        if len(listed) > room.findings:
            yield f"- … and {len(listed) - room.findings} more."


def _asked_by(findings: list[Finding]) -> str:
    if not findings:
        return ""
    rules = ", ".join(code(rule) for rule in dict.fromkeys(one.rule for one in findings))
    several = len({whom(one) for one in findings})
    return f" ({rules}{f', {several} of them' if several > 1 else ''})"
