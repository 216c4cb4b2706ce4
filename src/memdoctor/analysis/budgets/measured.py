"""What is compared with a budget: one number of one subject, or why there is none."""

from dataclasses import dataclass

from memdoctor.budgets import Budget
from memdoctor.findings import Confidence, Evidence, Subject
from memdoctor.overviews import Growth


@dataclass(frozen=True, slots=True)
class Measured:
    """One number of one subject; `number` is in the unit of the budget, and known.

    `least` is what it is at least, where it has bounds. `parts` are what it was made of.
    """

    subject: Subject
    number: Evidence
    parts: tuple[Evidence, ...] = ()
    least: float | None = None
    growth: Growth | None = None  # whose slope it is
    confidence: Confidence = Confidence.CERTAIN  # where it is no slope of samples

    @property
    def value(self) -> float:
        """The number."""
        return float(self.number.value or 0)

    @property
    def at_least(self) -> float:
        """The number, or its lower bound."""
        return self.value if self.least is None else self.least


@dataclass(frozen=True, slots=True)
class Gap:
    """A subject that a budget speaks of and whose number is not known, with the reason.

    `down` is the status of a worker that should run and does not, with its place.
    """

    who: str
    reason: str
    down: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """One budget, and all that it was compared with."""

    budget: Budget
    measured: tuple[Measured, ...]
    gaps: tuple[Gap, ...]

    @property
    def over(self) -> tuple[Measured, ...]:
        """What is beyond it, or may be, the worst first."""
        found = [one for one in self.measured if one.value > self.budget.least]
        return tuple(sorted(found, key=lambda one: -one.value))
