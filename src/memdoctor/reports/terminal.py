"""For a person at a terminal: the numbers, what is to be said of them, and the answer last."""

from collections.abc import Iterator, Sequence

from rich.bar import Bar
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from memdoctor.analysis.heap.view import CLASS_COLUMNS
from memdoctor.findings import (
    Evidence,
    HeapSeriesOverview,
    Overview,
    ProcessesOverview,
    Report,
    SampleOverview,
    Severity,
)
from memdoctor.overviews import HeapOverview
from memdoctor.reports import growth, heap_series, layout, processes, watched, workers
from memdoctor.reports import heap as heaps
from memdoctor.reports.layout import Paragraph, Row
from memdoctor.reports.numbers import GAP, unbreakable
from memdoctor.reports.page import drawn
from memdoctor.reports.render import Style
from memdoctor.reports.shrink import LEAST_PLACE, shrunk, wrapped_at_arrows
from memdoctor.reports.view_table import table
from memdoctor.text import map_strings
from memdoctor.units import count_of, grouped, percent, size

_COLORS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}
_VALUE, _BAR = 13, 13  # columns
_EVIDENCE = 3  # rows, without -v
_GAPS = 6  # columns: the indent of evidence, and between label, value and place
_WORD = 4  # columns of `also`, `why`, `help`, `path`


def render(report: Report, style: Style) -> str:
    """Return the report for a terminal of `style.width` columns."""
    report = map_strings(report, unbreakable)
    return drawn(_blocks(report, style), style).replace(GAP, " ")


def _blocks(report: Report, style: Style) -> Iterator[RenderableType]:
    samples = layout.dumps(report)
    if len(samples) == 1:
        yield from _one_sample(report, samples[0], style)
    elif samples:
        yield _many_samples(samples, style.width)
    yield from _workers(report, style)
    yield from _watched(report.overview, style)
    if report.overview.heap_series is not None:
        yield from _heap_series(report, report.overview.heap_series, style)
    for heap in report.overview.heaps_alone:
        yield from _heap(heap, style)
    yield from _growth(report, style)
    for machine in report.overview.machines:
        yield from _processes(machine, style)
    for paragraph in layout.paragraphs(report, detail=style.detail):
        yield Group(Text(""), *_paragraph(paragraph, style))
    if report.problems:
        yield Group(Text(""), *_problems(report))
    tally = layout.tally(report, detail=style.detail)
    yield Group(Text(""), Text(f"{tally} {report.answer}"))


def _one_sample(report: Report, sample: SampleOverview, style: Style) -> Iterator[RenderableType]:
    yield _heading(sample.place, layout.title(sample), style.width)
    notes = layout.notes(report, sample)
    memory = list(layout.memory_rows(sample, notes))
    annotated = list(layout.annotated_rows(sample, notes))
    widest = max((len(layout.shown(row.figure)) for row in (*memory, *annotated)), default=0)
    yield _bars(memory, widest)
    rows = _grid(widest)
    for row in annotated:
        rows.add_row(*_label_and_value(row), Text(row.remark, style="dim"))
    if annotated:
        yield rows


def _bars(memory: list[Row], widest: int) -> Table:
    rows = _grid(widest, bar=_BAR + _VALUE - max(widest, _VALUE))
    largest = max((_number(row.figure) for row in memory), default=0)
    for row in memory:
        bar = Bar(largest or 1, 0, _number(row.figure), color="cyan")
        rows.add_row(*_label_and_value(row), bar, Text(row.remark, style="dim"))
    return rows


def _grid(widest: int, bar: int = 0) -> Table:
    """Return the rows of a sample's numbers: label, value, perhaps a bar, remark."""
    rows = Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True, min_width=16)
    rows.add_column(no_wrap=True, justify="right", min_width=max(widest, _VALUE))
    if bar:
        rows.add_column(width=bar)
    rows.add_column()
    return rows


def _label_and_value(row: Row) -> tuple[str, str]:
    return "  " * (1 + row.indent) + row.label, layout.shown(row.figure)


def _number(figure: Evidence) -> float:
    return figure.value if isinstance(figure.value, int | float) else 0


def _many_samples(samples: tuple[SampleOverview, ...], width: int) -> RenderableType:
    shown, left = layout.evenly(samples)
    header = (*(heading for heading, _ in layout.COLUMNS), "runtime")
    columns = list(zip(header, *map(layout.row_of_many, shown), strict=True))
    while (room := width - sum(max(map(cell_len, column)) + 2 for column in columns)) < LEAST_PLACE:
        columns.remove(next((column for column in columns if set(column[1:]) == {"–"}), columns[-1]))
    header, *cells = zip(*columns, strict=True)
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True)
    for _ in header:
        rows.add_column(no_wrap=True, justify="right")
    rows.add_row("sample", *header, style="dim")
    for index, (sample, row) in enumerate(zip(shown, cells, strict=True)):
        if left and index == len(shown) // 2:
            rows.add_row(Text(f"… {grouped(left)} more", style="dim"))
        rows.add_row(shrunk(sample.place, room), *row)
    return rows


def _heap_series(report: Report, series: HeapSeriesOverview, style: Style) -> Iterator[RenderableType]:
    """Show several snapshots as one story: their sizes, and what grows."""
    yield Text(heap_series.title(series), style="bold")
    for columns, rows in (
        (heap_series.SNAPSHOTS, heap_series.snapshot_rows(series, report.overview.heaps)),
        (heap_series.GROWTH, heap_series.growth_rows(series)),
    ):
        if rows:
            yield Padding(table(columns, rows, style.width - 2), (0, 0, 0, 2))
    for remark in heap_series.remarks(series):
        yield Padding(Text(remark, style="dim"), (0, 0, 0, 2))


def _heap(heap: HeapOverview, style: Style) -> Iterator[RenderableType]:
    """Show what a heap is made of, and its largest classes."""
    most = heaps.MOST_CLASSES
    yield _heading(heap.source, heaps.title(heap), style.width)
    rows = _grid(0, bar=_BAR)
    total = heap.figures["total_bytes"]
    for name, count in heaps.kinds(heap):
        remark = percent(count / total) if total > 0 else ""
        rows.add_row(
            f"  {name}", size(count), Bar(total or 1, 0, count, color="cyan"), Text(remark, style="dim")
        )
    yield rows
    classes = table(CLASS_COLUMNS, heap.classes[:most], style.width - 2)
    yield Padding(classes, (0, 0, 0, 2))
    left = heap.figures["class_count"] - most
    if left > 0:
        yield Text(
            f"  … {count_of(left, 'more class', 'more classes')}: memdoctor heap classes FILE", style="dim"
        )
    for note in heaps.notes(heap.figures):
        yield Padding(Text(f"note: {note}", style="dim"), (0, 0, 0, 2))


def _processes(overview: ProcessesOverview, style: Style) -> Iterator[RenderableType]:
    """Show the programs of a machine, or the processes that were asked for."""
    yield _heading(overview.source, processes.title(overview), style.width)
    listed = processes.rows(overview)
    if listed:
        yield Padding(table(processes.columns(overview, listed), listed, style.width - 2), (0, 0, 0, 2))
    for one in overview.processes if overview.listing == "processes" and style.detail > 0 else ():
        if one.reasons:
            yield Padding(Text(processes.reasons(one), style="dim"), (0, 0, 0, 2))
    for remark in processes.remarks(overview):
        yield Padding(Text(remark, style="dim"), (0, 0, 0, 2))


def _workers(report: Report, style: Style) -> Iterator[RenderableType]:
    """Show the apps of PM2, and the timelines of those that something is said of."""
    overview = report.overview
    if overview.apps:
        yield _heading(overview.apps[-1].source, workers.title(overview), style.width)
        yield Padding(table(workers.APPS, workers.app_rows(overview), style.width - 2), (0, 0, 0, 2))
        for remark in workers.remarks(overview):
            yield Padding(Text(remark, style="dim"), (0, 0, 0, 2))
    if overview.logs:
        yield Text(workers.log_title(overview), style="bold")
    for rows, left in workers.timelines(report):
        yield Padding(table(workers.TIMELINE, rows, style.width - 2), (1, 0, 0, 2))
        if left:
            remark = f"{layout.between(left, 'row')} (-f json has all)"
            yield Padding(Text(remark, style="dim"), (0, 0, 0, 2))


def _watched(overview: Overview, style: Style) -> Iterator[RenderableType]:
    """Show the processes of recordings."""
    if not overview.watched:
        return
    yield _heading(overview.watched[-1].source, watched.title(overview), style.width)
    shown = watched.rows(overview)
    yield Padding(table(watched.COLUMNS, shown[: watched.MOST], style.width - 2), (0, 0, 0, 2))
    for remark in watched.remarks(overview):
        yield Padding(Text(remark, style="dim"), (0, 0, 0, 2))


def _growth(report: Report, style: Style) -> Iterator[RenderableType]:
    """Show what grows: a line for each metric of each process with a series."""
    blocks, left = growth.blocks(report, detail=style.detail)
    if blocks:
        yield Text("")
    several = len({sample.process for sample in report.overview.samples}) > 1
    for block in blocks:
        if several:
            yield Text(shrunk(block.process, style.width), style="bold")
        for line in growth.lines(block.rows, style.width):
            yield Text(line, no_wrap=True)
        for sentence in block.refusals:
            yield Padding(Text(sentence, style="dim"), (0, 0, 0, 2))
    if left:
        yield Text(f"{count_of(left, 'more process', 'more processes')} with several samples", style="dim")


def _heading(name: str, rest: str, width: int) -> Text:
    return Text.assemble((shrunk(name, width - cell_len(rest) - 2), "bold"), "  ", rest)


def _paragraph(paragraph: Paragraph, style: Style) -> Iterator[RenderableType]:
    finding = paragraph.finding
    yield Text.assemble(
        (f"{finding.severity}[{finding.rule}]", _COLORS[finding.severity]),
        " ",
        layout.message(finding),
    )
    if paragraph.brief:
        return
    evidence = finding.evidence if style.detail > 0 else _first(finding.evidence)
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True)
    rows.add_column(no_wrap=True, justify="right")
    rows.add_column(overflow="fold")
    worded = [item for item in evidence if item.unit in ("path", "text")]
    numbers = [item for item in evidence if item not in worded]
    cells = [_cells(item, numbers, style.width) for item in numbers]
    widest = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    room = style.width - sum(widest) - _GAPS
    for item, row in zip(numbers, cells, strict=True):
        place = f"derived: {item.formula}" if item.derived else shrunk(item.pointer or "", room)
        rows.add_row(*row, Text(place, style="dim"))
    if numbers:
        yield Padding(rows, (0, 0, 0, 2))
    words = Table.grid(padding=(0, 2))
    words.add_column(no_wrap=True, style="dim")
    words.add_column()
    for item in worded:
        text = str(item.value)
        words.add_row(
            item.label, wrapped_at_arrows(text, style.width - _WORD - 4) if item.unit == "path" else text
        )
    if paragraph.folded:
        words.add_row("also", " · ".join(other.note for other in paragraph.folded))
    words.add_row("why", finding.why)
    words.add_row("help", finding.help)
    yield Padding(words, (0, 0, 0, 2))


def _cells(item: Evidence, beside: Sequence[Evidence], width: int) -> tuple[str, str]:
    """Return label and value; of a name that is too long the end is kept, and room for a place."""
    value = layout.shown(item)
    if isinstance(item.value, str):
        labels = max(cell_len(one.label) for one in beside)
        value = shrunk(value, width - labels - LEAST_PLACE - _GAPS)
    return item.label, value


def _first(evidence: tuple[Evidence, ...]) -> list[Evidence]:
    """Return the operands that matter most: reported ones by place, the derived result."""
    derived = [item for item in evidence if item.derived]
    reported = [item for item in evidence if not item.derived]
    if not reported:
        return [*derived[: _EVIDENCE - 1], *derived[_EVIDENCE - 1 :][-1:]]
    return [*reported[: _EVIDENCE - bool(derived)], *derived[-1:]]


def _problems(report: Report) -> Iterator[RenderableType]:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    for problem in report.problems:
        kind = "not read" if problem.unread else "problem"
        rows.add_row(Text(kind, style="bold magenta"), f"{layout.where(problem)}: {problem.message}")
    yield rows
