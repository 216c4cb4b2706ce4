"""When what was seen, over all inputs of a case; times that no input tells are not made up."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from memdoctor.findings import ProcessesOverview, Report, SampleOverview
from memdoctor.reports import layout
from memdoctor.reports.case_report.blocks import Block, Say, Words, code, table
from memdoctor.reports.case_report.room import Room
from memdoctor.units import duration, grouped

_FEW = 4  # samples of one process that are all told
_COLUMNS = (("time", True), ("what", True), ("from", True))
Entry = tuple[datetime, str, str]  # when, what, where from
Line = tuple[Words, ...]


def timeline(report: Report, room: Room) -> Iterator[Block]:
    """Yield what has a time, in its order; nothing where that is one thing only."""
    entries = sorted(_entries(report), key=lambda entry: entry[0])
    if len(entries) < 2:
        return
    lines = [(_utc(at), what, code(place)) for at, what, place in entries]
    yield Say("Timeline, in UTC:")
    yield table(_COLUMNS, _ends(lines, room.rows), room.rows, "moments", len(lines))


def _ends(lines: Sequence[Line], most: int) -> Sequence[Line]:
    """Return the first and the last of many lines."""
    return lines if len(lines) <= most else [*lines[: most - most // 2], *lines[len(lines) - most // 2 :]]


def _entries(report: Report) -> Iterator[Entry]:
    overview = report.overview
    yield from _looks(report)
    for one in overview.watched:
        yield one.first_at, f"{one.program} (pid {one.pid}): watched from here", one.source
        ended = "seen last, others were still seen" if one.ended else "watched up to here"
        yield one.last_at, f"{one.program} (pid {one.pid}): {ended}", one.source
    timed = ((listed.at, listed) for listed in overview.machines if listed.at is not None)
    for at, listed in timed:
        yield at, f"a listing of {_counted(listed)}", listed.source
    for app in overview.apps:
        if app.started_at is not None:
            yield app.started_at, f"{app.worker} was started last", app.place
        if app.at is not None:
            yield app.at, f"PM2 shows {app.worker} as {app.status or 'unknown'}", app.place
    yield from _of_logs(report)


def _counted(listed: ProcessesOverview) -> str:
    """Return how many processes are listed; threads of the kernel are none, and are counted apart."""
    kernel = sum(one.is_kernel for one in listed.processes)
    beside = f" and {grouped(kernel)} of the kernel" if kernel else ""
    return f"{grouped(len(listed.processes) - kernel)} processes{beside}"


def _looks(report: Report) -> Iterator[Entry]:
    """Yield the samples of each process, of many the first and the last: growth tells what is between."""
    by_process: dict[str, list[tuple[datetime, SampleOverview]]] = {}
    for sample in layout.dumps(report):
        if sample.at is not None:
            by_process.setdefault(sample.process, []).append((sample.at, sample))
    for looks in by_process.values():
        count = len(looks)
        if count <= _FEW:
            yield from ((at, f"a look: {_sizes(sample)}", sample.place) for at, sample in looks)
        else:
            for which, (at, sample) in (("first", looks[0]), ("last", looks[-1])):
                yield at, f"{which} of {grouped(count)} looks: {_sizes(sample)}", sample.place


def _of_logs(report: Report) -> Iterator[Entry]:
    for log in report.overview.logs:
        if log.first_at is not None and log.last_at is not None:
            yield log.first_at, f"first time in a log of {grouped(log.lines)} lines", log.source
            yield log.last_at, "last time in that log", log.source
    places = {event.worker: event.source for event in report.overview.events}
    for loop in report.overview.episodes:
        if loop.first_at is not None:
            healed = "" if loop.healed_after is None else f", over after {duration(loop.healed_after)}"
            words = f"{loop.worker}: {grouped(loop.exits)} exits follow each other{healed}"
            yield loop.first_at, words, places.get(loop.worker, "")


def _sizes(sample: SampleOverview) -> str:
    figures = (("RSS", "rss_bytes"), ("JS heap", "js_heap_bytes"), ("external", "external_bytes"))
    known = [(name, sample.figures[key]) for name, key in figures]
    return ", ".join(f"{name} {layout.shown(one)}" for name, one in known if one.value is not None)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
