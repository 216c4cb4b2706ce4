"""How a rule speaks of budgets: amounts in their unit, and where a budget was set."""

from memdoctor.budgets import Budget
from memdoctor.findings import Evidence
from memdoctor.units import spoken

HOW_TO_RAISE = "raise the budget if so much is meant to be"


def amount(value: float, budget: Budget) -> str:
    """Return a number in the unit of a budget as a person reads it."""
    return spoken(value, budget.measure.unit)


def budget_evidence(budget: Budget, line: float) -> Evidence:
    """Return the number that was allowed, and where that was set."""
    return Evidence(f"budget {budget.full_name}", line, budget.measure.unit, pointer=budget.where)
