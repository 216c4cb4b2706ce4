"""How sure each claim is: the rule's own confidence, the numbers that it stands on, when it is wrong."""

from collections.abc import Iterator

from memdoctor.findings import Finding, Report, Rule, Severity
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.markdown_tables import folded, heading, row, section
from memdoctor.rules.registry import documented

_SECTION = "## When it is wrong"


def certainty(report: Report, room: Room) -> Iterator[str]:
    """Yield a line for each claim, the notes on numbers apart."""
    claims = [one for one in report.findings if one.severity is not Severity.INFO]
    if not claims:
        return
    columns = (("claim", True), ("how sure", True), ("numbers", True), ("it would be wrong if", True))
    lines = list(
        folded(heading(columns), [_row(one, report) for one in claims], room.findings * 2, "claims")
    )
    yield from section("How sure each claim is", lines)


def _row(finding: Finding, report: Report) -> str:
    derived = sum(one.derived for one in finding.evidence)
    numbers = f"{len(finding.evidence) - derived} read, {derived} derived"
    return row(
        finding.statement,
        str(finding.confidence),
        numbers,
        _when_wrong(documented(finding.rule, report.own_rules)),
    )


def _when_wrong(rule: Rule) -> str:
    """Return what the rule says against itself, in one line."""
    return " ".join(rule.documentation.partition(_SECTION)[2].split()).replace("`", "")
