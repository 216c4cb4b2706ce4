"""Memory over time, one plot a process: values, where collections were seen, and the fitted floor."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memdoctor.analysis.growth import drops
from memdoctor.findings import Growth, Report
from memdoctor.reports.growth import LABELS, GrowthRow, blocks, fitted_base
from memdoctor.reports.html.plot import Plot, bytes_axis, color, plain
from memdoctor.units import duration, grouped, size

_COLORS = {"js_heap": "heap", "rss": "rss", "external": "external", "array_buffers": "buffers"}
_CLOCKS = ((2 * 86_400, 86_400, "days"), (2 * 3600, 3600, "hours"), (180, 60, "minutes"), (0, 1, "seconds"))
_FITTED = frozenset({"growing", "decelerating", "shrinking", "rising-uncollected"})
_FEWEST = 3  # points of a line
_MOST_STEADY = 2  # processes, where no other changes
_MOST_POINTS = 2_000  # of one line


def plots(report: Report) -> Iterator[Plot]:
    """Yield a plot for each process with a series, as many as the growth table has."""
    told, _ = blocks(report, detail=1)
    telling = [block for block in told if any(row.growth.verdict != "steady" for row in block.rows)]
    for block in telling or told[:_MOST_STEADY]:
        name = f": {block.process}" if len(told) > 1 else ""
        growths = [one for one in report.overview.growth if one.process == block.process]
        sizes = [one for one in growths if one.unit == "bytes" and len(one.points) >= _FEWEST]
        counts = [
            row.growth
            for row in block.rows
            if row.growth.unit == "count"
            and row.growth.verdict in _FITTED
            and row.growth.samples >= _FEWEST
        ]
        rows = {row.growth.metric: row for row in block.rows}
        if sizes:
            yield _plot(f"Memory over time{name}", sizes, rows)
        if counts:
            yield _plot(f"Counts over time{name}", counts, rows)


def _plot(title: str, growths: Sequence[Growth], rows: Mapping[str, GrowthRow]) -> Plot:
    begin = min(one.points[0][0] for one in growths)
    end = max(one.points[-1][0] for one in growths)
    timed = growths[0].span_seconds is not None
    unit, word = next((unit, word) for least, unit, word in _CLOCKS if end - begin >= least)
    clock = _Clock(begin, unit if timed else 1)
    traces = [trace for one in growths for trace in _traces(one, rows.get(one.metric), clock)]
    most = max(value for one in growths for _, value in one.points)
    axis = bytes_axis(most) if growths[0].unit == "bytes" else {"rangemode": "tozero", "fixedrange": True}
    what = f"{word} since the first look" if timed else "looks, without a time"
    return Plot(title, traces, {"xaxis": {"title": {"text": what}}, "yaxis": axis}, height=420)


class _Clock:
    """Times as the axis has them."""

    def __init__(self, begin: float, unit: float) -> None:
        self._begin, self._unit = begin, unit

    def at(self, time: float) -> float:
        """Return a time in the unit of the axis."""
        return round((time - self._begin) / self._unit, 4)

    def words(self, time: float) -> str:
        """Return a time since the first look."""
        return duration(time - self._begin) if self._unit > 1 or time > self._begin else "0"


def _traces(growth: Growth, row: GrowthRow | None, clock: _Clock) -> Iterator[Mapping[str, Any]]:
    label, shade = LABELS[growth.metric], color(_COLORS.get(growth.metric, "native"))
    points = _thinned(growth.points)
    yield {
        **_line(points, clock),
        "name": label,
        "mode": "lines+markers" if len(points) <= 60 else "lines",
        "hovertext": [
            f"{label} {_worded(growth, value)} after {clock.words(time)}" for time, value in points
        ],
        "line": {"color": shade, "width": 2},
    }
    seen = drops(growth.points) if growth.metric == "js_heap" else []
    if seen:
        yield {
            **_line(seen, clock),
            "name": "after a collection (derived)",
            "mode": "markers",
            "hovertext": [
                f"it fell by more than 2 %: a collection left {_worded(growth, value)}"
                for time, value in seen
            ],
            "marker": {"symbol": "triangle-down", "size": 9, "color": color("mark")},
        }
    if row is not None and growth.verdict in _FITTED and growth.per_second is not None:
        yield from _fitted(growth, row, clock)


def _fitted(growth: Growth, row: GrowthRow, clock: _Clock) -> Iterator[Mapping[str, Any]]:
    """Yield the 90 % interval of the slope, and the line itself, through the middle of the floors."""
    first, last = growth.points[0][0], growth.points[-1][0]
    middle = (first + last) / 2
    slope = growth.per_second or 0.0
    height = fitted_base(growth) + slope * middle
    told = " ".join((row.rate, row.interval)).strip()
    if growth.low is not None and growth.high is not None:
        ways = [(first, growth.low), (last, growth.low), (last, growth.high), (first, growth.high)]
        yield {
            **_line([(time, max(height + way * (time - middle), 0)) for time, way in ways], clock),
            "mode": "lines",
            "fill": "toself",
            "hoverinfo": "skip",
            "showlegend": False,
            "line": {"width": 0},
            "fillcolor": color("interval"),
        }
    yield {
        **_line([(time, height + slope * (time - middle)) for time in (first, last)], clock),
        "name": plain(f"{'floor of ' if growth.floors else ''}{row.label}, fitted: {told}"),
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": color("mark"), "dash": "dash", "width": 2},
    }


def _line(points: Sequence[tuple[float, float]], clock: _Clock) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [clock.at(time) for time, _ in points],
        "y": [round(value) for _, value in points],
        "hoverinfo": "text",
    }


def _worded(growth: Growth, value: float) -> str:
    return size(value) if growth.unit == "bytes" else grouped(int(value))


def _thinned(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """Return the lowest and the highest point of each part of a long series, so that no tooth is lost."""
    if len(points) <= _MOST_POINTS:
        return points
    length = -(-len(points) * 2 // _MOST_POINTS)
    kept: set[tuple[float, float]] = {points[0], points[-1]}
    for start in range(0, len(points), length):
        part = points[start : start + length]
        kept |= {min(part, key=lambda one: one[1]), max(part, key=lambda one: one[1])}
    return sorted(kept)
