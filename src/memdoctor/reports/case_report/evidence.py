"""The numbers of a case: its samples, apps, snapshots and processes, and what grows."""

from collections.abc import Iterator

from memdoctor.analysis.heap.view import CLASS_COLUMNS
from memdoctor.findings import (
    HeapOverview,
    HeapSeriesOverview,
    Overview,
    ProcessesOverview,
    Report,
    SampleOverview,
)
from memdoctor.reports import growth, heap_series, layout, processes, watched, workers
from memdoctor.reports import heap as heaps
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.case_report.timeline import timeline
from memdoctor.reports.cells import UNKNOWN
from memdoctor.reports.markdown_tables import folded, heading, raw_row, row, section, table
from memdoctor.reports.markdown_text import cell_code, code, safe, sentence
from memdoctor.units import percent, size


def evidence(report: Report, room: Room) -> Iterator[str]:
    """Yield the numbers, as tables, and when what was seen."""
    yield from section("Evidence", _numbers(report, room))


def _numbers(report: Report, room: Room) -> Iterator[str]:
    samples = layout.dumps(report)
    if len(samples) == 1:
        yield from _one_sample(report, samples[0])
    elif samples:
        yield from _many_samples(samples, room)
    yield from _workers(report, room)
    yield from _watched(report.overview, room)
    if report.overview.heap_series is not None:
        yield from _heap_series(report, report.overview.heap_series, room)
    else:
        for heap in report.overview.heaps:
            yield from _heap(heap)
    yield from _growth(report)
    if report.overview.processes is not None:
        yield from _processes(report.overview.processes, room)
    yield from timeline(report, room)


def _one_sample(report: Report, sample: SampleOverview) -> Iterator[str]:
    notes = layout.notes(report, sample)
    yield from ("", f"{code(sample.place)}: {safe(layout.title(sample))}")
    yield from ("", *heading((("number", True), ("value", False), ("what it is", True))))
    for line in (*layout.memory_rows(sample, notes), *layout.annotated_rows(sample, notes)):
        yield row(line.label, layout.shown(line.figure), line.remark)


def _many_samples(samples: tuple[SampleOverview, ...], room: Room) -> Iterator[str]:
    shown, left = layout.evenly(samples)
    numbers = ((name, False) for name, _ in layout.COLUMNS)
    begin = heading((("sample", True), *numbers, ("runtime", True)))
    lines = [raw_row(cell_code(one.place), *map(safe, layout.row_of_many(one))) for one in shown]
    yield from folded(begin, lines, room.rows, "samples")
    if left:
        yield from ("", f"{left} samples between are left out of this table.")


def _heap_series(report: Report, series: HeapSeriesOverview, room: Room) -> Iterator[str]:
    yield from ("", sentence(heap_series.title(series)))
    yield from table(
        heap_series.SNAPSHOTS, heap_series.snapshot_rows(series, report.overview.heaps), room.rows
    )
    yield from table(heap_series.GROWTH, heap_series.growth_rows(series), room.rows)
    for remark in heap_series.remarks(series):
        yield from ("", sentence(remark))


def _processes(overview: ProcessesOverview, room: Room) -> Iterator[str]:
    yield from ("", f"{code(overview.source)}: {safe(processes.title(overview))}")
    listed = processes.rows(overview)
    yield from table(processes.columns(overview, listed), listed, room.rows)
    for remark in processes.remarks(overview):
        yield from ("", sentence(remark))


def _watched(overview: Overview, room: Room) -> Iterator[str]:
    """Show the processes of recordings."""
    if not overview.watched:
        return
    yield from ("", f"{code(overview.watched[-1].source)}: {safe(watched.title(overview))}")
    yield from table(watched.COLUMNS, watched.rows(overview), min(room.rows, watched.MOST))
    for remark in watched.remarks(overview):
        yield from ("", sentence(remark))


def _heap(heap: HeapOverview) -> Iterator[str]:
    yield from ("", f"{code(heap.source)}: {safe(heaps.title(heap))}")
    total = heap.figures["total_bytes"]
    yield from ("", *heading((("kind", True), ("size", False), ("share", False))))
    for name, count in heaps.kinds(heap):
        yield row(name, size(count), percent(count / total) if total > 0 else UNKNOWN)
    yield from table(CLASS_COLUMNS, heap.classes[: heaps.MOST_CLASSES], heaps.MOST_CLASSES)
    for note in heaps.notes(heap.figures):
        yield from ("", sentence(note))


def _workers(report: Report, room: Room) -> Iterator[str]:
    """Show the apps of PM2, and the timelines of those that something is said of."""
    overview = report.overview
    if overview.apps:
        yield from ("", f"{code(overview.apps[-1].source)}: {safe(workers.title(overview))}")
        yield from table(workers.APPS, workers.app_rows(overview), room.rows)
        for remark in workers.remarks(overview):
            yield from ("", sentence(remark))
    if overview.logs:
        yield from ("", sentence(workers.log_title(overview)))
    for rows, left in workers.timelines(report):
        yield from table(workers.TIMELINE, rows, room.rows)
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
            names = ("rate", False), ("90 % interval", True), ("confidence", True), ("verdict", True)
            yield from heading((("metric", True), *names))
        for line in block.rows:
            yield row(line.label, line.rate, line.interval, line.confidence, line.verdict)
        for text in block.refusals:
            yield from ("", sentence(text))
    if left:
        yield from ("", f"{left} more processes have several samples.")
