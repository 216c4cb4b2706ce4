"""Every budget of a call, compared with what the case holds; only what a budget needs is analysed."""

from collections.abc import Iterator
from importlib import import_module

from memdoctor.analysis.budgets.measured import Checked, Gap, Measured
from memdoctor.analysis.measurements import Measurements
from memdoctor.budgets import Budget


def checked_budgets(measurements: Measurements) -> Iterator[Checked]:
    """Yield each budget with its numbers."""
    for budget in measurements.budgets:
        found = list(_found(budget, measurements))
        measured = tuple(one for one in found if isinstance(one, Measured))
        gaps = tuple(dict.fromkeys(one for one in found if isinstance(one, Gap)))
        yield Checked(budget, measured, gaps)


def _found(budget: Budget, measurements: Measurements) -> Iterator[Measured | Gap]:
    for room in budget.measure.rooms:
        module = import_module(f"memdoctor.analysis.budgets.of_{room}")
        yield from module.measured(budget, measurements)
