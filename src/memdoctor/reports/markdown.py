"""To paste into an issue: the same report as text that renders, and that reads as it stands."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memdoctor.analysis.heap.view import CLASS_COLUMNS, Column
from memdoctor.findings import (
    HeapOverview,
    HeapSeriesOverview,
    Overview,
    ProcessesOverview,
    Report,
    SampleOverview,
    Severity,
)
from memdoctor.reports import growth, heap_series, layout, processes, watched, workers
from memdoctor.reports import heap as heaps
from memdoctor.reports.cells import UNKNOWN, cell
from memdoctor.reports.layout import Paragraph
from memdoctor.reports.render import Style
from memdoctor.units import percent, size


def render(report: Report, style: Style) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    return "\n".join(_lines(report, style)) + "\n"


def _lines(report: Report, style: Style) -> Iterator[str]:
    yield "## Memory diagnosis"
    yield ""
    yield f"**{_safe(report.answer)}**"
    samples = layout.dumps(report)
    if len(samples) == 1:
        yield from _one_sample(report, samples[0])
    elif samples:
        yield from _many_samples(samples)
    yield from _workers(report)
    yield from _watched(report.overview)
    if report.overview.heap_series is not None:
        yield from _heap_series(report, report.overview.heap_series)
    else:
        for heap in report.overview.heaps:
            yield from _heap(heap)
    yield from _growth(report)
    if report.overview.processes is not None:
        yield from _processes(report.overview.processes)
    parts = layout.paragraphs(report, detail=1)
    notes = [part for part in parts if part.finding.severity is Severity.INFO]
    for part in parts:
        if part not in notes:
            yield from _paragraph(part)
    if notes:
        yield from ("", f"<details><summary>Notes on the evidence ({len(notes)})</summary>")
        for part in notes:
            yield from _paragraph(part)
        yield from ("", "</details>")
    if report.problems:
        yield from ("", "### Not read, or not trusted", "")
        for problem in report.problems:
            yield f"- {code(layout.where(problem))}: {_safe(problem.message)}"
    yield from ("", layout.tally(report, detail=1))
    replaced = "user names, ids, tokens and home folders are replaced by stand-ins"
    yield f"<sub>memdoctor {report.tool['version']}; {replaced}</sub>"


def _one_sample(report: Report, sample: SampleOverview) -> Iterator[str]:
    notes = layout.notes(report, sample)
    yield from ("", f"{code(sample.place)}: {_safe(layout.title(sample))}")
    yield from ("", "| | | |", "|---|---:|---|")
    for line in (*layout.memory_rows(sample, notes), *layout.annotated_rows(sample, notes)):
        yield row(line.label, layout.shown(line.figure), line.remark)


def _many_samples(samples: tuple[SampleOverview, ...]) -> Iterator[str]:
    shown, left = layout.evenly(samples)
    yield from ("", row("sample", *(heading for heading, _ in layout.COLUMNS), "runtime"))
    yield "|---|" + "---:|" * len(layout.COLUMNS) + "---|"
    for sample in shown:
        cells = map(_safe, layout.row_of_many(sample))
        yield f"| {_cell_code(sample.place)} | {' | '.join(cells)} |"
    if left:
        yield from ("", f"{left} samples between are left out of this table.")


def _heap_series(report: Report, series: HeapSeriesOverview) -> Iterator[str]:
    yield from ("", f"{_sentence(heap_series.title(series))}")
    yield from _table(heap_series.SNAPSHOTS, heap_series.snapshot_rows(series, report.overview.heaps))
    yield from _table(heap_series.GROWTH, heap_series.growth_rows(series))
    for remark in heap_series.remarks(series):
        yield from ("", _sentence(remark))


def _table(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from ("", row(*(column.heading for column in columns)))
    yield "|" + "|".join("---" if column.is_text else "---:" for column in columns) + "|"
    for line in rows:
        yield row(*(cell(column, line) for column in columns))


def _processes(overview: ProcessesOverview) -> Iterator[str]:
    yield from ("", f"{code(overview.source)}: {_safe(processes.title(overview))}")
    listed = processes.rows(overview)
    yield from _table(processes.columns(overview, listed), listed)
    for remark in processes.remarks(overview):
        yield from ("", _sentence(remark))


def _watched(overview: Overview) -> Iterator[str]:
    """Show the processes of recordings."""
    if not overview.watched:
        return
    yield from ("", f"{code(overview.watched[-1].source)}: {_safe(watched.title(overview))}")
    yield from _table(watched.COLUMNS, watched.rows(overview)[: watched.MOST])
    for remark in watched.remarks(overview):
        yield from ("", _sentence(remark))


def _heap(heap: HeapOverview) -> Iterator[str]:
    yield from ("", f"{code(heap.source)}: {_safe(heaps.title(heap))}")
    total = heap.figures["total_bytes"]
    yield from ("", row("kind", "size", "share"), "|---|---:|---:|")
    for name, count in heaps.kinds(heap):
        yield row(name, size(count), percent(count / total) if total > 0 else UNKNOWN)
    yield from ("", row(*(column.heading for column in CLASS_COLUMNS)), "|---|---:|---:|---:|---:|")
    for line in heap.classes[: heaps.MOST_CLASSES]:
        yield row(*(cell(column, line) for column in CLASS_COLUMNS))
    for note in heaps.notes(heap.figures):
        yield from ("", _sentence(note))


def _workers(report: Report) -> Iterator[str]:
    """Show the apps of PM2, and the timelines of those that something is said of."""
    overview = report.overview
    if overview.apps:
        yield from ("", f"{code(overview.apps[-1].source)}: {_safe(workers.title(overview))}")
        yield from _table(workers.APPS, workers.app_rows(overview))
        for remark in workers.remarks(overview):
            yield from ("", _sentence(remark))
    if overview.logs:
        yield from ("", _sentence(workers.log_title(overview)))
    for rows, left in workers.timelines(report):
        yield from _table(workers.TIMELINE, rows)
        if left:
            yield from ("", f"{left} rows between are left out.")


def _growth(report: Report) -> Iterator[str]:
    """Show what grows as a table, and what was refused as sentences."""
    blocks, left = growth.blocks(report, detail=1)
    several = len({sample.process for sample in report.overview.samples}) > 1
    for block in blocks:
        yield ""
        if several:
            yield from (f"{code(block.process)}:", "")
        if block.rows:
            yield from (
                "| metric | rate | 90 % interval | confidence | verdict |",
                "|---|---:|---|---|---|",
            )
        for line in block.rows:
            yield row(line.label, line.rate, line.interval, line.confidence, line.verdict)
        for sentence in block.refusals:
            yield from ("", _sentence(sentence))
    if left:
        yield from ("", f"{left} more processes have several samples.")


def _paragraph(paragraph: Paragraph) -> Iterator[str]:
    finding = paragraph.finding
    yield from ("", f"### {finding.severity}: {_safe(layout.message(finding))}", "")
    yield f"{code(finding.rule)}, {finding.confidence}. {_sentence(finding.why)}"
    if finding.evidence:
        yield from ("", "| number | value | from |", "|---|---:|---|")
    for item in finding.evidence:
        source = _safe(f"derived: {item.formula}") if item.derived else _cell_code(item.pointer)
        yield f"| {_safe(item.label)} | {_safe(layout.shown(item))} | {source} |"
    if paragraph.folded:
        yield from ("", "Also: " + "; ".join(_safe(other.note) for other in paragraph.folded) + ".")
    yield from ("", f"**What to do:** {_sentence(finding.help)}")


def row(*cells: str) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(_safe(cell) for cell in cells) + " |"


def _sentence(text: str) -> str:
    first = text.split(" ", 1)[0]
    if first.islower():  # not macOS, not heapUsed
        text = text[:1].upper() + text[1:]
    return _safe(text + ("" if text.endswith(".") else "."))


def _safe(text: str) -> str:
    """Return text that Markdown and HTML leave as it is."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_\[\]|~#!])", r"\\\1", text)
    return re.sub(r"@(?=\w)", "@\u200b", text)  # mentions nobody


def _cell_code(text: str | None) -> str:
    """Return a code span for a table cell, where a bar must be escaped even in code."""
    return code(text.replace("|", "\\|")) if text else ""


def code(text: str) -> str:
    """Return text as a code span, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"
