"""Figures: unknown stays unknown, formulas write themselves, arithmetic is exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.analysis.figure import Figure, unknown

RSS = Figure("RSS", 300, "bytes", "dump.json#/memoryUsage/rss")
EXTERNAL = Figure("external", 500, "bytes", "dump.json#/memoryUsage/external")
NONE = unknown("heapTotal")

_NUMBERS = st.one_of(st.none(), st.integers(-(1 << 62), 1 << 62), st.floats(allow_nan=False))


def test_a_formula_writes_itself() -> None:
    missing = (EXTERNAL - RSS).named("not in RAM")
    assert (missing.value, missing.formula, missing.derived) == (200, "external − RSS", True)
    share = missing / (EXTERNAL + RSS)
    assert share.formula == "not in RAM ÷ (external + RSS)"
    assert (EXTERNAL - RSS + RSS).formula == "external − RSS + RSS"


def test_an_unknown_figure_makes_an_unknown_result_and_no_comparison_with_it_holds() -> None:
    assert not (RSS + NONE).known
    assert not any((NONE > 0, NONE < 0, NONE >= 0, NONE <= 0, NONE.near(0, 1)))
    assert not any((RSS > NONE, RSS <= NONE))


def test_absent_as_zero_leaves_no_trace_in_the_formula() -> None:
    assert (EXTERNAL + NONE.or_zero() - RSS).formula == "external − RSS"
    assert (EXTERNAL + NONE.or_zero()).value == 500


def test_a_number_stands_on_either_side() -> None:
    made = (3 * RSS, RSS * 3, RSS + 32, 32 + RSS, RSS - 100, 1000 - RSS, RSS / 2, 600 / RSS)
    assert [(one.value, one.formula, one.unit) for one in made] == [
        (900, "3 × RSS", "bytes"),
        (900, "RSS × 3", "bytes"),
        (332, "RSS + 32", "bytes"),
        (332, "32 + RSS", "bytes"),
        (200, "RSS − 100", "bytes"),
        (700, "1000 − RSS", "bytes"),
        (150, "RSS ÷ 2", "bytes"),
        (2, "600 ÷ RSS", ""),
    ]
    assert not any(one.known for one in (3 * NONE, NONE + 1, 1 - NONE, 1 / NONE))
    assert (2 * (EXTERNAL - RSS)).formula == "2 × (external − RSS)"
    assert (RSS * EXTERNAL).unit == (RSS / EXTERNAL).unit == ""


def test_figures_are_summed_up() -> None:
    assert (sum([RSS, EXTERNAL]), sum([RSS])) == (RSS + EXTERNAL, RSS)


def test_a_formula_keeps_the_digits_of_its_numbers() -> None:
    assert (RSS + 33554432.5).formula == "RSS + 33554432.5"
    assert (RSS * 0.8).formula == "RSS × 0.8"


def test_division_by_zero_is_unknown() -> None:
    assert not (RSS / Figure("zero", 0)).known


@given(left=_NUMBERS, right=_NUMBERS)
def test_no_arithmetic_raises_and_no_result_is_infinite(left: float | None, right: float | None) -> None:
    one, other = Figure("a", left), Figure("b", right)
    for result in (one + other, one - other, one * other, one / other):
        assert result.derived
        if left is None or right is None:
            assert result.value is None
        if result.value is not None:
            assert result.value - result.value == 0


@given(left=st.integers(0, 1 << 60), right=st.integers(0, 1 << 60))
def test_sums_of_bytes_are_exact(left: int, right: int) -> None:
    assert (Figure("a", left) + Figure("b", right)).value == left + right


_LEAVES = st.sampled_from(["a", "b", "c", "d"])
_TREES = st.recursive(_LEAVES, lambda inner: st.tuples(inner, st.sampled_from("+−×÷"), inner), max_leaves=8)
_VALUES = {"a": 7, "b": 3, "c": 11, "d": 2}


def _build(tree: str | tuple[object, str, object]) -> Figure:
    if isinstance(tree, str):
        return Figure(tree, _VALUES[tree])
    left, sign, right = tree
    one, other = _build(left), _build(right)  # type: ignore[arg-type]
    return {"+": one.__add__, "−": one.__sub__, "×": one.__mul__, "÷": one.__truediv__}[sign](other)


@given(_TREES)
def test_a_formula_evaluates_to_its_value(tree: str | tuple[object, str, object]) -> None:
    figure = _build(tree)
    if figure.value is not None and figure.formula is not None:
        python = figure.formula.replace("−", "-").replace("×", "*").replace("÷", "/")
        assert eval(python, {}, _VALUES) == pytest.approx(figure.value)
