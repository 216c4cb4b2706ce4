"""How sure each claim is: the rule's own confidence, the numbers that it stands on, when it is wrong."""

from collections.abc import Iterator

from memdoctor.findings import Finding, Report, Rule, Severity
from memdoctor.reports.case_report.blocks import Section, Words, section, table
from memdoctor.reports.case_report.room import Room
from memdoctor.rules.registry import documented

_SECTION = "## When it is wrong"
_COLUMNS = (("claim", True), ("how sure", True), ("numbers", True), ("it would be wrong if", True))


def certainty(report: Report, room: Room) -> Iterator[Section]:
    """Yield a line for each claim, the notes on numbers apart."""
    claims = [one for one in report.findings if one.severity is not Severity.INFO]
    if claims:
        rows = (_row(one, report) for one in claims)
        told = table(_COLUMNS, rows, room.findings * 2, "claims")
        yield from section("How sure each claim is", [told])


def _row(finding: Finding, report: Report) -> tuple[Words, ...]:
    derived = sum(one.derived for one in finding.evidence)
    numbers = f"{len(finding.evidence) - derived} read, {derived} derived"
    rule = documented(finding.rule, report.own_rules)
    return finding.statement, str(finding.confidence), numbers, _when_wrong(rule)


def _when_wrong(rule: Rule) -> str:
    """Return what the rule says against itself, in one line."""
    return " ".join(rule.documentation.partition(_SECTION)[2].split()).replace("`", "")
