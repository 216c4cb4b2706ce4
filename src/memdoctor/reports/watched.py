"""Processes of a recording as rows and lines: the same live, in a pipe, and in a report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.findings import Overview
from memdoctor.overviews import Growth, WatchedOverview
from memdoctor.reports.growth import sparkline
from memdoctor.text import printable
from memdoctor.units import count_of, duration, grouped, percent, rate, size

COLUMNS = (
    Column("pid", "pid", "pid"),
    Column("program", "program", "name"),
    Column("rss", "RSS", "bytes", stays=True),
    Column("verdict", "", "short", stays=True),
    Column("full", "full in", "short", stays=True),
    Column("trend", "", "short"),
    Column("heap", "JS heap", "bytes"),
    Column("change", "since first", "bytes_change"),
    Column("cpu", "CPU avg", "share"),
    Column("pss", "PSS", "bytes"),
    Column("swap", "swap", "bytes"),
    Column("descriptors", "files", "count"),
    Column("threads", "threads", "count"),
)
LIVE_COLUMNS = tuple(replace(one, heading="CPU") if one.key == "cpu" else one for one in COLUMNS)
MOST = 30  # rows of a report
_TREND = 12  # cells
_NOT_YET = "not judged yet"
_VERDICTS = {"rising-uncollected": "rises, no GC seen"}
_METRICS = {
    "js_heap": "heap",
    "file_descriptors": "files",
    "array_buffers": "buffers",
    "processes": "procs",
}


def title(overview: Overview) -> str:
    """Return how many processes were watched, and for how long."""
    watched = overview.watched
    count = count_of(len(watched), "process", "processes")
    recordings = len({one.source for one in watched})
    if recordings > 1:
        return (
            f"and {recordings - 1} more recordings: {count}" if recordings > 2 else f"and another: {count}"
        )
    first, last = min(one.first_at for one in watched), max(one.last_at for one in watched)
    return f"{count}, {duration((last - first).total_seconds())}" if last > first else f"{count}, one look"


def rows(overview: Overview) -> list[Mapping[str, Any]]:
    """Return a row for each process: those that change first, then the largest, ended ones last."""
    growth = _by_metric(overview)
    ordered = sorted(
        overview.watched, key=lambda one: (one.verdict != "growing", one.ended, -(one.rss or 0))
    )
    return [_row(one, growth) for one in ordered]


def live_rows(
    lines: Sequence[Mapping[str, Any]], cpu_shares: Mapping[int, float], judged: Overview
) -> list[Mapping[str, Any]]:
    """Return a row for each process of the last look, with the latest verdict, those that grow first."""
    growth = _by_metric(judged)
    known = {(one.pid, one.program): one for one in judged.watched}
    found: list[tuple[tuple[bool, int], Mapping[str, Any]]] = []
    for line in lines:
        one = known.get((line["pid"], line["program"]))
        row = dict.fromkeys(column.key for column in COLUMNS) if one is None else dict(_row(one, growth))
        row |= {"pid": line["pid"], "program": printable(line["program"]), "rss": line.get("rss")}
        row |= {"cpu": cpu_shares.get(line["pid"]), "swap": line.get("swap") or None}
        row |= {"descriptors": line.get("descriptors"), "threads": line.get("threads")}
        row |= {"heap": line.get("memoryUsage", {}).get("heapUsed"), "pss": line.get("pss") or row["pss"]}
        first = None if one is None else one.rss_first
        row["change"] = None if first is None or row["rss"] is None else row["rss"] - first
        row["verdict"] = (
            _NOT_YET if one is None else verdict(one, growth.get((one.process, one.metric or "")))
        )
        found.append(((one is None or one.verdict != "growing", -(row["rss"] or 0)), row))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def live_title(lines: Sequence[Mapping[str, Any]], judged: Overview) -> str:
    """Return how many processes there are, and for how long it is watched."""
    begin = min((one.first_at for one in judged.watched), default=None)
    count = f"{len(lines)} {'process' if len(lines) == 1 else 'processes'}"
    if begin is None or not lines:
        return count
    seconds = (datetime.fromisoformat(lines[0]["at"]) - begin).total_seconds()
    return f"{count}, {duration(round(seconds))}" if seconds >= 1 else count


def _by_metric(overview: Overview) -> Mapping[tuple[str, str], Growth]:
    return {(one.process, one.metric): one for one in overview.growth}


def _row(one: WatchedOverview, known: Mapping[tuple[str, str], Growth]) -> Mapping[str, Any]:
    growth = known.get((one.process, one.metric or ""))
    drawn = growth if growth is not None and growth.unit == "bytes" else known.get((one.process, "rss"))
    is_known = one.rss is not None and one.rss_first is not None
    return {
        "pid": one.pid,
        "program": one.program,
        "rss": one.rss,
        "verdict": "ended" if one.ended else verdict(one, growth),
        "full": None if one.limit_in is None else _until(one.limit_in),
        "trend": None if drawn is None or len(drawn.points) < 3 else sparkline(drawn, _TREND),
        "heap": one.heap_used,
        "change": (one.rss or 0) - (one.rss_first or 0) if is_known else None,
        "cpu": one.cpu_share,
        "pss": one.pss,
        "swap": one.swap or None,
        "descriptors": one.file_descriptors,
        "threads": one.threads,
    }


def verdict(one: WatchedOverview, growth: Growth | None) -> str:
    """Return what is said of a process in a few words; that it is not judged yet where it is not."""
    if one.verdict is None or one.metric is None:
        return _NOT_YET
    words = _VERDICTS.get(one.verdict, one.verdict)
    what = "" if one.metric == "rss" else f"{_METRICS.get(one.metric, one.metric)} "
    if one.verdict == "growing" and growth is not None and growth.samples > 2:
        pace = rate(growth.per_second or 0.0, growth.unit)
        return f"{what}+{pace.replace(' per hour', '/h')}"
    return words if one.verdict == "steady" else f"{what}{words}"


def _until(limit: tuple[float, float]) -> str:
    return f"{_rough(limit[0])}–{_rough(limit[1])}"


def _rough(seconds: float) -> str:
    """Return a time in one unit."""
    return next(
        (
            f"{seconds / length:.0f} {unit}"
            for length, unit in ((86_400, "d"), (3600, "h"))
            if seconds >= 2 * length
        ),
        f"{max(seconds / 60, 1):.0f} min",
    )


def lines(
    samples: Iterable[Mapping[str, Any]], cpu_shares: Mapping[int, float], judged: Overview
) -> Iterator[str]:
    """Yield a line for a pipe for each process of a look: no number in it is ever cut."""
    growth = _by_metric(judged)
    known = {(one.pid, one.program): one for one in judged.watched}
    for sample in samples:
        found = known.get((sample["pid"], sample["program"]))
        leading = None if found is None else growth.get((found.process, found.metric or ""))
        yield "  ".join(_words(sample, cpu_shares.get(sample["pid"]), found, leading)) + "\n"


def _words(
    sample: Mapping[str, Any], cpu: float | None, found: WatchedOverview | None, growth: Growth | None
) -> Iterator[str]:
    yield f"{datetime.fromisoformat(sample['at']):%H:%M:%S}Z"
    yield f"{sample['pid']:>7}"
    yield f"{printable(sample['program'], limit=24):<16}"
    yield f"RSS {size(sample.get('rss')):>8}"
    heap = sample.get("memoryUsage", {}).get("heapUsed")
    for name, value in (("heap", heap), ("PSS", sample.get("pss")), ("swap", sample.get("swap") or None)):
        if value is not None:
            yield f"{name} {size(value)}"
    if cpu is not None:
        yield f"CPU {percent(cpu)}"
    for name, key in (("files", "descriptors"), ("threads", "threads")):
        if sample.get(key) is not None:
            yield f"{name} {grouped(sample[key])}"
    yield _NOT_YET if found is None else verdict(found, growth)
    if found is not None and found.limit_in is not None:
        yield f"full in {_until(found.limit_in)}"


def remarks(overview: Overview) -> Iterator[str]:
    """Yield what is to be said beside the rows."""
    left = len(overview.watched) - MOST
    if left > 0:
        yield f"{count_of(left, 'more process', 'more processes')} (-f json has all)"
    ended = sum(one.ended for one in overview.watched)
    if ended:
        yield f"{ended} ended while others were still seen"
