"""What memory is made of: the figures of one look, or of several processes side by side."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memdoctor.cuts import without_middle
from memdoctor.findings import Report, SampleOverview
from memdoctor.reports import layout
from memdoctor.reports.html.markup import Html
from memdoctor.reports.html.plot import Plot, bytes_axis, color, not_drawn, numbers, plain
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
_LONGEST_NAME = 20  # of what stands beside a bar


def plots(report: Report) -> Iterator[Plot]:
    """Yield bars for one look, or for the last look at each of several processes."""
    samples = layout.dumps(report)
    if len(samples) == 1:
        yield from _composition(report, samples[0])
    elif samples and len({one.process for one in samples}) > 1:
        yield from _compared(report, samples)


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


def _last_looks(report: Report, samples: Sequence[SampleOverview]) -> list[SampleOverview]:
    """Return the last look at each process, those first that findings speak of, the worst of them first."""
    last = {one.process: one for one in samples}
    spoken_of = {one.place: one.process for one in samples}
    worst: dict[str, int] = {}
    for rank, finding in enumerate(report.findings):
        subject = finding.subject
        worst.setdefault(subject.process or spoken_of.get(subject.name, ""), rank)
    return sorted(last.values(), key=lambda one: worst.get(one.process, len(report.findings)))


def _compared(report: Report, samples: Sequence[SampleOverview]) -> Iterator[Plot]:
    """Yield bars for each process, of its last look."""
    last = _last_looks(report, samples)
    looks = last[:_MOST_COMPARED]
    names = [f"{number}. {_label(one)}" for number, one in enumerate(looks, 1)]
    traces = [trace for label, key in _COMPARED for trace in _bars(label, key, names, looks)]
    if not traces:
        return
    most = max(value or 0 for trace in traces for value in trace["x"])
    kept = len(samples) - len(last)
    earlier = f"{kept} earlier {'look' if kept == 1 else 'looks'} at the same processes: not drawn here."
    yield Plot(
        "Memory of each process, at its last look",
        traces,
        {
            "xaxis": bytes_axis(most),
            "yaxis": {"autorange": "reversed", "fixedrange": True, "type": "category"},
            "barmode": "group",
        },
        height=110 + 26 * len(traces) * len(looks),
        told=_table(last),
        notes=(*((earlier,) if kept else ()), *not_drawn(len(last) - len(looks), "process", "processes")),
    )


def _bars(
    label: str, key: str, names: Sequence[str], looks: Sequence[SampleOverview]
) -> Iterator[Mapping[str, Any]]:
    """Yield the bars of one figure, where any look has it."""
    figures = [one.figures[key] for one in looks]
    values = [one.value if isinstance(one.value, int | float) else None for one in figures]
    if any(values):
        yield {
            "type": "bar",
            "orientation": "h",
            "name": label,
            "y": list(names),
            "x": values,
            "hovertext": [
                plain(f"{_name(one)}: {label} {layout.shown(figure)}")
                for one, figure in zip(looks, figures, strict=True)
            ],
            "hoverinfo": "text",
            "marker": {"color": color(_COLORS[label])},
        }


def _name(sample: SampleOverview) -> str:
    """Return the name of a look's file, and where in it the look stands."""
    return f"{file_name(sample.source)}{_within(sample)}"


def _within(sample: SampleOverview) -> str:
    is_in_file = sample.place.startswith(sample.source)
    return sample.place.removeprefix(sample.source) if is_in_file else ""


def _label(sample: SampleOverview) -> str:
    """Return the name of a look for plotly.js, on two lines that leave room for bars on a phone."""
    lines = (file_name(sample.source), _within(sample))
    return "<br>".join(plain(_shortened(line)) for line in lines if line)


def _shortened(name: str) -> str:
    """Return a name without its middle: its end tells files of one kind apart."""
    half = _LONGEST_NAME // 2
    return name if len(name) <= _LONGEST_NAME else without_middle(name, half - 1, half)


def _table(looks: Sequence[SampleOverview]) -> Html:
    """Return all processes as a table, the figures of their last looks."""
    columns = (("last look", True), ("process", True), *((label, False) for label, _ in _COMPARED))
    rows = [
        (_name(one), one.process, *(layout.shown(one.figures[key]) for _, key in _COMPARED))
        for one in looks
    ]
    return numbers(columns, rows, "processes")
