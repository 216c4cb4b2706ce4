"""One line a finding, for `grep` and for logs; no findings, no silence: then the answer."""

from memdoctor.findings import Report
from memdoctor.reports import layout
from memdoctor.reports.render import Style


def render(report: Report, style: Style) -> str:
    """Return `place: severity[rule] message` for each finding."""
    del style
    lines = [
        f"{finding.subject.name}: {finding.severity}[{finding.rule}] {layout.message(finding)}"
        for finding in report.findings
    ]
    return "\n".join(lines or [report.answer]) + "\n"
