"""The case does not hold the number that a budget speaks of.

## What it means
A budget was set, and nothing shows whether it is kept: it neither holds nor fails. So that no check
passes because nobody looked, it is told.

## Evidence
The budget, with where it was set, and why there is no number: it is not reported, nothing has that
name, the samples cannot prove a rate of growth, or are too short to show so little of it. Where only some
processes lack it, the others were checked. A worker that should run and does not, by the status that PM2
shows, is an error: errored or waiting for a restart, or stopped where it is the only one asked about.

## What to do
Bring what holds the number: the finding says what does. Or leave the budget out.

## When it is wrong
An empty collection is in no list of collections, and a class without objects in no class table: both
look like a name that does not exist.
"""

from collections.abc import Iterator

from memdoctor.analysis.budgets.measured import Checked, Gap
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity, Subject
from memdoctor.rules.about import about
from memdoctor.rules.about_budgets import amount, budget_evidence

RULE = Rule("budget-not-checked", "budget", Severity.INFO, "nothing shows whether a budget is kept")
_NAMED = 2
_WHY = "Without the number a budget neither holds nor fails."
_NOT_RUNNING = "see why it ended: memdoctor pm2, with its logs; or name only the apps that should run"


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each budget with a number that is not known; for those that do not run one."""
    for checked in measurements.checked_budgets:
        down = tuple(gap for gap in checked.gaps if gap.down is not None)
        gaps = tuple(gap for gap in checked.gaps if gap.down is None)
        if down:
            yield _finding(checked, down, _NOT_RUNNING)
        if gaps or not (checked.measured or down):
            yield _finding(checked, gaps, checked.budget.measure.get)


def _finding(checked: Checked, gaps: tuple[Gap, ...], advice: str) -> Finding:
    budget = checked.budget
    reasons: dict[str, list[Gap]] = {}
    for gap in gaps:
        reasons.setdefault(gap.reason, []).append(gap)
    why = "; ".join(_told(reason, of) for reason, of in reasons.items()) or "nothing here has it"
    part = f" for {len(gaps)} of them" if checked.measured else ""
    down = tuple(gap.down for gap in gaps if gap.down is not None)
    return about(
        RULE,
        Subject("case", "budgets"),
        f"the budget {budget.full_name}={amount(budget.limit, budget)} was not checked{part}: {why}",
        note="not checked",
        severity=Severity.ERROR if down else None,
        evidence=(
            budget_evidence(budget, budget.limit),
            *down[:_NAMED],
            Evidence(
                "checked", len(checked.measured), "numbers", formula="numbers that were compared with it"
            ),
        ),
        why="What should run and does not keeps no budget." if down else _WHY,
        help=advice,
        topic=f"{budget.full_name} not running" if down else budget.full_name,
    )


def _told(reason: str, gaps: list[Gap]) -> str:
    """Return a reason with those that it holds for, where they are not named in it."""
    names = [gap.who for gap in gaps if gap.who not in reason]
    if not names:
        return reason
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{reason} ({', '.join(names[:_NAMED])}{more})"
