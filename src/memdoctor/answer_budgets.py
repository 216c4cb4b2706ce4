"""The sentences of the answer about budgets: what is over, what is kept, what nobody could check."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Severity, worst_first
from memdoctor.text import sentence
from memdoctor.units import count_of

_NAMED = 3


def of_budgets(measurements: Measurements, findings: Sequence[Finding]) -> Iterator[str]:
    """Say of the budgets of the call which are exceeded; none is passed over."""
    over = [finding for finding in findings if finding.rule == "over-budget"]
    down = [one for one in findings if one.rule == "budget-not-checked" and one.severity is Severity.ERROR]
    yield from (sentence(one.message) for one in down[:_NAMED])
    over.sort(key=worst_first)
    yield from (sentence(finding.message, finding.subject.worker) for finding in over[:_NAMED])
    if over[_NAMED:]:
        yield f"{count_of(len(over) - _NAMED, 'more budget is', 'more budgets are')} exceeded."
    checked = [one for one in measurements.checked_budgets if one.measured]
    kept = sum(not one.over and not any(gap.down for gap in one.gaps) for one in checked)
    if kept:
        whole = "The budget is" if len(measurements.budgets) == 1 else f"{kept} budgets are"
        yield f"{'1 budget is' if kept == 1 < len(measurements.budgets) else whole} kept."
    missing = [one.budget.full_name for one in measurements.checked_budgets if not one.measured]
    partly = [one.budget.full_name for one in checked if one.gaps]
    if missing:
        yield f"Not checked: {', '.join(missing)} (-v says why)."
    if partly:
        yield f"Not checked for all: {', '.join(partly)} (-v says why)."
