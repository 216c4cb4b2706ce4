"""One plot: what is drawn, as data for plotly.js, and what says the same in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from memdoctor.reports.html.markup import Html, join, tag
from memdoctor.units import size

# Plotly reads a little HTML in its texts, tags and entities alike.
_NO_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# What ends a script, or begins a comment in it, whatever a file calls its classes.
_NO_END = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_NOTHING = Html("")
_MOST_TICKS = 6
_AIR = 1.08  # of an axis, times its highest value


@dataclass(frozen=True, slots=True)
class Plot:
    """Traces and layout as plotly.js takes them; `title` says what is seen, `told` all of it in words.

    A colour is `color(name)`: the page's own, dark or light.
    """

    title: str
    traces: Sequence[Mapping[str, Any]]
    layout: Mapping[str, Any] = field(default_factory=dict)
    height: int = 320
    is_tree: bool = False
    told: Html = _NOTHING


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
    seen = None if plot.told else "drawn-only"
    return tag("figure", tag("figcaption", plot.title), way, drawing, holder, join(plot.told), class_=seen)


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
