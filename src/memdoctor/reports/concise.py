"""One line a finding and a problem, for `grep` and for logs; with neither, the answer."""

from memdoctor.findings import Report
from memdoctor.reports import layout
from memdoctor.reports.render import Style


def render(report: Report, style: Style) -> str:
    """Return `place: severity[rule] message` for each finding, and the problems."""
    del style
    lines = [
        f"{finding.subject.name}: {finding.severity}[{finding.rule}] {layout.message(finding)}"
        for finding in report.findings
    ]
    lines += [f"{layout.where(problem)}: problem: {problem.message}" for problem in report.problems]
    return "\n".join(lines or [report.answer]) + "\n"
