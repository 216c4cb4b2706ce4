"""How many rows the tables of a document have, so that a big case stays small enough to be read."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from memdoctor.findings import Overview, ProcessesOverview, ProcessOverview, Report, SampleOverview
from memdoctor.overviews import EventOverview, Moment
from memdoctor.reports.html.thinning import evenly

MOST = {  # rows of a table if nothing is said
    "sources": 500,
    "samples": 100,
    "heaps": 100,
    "growth": 200,
    "heap_series.growth": 100,
    "processes": 500,
    "apps": 200,
    "timeline": 200,
    "episodes": 200,
    "events": 200,
    "logs": 200,
    "watched": 200,
    "problems": 200,
}
Row = TypeVar("Row")


def cut(report: Report, most: int | None) -> tuple[Report, dict[str, dict[str, int]]]:
    """Return a report with at most `most` rows in each table (None: the usual, 0: all), and what was cut.

    Of what has a time the rows that stay are spread over it, of processes those that something is said of.
    """
    tables = _Tables(most)
    overview, series = report.overview, report.overview.heap_series
    machines = tuple(_machines(tables, overview.machines))
    told = {finding.subject.name for finding in report.findings}
    smaller = replace(
        overview,
        samples=tables.cut("samples", overview.samples, lambda rows, room: _samples(rows, room, told)),
        processes=next(iter(machines), None),
        other_machines=machines[1:],
        heap_series=series
        and replace(series, growth=tables.cut("heap_series.growth", series.growth, _first)),
        timeline=tables.cut("timeline", overview.timeline, _moments),
        events=tables.cut("events", overview.events, _events),
        **_plain(tables, overview),
    )
    sources = tables.cut("sources", report.sources, _first)
    problems = tables.cut("problems", report.problems, _unread_first)
    return replace(report, overview=smaller, sources=sources, problems=problems), tables.counts


class _Tables:
    """Cuts tables, and counts what they had."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self.counts: dict[str, dict[str, int]] = {}

    def cut(
        self, name: str, rows: tuple[Row, ...], choose: Callable[[Sequence[Row], int], list[int]]
    ) -> tuple[Row, ...]:
        """Return the rows that `choose` takes by their numbers, in their order; all where there is room."""
        room = MOST[name] if self._most is None else self._most or len(rows)
        if len(rows) <= room:
            return rows
        kept = tuple(rows[number] for number in sorted(choose(rows, room)))
        self.counts[name] = {"shown": len(kept), "total": len(rows)}
        return kept


def _plain(tables: _Tables, overview: Overview) -> dict[str, Any]:
    """Return the tables that are in an order of their own: their first rows say most."""
    names = ("heaps", "growth", "apps", "episodes", "logs", "watched")
    return {name: tables.cut(name, getattr(overview, name), _first) for name in names}


def _machines(tables: _Tables, machines: Sequence[ProcessesOverview]) -> Iterator[ProcessesOverview]:
    """Yield machines with the rows that stay: of all of them together, for they are one table."""
    if not machines:
        return
    choose = _first if machines[0].listing == "processes" else _telling
    rows = tuple((index, row) for index, one in enumerate(machines) for row in one.processes)
    kept = tables.cut("processes", rows, lambda all_rows, room: choose([row for _, row in all_rows], room))
    by_machine: list[list[ProcessOverview]] = [[] for _ in machines]
    for index, row in kept:
        by_machine[index].append(row)
    for one, its in zip(machines, by_machine, strict=True):
        yield replace(one, processes=tuple(its))


def _first(rows: Sequence[Any], room: int) -> list[int]:
    return list(range(min(room, len(rows))))


def _unread_first(rows: Sequence[Any], room: int) -> list[int]:
    return sorted(range(len(rows)), key=lambda number: not rows[number].unread)[:room]


def _telling(rows: Sequence[ProcessOverview], room: int) -> list[int]:
    """Choose the processes that something is wrong with, then those with the most memory."""

    def order(number: int) -> tuple[bool, int]:
        return rows[number].kind is None, -(rows[number].memory or 0)

    return sorted(range(len(rows)), key=order)[:room]


def _samples(rows: Sequence[SampleOverview], room: int, told: set[str]) -> list[int]:
    """Choose the samples that findings are about, and others of each process over its whole time."""
    named = [number for number, row in enumerate(rows) if row.place in told][: room // 2]
    return _spread(rows, room, lambda row: row.process, named)


def _moments(rows: Sequence[Moment], room: int) -> list[int]:
    return _spread(rows, room, lambda row: row.worker)


def _events(rows: Sequence[EventOverview], room: int) -> list[int]:
    return _spread(rows, room, lambda row: (row.source, row.worker, row.kind))


def _spread(
    rows: Sequence[Row], room: int, whose: Callable[[Row], object], also: Sequence[int] = ()
) -> list[int]:
    """Choose rows of everybody alike, the first and the last of each and others evenly between."""
    groups: dict[object, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        groups[whose(row)].append(number)
    left = room - len(also)
    share = max(left // len(groups), 2)
    chosen = sorted({number for group in groups.values() for number in evenly(group, share)})
    return sorted({*also, *evenly(chosen, left)})
