"""What grows, as lines for people: a sparkline, the rate with its interval, how sure, the verdict."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from memdoctor.findings import Report
from memdoctor.overviews import Growth
from memdoctor.units import MiB, duration, grouped, interval, rate, size

LABELS = {
    "js_heap": "JS heap",
    "external": "external",
    "array_buffers": "arrayBuffers",
    "rss": "RSS",
    "handles": "handles",
    "file_descriptors": "descriptors",
    "threads": "threads",
    "processes": "processes",
}
_LEVELS = "▁▂▃▄▅▆▇█"
_FLAT = {"bytes": 16 * MiB, "count": 16}  # a smaller range is drawn as what it is: little
_MOST_PROCESSES = 5
_ASIDE = frozenset({"threads", "processes"})  # told only if they change
_GAPS = {"label": 0, "rate": 2, "interval": 1, "confidence": 2, "verdict": 2}  # columns before each
_SPARKLINE, _SMALLEST_SPARKLINE = 24, 6  # columns
_A_LOOK = 1.5  # times the usual pause between two looks; more is a gap
_OF_TWO = {"growing": "rose", "shrinking": "fell"}


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """One metric of one process, in words; what is not said is empty."""

    growth: Growth
    label: str
    rate: str
    interval: str
    confidence: str
    verdict: str


@dataclass(frozen=True, slots=True)
class GrowthBlock:
    """One process: its rows, and sentences for what was refused."""

    process: str
    rows: tuple[GrowthRow, ...]
    refusals: tuple[str, ...]


def blocks(report: Report, *, detail: int) -> tuple[list[GrowthBlock], int]:
    """Return a block for each process with a series, those that change first, and how many are left out.

    Among several processes one of which nothing can be said is passed over.
    """
    by_process: dict[str, list[Growth]] = {}
    for growth in report.overview.growth:
        by_process.setdefault(growth.process, []).append(growth)
    ordered = sorted(by_process.items(), key=lambda item: all(map(_is_quiet, item[1])))
    found = [_block(process, growths, detail) for process, growths in ordered]
    if len({sample.process for sample in report.overview.samples}) > 1:
        found = [block for block in found if block.rows]
    many = max(len(report.overview.apps), len(report.overview.watched))
    if many > 1 and detail < 1:  # which of many grow is what was asked
        found = [block for block in found if not all(_is_quiet(row.growth) for row in block.rows)]
    return found[:_MOST_PROCESSES], len(found[_MOST_PROCESSES:])


def _block(process: str, growths: Sequence[Growth], detail: int) -> GrowthBlock:
    growths = [one for one in growths if detail > 0 or one.metric not in _ASIDE or not _is_quiet(one)]
    judged = [growth for growth in growths if growth.verdict != "refused"]
    refused: dict[str, list[str]] = {}
    for growth in growths:
        if growth.verdict == "refused":
            refused.setdefault(growth.reason, []).append(LABELS[growth.metric])
    all_of_it = not judged and len(refused) == 1
    sentences = (
        f"no rate: {reason}" if all_of_it else f"no rate of {', '.join(labels)}: {reason}"
        for reason, labels in refused.items()
    )
    return GrowthBlock(process, tuple(_row(growth, detail) for growth in judged), tuple(sentences))


def _row(growth: Growth, detail: int) -> GrowthRow:
    label = LABELS[growth.metric]
    if growth.verdict == "steady" and detail < 1:
        return GrowthRow(
            growth, label, "two samples, no trend" if growth.samples == 2 else "steady", "", "", ""
        )
    confidence = growth.confidence or ""
    if growth.samples == 2:
        verdict = _OF_TWO.get(growth.verdict, growth.verdict)
        return GrowthRow(growth, label, _difference(growth), "", confidence, verdict)
    if growth.verdict in ("step", "plateau"):  # over: no rate to speak of
        return GrowthRow(growth, label, _difference(growth), "", confidence, growth.verdict)
    slope = growth.per_second or 0.0
    pace = f"{'+' if slope > 0 else ''}{rate(slope, growth.unit)}"
    between = interval(growth.low or 0.0, growth.high or 0.0, growth.unit)
    return GrowthRow(growth, label, pace, between, confidence, growth.verdict)


def _difference(growth: Growth) -> str:
    amount = abs(growth.difference)
    sign = "+" if growth.difference > 0 else "−" if growth.difference < 0 else ""
    how_much = size(amount) if growth.unit == "bytes" else grouped(int(amount))
    return f"{sign}{how_much} in {duration(growth.span_seconds)}"


def lines(rows: Sequence[GrowthRow], width: int) -> Iterator[str]:
    """Yield a line a row. What does not fit `width` is left out whole, the sparkline first, never cut."""
    columns = {name: [getattr(row, name) for row in rows] for name in _GAPS}
    widths = {name: max((len(cell) for cell in cells), default=0) for name, cells in columns.items()}
    for name in ("", "confidence", "interval"):
        widths[name] = 0
        room = width - 2 - sum(wide + _GAPS.get(key, 0) for key, wide in widths.items() if wide)
        if room >= 0:
            break
    most = max((len(row.growth.points) for row in rows), default=0)
    cells = min(room - 1, _SPARKLINE, most) if room > _SMALLEST_SPARKLINE else 0
    for row in rows:
        parts = [f"  {row.label:<{widths['label']}}"]
        if cells:
            parts.append(f" {sparkline(row.growth, cells):<{cells}}")
        number = f"{row.rate:>{widths['rate']}}" if row.interval else row.rate
        parts.append(f"  {number:<{widths['rate']}}")
        parts += [
            f"{' ' * _GAPS[name]}{getattr(row, name):<{widths[name]}}"
            for name in ("interval", "confidence", "verdict")
            if widths[name]
        ]
        yield "".join(parts).rstrip()
        if cells and row.interval and row.growth.floors and row.growth.metric == "js_heap":
            yield f"    {'floor':<{max(widths['label'] - 2, 5)}} {fitted_floor(row.growth, cells)}"


def _is_quiet(growth: Growth) -> bool:
    return growth.verdict in ("steady", "refused")


def sparkline(growth: Growth, cells: int) -> str:
    """Draw the values over time in at most `cells` cells; a cell without a sample is blank."""
    cells = min(cells, len(growth.points))
    return _drawn(growth, list(_means(growth, cells)), cells)


def fitted_floor(growth: Growth, cells: int) -> str:
    """Draw the straight line that the rate is the slope of, on the scale of the values."""
    cells = min(cells, len(growth.points))
    slope, base = growth.per_second or 0.0, fitted_base(growth)
    start, end = growth.points[0][0], growth.points[-1][0]
    middles = (start + (end - start) * (cell + 0.5) / cells for cell in range(cells))
    return _drawn(growth, [base + slope * time for time in middles], cells)


def fitted_base(growth: Growth) -> float:
    """Return where the fitted line stands at time 0: as many floors lie above it as below."""
    slope = growth.per_second or 0.0
    return median(value - slope * time for time, value in growth.floors or growth.points)


def _drawn(growth: Growth, heights: Sequence[float | None], cells: int) -> str:
    """Draw heights as blocks between the lowest and the highest mean of the values."""
    means = [mean for mean in _means(growth, cells) if mean is not None]
    lowest, highest = min(means), max(means)
    span = max(highest - lowest, _FLAT[growth.unit], 0.05 * highest)
    levels = len(_LEVELS)
    return "".join(
        " " if height is None else _LEVELS[min(max(int((height - lowest) / span * levels), 0), levels - 1)]
        for height in heights
    )


def _means(growth: Growth, cells: int) -> Iterator[float | None]:
    """Yield the mean of each equal part of the time, None for a part without a sample."""
    start, end = growth.points[0][0], growth.points[-1][0]
    parts: list[list[float]] = [[] for _ in range(cells)]
    for time, value in growth.points:
        part = int((time - start) / (end - start) * cells) if end > start else 0
        parts[min(part, cells - 1)].append(value)
    times = [time for time, _ in growth.points]
    usual = median(later - earlier for earlier, later in pairwise(times)) if end > start else 0.0
    before: float | None = None
    for cell, values in enumerate(parts):
        if values:
            before = sum(values) / len(values)
            yield before
        else:  # it may lie between two looks of the usual pace: that is no gap
            following = min(
                bisect_right(times, start + (end - start) * (cell + 0.5) / cells), len(times) - 1
            )
            is_usual = times[following] - times[following - 1] <= _A_LOOK * usual
            yield before if is_usual else None
