"""The memory of one worker over time, and what happened to it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from memdoctor.overviews import Moment
from memdoctor.reports.cells import UNKNOWN
from memdoctor.reports.html.markup import Html
from memdoctor.reports.html.plot import Plot, bytes_axis, color, not_drawn, numbers, plain
from memdoctor.reports.html.thinning import extremes, in_words
from memdoctor.reports.html.worker_axis import Placed, counted, dated
from memdoctor.units import size

_SHOWN = (("RSS", "rss", "rss"), ("committed", "committed", "external"), ("used", "used", "heap"))
_MOST_EVENTS = 1_000  # lines
_MOST_LOOKS = 2_000  # of one line
_ABOVE, _TOP = 1.04, 1.08  # of the highest value: where marks stand, where their lines end


def is_memory(row: Moment) -> bool:
    """Whether a row shows memory."""
    return row.used is not None or row.rss is not None


def worker_plot(worker: str, rows: Sequence[Moment]) -> Plot:
    """Return the plot of a worker; at least one of its rows shows memory, and when that was."""
    has_dates = any(one.at is not None for one in rows if is_memory(one))
    kept = [one for one in rows if (one.at if has_dates else one.elapsed) is not None]
    axis = dated(kept) if has_dates else counted(kept)
    looks = [one for one in axis.placed if is_memory(one.row)]
    happened = [one for one in axis.placed if one.row.event and not one.row.is_collection]
    shown = happened[-_MOST_EVENTS:]
    traces = [*_lines(looks), *_collections(looks)]
    most = max(value for trace in traces for value in trace["y"] if value is not None)
    if shown:
        traces += _events(shown, most)
    when = "a date" if has_dates else "a time"
    return Plot(
        f"{worker}: memory{', and what happened' if shown else ''}",
        traces,
        {**axis.layout, "yaxis": bytes_axis(most)},
        height=380,
        told=_table(axis.placed),
        notes=(
            *axis.notes,
            *in_words(_MOST_LOOKS, len(looks)),
            *not_drawn(len(happened) - len(shown), "event, an earlier one", "events, the earlier ones"),
            *not_drawn(
                len(rows) - len(kept), f"look or event without {when}", f"looks and events without {when}"
            ),
        ),
    )


def _lines(looks: Sequence[Placed]) -> Iterator[Mapping[str, Any]]:
    """Yield a line for each kind of memory; none leads from one life to the next."""
    for label, key, shade in _SHOWN:
        value = attrgetter(f"row.{key}")
        known = sorted((one for one in looks if value(one) is not None), key=attrgetter("life"))
        parts = [list(part) for _, part in groupby(known, key=attrgetter("life"))]
        if not parts:
            continue
        most = _MOST_LOOKS if len(known) <= _MOST_LOOKS else max(_MOST_LOOKS // len(parts), 4)
        drawn = [one for part in parts for one in (*extremes(part, value, most), None)][:-1]
        yield {
            "type": "scatter",
            "mode": "lines+markers",
            "name": label,
            "x": [None if one is None else one.at for one in drawn],
            "y": [None if one is None else value(one) for one in drawn],
            "hovertext": [
                "" if one is None else plain(f"{label} {size(value(one))}, {_told(one)}") for one in drawn
            ],
            "hoverinfo": "text",
            "line": {"color": color(shade), "width": 2},
        }


def _told(one: Placed) -> str:
    return f"{one.when}: {one.row.event}" if one.row.event else one.when


def _collections(looks: Sequence[Placed]) -> Iterator[Mapping[str, Any]]:
    """Yield marks on what collections left."""
    seen = [one for one in looks if one.row.is_collection and one.row.used is not None]
    if seen:
        drawn = extremes(seen, attrgetter("row.used"), _MOST_LOOKS)
        yield {
            "type": "scatter",
            "mode": "markers",
            "name": "after a collection",
            "x": [one.at for one in drawn],
            "y": [one.row.used for one in drawn],
            "hovertext": [
                plain(f"{one.row.event}, {size(one.row.used)} left, {one.when}") for one in drawn
            ],
            "hoverinfo": "text",
            "marker": {"symbol": "triangle-down", "size": 9, "color": color("mark")},
        }


def _events(events: Sequence[Placed], most: float) -> Iterator[Mapping[str, Any]]:
    """Yield what happened as lines, and as marks on top of them to be pointed at."""
    yield {
        "type": "scatter",
        "mode": "lines",
        "x": [at for one in events for at in (one.at, one.at, None)],
        "y": [y for _ in events for y in (0, most * _TOP, None)],
        "hoverinfo": "skip",
        "showlegend": False,
        "line": {"color": color("mark"), "width": 1, "dash": "dot"},
    }
    yield {
        "type": "scatter",
        "mode": "markers",
        "name": "what happened",
        "x": [one.at for one in events],
        "y": [most * _ABOVE for _ in events],
        "hovertext": [plain(f"{one.row.event}, {one.when}") for one in events],
        "hoverinfo": "text",
        "marker": {"symbol": "diamond", "size": 9, "color": color("mark")},
    }


def _table(placed: Sequence[Placed]) -> Html:
    """Return all rows as a table, with the kinds of memory that any of them has."""
    kinds = [(label, attrgetter(f"row.{key}")) for label, key, _ in _SHOWN]
    known = [(label, value) for label, value in kinds if any(value(one) is not None for one in placed)]
    columns = (("when", True), *((label, False) for label, _ in known), ("what happened", True))
    rows = [(one.when, *(_cell(value(one)) for _, value in known), one.row.event) for one in placed]
    return numbers(columns, rows, "rows")


def _cell(value: int | None) -> str:
    return UNKNOWN if value is None else size(value)
