"""Workers over time: what PM2 and logs show of their memory, with restarts and crashes as lines."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from memdoctor.findings import Report
from memdoctor.overviews import Moment
from memdoctor.reports.html.plot import Plot, bytes_axis, color, plain
from memdoctor.units import duration, size

_SHOWN = (("RSS", "rss", "rss"), ("committed", "committed", "external"), ("used", "used", "heap"))
Time = str | float
Placed = tuple[Time, Moment]
_FEWEST, _MOST_WORKERS, _MOST_EVENTS = 2, 4, 40


def plots(report: Report) -> Iterator[Plot]:
    """Yield a plot for each worker whose memory was seen at least twice, those with most looks first.

    Where nothing happened but looks, growth shows the same.
    """
    by_worker: dict[str, list[Moment]] = {}
    for row in report.overview.timeline:
        if row.at is not None or row.elapsed is not None:
            by_worker.setdefault(row.worker, []).append(row)
    seen = {name: [one for one in rows if _memory(one)] for name, rows in by_worker.items()}
    eventful = {name for name, rows in by_worker.items() if any(one.event for one in rows)}
    drawn = {sample.worker for sample in report.overview.samples}  # as growth, life by life
    telling = [name for name in seen if name in eventful or name not in drawn]
    chosen = sorted(
        (name for name in telling if len(seen[name]) >= _FEWEST), key=lambda name: -len(seen[name])
    )
    for name in chosen[:_MOST_WORKERS]:
        yield _plot(name, by_worker[name], seen[name])


def _memory(row: Moment) -> bool:
    return row.used is not None or row.rss is not None


def _plot(worker: str, rows: Sequence[Moment], looks: Sequence[Moment]) -> Plot:
    dated = looks[0].at is not None
    placed = list(_placed([one for one in rows if (one.at is not None) == dated]))
    seen = [(time, one) for time, one in placed if _memory(one)]
    traces = [trace for label, key, shade in _SHOWN for trace in _trace(label, key, shade, seen)]
    most = max(value for trace in traces for value in trace["y"] if value is not None)
    events = [(time, one) for time, one in placed if one.event][:_MOST_EVENTS]
    if events:
        traces.append(_events(events, most))
    what = "hours since the first look"
    axis: dict[str, Any] = {"type": "date"} if dated else {"title": {"text": what}}
    lines = [
        {
            **{"type": "line", "xref": "x", "yref": "paper", "x0": time, "x1": time},
            **{"y0": 0, "y1": 1, "line": {"color": color("mark"), "width": 1, "dash": "dot"}},
        }
        for time, _ in events
    ]
    title = f"{worker}: memory{', and what happened' if events else ''}"
    layout = {"xaxis": axis, "yaxis": bytes_axis(most), "shapes": lines}
    return Plot(title, traces, layout, height=380)


def _placed(rows: Sequence[Moment]) -> Iterator[Placed]:
    """Yield rows with their place on the axis: a date, or hours; a new life follows the one before."""
    begin, last = 0.0, 0.0
    for row in rows:
        if row.at is not None:
            yield f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", row
        elif row.elapsed is not None:
            begin += last if row.elapsed < last else 0
            last = row.elapsed
            yield round((begin + last) / 3600, 4), row


def _with_gaps(looks: Sequence[Placed]) -> Iterator[tuple[Time, Moment | None]]:
    """Yield looks with nothing between two lives: no line leads from one to the next."""
    last = 0.0
    for time, row in looks:
        if row.elapsed is not None and row.elapsed < last:
            yield time, None
        last = last if row.elapsed is None else row.elapsed
        yield time, row


def _trace(label: str, key: str, shade: str, looks: Sequence[Placed]) -> Iterator[dict[str, Any]]:
    parts = list(_with_gaps(looks))
    values = [None if one is None else getattr(one, key) for _, one in parts]
    if any(value is not None for value in values):
        yield {
            "type": "scatter",
            "mode": "lines+markers",
            "name": label,
            "x": [time for time, _ in parts],
            "y": values,
            "hovertext": [
                "" if one is None or value is None else plain(f"{label} {size(value)}, {_told(one)}")
                for (_, one), value in zip(parts, values, strict=True)
            ],
            "hoverinfo": "text",
            "line": {"color": color(shade), "width": 2},
        }


def _events(events: Sequence[Placed], most: float) -> dict[str, Any]:
    """Return what happened as marks on top of the lines, to be pointed at."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "what happened",
        "x": [time for time, _ in events],
        "y": [most * 1.04 for _ in events],
        "hovertext": [plain(f"{one.event}, {_told(one)}") for _, one in events],
        "hoverinfo": "text",
        "marker": {"symbol": "triangle-down", "size": 10, "color": color("mark")},
    }


def _told(row: Moment) -> str:
    if row.at is None:
        return f"after {duration(row.elapsed)}"
    return f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
