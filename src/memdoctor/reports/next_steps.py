"""What to do and when: now, soon, or in how the program is built. Each rule has its time."""

from collections.abc import Iterator
from enum import StrEnum

from memdoctor.answer_growth import rose_without_a_trend
from memdoctor.findings import Finding, Report, Severity


class When(StrEnum):
    """now: it harms, or one look more settles it; soon: mend it; structural: build it otherwise."""

    NOW = "Now"
    SOON = "Soon"
    STRUCTURAL = "Structural"
    READING = "Reading"  # no step: how a number is to be read


_RULES = {
    When.NOW: (
        "limit-forecast heap-near-limit heap-out-of-memory gc-death-spiral crash-loop missing-module"
        " port-in-use port-conflict respawn-loop memory-limit-restarts orphaned-process leaked-children"
        " duplicate-daemon same-session shared-data-directory zombies busy-orphan stale-pidfile"
        " stale-pm2-pid many-descriptors single-dump not-one-process inconsistent-numbers"
        " heap-limit-not-applied uncaught-error over-budget"
    ),
    When.SOON: (
        "external-resident native-resident js-heap-large at-high-water external-not-resident"
        " swapped-out busy-process growing-heap growing-external growing-rss growing-handles"
        " growing-family growth-outside-heap growing-class memory-heavy-family stale-executable"
        " other-external incomplete-input bun-missing-edges unaligned-snapshots too-young"
        " heap-limit-unknown external-never-resident burst-released budget-not-checked"
        " worse-than-baseline"
    ),
    When.STRUCTURAL: (
        "growing-collection growing-listeners growing-detached-dom growing-buffers growing-strings"
        " growing-closures growing-object dominant-object dominant-group large-collection"
        " listener-pileup duplicate-strings detached-dom closure-retention large-buffers"
        " sparse-collection many-handles buffer-dominated stream-buffer-capacity detached-contexts"
        " protected-objects listener-warning bun-under-pm2"
    ),
    When.READING: (
        "private-memory runtime-is-bun rate-is-average fabricated-heap-limit heap-limit-is-ram"
        " max-rss-unit derived-field unit-ambiguous canned-hint handles-unknown allocator-reservation"
        " heap-usage-is-of-committed"
    ),
}
WHEN = {rule: when for when, rules in _RULES.items() for rule in rules.split()}
_BY_SEVERITY = {Severity.ERROR: When.NOW, Severity.WARNING: When.SOON, Severity.INFO: When.READING}


_MORE_SAMPLES = "take more samples, over a longer time: what rose may be growth"


def when(finding: Finding) -> When:
    """Return when a finding is to be seen to; what harms now is not put off."""
    chosen = WHEN.get(finding.rule, _BY_SEVERITY[finding.severity])
    return When.NOW if finding.severity is Severity.ERROR and chosen is When.SOON else chosen


def steps(report: Report) -> Iterator[tuple[When, list[tuple[str, list[Finding]]]]]:
    """Yield for each time its steps, with the findings that ask for them; the same step is told once.

    What may be growth, and is no finding, asks for more samples.
    """
    by_time: dict[When, dict[str, list[Finding]]] = {}
    for finding in report.findings:
        if not finding.folded:
            by_time.setdefault(when(finding), {}).setdefault(finding.help, []).append(finding)
    if any(rose_without_a_trend(growth) for growth in report.overview.growth):
        by_time.setdefault(When.SOON, {})[_MORE_SAMPLES] = []
    for time in (When.NOW, When.SOON, When.STRUCTURAL):
        if time in by_time:
            yield time, list(by_time[time].items())
