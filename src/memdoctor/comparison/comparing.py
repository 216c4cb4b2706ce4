"""A report against an earlier one: only what is new or worse is left, each saying which."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from memdoctor.analysis.measurements import Measurements
from memdoctor.baselines import Baseline, KnownProcess
from memdoctor.baselines.names import is_same, stable
from memdoctor.comparison.keys import ORPHANS
from memdoctor.comparison.matching import matched
from memdoctor.comparison.steady import Steady
from memdoctor.comparison.worse import Change, change_of
from memdoctor.findings import Confidence, Evidence, Finding, Overview, ProcessOverview
from memdoctor.overviews import Compared
from memdoctor.units import spoken

NEW, WORSE = "new", "worse"
# Rules that tell processes of a kind together: one more of them is worse, whatever it costs.
_KINDS = {
    ORPHANS: "orphan",
    "leaked-children": "leaked-child",
    "duplicate-daemon": "duplicate",
    "zombies": "zombie",
}


def compare(
    findings: Sequence[Finding],
    measurements: Measurements,
    overview: Overview,
    baseline: Baseline,
    chosen: frozenset[str],
) -> tuple[list[Finding], Compared]:
    """Return the findings of the chosen rules that are new or worse, and what became of the others."""
    before = replace(baseline, findings=tuple(one for one in baseline.findings if one.rule in chosen))
    sources = [source.name for source in measurements.case.sources]
    pairs, gone = matched(findings, sources, before)
    steady = Steady(measurements, overview.samples, baseline)
    left: list[Finding] = []
    for finding, known in pairs:
        more = _more_processes(finding, overview, baseline) or _later_loop(finding, overview, baseline)
        change = more if known is None else more or change_of(finding, known, measurements.thresholds)
        if known is None and not _is_known(finding, steady, baseline, more):
            left.append(_new(finding))
        elif change is not None:
            left.append(_worse(finding, change))
    known_count = len(findings) - len(left)
    return left, Compared(baseline.name, baseline.at, baseline.title, known_count, len(gone))


def _is_known(finding: Finding, steady: Steady, baseline: Baseline, more: Change | None) -> bool:
    """Whether a finding that the baseline lacks says nothing new."""
    if finding.family == "baseline":
        return False
    if finding.rule == ORPHANS and any(one.kind == _KINDS[ORPHANS] for one in baseline.processes):
        return more is None  # the same orphans in other groups
    return steady.is_at_threshold(finding)


def _new(finding: Finding) -> Finding:
    return replace(finding, change=WORSE if finding.family == "baseline" else NEW)


def _worse(finding: Finding, change: Change) -> Finding:
    """Return a finding that says what of it is worse, with both numbers."""
    told = f"worse than the baseline: {change.now.label} {_spoken(change.before)} → {_spoken(change.now)}"
    has_it = any(one is change.now for one in finding.evidence)
    more = (change.before,) if has_it else (change.before, change.now)
    return replace(
        finding,
        message=f"{finding.message}; {told}",
        evidence=(*finding.evidence, *more),
        change=WORSE,
    )


def _more_processes(finding: Finding, overview: Overview, baseline: Baseline) -> Change | None:
    """Return of which program there are more processes of a kind than in the baseline.

    Counted over all machines: names of files do not matter, so none is known again. The report tells it.
    """
    kind = _KINDS.get(finding.rule)
    if kind is None or not overview.machines or not baseline.processes:
        return None
    possible = finding.confidence is Confidence.POSSIBLE
    known = [row for row in baseline.processes if _is_of(row, kind, possible=possible)]
    now = Counter(
        row.program
        for machine in overview.machines
        for row in machine.processes
        if _is_of(row, kind, possible=possible)
    )
    before = Counter(row.program for row in known)
    more = sorted(_about(finding, now - before), key=lambda name: before[name] - now[name])
    if not more:
        return None
    name = more[0]
    label = f"{kind.replace('-', ' ')}s {name}"
    first = next((row for row in known if row.program == name), baseline.processes[0])
    return Change(
        Evidence(label, now[name], "processes", formula="counted"),
        Evidence(f"baseline {label}", before[name], "processes", first.place),
    )


def _later_loop(finding: Finding, overview: Overview, baseline: Baseline) -> Change | None:
    """Return when the last crash loop of a worker began, if the baseline has none so late."""
    worker = finding.subject.worker
    if finding.rule != "crash-loop" or worker is None:
        return None
    own = (one.first_at for one in overview.episodes if one.worker == worker)
    now = [at for at in own if at is not None]
    known = [one for one in baseline.episodes if is_same(stable(worker), stable(one.worker))]
    last = max(known, key=lambda one: one.first_at, default=None)
    if last is None or not now or max(now) <= last.first_at:
        return None
    label = "last crash loop, begin"
    return Change(
        Evidence(label, f"{max(now):%Y-%m-%d %H:%M:%S}", "text", formula="its first exit"),
        Evidence(f"baseline {label}", f"{last.first_at:%Y-%m-%d %H:%M:%S}", "text", last.place),
    )


def _is_of(row: ProcessOverview | KnownProcess, kind: str, *, possible: bool) -> bool:
    """Whether a process is of a kind, and as sure to be."""
    return row.kind == kind and (row.confidence == "possible") == possible


def _about(finding: Finding, more: Counter[str]) -> Iterator[str]:
    """Yield those programs that a finding speaks of: one for each program, or for all."""
    for name in more:
        if finding.rule == ORPHANS or name in finding.message:
            yield name


def _spoken(one: Evidence) -> str:
    if not isinstance(one.value, int | float):
        return str(one.value)
    return spoken(one.value, one.unit)
