"""What memory is made of: the figures of one look, or of several side by side."""

from collections.abc import Iterator

from memdoctor.findings import Report, SampleOverview
from memdoctor.reports import layout
from memdoctor.reports.html.plot import Plot, bytes_axis, color, plain
from memdoctor.text import file_name

_COLORS = {
    "RSS": "rss",
    "peak RSS": "quiet",
    "swap": "quiet",
    "external": "external",
    "arrayBuffers": "buffers",
    "other": "quiet",
    "JS heap": "heap",
    "native rest": "native",
}
_COMPARED = (("RSS", "rss_bytes"), ("external", "external_bytes"), ("JS heap", "js_heap_bytes"))
_MOST_COMPARED = 12


def plots(report: Report) -> Iterator[Plot]:
    """Yield bars for one look, or for each of some looks that are no series."""
    samples = layout.dumps(report)
    if len(samples) == 1:
        yield from _composition(report, samples[0])
    elif samples and len({one.process for one in samples}) > 1:
        yield from _compared(samples[:_MOST_COMPARED])


def _composition(report: Report, sample: SampleOverview) -> Iterator[Plot]:
    rows = list(layout.memory_rows(sample, layout.notes(report, sample)))
    values = [int(row.figure.value or 0) for row in rows]
    if not any(values):
        return
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [("   " * row.indent) + row.label for row in rows],
        "x": values,
        "text": [layout.shown(row.figure) for row in rows],
        "textposition": "auto",
        "hovertext": [
            plain(f"{row.label} {layout.shown(row.figure)}, {row.figure.pointer or row.figure.formula}")
            for row in rows
        ],
        "hoverinfo": "text",
        "marker": {"color": [color(_COLORS.get(row.label, "quiet")) for row in rows]},
    }
    yield Plot(
        "What the memory is made of",
        [bars],
        {"xaxis": bytes_axis(max(values)), "yaxis": {"autorange": "reversed", "fixedrange": True}},
        height=90 + 34 * len(rows),
    )


def _compared(samples: tuple[SampleOverview, ...]) -> Iterator[Plot]:
    names = [f"{number}. {file_name(one.place)}" for number, one in enumerate(samples, 1)]
    traces, most = [], 0.0
    for label, key in _COMPARED:
        figures = [one.figures[key] for one in samples]
        values = [one.value if isinstance(one.value, int | float) else None for one in figures]
        most = max(most, *(value or 0 for value in values))
        if any(values):
            traces.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "name": label,
                    "y": [plain(name) for name in names],
                    "x": values,
                    "hovertext": [
                        plain(f"{name}: {label} {layout.shown(one)}")
                        for name, one in zip(names, figures, strict=True)
                    ],
                    "hoverinfo": "text",
                    "marker": {"color": color(_COLORS[label])},
                }
            )
    if traces:
        yield Plot(
            "Memory of each look",
            traces,
            {
                "xaxis": bytes_axis(most),
                "yaxis": {"autorange": "reversed", "fixedrange": True, "type": "category"},
                "barmode": "group",
            },
            height=110 + 26 * len(traces) * len(samples),
        )
