"""Robust trend statistics without ties to a distribution: Theil–Sen and Mann–Kendall.

Sen (1968), Mann (1945), Kendall (1975). Exact for the few points that growth is judged by.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Point = tuple[float, float]

_Z_90 = 1.6448536269514722  # two-sided 90 %


@dataclass(frozen=True, slots=True)
class Trend:
    """A slope per unit of time with its 90 % interval, and the one-sided p of an upward trend."""

    slope: float
    low: float
    high: float
    p: float


def trend(points: Sequence[Point]) -> Trend:
    """Return the Theil–Sen slope of at least two points with different times, and Mann–Kendall's p.

    The interval is Sen's, by rank; for very few points it is the range of all slopes.
    """
    slopes = sorted(
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for index, earlier in enumerate(points)
        for later in points[index + 1 :]
        if later[0] != earlier[0]
    )
    count, pairs = len(points), len(slopes)
    spread = _Z_90 * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    first = max(int((pairs - spread) / 2), 0)
    last = min(math.ceil((pairs + spread) / 2), pairs - 1)
    return Trend(median(slopes), slopes[first], slopes[last], upward_p(points))


def upward_p(points: Sequence[Point]) -> float:
    """Return the exact one-sided p of Mann–Kendall's S: how often chance alone rises as steadily.

    All orders are equally likely under chance, so S counts inversions, whose distribution is known.
    """
    values = [value for _, value in points]
    rises = sum(
        (later > earlier) - (later < earlier)
        for index, earlier in enumerate(values)
        for later in values[index + 1 :]
    )
    count = len(values)
    inversions = (count * (count - 1) // 2 - rises) // 2  # ties count against a trend
    ways = _orders_by_inversions(count)
    return sum(ways[: inversions + 1]) / math.factorial(count)


@functools.cache
def _orders_by_inversions(count: int) -> tuple[int, ...]:
    """Return how many orders of `count` values have 0, 1, 2, … inversions (Mahonian numbers)."""
    ways = [1]
    for size in range(2, count + 1):
        longer = [0] * (len(ways) + size - 1)
        for inversions, number in enumerate(ways):
            for more in range(size):
                longer[inversions + more] += number
        ways = longer
    return tuple(ways)
