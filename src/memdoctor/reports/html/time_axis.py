"""Times as an axis has them: in a unit that fits their span; of several lives one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_UNITS = ((2 * 86_400, 86_400, "days"), (2 * 3600, 3600, "hours"), (180, 60, "minutes"), (0, 1, "seconds"))
_BREAK = 0.05  # of all that is drawn: the room between two lives, which is no time
_DIGITS = 9  # of a place on an axis: of days a tenth of a millisecond
_TICKS = 6
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Unit:
    """What an axis counts in."""

    seconds: float
    name: str

    def of(self, time: float) -> float:
        """Return seconds in this unit."""
        return round(time / self.seconds, _DIGITS)


def unit_of(span: float) -> Unit:
    """Return the unit for a span in seconds."""
    return next(Unit(seconds, name) for least, seconds, name in _UNITS if span >= least)


@dataclass(frozen=True, slots=True)
class Lives:
    """Lives beside each other: how long lies between two of them is unknown, so it has a break.

    `begins` are the places of their time 0, `spans` their first and last times, all in seconds.
    """

    begins: tuple[float, ...]
    spans: tuple[tuple[float, float], ...]
    unit: Unit

    def at(self, life: int, time: float) -> float:
        """Return the place of a time of a life, in the unit of the axis."""
        return self.unit.of(self.begins[life] + time)

    def ticks(self) -> Mapping[str, Any]:
        """Return the ticks of several lives, each counted from its own beginning; one needs none."""
        if len(self.begins) == 1:
            return {}
        labels = _apart([(self.at(life, time), self._told(time)) for life, time in self._round_times()])
        return {"tickvals": [place for place, _ in labels], "ticktext": [told for _, told in labels]}

    def breaks(self) -> list[tuple[float, float]]:
        """Return where the axis is broken, as places from and to."""
        ends = [self.at(life, last) for life, (_, last) in enumerate(self.spans)]
        starts = [self.at(life, first) for life, (first, _) in enumerate(self.spans)]
        return list(zip(ends[:-1], starts[1:], strict=True))

    def _told(self, time: float) -> str:
        return f"{self.unit.of(time):g}"

    def _round_times(self) -> list[tuple[int, float]]:
        step = (
            _step(sum(last - first for first, last in self.spans) / self.unit.seconds) * self.unit.seconds
        )
        return [
            (life, number * step)
            for life, (first, last) in enumerate(self.spans)
            for number in range(-int(-first // step), int(last // step) + 1)
        ]


def beside(spans: Sequence[tuple[float, float]]) -> Lives:
    """Return lives, given by their first and last times in seconds, one after the other."""
    whole = sum(last - first for first, last in spans)
    gap = _BREAK * whole if whole else 1.0
    # Many breaks shall not take more room than the lives.
    gap = min(gap, whole / len(spans)) if whole else gap
    begins, end = [], 0.0
    for number, (first, last) in enumerate(spans):
        begin = 0.0 if not number else end + gap - first
        begins.append(begin)
        end = begin + last
    longest = max(last - first for first, last in spans)
    return Lives(tuple(begins), tuple(spans), unit_of(longest))


def _step(span: float) -> float:
    """Return a round step of which a span has about as many as an axis has ticks."""
    if span <= 0:
        return 1.0
    rough, power = span / _TICKS, 1.0
    while power * _STEPS[-1] <= rough:
        power *= _STEPS[-1]
    while power > rough:
        power /= _STEPS[-1]
    return next(power * step for step in _STEPS if power * step >= rough)


def _apart(ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return ticks without those that would stand on the one before."""
    if not ticks:
        return []
    least = (ticks[-1][0] - ticks[0][0]) / (3 * _TICKS)
    kept = [ticks[0]]
    for tick in ticks[1:]:
        if tick[0] - kept[-1][0] >= least:
            kept.append(tick)
    return kept
