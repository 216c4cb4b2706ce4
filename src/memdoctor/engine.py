"""The one place where measurements meet rules."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from memdoctor.analysis.heap.series.forecast import unmatched
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.overview import overview
from memdoctor.answer import answer
from memdoctor.config import Settings
from memdoctor.findings import Finding, Overview, Report, Severity, whom, worst_first
from memdoctor.model import Case, Problem
from memdoctor.overviews import Compared
from memdoctor.rules import registry
from memdoctor.rules.about_heaps import in_named_heaps
from memdoctor.rules.own import cards
from memdoctor.rules.registry import LoadedRule
from memdoctor.version import VERSION


@dataclass(frozen=True, slots=True)
class _Judged:
    """All findings; those of chosen rules in order, one for each process; chosen rules without any."""

    findings: list[Finding]
    shown: list[Finding]
    silent: tuple[str, ...]
    compared: Compared | None


def diagnose(
    case: Case, settings: Settings, now: datetime | None = None, own: tuple[LoadedRule, ...] = ()
) -> Report:
    """Measure a case, ask the chosen rules and the caller's `own`, and return the report, made at `now`.

    Raises UsageError if `settings` name a rule that does not exist.
    """
    return report_of(measure(case, settings), settings, now, own)


def measure(case: Case, settings: Settings) -> Measurements:
    """Return what is measured of a case; nothing is before it is asked for."""
    return Measurements(
        case,
        settings.thresholds,
        settings.assume,
        budgets=settings.budget,
        baseline=settings.baseline,
        show_arguments=settings.show_arguments,
    )


def report_of(
    measurements: Measurements,
    settings: Settings,
    now: datetime | None = None,
    own: tuple[LoadedRule, ...] = (),
) -> Report:
    """Return the report of what was measured with these settings, as `diagnose` does."""
    case = measurements.case
    apart = _apart(measurements, own)  # before the others are read
    numbers = overview(measurements, drawn=settings.draws)
    judged = _judged(measurements, settings, apart, compare_with=numbers, own=own)
    shown = judged.shown
    problems = (*measurements.problems, *_unmatched(measurements), *_of_baseline(measurements))
    return Report(
        tool={"name": "memdoctor", "version": VERSION},
        generated_at=now or datetime.now(UTC),
        sources=tuple(one for one in case.sources if one.name not in measurements.unread_snapshots),
        overview=numbers,
        findings=tuple(shown[: settings.top] if settings.top else shown),
        problems=problems,
        answer=_answer(measurements, judged),
        exit_code=_exit_code(problems, shown, settings.fail_on),
        fail_on=settings.fail_on,
        counts=_by_severity(shown),
        leading=_by_severity([finding for finding in shown if not finding.folded]),
        silent=judged.silent,
        compared=judged.compared,
        min_severity=settings.min_severity,
        some_rules=bool(settings.select or settings.ignore),
        own_rules=cards(own),
    )


def _answer(measurements: Measurements, judged: _Judged) -> str:
    """Return the last line: of a comparison what is new; where nothing was read there is none."""
    if judged.compared is None or not measurements.case.sources:
        return answer(measurements, judged.findings)
    from memdoctor.answer_compared import of_comparison

    return of_comparison(judged.compared, judged.shown)


def findings_of(measurements: Measurements, settings: Settings) -> list[Finding]:
    """Return what the chosen rules find in what was measured, the most severe first."""
    return _judged(measurements, settings, _apart(measurements)).shown


def _apart(measurements: Measurements, own: tuple[LoadedRule, ...] = ()) -> list[Finding]:
    """Return what is found in each snapshot that is not of the same process as the last."""
    if len(measurements.case.heaps) < 2:
        return []
    of_heaps = [*map(registry.load, registry.FAMILIES["heap"]), *(one for one in own if _is_of_heaps(one))]

    def found(one: Measurements) -> list[Finding]:
        return [finding for rule in of_heaps for finding in rule.check(one)]

    return [finding for findings in map(found, measurements.each_apart()) for finding in findings]


def _is_of_heaps(rule: LoadedRule) -> bool:
    return rule.card.family == "heap"


def _judged(
    measurements: Measurements,
    settings: Settings,
    apart: Sequence[Finding],
    *,
    compare_with: Overview | None = None,
    own: tuple[LoadedRule, ...] = (),
) -> _Judged:
    """Ask the chosen rules.

    Every rule is asked, for the answer must not depend on what a reader chose to see. With a baseline,
    and the numbers of the case to `compare_with` it, only what is new or worse is shown.
    """
    chosen = registry.chosen(settings.select, settings.ignore, cards(own))
    rules = [*(registry.load(name) for name in registry.that_speak_of(measurements)), *own]
    findings = [*apart, *(finding for rule in rules for finding in rule.check(measurements))]
    findings = in_named_heaps(findings, measurements)
    findings = [_of_worker(finding, measurements) for finding in findings]
    shown = _worst_per_process([f for f in findings if f.rule in chosen], measurements.process_names)
    compared = None
    if settings.baseline is not None and compare_with is not None:
        from memdoctor.comparison.comparing import compare

        shown, compared = compare(shown, measurements, compare_with, settings.baseline, frozenset(chosen))
    shown = [f for f in shown if f.severity.rank <= Severity(settings.min_severity).rank]
    found = {finding.rule for finding in findings}
    silent = tuple(
        rule.card.name
        for rule in rules
        if rule.card.name in chosen and rule.card.name not in found and rule not in own
    )
    explains = {rule.card.name: rule.card.explains for rule in rules}
    return _Judged(
        _linked(findings, explains), sorted(_linked(shown, explains), key=worst_first), silent, compared
    )


def _worst_per_process(findings: list[Finding], process_names: dict[str, str]) -> list[Finding]:
    """Keep one finding for what holds in several samples of one process: its worst, and their number."""
    same: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        subject = finding.subject
        process = subject.process or process_names.get(subject.name)
        name = whom(finding) if subject.kind == "processes" else process or whom(finding)
        key = (name, finding.rule, subject.figure, finding.topic)
        located = replace(finding, subject=replace(subject, process=process))
        same.setdefault(key, []).append(located)
    return [replace(min(group, key=worst_first), samples=len(group)) for group in same.values()]


def _of_worker(finding: Finding, measurements: Measurements) -> Finding:
    """Return a finding about a process, or a sample of it, with the worker that it is of."""
    subject = finding.subject
    if subject.worker is not None or measurements.workers is None:
        return finding
    process = subject.process or measurements.process_names.get(subject.name)
    worker = measurements.worker_names.get(process or "")
    if worker is None and measurements.is_of_apps(subject.source):
        worker = measurements.workers.pids.get(subject.pid or 0)
    return finding if worker is None else replace(finding, subject=replace(subject, worker=worker))


def _linked(findings: list[Finding], explains: dict[str, tuple[str, ...]]) -> list[Finding]:
    """Keep of what a rule explains that which was found about the same process, and mark it folded.

    What is worse is not folded into what is less bad.
    """
    found: dict[tuple[str, str], int] = {}  # the worst severity of each
    for finding in findings:
        key = (whom(finding), finding.rule)
        found[key] = min(finding.severity.rank, found.get(key, finding.severity.rank))

    def explained(finding: Finding) -> tuple[str, ...]:
        rank = finding.severity.rank
        return tuple(
            rule for rule in explains[finding.rule] if found.get((whom(finding), rule), -1) >= rank
        )

    told = {(whom(finding), rule) for finding in findings for rule in explained(finding)}
    return [
        replace(
            finding,
            explains=explained(finding),
            folded=(whom(finding), finding.rule) in told,
        )
        for finding in findings
    ]


def _by_severity(findings: list[Finding]) -> dict[str, int]:
    counts = Counter(finding.severity for finding in findings)
    return {severity.value: counts[severity] for severity in Severity}


def _unmatched(measurements: Measurements) -> Iterator[Problem]:
    for text in unmatched(measurements):
        name = text.partition("=")[0]
        yield Problem(f"--assume {text}", f"nothing that grows between snapshots is called {name}")


def _of_baseline(measurements: Measurements) -> Iterator[Problem]:
    baseline = measurements.baseline
    if baseline is None:
        return
    lists_processes = bool(baseline.processes) or "processes" in baseline.cut
    if lists_processes and measurements.machines and max(baseline.machines, len(measurements.machines)) > 1:
        message = "listings of several machines: memory of programs is not compared, and findings of "
        message += "processes are matched over all machines: what one has less hides what another has more"
        yield Problem(baseline.name, message, "compare the listings of one machine at a time")
    if baseline.left_out:
        message = f"the baseline shows only some of its findings: {baseline.left_out} are left out"
        yield Problem(baseline.name, message, "write it with --top 0: what is left out looks new")
    if "processes" in baseline.cut:
        message = "the baseline shows only some of its processes: memory of programs is not compared"
        yield Problem(baseline.name, message, "write it with --top 0")
    if not baseline.has_levels:
        message = "the baseline is an older one that shows only some of its samples: its medians are rough"
        yield Problem(baseline.name, message, "write it anew")


def _exit_code(problems: Sequence[Problem], findings: list[Finding], fail_on: str) -> int:
    if any(problem.unread for problem in problems):
        return 2
    if fail_on == "never":
        return 0
    worst_allowed = Severity(fail_on).rank
    return int(any(finding.severity.rank <= worst_allowed for finding in findings))
