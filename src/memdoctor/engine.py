"""The one place where measurements meet rules."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.overview import overview
from memdoctor.answer import answer
from memdoctor.config import Settings
from memdoctor.findings import Finding, Report, Severity
from memdoctor.model import Case
from memdoctor.rules import registry
from memdoctor.version import VERSION


def diagnose(case: Case, settings: Settings) -> Report:
    """Measure a case, ask the chosen rules, and return the report.

    Raises UsageError if `settings` name a rule that does not exist.
    """
    chosen = registry.chosen(settings.select, settings.ignore)
    measurements = Measurements(case)
    # Every rule is asked, for the answer must not depend on what a reader chose to see.
    rules = [registry.load(name) for name in registry.NAMES]
    findings = [finding for rule in rules for finding in rule.check(measurements)]
    findings = _worst_per_process(findings, measurements)
    shown = [finding for finding in findings if finding.rule in chosen]
    shown = sorted(_linked(shown, {rule.card.name: rule.card.explains for rule in rules}), key=_order)
    lowest = Severity(settings.min_severity).rank
    kept = [finding for finding in shown if finding.severity.rank <= lowest]
    counts = Counter(finding.severity for finding in kept)
    return Report(
        tool={"name": "memdoctor", "version": VERSION},
        generated_at=_now(),
        sources=case.sources,
        overview=overview(measurements),
        findings=tuple(kept[: settings.top] if settings.top else kept),
        problems=case.problems,
        answer=answer(measurements, findings),
        exit_code=_exit_code(case, kept, settings.fail_on),
        fail_on=settings.fail_on,
        counts={severity.value: counts[severity] for severity in Severity},
    )


def _worst_per_process(findings: list[Finding], measurements: Measurements) -> list[Finding]:
    """Keep one finding for what holds in several samples of one process: its worst, and their number."""
    process_of = {
        look.sample.place: process.name for process in measurements.processes for look in process.looks
    }
    same: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        labels = tuple(item.label for item in finding.evidence)
        process = process_of.get(finding.subject.name)
        key = (process, finding.rule, finding.subject.figure, labels if process else finding)
        same.setdefault(key, []).append(finding)
    return [replace(min(group, key=_order), samples=len(group)) for group in same.values()]


def _linked(findings: list[Finding], explains: dict[str, tuple[str, ...]]) -> list[Finding]:
    """Keep of what a rule explains that which was really found about the same sample."""
    found = {(finding.subject.name, finding.rule) for finding in findings}

    def of(finding: Finding) -> Iterator[str]:
        for rule in explains[finding.rule]:
            if (finding.subject.name, rule) in found:
                yield rule

    return [replace(finding, explains=tuple(of(finding))) for finding in findings]


def _order(finding: Finding) -> tuple[int, int]:
    return finding.severity.rank, -(finding.impact or 0)


def _exit_code(case: Case, findings: list[Finding], fail_on: str) -> int:
    if any(problem.unread for problem in case.problems):
        return 2
    if fail_on == "never":
        return 0
    worst_allowed = Severity(fail_on).rank
    return int(any(finding.severity.rank <= worst_allowed for finding in findings))


def _now() -> datetime:
    """Return the time, or that of SOURCE_DATE_EPOCH for output that can be reproduced."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdigit() and len(epoch) < 12:
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC)
