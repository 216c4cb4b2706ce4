"""Workers over time: what PM2 and logs show of their memory, with restarts and crashes as lines."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from memdoctor.findings import Report
from memdoctor.overviews import Moment
from memdoctor.reports.html.plot import Plot, bytes_axis, color, plain
from memdoctor.units import duration, size

_SHOWN = (("RSS", "rss", "rss"), ("committed", "committed", "external"), ("used", "used", "heap"))
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
    looks = [one for one in looks if (one.at is not None) == dated]
    traces = [trace for label, key, shade in _SHOWN for trace in _trace(label, key, shade, looks)]
    most = max(value for trace in traces for value in trace["y"] if value is not None)
    events = [one for one in rows if one.event and (one.at is not None) == dated]
    if events:
        traces.append(_events(events[:_MOST_EVENTS], most))
    axis: dict[str, Any] = {"type": "date"} if dated else {"title": {"text": "seconds since the start"}}
    lines = [
        {
            **{"type": "line", "xref": "x", "yref": "paper", "x0": _time(one), "x1": _time(one)},
            **{"y0": 0, "y1": 1, "line": {"color": color("mark"), "width": 1, "dash": "dot"}},
        }
        for one in events[:_MOST_EVENTS]
    ]
    title = f"{worker}: memory{', restarts and other events' if events else ''}"
    layout = {"xaxis": axis, "yaxis": bytes_axis(most), "shapes": lines}
    return Plot(title, traces, layout, height=380)


def _trace(label: str, key: str, shade: str, looks: Sequence[Moment]) -> Iterator[dict[str, Any]]:
    values = [getattr(one, key) for one in looks]
    if any(value is not None for value in values):
        yield {
            "type": "scatter",
            "mode": "lines+markers",
            "name": label,
            "x": [_time(one) for one in looks],
            "y": values,
            "hovertext": [
                "" if value is None else plain(f"{label} {size(value)}, {_told(one)}")
                for one, value in zip(looks, values, strict=True)
            ],
            "hoverinfo": "text",
            "line": {"color": color(shade), "width": 2},
        }


def _events(events: Sequence[Moment], most: float) -> dict[str, Any]:
    """Return what happened as marks on top of the lines, to be pointed at."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "restarts and other events",
        "x": [_time(one) for one in events],
        "y": [most * 1.04 for _ in events],
        "hovertext": [plain(f"{one.event}, {_told(one)}") for one in events],
        "hoverinfo": "text",
        "marker": {"symbol": "triangle-down", "size": 10, "color": color("mark")},
    }


def _time(row: Moment) -> str | float | None:
    return row.elapsed if row.at is None else f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _told(row: Moment) -> str:
    return duration(row.elapsed) if row.at is None else f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
