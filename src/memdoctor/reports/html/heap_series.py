"""Several snapshots: their sizes, and what grows in them, line by line."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from memdoctor.findings import HeapGrowth, HeapSeriesOverview, Report
from memdoctor.reports.cells import UNKNOWN
from memdoctor.reports.html.markup import Html
from memdoctor.reports.html.plot import Plot, bytes_axis, color, not_drawn, numbers, plain
from memdoctor.text import file_name
from memdoctor.units import duration, grouped, size

# Of each line: several may lie on each other, then their dashes tell them apart, and marks, each within
# the one before.
_LOOKS = (
    *(("line-a", "solid", "circle-open"), ("line-b", "dash", "square-open")),
    *(("line-c", "dot", "diamond-open"), ("line-d", "dashdot", "triangle-up-open")),
    *(("line-e", "longdash", "triangle-down-open"), ("line-f", "longdashdot", "cross-open")),
    *(("line-g", "5px,2px", "x-open"), ("line-h", "2px,6px", "star-open")),
)
_LARGEST_MARK, _SMALLER = 22, 2  # pixels
Values = Sequence[int | None]
Worded = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class _Line:
    """One thing that grows, as it looks in every plot."""

    growth: HeapGrowth
    shade: str
    dash: str
    mark: str
    mark_size: int


def plots(report: Report) -> Iterator[Plot]:
    """Yield the sizes of the snapshots, and the growth of each collection or class."""
    series = report.overview.heap_series
    if series is None:
        return
    names = [f"{number}. {_short(source)}" for number, source in enumerate(series.sources, 1)]
    yield _totals(series, names)
    growing = [one for one in series.growth if one.rises]
    lines = [
        _Line(one, *look, _LARGEST_MARK - _SMALLER * place)
        for place, (one, look) in enumerate(zip(growing, _LOOKS, strict=False))
    ]
    counted = [line for line in lines if line.growth.is_counted]
    retained = [line for line in lines if any(line.growth.retained)]
    left = not_drawn(len(growing) - len(lines), "that grows", "that grow")
    if counted:
        values = [line.growth.counts for line in counted]
        axis = {"rangemode": "tozero", "fixedrange": True}
        title = "Entries of what grows, snapshot by snapshot"
        yield _lines(title, names, counted, values, grouped, axis, left)
    if retained:
        values = [line.growth.retained for line in retained]
        axis = bytes_axis(max(value or 0 for one in values for value in one))
        yield _lines("What it retains, snapshot by snapshot", names, retained, values, size, axis, left)


def _short(source: str) -> str:
    """Return a file name without its endings."""
    return file_name(source).partition(".")[0] or source


def _totals(series: HeapSeriesOverview, names: Sequence[str]) -> Plot:
    times = series.times if series.span_seconds else None
    after = ["" if times is None else f", after {duration(time)}" for time in times or series.totals]
    bars = {
        "type": "bar",
        "x": list(map(plain, names)),
        "y": list(series.totals),
        "text": list(map(size, series.totals)),
        "hovertext": [
            plain(f"{name}: {size(total)}{when}")
            for name, total, when in zip(names, series.totals, after, strict=True)
        ],
        "hoverinfo": "text",
        "marker": {"color": color("heap")},
    }
    axes = {"xaxis": {"type": "category", "fixedrange": True}, "yaxis": bytes_axis(max(series.totals))}
    told = _as_table(names, ["heap"], [series.totals], size)
    return Plot("The heap in each snapshot", [bars], axes, height=300, told=told)


def _lines(  # noqa: PLR0917 - what it shows, and how
    title: str,
    names: Sequence[str],
    lines: Sequence[_Line],
    values: Sequence[Values],
    worded: Worded,
    axis: dict[str, Any],
    left: tuple[str, ...],
) -> Plot:
    traces = [_trace(names, line, of, worded) for line, of in zip(lines, values, strict=True)]
    layout = {"xaxis": {"type": "category", "fixedrange": True}, "yaxis": axis}
    told = _as_table(names, [line.growth.holder for line in lines], values, worded)
    return Plot(title, traces, layout, height=360, told=told, notes=left)


def _as_table(
    names: Sequence[str], holders: Sequence[str], values: Sequence[Values], worded: Worded
) -> Html:
    """Return a row for each snapshot, and a column for each holder."""
    rows = [
        (name, *(UNKNOWN if value is None else worded(value) for value in row))
        for name, *row in zip(names, *values, strict=True)
    ]
    return numbers((("snapshot", True), *((holder, False) for holder in holders)), rows, "snapshots")


def _trace(names: Sequence[str], line: _Line, values: Values, worded: Worded) -> dict[str, Any]:
    holder = line.growth.holder
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(holder),
        "x": list(map(plain, names)),
        "y": list(values),
        "hovertext": [
            plain(f"{holder}: {'unknown' if value is None else worded(value)}") for value in values
        ],
        "hoverinfo": "text",
        "line": {"color": color(line.shade), "width": 2, "dash": line.dash},
        "marker": {"symbol": line.mark, "size": line.mark_size},
    }
