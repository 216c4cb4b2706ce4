"""Memory over time, one plot a process: values, where collections were seen, and the fitted floor."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memdoctor.analysis.growth import FALL, SHARE_OF_FALL
from memdoctor.findings import Report
from memdoctor.overviews import Growth
from memdoctor.reports.cells import UNKNOWN
from memdoctor.reports.growth import LABELS, GrowthRow, blocks, fitted_base
from memdoctor.reports.html.markup import Html
from memdoctor.reports.html.plot import Plot, bytes_axis, color, not_drawn, numbers, with_left
from memdoctor.reports.html.thinning import extremes, in_words
from memdoctor.reports.html.time_axis import unit_of
from memdoctor.reports.html.workers import plotted
from memdoctor.units import duration, grouped, percent, size

_COLORS = {"js_heap": "heap", "rss": "rss", "external": "external", "array_buffers": "buffers"}
_FITTED = frozenset({"growing", "decelerating", "shrinking", "rising-uncollected"})
_QUIET = frozenset({"steady", "refused"})
_MOST_PROCESSES = 5  # as many as the growth table has
_FEWEST = 3  # points of a line
_MOST_POINTS = 2_000  # of one line
_HEIGHT, _HEIGHT_OF_A_FIT = 400, 20  # pixels: on a phone each fitted line has two lines of the legend
_MARKED = 60  # points that are dots, too
_FELL = f"it fell by more than {percent(SHARE_OF_FALL)} and {size(FALL)}"
Points = Sequence[tuple[float, float]]


def plots(report: Report) -> Iterator[Plot]:
    """Yield a plot for each process with a series, those that change first; how many are left is told.

    Lives of a worker in which nothing changes stand in its own plot.
    """
    rows = {block.process: block.rows for block in blocks(report, detail=1)[0]}
    drawable = list(dict.fromkeys((*rows, *(one.process for one in report.overview.growth))))
    with_lines = {one.process for one in report.overview.growth if _is_drawable(one)}
    changing = {one.process for one in report.overview.growth if one.verdict not in _QUIET}
    elsewhere = _drawn_with_workers(report) - changing
    chosen = [one for one in drawable if one in with_lines - elsewhere]
    shown = chosen[:_MOST_PROCESSES]
    several = len(with_lines) > 1
    found = [plot for one in shown for plot in _of(report, one, rows.get(one, ()), several=several)]
    left = not_drawn(len(chosen) - len(shown), "process with several looks", "processes with several looks")
    yield from with_left(found, left)


def _drawn_with_workers(report: Report) -> set[str]:
    drawn = plotted(report)
    return {one.process for one in report.overview.samples if one.worker in drawn}


def _is_drawable(growth: Growth) -> bool:
    return growth.unit == "bytes" and len(_all(growth)) >= _FEWEST


def _all(growth: Growth) -> Points:
    return sorted((*growth.early, *growth.points))


def _of(report: Report, process: str, told: Sequence[GrowthRow], *, several: bool) -> Iterator[Plot]:
    name = f": {process}" if several else ""
    growths = [one for one in report.overview.growth if one.process == process]
    sizes = [one for one in growths if _is_drawable(one)]
    counts = [
        row.growth
        for row in told
        if row.growth.unit == "count" and row.growth.verdict in _FITTED and row.growth.samples >= _FEWEST
    ]
    rows = {row.growth.metric: row for row in told}
    looks = sum(sample.process == process for sample in report.overview.samples)
    for title, chosen in (("Memory over time", sizes), ("Counts over time", counts)):
        if chosen:
            yield _plot(f"{title}{name}", chosen, rows, _Clock(growths), looks)


class _Clock:
    """Times of one process, counted from the first of all its looks."""

    def __init__(self, growths: Sequence[Growth]) -> None:
        self._begin = min(_all(one)[0][0] for one in growths)
        end = max(_all(one)[-1][0] for one in growths)
        self.is_timed = growths[0].span_seconds is not None
        self._unit = unit_of(end - self._begin)
        self.title = f"{self._unit.name} since the first look" if self.is_timed else "looks, without a time"

    def at(self, time: float) -> float:
        """Return the place of a time on the axis; looks without times are counted from 1."""
        return self._unit.of(time - self._begin) if self.is_timed else time + 1

    def words(self, time: float) -> str:
        """Return when a look was."""
        if not self.is_timed:
            return f"look {int(time) + 1}"
        return f"after {duration(time - self._begin)}" if time > self._begin else "the first look"


def _plot(
    title: str, growths: Sequence[Growth], rows: Mapping[str, GrowthRow], clock: _Clock, looks: int
) -> Plot:
    traces = [trace for one in growths for trace in _traces(one, rows.get(one.metric), clock)]
    traces += [_early(one, clock) for one in growths if one.early]
    most = max(value for one in growths for _, value in _all(one))
    axis = bytes_axis(most) if growths[0].unit == "bytes" else {"rangemode": "tozero", "fixedrange": True}
    layout = {"xaxis": {"title": {"text": clock.title}}, "yaxis": axis}
    notes = tuple(_notes(growths, looks))
    height = _HEIGHT + _HEIGHT_OF_A_FIT * sum(one.verdict in _FITTED for one in growths)
    return Plot(title, traces, layout, height=height, told=_table(growths, clock), notes=notes)


def _notes(growths: Sequence[Growth], looks: int) -> Iterator[str]:
    """Yield what the lines are, and what of the looks they do not show."""
    if any(one.early for one in growths):
        yield "Dotted: the first minute of the process. Start-up is no trend, so no verdict rests on it."
    seen = {time for one in growths for time, _ in _all(one)}
    if len(seen) < looks:
        yield f"{len(seen)} of {looks} looks: the others show none of it, or are of the same moment."
    yield from in_words(_MOST_POINTS, max(len(one.points) for one in growths))


def _traces(growth: Growth, row: GrowthRow | None, clock: _Clock) -> Iterator[Mapping[str, Any]]:
    points = _thinned(growth.points)
    yield {
        **_values(growth, points, clock),
        "name": LABELS[growth.metric],
        "mode": "lines+markers" if len(points) <= _MARKED else "lines",
        "line": {"color": _shade(growth), "width": 2},
    }
    if growth.collections:
        seen = _thinned(growth.collections)
        yield {
            **_line(seen, clock),
            "name": "after a collection (derived)",
            "mode": "markers",
            "hovertext": [
                f"{_FELL}: a collection left {_worded(growth, value)}, {clock.words(time)}"
                for time, value in seen
            ],
            "marker": {"symbol": "triangle-down", "size": 9, "color": color("mark")},
        }
    if row is not None and growth.verdict in _FITTED and growth.per_second is not None:
        yield from _fitted(growth, row, clock)


def _early(growth: Growth, clock: _Clock) -> Mapping[str, Any]:
    """Return the looks of the first minute, on which no verdict rests, up to the next that is judged."""
    following = [point for point in growth.points if point[0] > growth.early[-1][0]][:1]
    return {
        **_values(growth, (*_thinned(growth.early), *following), clock),
        "showlegend": False,
        "mode": "lines",
        "line": {"color": _shade(growth), "width": 2, "dash": "dot"},
    }


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
        "name": f"{'floor of ' if growth.floors else ''}{row.label}, fitted:<br>{told}",  # short on a phone
        "mode": "lines",
        "hoverinfo": "skip",
        "line": {"color": color("mark"), "dash": "dash", "width": 2},
    }


def _table(growths: Sequence[Growth], clock: _Clock) -> Html:
    """Return all values as a table, a row a look."""
    known = [dict(_all(one)) for one in growths]
    columns = [("look", False), *((LABELS[one.metric], False) for one in growths)]
    rows = [
        (clock.words(time), *(_cell(one, of.get(time)) for one, of in zip(growths, known, strict=True)))
        for time in sorted({time for of in known for time in of})
    ]
    return numbers(columns, rows, "looks")


def _cell(growth: Growth, value: float | None) -> str:
    return UNKNOWN if value is None else _worded(growth, value)


def _values(growth: Growth, points: Points, clock: _Clock) -> dict[str, Any]:
    label = LABELS[growth.metric]
    told = [f"{label} {_worded(growth, value)}, {clock.words(time)}" for time, value in points]
    return {**_line(points, clock), "hovertext": told}


def _line(points: Points, clock: _Clock) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [clock.at(time) for time, _ in points],
        "y": [round(value) for _, value in points],
        "hoverinfo": "text",
    }


def _shade(growth: Growth) -> Mapping[str, str]:
    return color(_COLORS.get(growth.metric, "native"))


def _worded(growth: Growth, value: float) -> str:
    return size(value) if growth.unit == "bytes" else grouped(int(value))


def _thinned(points: Points) -> Points:
    return extremes(points, lambda point: point[1], _MOST_POINTS)
