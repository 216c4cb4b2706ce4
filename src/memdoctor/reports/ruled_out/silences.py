"""What is to be said of the rules that were asked and found nothing.

A rule without the numbers that it needs has ruled nothing out. Of a rule that nobody here judges nothing is
said: the report does not hold what that would take.
"""

from collections.abc import Iterator

from memdoctor.findings import Report
from memdoctor.reports.ruled_out import growth, heaps, processes, samples, workers
from memdoctor.reports.ruled_out.verdict import Verdict

_JUDGES = {**samples.JUDGES, **growth.JUDGES, **heaps.JUDGES, **processes.JUDGES, **workers.JUDGES}


def silences(report: Report) -> Iterator[tuple[str, Verdict]]:
    """Yield rules that found nothing, each with what that means."""
    for rule in report.silent:
        verdict = _JUDGES[rule](report) if rule in _JUDGES else None
        if verdict is not None:
            yield rule, verdict
