"""One plot: what is drawn, as data for plotly.js, and what says the same in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from memdoctor.reports.case_report.blocks import Say, Words, table
from memdoctor.reports.html.blocks import fold, written
from memdoctor.reports.html.markup import Html, join, tag
from memdoctor.reports.html.thinning import evenly
from memdoctor.units import grouped, size

# Plotly reads a little HTML in its texts, tags and entities alike.
_NO_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# What ends a script, or begins a comment in it, whatever a file calls its classes.
_NO_END = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_NOTHING = Html("")
_MOST_TICKS = 6
_AIR = 1.08  # of an axis, times its highest value
_MOST_NUMBERS = 60  # rows of a table beside a plot: on paper all are unfolded


@dataclass(frozen=True, slots=True)
class Plot:
    """Traces and layout as plotly.js takes them; `title` says what is seen, `told` all of it in words.

    `notes` are sentences on what is not drawn, and on what the axes cannot show. A colour is `color(name)`:
    the page's own, dark or light.
    """

    title: str
    traces: Sequence[Mapping[str, Any]]
    layout: Mapping[str, Any] = field(default_factory=dict)
    height: int = 320
    is_tree: bool = False
    told: Html = _NOTHING
    notes: tuple[str, ...] = ()


def color(name: str) -> Mapping[str, str]:
    """Return what stands for a colour of the page."""
    return {"css": f"--{name}"}


def plain(text: str) -> str:
    """Return text that plotly.js shows as it is."""
    return text.translate(_NO_MARKUP)


def figure(plot: Plot) -> Html:
    """Return a plot with its data beside it; without JavaScript only its title and its words are seen."""
    data = {"traces": plot.traces, "layout": plot.layout, "tree": plot.is_tree}
    script = json.dumps(data, separators=(",", ":"), ensure_ascii=False).translate(_NO_END)
    drawing = tag(
        "div",
        class_="drawing",
        role="img",
        aria_label=plot.title,
        style=f"height:{plot.height}px",
    )
    holder = Html(f'<script type="application/json" class="plot-data">{script}</script>')
    way = tag("nav", class_="way", aria_label=f"where in: {plot.title}") if plot.is_tree else _NOTHING
    notes = (tag("p", note) for note in plot.notes)
    seen = None if plot.told else "drawn-only"
    title = tag("figcaption", plot.title)
    return tag("figure", title, *notes, way, drawing, holder, join(plot.told), class_=seen)


def numbers(columns: Sequence[tuple[str, bool]], rows: Sequence[tuple[Words, ...]], what: str) -> Html:
    """Return the numbers of a plot as a table to unfold; `what` a row is one of, in the plural.

    Of many rows some between are left out, and how many is told.
    """
    shown = evenly(rows, _MOST_NUMBERS)
    left = len(rows) - len(shown)
    told = (Say(f"{grouped(left)} {what} between are left out of this table."),) if left else ()
    lines = table(columns, shown, len(shown), what)
    return fold("The plot as a table", written([lines, *told], folded_from=len(shown)))


def not_drawn(count: int, one: str, many: str) -> tuple[str, ...]:
    """Return the note that so many more are not drawn; none where all are."""
    return (f"… and {grouped(count)} more {one if count == 1 else many}, not drawn here.",) if count else ()


def bytes_axis(most: float) -> dict[str, Any]:
    """Return an axis from 0 to `most` bytes, with powers of two as its steps."""
    step = 1 << max(int(most / _MOST_TICKS), 1).bit_length()
    values = range(0, int(most * _AIR) + 1, step)
    return {
        "tickvals": list(values),
        "ticktext": [size(value) if value else "0" for value in values],
        "range": [0, most * _AIR or 1],
        "fixedrange": True,
    }


def with_left(plots: Sequence[Plot], left: tuple[str, ...]) -> Iterator[Plot]:
    """Yield plots, the last of them with notes on those that were left out."""
    yield from plots[:-1]
    yield from (replace(last, notes=(*last.notes, *left)) for last in plots[-1:])
