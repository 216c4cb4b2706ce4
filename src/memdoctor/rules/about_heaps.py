"""Findings in several heaps name the snapshot that they are of, where these are of several processes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding
from memdoctor.text import file_names

_OF_HEAPS = ("holder", "snapshot")


def names_of_heaps(measurements: Measurements) -> Mapping[str, str]:
    """Return what each snapshot is called, by its source: the name of its file, unless two have it."""
    return file_names([heap.source for heap in measurements.heaps])


def in_named_heaps(findings: Sequence[Finding], measurements: Measurements) -> list[Finding]:
    """Return the findings, those in heaps of several processes with the snapshot in their message."""
    names = names_of_heaps(measurements) if len(measurements.heaps_judged) > 1 else {}
    return [_named(finding, names) for finding in findings]


def _named(finding: Finding, names: Mapping[str, str]) -> Finding:
    name = names.get(finding.subject.source or "") if finding.subject.kind in _OF_HEAPS else None
    if name is None:
        return finding
    which = f"; FILE is {name}" if "FILE" in finding.help else ""
    return replace(finding, message=f"{name}: {finding.message}", help=f"{finding.help}{which}")
