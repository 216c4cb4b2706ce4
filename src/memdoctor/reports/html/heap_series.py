"""Several snapshots: their sizes, and what grows in them, line by line."""

from collections.abc import Iterator, Sequence
from typing import Any

from memdoctor.findings import HeapGrowth, HeapSeriesOverview, Report
from memdoctor.reports.html.plot import Plot, bytes_axis, color, more, plain
from memdoctor.text import file_name
from memdoctor.units import duration, grouped, size

_SHADES = ("tree-a", "tree-b", "tree-c", "tree-d", "tree-e", "tree-f", "heap", "external")


def plots(report: Report) -> Iterator[Plot]:
    """Yield the sizes of the snapshots, and the growth of each collection or class."""
    series = report.overview.heap_series
    if series is None:
        return
    names = [f"{number}. {_short(source)}" for number, source in enumerate(series.sources, 1)]
    yield _totals(series, names)
    growing = [one for one in series.growth if one.rises]
    counted = [one for one in growing if one.is_counted]
    retained = [one for one in growing if any(one.retained)]
    if counted:
        yield _lines("Entries of what grows, snapshot by snapshot", names, counted, "counts")
    if retained:
        yield _lines("What it retains, snapshot by snapshot", names, retained, "retained")


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
    return Plot("The heap in each snapshot", [bars], axes, height=300)


def _lines(title: str, names: Sequence[str], growing: Sequence[HeapGrowth], key: str) -> Plot:
    traces = [
        _line(names, one, getattr(one, key), shade, in_bytes=key == "retained")
        for one, shade in zip(growing, _SHADES, strict=False)
    ]
    most = max(value or 0 for trace in traces for value in trace["y"])
    axis: dict[str, Any] = (
        bytes_axis(most) if key == "retained" else {"rangemode": "tozero", "fixedrange": True}
    )
    layout = {"xaxis": {"type": "category", "fixedrange": True}, "yaxis": axis}
    left = more(len(growing) - len(traces), "that grows", "that grow")
    return Plot(title, traces, layout, height=360, notes=left)


def _line(
    names: Sequence[str], one: HeapGrowth, values: Sequence[int | None], shade: str, *, in_bytes: bool
) -> dict[str, Any]:
    worded = size if in_bytes else grouped
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(one.holder),
        "x": list(map(plain, names)),
        "y": list(values),
        "hovertext": [
            plain(f"{one.holder}: {'unknown' if value is None else worded(value)}") for value in values
        ],
        "hoverinfo": "text",
        "line": {"color": color(shade), "width": 2},
    }
