"""The numbers of a case: its samples, apps, snapshots and processes, and what grows."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from memdoctor.analysis.heap.view import CLASS_COLUMNS
from memdoctor.findings import HeapSeriesOverview, Report, SampleOverview
from memdoctor.overviews import HeapOverview
from memdoctor.reports import growth, heap_series, layout, processes, watched, workers
from memdoctor.reports import heap as heaps
from memdoctor.reports.case_report.blocks import (
    Block,
    Code,
    Say,
    Section,
    Table,
    Words,
    as_sentence,
    section,
    table,
    table_of,
)
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.case_report.timeline import timeline
from memdoctor.reports.cells import UNKNOWN
from memdoctor.units import count_of, percent, size


def evidence(report: Report, room: Room) -> Iterator[Section]:
    """Yield the numbers, as tables, and when what was seen."""
    yield from section("Evidence", (block for part in PARTS for block in part.told(report, room)))


def _samples(report: Report, room: Room) -> Iterator[Block]:
    samples = layout.dumps(report)
    if len(samples) == 1:
        yield from _one_sample(report, samples[0])
    elif samples:
        yield from _many_samples(samples, room)


def _heaps(report: Report, room: Room) -> Iterator[Block]:
    if report.overview.heap_series is not None:
        yield from _heap_series(report, report.overview.heap_series, room)
    for heap in report.overview.heaps_alone:
        yield from _heap(heap)


def _one_sample(report: Report, sample: SampleOverview) -> Iterator[Block]:
    notes = layout.notes(report, sample)
    yield _named(sample.place, layout.title(sample))
    lines = [
        (line.label, layout.shown(line.figure), line.remark)
        for line in (*layout.memory_rows(sample, notes), *layout.annotated_rows(sample, notes))
    ]
    columns = ("number", True), ("value", False), ("what it is", True)
    yield table(columns, lines, len(lines), "numbers")


def _many_samples(samples: tuple[SampleOverview, ...], room: Room) -> Iterator[Block]:
    shown, left = layout.evenly(samples)
    numbers = ((name, False) for name, _ in layout.COLUMNS)
    lines: list[tuple[Words, ...]] = [(Code(one.place), *layout.row_of_many(one)) for one in shown]
    yield table((("sample", True), *numbers, ("runtime", True)), lines, room.rows, "samples")
    if left:
        yield Say(f"{layout.between(left, 'sample')} of this table.")


def _heap_series(report: Report, series: HeapSeriesOverview, room: Room) -> Iterator[Block]:
    yield Say(as_sentence(heap_series.title(series)))
    snapshots = heap_series.snapshot_rows(series, report.overview.heaps)
    yield table_of(heap_series.SNAPSHOTS, snapshots, room.rows)
    yield table_of(heap_series.GROWTH, heap_series.growth_rows(series), room.rows)
    yield from _sentences(heap_series.remarks(series))


def _processes(report: Report, room: Room) -> Iterator[Block]:
    for overview in report.overview.machines:
        yield _named(overview.source, processes.title(overview))
        listed = processes.rows(overview)
        yield table_of(processes.columns(overview, listed), listed, room.rows)
        yield from _sentences(processes.remarks(overview))


def _watched(report: Report, room: Room) -> Iterator[Block]:
    """Show the processes of recordings."""
    overview = report.overview
    if not overview.watched:
        return
    yield _named(overview.watched[-1].source, watched.title(overview))
    yield table_of(watched.COLUMNS, watched.rows(overview), min(room.rows, watched.MOST))
    yield from _sentences(watched.remarks(overview))


def _heap(heap: HeapOverview) -> Iterator[Block]:
    yield _named(heap.source, heaps.title(heap))
    yield kinds(heap)
    if heap.classes:
        yield table_of(CLASS_COLUMNS, heap.classes[: heaps.MOST_CLASSES], heaps.MOST_CLASSES)
    yield from _sentences(heaps.notes(heap.figures))


def kinds(heap: HeapOverview) -> Table:
    """Return what a snapshot is made of."""
    total = heap.figures["total_bytes"]
    lines = [
        (name, size(count), percent(count / total) if total > 0 else UNKNOWN)
        for name, count in heaps.kinds(heap)
    ]
    return table((("kind", True), ("size", False), ("share", False)), lines, len(lines), "kinds")


def _workers(report: Report, room: Room) -> Iterator[Block]:
    """Show the apps of PM2, and the timelines of those that something is said of."""
    overview = report.overview
    if overview.apps:
        yield _named(overview.apps[-1].source, workers.title(overview))
        yield table_of(workers.APPS, workers.app_rows(overview), room.rows)
        yield from _sentences(workers.remarks(overview))
    if overview.logs:
        yield Say(as_sentence(workers.log_title(overview)))
    for rows, left in workers.timelines(report):
        yield table_of(workers.TIMELINE, rows, room.rows)
        if left:
            yield Say(f"{layout.between(left, 'row')}.")


def _growth(report: Report, room: Room) -> Iterator[Block]:
    """Show what grows as a table, and what was refused as sentences."""
    del room  # growth.blocks has few
    blocks, left = growth.blocks(report, detail=1)
    several = len({sample.process for sample in report.overview.samples}) > 1
    for block in blocks:
        if several:
            yield Say((Code(block.process), ":"))
        yield from _grown(block)
    if left:
        have = "has" if left == 1 else "have"
        yield Say(f"{count_of(left, 'more process', 'more processes')} {have} several samples.")


def _grown(block: growth.GrowthBlock) -> Iterator[Block]:
    names = ("rate", False), ("90 % interval", True), ("confidence", True), ("verdict", True)
    lines = [(line.label, line.rate, line.interval, line.confidence, line.verdict) for line in block.rows]
    if lines:
        yield table((("metric", True), *names), lines, len(lines), "metrics")
    yield from _sentences(block.refusals)


def _sentences(texts: Iterable[str]) -> Iterator[Block]:
    return (Say(as_sentence(text)) for text in texts)


def _named(place: str, title: str) -> Block:
    return Say((Code(place), f": {title}"))


@dataclass(frozen=True, slots=True)
class Part:
    """What evidence is of."""

    title: str
    told: Callable[[Report, Room], Iterator[Block]]


MEMORY = Part("Memory", _samples)
WORKERS = Part("Workers", _workers)
WATCHED = Part("Watched processes", _watched)
HEAP = Part("Heap", _heaps)
GROWTH = Part("Growth", _growth)
PROCESSES = Part("Processes", _processes)
TIMELINE = Part("Timeline", timeline)
PARTS = (MEMORY, WORKERS, WATCHED, HEAP, GROWTH, PROCESSES, TIMELINE)  # in the order in which it is told
