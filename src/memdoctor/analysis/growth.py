"""Does a metric grow, how fast, and how sure is that: from what the samples carry, and no more.

Two samples give a difference. From three on a trend is asked of Mann–Kendall and Theil–Sen; from ten on of
the floors that collections leave, for a sawtooth rises between any two of its points. What shape the rise
has (a step, a plateau) decides what may be said of the future.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from memdoctor.analysis.series import Series
from memdoctor.analysis.trend import Point, Trend, trend
from memdoctor.overviews import Growth
from memdoctor.units import MiB, count_of

_SHORTEST = 60  # seconds
# A heap that fills faster than this (bytes a second) V8 does not collect in idle time: until the first full
# collection it reached 234 to 338 MiB (Node 20 and 22, over a floor of 18 MiB), a slower one 27 at most.
_IDLE_RATE, _FIRST_COLLECTION = 1 * MiB, 400 * MiB
_YOUNG = 16 * MiB  # what the young generation may hold beside
# A fall by more than both of these is a collection: less may be noise.
FALL, SHARE_OF_FALL = 1 * MiB, 0.02
# A fall by this share shows a full collection: what the young generation gives back is less.
_COLLECTED = 0.3
_A_TOOTH = 1.5  # times the largest so far
_FLOORS_FROM = 10  # samples
# Noises by which two samples of a steady process may differ, or the ends of three; with 2 more than 5 %
# of the steady series were called growing.
_NOISES = {2: 2.5, 3: 2.5}
_SHAPES_FROM = 8  # floors
_SMALLEST_RISE = {"bytes": 16 * MiB, "count": 16}
_NOISE = {"bytes": 8 * MiB, "count": 8}


def judge(series: Series) -> Growth:
    """Return the verdict on one series."""
    growth = Growth(
        process=series.process,
        metric=series.metric,
        unit=series.unit,
        verdict="refused",
        per_second=None,
        low=None,
        high=None,
        confidence=None,
        samples=len(series.points),
        span_seconds=series.span if series.timed else None,
        reason="",
        difference=series.points[-1][1] - series.points[0][1],
        points=series.points,
        floors=(),
        early=series.early,
        collections=tuple(drops(sorted((*series.early, *series.points)))) if series.collected else (),
    )
    refusal = _refusal(series)
    if refusal:
        return replace(growth, reason=refusal)
    if len(series.points) == 2:
        return _of_two(series, growth)
    if len(series.points) < _FLOORS_FROM:
        return _of_few(series, growth)
    return _of_many(series, growth)


def _refusal(series: Series) -> str | None:
    """Return why no rate can be stated, or None if one can."""
    if len(series.points) < 2:
        return "the samples are of one moment"
    if not series.timed:
        return "the samples carry no time"
    if series.span < _SHORTEST:
        later = "beyond the first minute of the process " if series.early else ""
        return f"{later}the samples span less than a minute"
    if series.young:
        return "no two samples are older than a minute: start-up is no trend"
    change = max(value for _, value in series.points) - min(value for _, value in series.points)
    if series.resolution and 0 < change < series.resolution:
        return "the values are rounded more coarsely than they change"
    return None


def _of_two(series: Series, growth: Growth) -> Growth:
    """Judge a difference by the noise that two samples of a steady process show."""
    (_, before), (_, after) = series.points
    difference, uncertain = after - before, _NOISES[2] * _noise(series)
    slope = Trend(
        difference / series.span,
        (difference - uncertain) / series.span,
        (difference + uncertain) / series.span,
        p=0.5,
    )
    smallest = smallest_rise(series.unit, series.points)
    needed = max(smallest, 0.1 * before)
    verdict = "growing" if difference > needed and slope.low > 0 else "steady"
    if -difference > max(smallest, 0.1 * after) and slope.high < 0:
        verdict = "shrinking"
    return _with(growth, verdict, slope, "low", "two samples: a difference, not a trend")


def _of_few(series: Series, growth: Growth) -> Growth:
    """Judge three to nine samples by rank; every one of them may be anywhere in a sawtooth."""
    count = len(series.points)
    slope = trend(series.points)
    rise = slope.slope * series.span
    significant = 0.17 if count == 3 else 0.05
    enough = max(
        smallest_rise(series.unit, series.points),
        _NOISES.get(count, 2) * _noise(series) if series.collected else 0,
    )
    verdict = "growing" if slope.p <= significant and rise >= enough else "steady"
    if verdict == "steady" and -rise >= enough and _downward(series.points).p <= significant:
        verdict = "shrinking"
    sure = count >= 5 and slope.p <= 0.01 and not series.collected
    return _with(growth, verdict, slope, "medium" if sure else "low", count_of(count, "sample"))


def _of_many(series: Series, growth: Growth) -> Growth:
    """Judge ten samples or more by their floors, then by the shape of the rise."""
    floors = floors_of(series.points)
    slope = trend(floors)
    length = floors[-1][0] - floors[0][0]
    smallest = smallest_rise(series.unit, series.points)
    growth = replace(growth, floors=floors)
    confidence = "high" if slope.p <= 0.001 and len(floors) >= _SHAPES_FROM else "medium"
    reason = f"floors of {len(floors)} parts"
    if not (slope.p <= 0.01 and slope.slope * length >= smallest and slope.low > 0):
        falling = _downward(floors)
        shrinks = falling.p <= 0.01 and falling.slope * length >= smallest and falling.low > 0
        return _with(growth, "shrinking" if shrinks else "steady", slope, confidence, reason)
    if series.collected and _falls_back(series.points, smallest):
        return _with(growth, "steady", slope, "low", "it rises, and full collections take it back")
    if series.collected and not _was_collected(series):
        return _with(growth, "rising-uncollected", slope, "low", "it rises, but no collection was seen")
    if len(floors) < _SHAPES_FROM:
        return _with(growth, "growing", slope, confidence, reason)
    return _with(growth, _shape(floors, smallest), slope, confidence, reason)


def floors_of(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the lowest point of each of 5 to 12 equal parts of the time.

    Where samples are so uneven that a part has none, the parts have equally many samples instead: four
    floors could never be significant.
    """
    count = len(points)
    parts = 5 if count < 15 else 6 if count < 24 else 8 if count < 48 else 12
    start, length = points[0][0], points[-1][0] - points[0][0]
    by_time: list[list[Point]] = [[] for _ in range(parts)]
    for point in points:
        by_time[min(int((point[0] - start) / length * parts), parts - 1)].append(point)
    if not all(by_time):
        by_time = [
            list(points[count * part // parts : count * (part + 1) // parts]) for part in range(parts)
        ]
    return tuple(min(part, key=lambda point: point[1]) for part in by_time)


def _shape(floors: Sequence[Point], smallest: float) -> str:
    """Tell a lasting rise from one that is over."""
    steps = sorted(later[1] - earlier[1] for earlier, later in pairwise(floors))
    rise = floors[-1][1] - floors[0][1]
    if steps[-1] >= 0.6 * rise and steps[-1] >= 4 * median(map(abs, steps[:-1])):
        return "step"
    middle = len(floors) // 2
    first, second = trend(floors[: middle + 1]), trend(floors[middle:])
    second_rise = second.slope * (floors[-1][0] - floors[middle][0])
    if second.slope < 0.35 * first.slope and (second.p > 0.05 or second_rise < smallest):
        return "plateau"
    return "decelerating" if second.slope < 0.5 * first.slope else "growing"


def least_seen(growth: Growth) -> float:
    """Return the rate per second below which growth would not have shown in a steady series."""
    return max(
        smallest_rise(growth.unit, growth.points) / (growth.span_seconds or 1),
        growth.high or 0,
    )


def smallest_rise(unit: str, points: Sequence[Point]) -> float:
    """Return the rise below which nothing is called growth."""
    return max(_SMALLEST_RISE[unit], 0.05 * median(value for _, value in points))


def _noise(series: Series) -> float:
    lowest = min(value for _, value in series.points)
    return max(_NOISE[series.unit], 0.05 * lowest, series.slack, series.resolution)


def _was_collected(series: Series) -> bool:
    """Whether collections ran: the heap fell twice, or has outgrown all that one can put off."""
    (begin, first), (end, last) = series.points[0], series.points[-1]
    is_fast = last - first > _IDLE_RATE * (end - begin)
    most = None if series.uncollected is None else series.uncollected + is_fast * _FIRST_COLLECTION
    if most is not None and series.half_full is not None:
        most = min(most, series.half_full + _YOUNG)
    outgrown = most is not None and last > most
    return outgrown or len(drops(series.points)) >= 2


def _falls_back(points: Sequence[Point], smallest: float) -> bool:
    """Whether full collections were seen, what they left is no more at the end, and no tooth is larger.

    The last tooth of a slow sawtooth is a long rise: what counts is where each one began.
    """
    teeth = [
        (before[1], after[1])
        for before, after in pairwise(points)
        if before[1] - after[1] > _COLLECTED * before[1]
    ]
    if len(teeth) < 2:
        return False
    left = [after for _, after in teeth]
    middle = len(left) // 2
    is_level = median(left[middle:]) - median(left[:middle]) < smallest
    return is_level and points[-1][1] - left[-1] <= _A_TOOTH * max(
        before - after for before, after in teeth
    )


def drops(points: Sequence[Point]) -> list[Point]:
    """Return where a value had fallen by more than noise: a collection was seen."""
    return [
        after
        for before, after in pairwise(points)
        if before[1] - after[1] > max(FALL, SHARE_OF_FALL * before[1])
    ]


def _downward(points: Sequence[Point]) -> Trend:
    return trend([(time, -value) for time, value in points])


def _with(growth: Growth, verdict: str, slope: Trend, confidence: str, reason: str) -> Growth:
    return replace(
        growth,
        verdict=verdict,
        per_second=slope.slope,
        low=slope.low,
        high=slope.high,
        confidence=confidence,
        reason=reason,
    )
