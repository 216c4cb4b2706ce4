"""How a rule speaks of budgets: amounts in their unit, and where a budget was set."""

from memdoctor.budgets import Budget
from memdoctor.findings import Evidence
from memdoctor.units import MiB, grouped, spoken

_SCALES = {"share": (100.0, "%"), "bytes/h": (1 / MiB, "MiB/h")}
_MOST_DIGITS = 17
HOW_TO_RAISE = "raise the budget if so much is meant to be"


def amount(value: float, budget: Budget) -> str:
    """Return a number in the unit of a budget as a person reads it."""
    return spoken(value, budget.measure.unit)


def told_apart(value: float, line: float, budget: Budget) -> tuple[str, str]:
    """Return a number and the line that it is beyond, with as many digits as tell them apart."""
    texts = amount(value, budget), amount(line, budget)
    if texts[0] != texts[1] or value == line:
        return texts
    if budget.measure.unit == "bytes":
        return f"{grouped(value)} B", f"{grouped(line)} B"
    factor, unit = _SCALES.get(budget.measure.unit, (1.0, "per hour"))
    for digits in range(1, _MOST_DIGITS):
        texts = f"{value * factor:.{digits}f} {unit}", f"{line * factor:.{digits}f} {unit}"
        if texts[0] != texts[1]:
            break
    return texts


def budget_evidence(budget: Budget, line: float) -> Evidence:
    """Return the number that was allowed, and where that was set."""
    return Evidence(f"budget {budget.full_name}", line, budget.measure.unit, pointer=budget.where)
