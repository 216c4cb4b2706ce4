"""The sections of the report, in the order in which each form of it tells them, and how it ends."""

from memdoctor.findings import Report
from memdoctor.redaction import told
from memdoctor.reports.case_report.artefacts import artefacts
from memdoctor.reports.case_report.causes import causes
from memdoctor.reports.case_report.certainty import certainty
from memdoctor.reports.case_report.evidence import evidence
from memdoctor.reports.case_report.findings import found
from memdoctor.reports.case_report.ruled_out import ruled_out
from memdoctor.reports.case_report.steps import next_steps
from memdoctor.reports.case_report.system import system

TO_READ = (system, evidence, found, causes, ruled_out, next_steps, artefacts, certainty)
TO_LOOK_AT = (found, next_steps, evidence, causes, ruled_out, system, artefacts, certainty)


def ending(report: Report, *made: str) -> str:
    """Return what made the report, when if that is given, and what was removed from it."""
    removed = "not redacted" if report.removed is None else told(report.removed)
    tool = f"memdoctor {report.tool['version']}"
    return f"{', '.join((tool, *made))}; {removed}"
