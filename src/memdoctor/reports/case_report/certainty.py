"""How sure each claim is: the rule's own confidence, the numbers that it stands on, when it is wrong."""

from collections.abc import Iterator

from memdoctor.findings import Finding, Report, Severity
from memdoctor.reports.case_report.blocks import Section, Words, section, table
from memdoctor.reports.case_report.room import Room
from memdoctor.rules.registry import load

_SECTION = "## When it is wrong"
_COLUMNS = (("claim", True), ("how sure", True), ("numbers", True), ("it would be wrong if", True))


def certainty(report: Report, room: Room) -> Iterator[Section]:
    """Yield a line for each claim, the notes on numbers apart."""
    claims = [one for one in report.findings if one.severity is not Severity.INFO]
    if claims:
        told = table(_COLUMNS, map(_row, claims), room.findings * 2, "claims")
        yield from section("How sure each claim is", [told])


def _row(finding: Finding) -> tuple[Words, ...]:
    derived = sum(one.derived for one in finding.evidence)
    numbers = f"{len(finding.evidence) - derived} read, {derived} derived"
    return finding.statement, str(finding.confidence), numbers, _when_wrong(finding.rule)


def _when_wrong(rule: str) -> str:
    """Return what the rule says against itself, in one line."""
    return " ".join(load(rule).documentation.partition(_SECTION)[2].split()).replace("`", "")
