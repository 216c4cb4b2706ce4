"""A number is over the budget that was set for it.

## What it means
Somebody said how much is allowed, and there is more. That says nothing about why: the other findings
do.

## Evidence
The number, with where it stands or how it was made, and the budget, with where it was set: `--budget`,
`MEMDOCTOR_BUDGET` or the configuration. A budget is an error when it is breached; of a band,
`80%..90%`, the first number is a warning. Of several looks at one process the largest number counts; of
its heap the lowest of the last three looks, for V8 lets garbage lie until it needs the room. Growth is
over a budget where the lower end of its interval is; where only the slope is, it may be, and that is a
warning that is possible. Many processes over one budget are one finding, the worst first.

## What to do
See what the other findings say of the same process. Raise the budget if so much is meant to be.

## When it is wrong
The number is as good as what reports it: RSS counts shared pages in each process. `heap_usage` is used
÷ committed as PM2 shows it, no nearness to a limit: a healthy heap has 80 to 95 % of it.
"""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.budgets.measured import Checked, Measured
from memdoctor.analysis.measurements import Measurements
from memdoctor.budgets import Budget
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity, Subject
from memdoctor.rules.about import about, is_of_one_process
from memdoctor.rules.about_budgets import HOW_TO_RAISE, amount, budget_evidence, told_apart
from memdoctor.rules.about_growth import confidence

RULE = Rule("over-budget", "budget", Severity.ERROR, "a number is over its budget")
_NAMED = 3
_Verdict = tuple[Severity, Confidence]


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for what is over each budget, for each severity one."""
    is_alone = is_of_one_process(measurements)
    for checked in measurements.checked_budgets:
        verdicts: dict[_Verdict, list[Measured]] = {}
        for one in checked.over:
            verdicts.setdefault(_verdict(one, checked.budget), []).append(one)
        for verdict, found in verdicts.items():
            yield _finding(checked, found, verdict, is_alone=is_alone)


def _verdict(one: Measured, budget: Budget) -> _Verdict:
    """Return how bad it is, and how sure: what is beyond a line at least is beyond it."""
    sure = one.confidence if one.growth is None else confidence(one.growth)
    if one.at_least > budget.limit and sure is not Confidence.POSSIBLE:
        return Severity.ERROR, sure
    if budget.warn is not None and one.at_least > budget.warn and sure is not Confidence.POSSIBLE:
        return Severity.WARNING, sure
    return Severity.WARNING, Confidence.POSSIBLE


def _finding(checked: Checked, found: Sequence[Measured], verdict: _Verdict, *, is_alone: bool) -> Finding:
    budget, worst = checked.budget, found[0]
    severity, sure = verdict
    line = budget.limit if severity is Severity.ERROR else budget.least
    may = "which may be " if sure is Confidence.POSSIBLE else ""
    _, allowed = told_apart(found[-1].value, line, budget)
    over = f"{may}over the budget of {allowed}{_band(budget, severity)}"
    whose = "" if is_alone or worst.subject.worker else f" ({worst.subject.name})"
    message = f"{budget.words}: {_number(worst, line, budget)}, {over}{whose}"
    if len(found) > 1:
        named = ", ".join(f"{_who(one)} {told_apart(one.value, line, budget)[0]}" for one in found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        message = f"{budget.words}: {len(found)} are {over.removeprefix('which ')}: {named}{more}"
    subject = Subject("case", "budgets", worst.subject.source) if len(found) > 1 else worst.subject
    excess = worst.value - line
    return about(
        RULE,
        subject,
        message,
        note=f"over its budget of {amount(line, budget)}",
        severity=severity,
        confidence=sure,
        evidence=tuple(_evidence(found, budget_evidence(budget, line))),
        why=budget.measure.caution or "So much was allowed, and there is more.",
        help=f"see the other findings on it; {HOW_TO_RAISE}",
        impact=excess if budget.measure.unit == "bytes" else None,
        topic=f"{budget.full_name} {severity}",
    )


def _band(budget: Budget, severity: Severity) -> str:
    if budget.warn is None or severity is Severity.ERROR:
        return ""
    return f" (an error beyond {amount(budget.limit, budget)})"


def _number(one: Measured, line: float, budget: Budget) -> str:
    number, _ = told_apart(one.value, line, budget)
    if one.least is None or one.least == one.value:
        return number
    return f"{number}, at least {told_apart(one.least, line, budget)[0]}"


def _who(one: Measured) -> str:
    return one.subject.worker or one.subject.name


def _evidence(found: Sequence[Measured], allowed: Evidence) -> Iterator[Evidence]:
    if len(found) == 1:
        number, parts = found[0].number, found[0].parts
        yield from (allowed, *parts, number) if number.derived else (number, allowed, *parts)
        return
    yield allowed
    for one in found[:_NAMED]:
        number = one.number
        yield Evidence(_who(one), number.value, number.unit, number.pointer, number.formula)
    yield Evidence("over it", len(found), "times", formula="those over the budget, counted")
