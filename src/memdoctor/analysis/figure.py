"""A number that knows where it comes from.

Arithmetic on figures writes the formula of its result; an unknown figure makes an unknown result,
and no comparison of size with an unknown figure holds. So a rule reads like its formula, cannot say more
than its operands carry, and its evidence is the figures themselves.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace

from memdoctor.findings import Evidence

Number = int | float

_LARGEST = 1 << 63  # beyond any amount, and beyond what JSON readers take


@dataclass(frozen=True, slots=True)
class Figure(Evidence):
    """A number with its label and unit, and either a `pointer` (reported) or a `formula` (derived).

    `value` is None where it is unknown. `+ − × ÷` take figures and plain numbers, on either side: a number
    added or subtracted is in the figure's unit, one that multiplies or divides leaves it; figures by
    figures have no unit until `named` gives one, and no label: evidence needs both. `< <= > >=` and `near`
    are false with an unknown figure; `==` and `!=` compare figures as records: ask `value`.
    """

    value: Number | None = None

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return self.value is not None

    def named(self, label: str, unit: str | None = None) -> "Figure":
        """Return the same number under a name, and where arithmetic lost the unit, with one."""
        return replace(self, label=label, unit=self.unit if unit is None else unit)

    def or_zero(self) -> "Figure":
        """Return this figure, or a zero that leaves no trace in a formula: absent counts as nothing."""
        return self if self.known else Figure("", 0, self.unit)

    def if_positive(self) -> "Figure":
        """Return this figure unless it is below zero: a negative rest is no amount of anything."""
        return self if self >= 0 else replace(self, value=None)

    def __add__(self, other: "Figure | Number") -> "Figure":
        return _combined(self, other, operator.add, "+", self.unit)

    def __radd__(self, other: Number) -> "Figure":
        if other == 0:  # what sum() begins with
            return self
        return _combined(other, self, operator.add, "+", self.unit)

    def __sub__(self, other: "Figure | Number") -> "Figure":
        return _combined(self, other, operator.sub, "−", self.unit)

    def __rsub__(self, other: Number) -> "Figure":
        return _combined(other, self, operator.sub, "−", self.unit)

    def __mul__(self, other: "Figure | Number") -> "Figure":
        return _combined(self, other, operator.mul, "×", self._unit_with(other))

    def __rmul__(self, other: Number) -> "Figure":
        return _combined(other, self, operator.mul, "×", self.unit)

    def __truediv__(self, other: "Figure | Number") -> "Figure":
        return _combined(self, other, _quotient, "÷", self._unit_with(other))

    def __rtruediv__(self, other: Number) -> "Figure":
        return _combined(other, self, _quotient, "÷", "")

    def __lt__(self, other: "Figure | Number") -> bool:
        return self._holds(other, operator.lt)

    def __le__(self, other: "Figure | Number") -> bool:
        return self._holds(other, operator.le)

    def __gt__(self, other: "Figure | Number") -> bool:
        return self._holds(other, operator.gt)

    def __ge__(self, other: "Figure | Number") -> bool:
        return self._holds(other, operator.ge)

    def near(self, target: "Figure | Number", tolerance: float) -> bool:
        """Whether this figure is within `tolerance` (a fraction) of `target`."""
        theirs = _value(target)
        if self.value is None or theirs is None or not theirs:
            return False
        return abs(self.value / theirs - 1) <= tolerance

    def _holds(self, other: "Figure | Number", compare: Callable[[Number, Number], bool]) -> bool:
        theirs = _value(other)
        return self.value is not None and theirs is not None and compare(self.value, theirs)

    def _unit_with(self, other: "Figure | Number") -> str:
        """Return the unit of a product or quotient: a plain number leaves it, another figure changes it."""
        return "" if isinstance(other, Figure) else self.unit


def _combined(
    left: Figure | Number,
    right: Figure | Number,
    apply: Callable[[Number, Number], Number | None],
    sign: str,
    unit: str,
) -> Figure:
    mine, theirs = _value(left), _value(right)
    value = None if mine is None or theirs is None else _finite(apply, mine, theirs)
    terms = _term(left, _LOOSE_LEFT[sign]), _term(right, _LOOSE_RIGHT[sign])
    return Figure("", value, unit, formula=f" {sign} ".join(term for term in terms if term))


# Which operators an operand needs brackets for, by the sign it stands beside.
_LOOSE_LEFT = {"+": "", "−": "", "×": "+−", "÷": "+−"}
_LOOSE_RIGHT = {"+": "", "−": "+−", "×": "+−÷", "÷": "+−×÷"}


def unknown(label: str, unit: str = "bytes") -> Figure:
    """Return a figure that was not reported and cannot be derived."""
    return Figure(label, None, unit)


def _value(operand: Figure | Number) -> Number | None:
    return operand.value if isinstance(operand, Figure) else operand


def _term(operand: Figure | Number, loose: str) -> str:
    if not isinstance(operand, Figure):
        return f"{operand:.15g}" if isinstance(operand, float) else str(operand)
    if operand.label or operand.formula is None:
        return operand.label
    needs_brackets = any(f" {sign} " in operand.formula for sign in loose)
    return f"({operand.formula})" if needs_brackets else operand.formula


def _quotient(left: Number, right: Number) -> float | None:
    return left / right if right else None


def _finite(apply: Callable[[Number, Number], Number | None], left: Number, right: Number) -> Number | None:
    try:
        result = apply(left, right)
    except OverflowError:
        return None
    return result if result is not None and abs(result) < _LARGEST else None
