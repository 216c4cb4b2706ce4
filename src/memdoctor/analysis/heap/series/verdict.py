"""What a few numbers, one of each snapshot, say of growth: does it go on, and how sure is that."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

GROWING, SLOWING, STEP, UNSTEADY = "growing", "slowing", "step", "unsteady"
TURNOVER = "turnover"  # most of what was there at first is gone: it follows a load
SLIGHT, DIFFERENCE, PLATEAU, STEADY = "slight", "difference", "plateau", "steady"
SPREAD = "spread"  # over so many holders that none of them stands out
UNSEEN = "unseen"  # of the snapshots between the first and the last nothing is known

_LEVEL = 0.05  # of the whole rise: a last step that is smaller is none
_SLOWED = 0.25  # of the pace of the steps before
_SLOWED_EACH_TIME = 0.5  # of the first pace, where each step is slower than the one before
_DROP = 0.10  # of the whole rise: what falls by more goes up and down
_LEAST_RISE = 0.10  # of where it began: less is slight
_NOISE = 4.0  # standard deviations of a number of things that come and go by chance
_CERTAIN_FROM = 4  # snapshots


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the numbers say.

    growing; slowing, step, unsteady, slight, turnover, unseen, difference (of two): it may be a warm-up, a
    load, or chance; plateau, steady: it is over, or nothing rises. `monotonicity` is the part of the steps
    that rise.
    """

    word: str
    monotonicity: float
    confidence: str  # certain, likely, possible

    @property
    def rises(self) -> bool:
        """Whether there is anything to tell."""
        return self.word not in (PLATEAU, STEADY)


def judge(values: Sequence[float], times: Sequence[float] | None, *, counted: bool) -> Verdict:
    """Return the verdict on values in time order. `counted` ones are numbers of objects.

    `times` are seconds; without them the snapshots count as equally far apart.
    """
    steps = [later - earlier for earlier, later in pairwise(values)]
    rise = values[-1] - values[0]
    rising = sum(step > _LEVEL * rise for step in steps) / len(steps) if steps and rise > 0 else 0.0
    word = _word(values, steps, times, rise, counted=counted)
    sure = "possible"
    if word == GROWING:
        sure = "certain" if len(values) >= _CERTAIN_FROM and rising == 1 else "likely"
    return Verdict(word, rising, sure)


def _word(
    values: Sequence[float],
    steps: Sequence[float],
    times: Sequence[float] | None,
    rise: float,
    *,
    counted: bool,
) -> str:
    if rise <= (_NOISE * sqrt(values[0]) if counted else 0):
        return STEADY
    slight = rise <= _LEAST_RISE * values[0]
    if len(steps) == 1:
        return SLIGHT if slight else DIFFERENCE
    if steps[-1] <= _LEVEL * rise:
        return PLATEAU
    doubts = (
        (UNSTEADY, min(steps) < -_DROP * rise),
        (STEP, sum(step > _LEVEL * rise for step in steps) == 1),
        (SLIGHT, slight),
        (SLOWING, _slows_down(steps, times)),
    )
    return next((word for word, holds in doubts if holds), GROWING)


def _slows_down(steps: Sequence[float], times: Sequence[float] | None) -> bool:
    """Whether the last step has far less than the pace of those before."""
    paces = [step / length for step, length in zip(steps, _lengths(times, len(steps)), strict=True)]
    before = [pace for pace in paces[:-1] if pace > 0]
    each_time = len(paces) > 2 and all(later < earlier for earlier, later in pairwise(paces))
    if each_time and paces[-1] < _SLOWED_EACH_TIME * paces[0]:
        return True
    return bool(before) and paces[-1] < _SLOWED * sum(before) / len(before)


def _lengths(times: Sequence[float] | None, count: int) -> Sequence[float]:
    if times is None:
        return [1.0] * count
    return [max(later - earlier, 1e-9) for earlier, later in pairwise(times)]
