"""What PM2 shows and logs tell, in words and rows: the same for terminal and markdown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from memdoctor.analysis.heap.view import Column
from memdoctor.analysis.workers.worker import DEFAULT_LIMIT
from memdoctor.findings import Overview, Report, Severity
from memdoctor.overviews import AppOverview, EpisodeOverview, Moment
from memdoctor.units import count_of, duration, grouped

APPS = (
    Column("id", "id", "pid"),
    Column("name", "app", "name"),
    Column("status", "", "short"),
    Column("restarts", "↺", "count"),
    Column("uptime", "up", "age"),
    Column("rss", "RSS", "bytes"),
    Column("used", "used", "bytes"),
    Column("of_limit", "of limit", "share"),
    Column("limit", "limit", "bytes"),
    Column("committed", "committed", "bytes"),
)
TIMELINE = (
    Column("time", "time", "short"),
    Column("worker", "worker", "name"),
    Column("used", "used", "bytes"),
    Column("committed", "committed", "bytes"),
    Column("usage", "usage", "share"),
    Column("rss", "RSS", "bytes"),
    Column("event", "event", "text", stays=True),
)
_NEAR = timedelta(seconds=2)  # from an end to what belongs to it
_MOST_WORKERS, _MOST_ROWS, _FEW_ROWS = 2, 16, 8  # of a timeline: of one worker, of one of several


def title(overview: Overview) -> str:
    """Return what was seen: how many apps, how many of them run."""
    apps = overview.apps
    online = sum(one.status == "online" for one in apps)
    looks = max(one.looks for one in apps)
    names = len({one.name for one in apps})
    several = count_of(names, "app")
    several += f" in {grouped(len(apps))} processes" if len(apps) > names else ""
    return f"{several}, {grouped(online)} online" + (f", {grouped(looks)} looks" if looks > 1 else "")


def app_rows(overview: Overview) -> list[Mapping[str, Any]]:
    """Return a row for each app."""
    return [_app(one) for one in overview.apps]


def _app(one: AppOverview) -> Mapping[str, Any]:
    return {
        "id": one.pm_id,
        "name": one.name,
        "status": one.status or "unknown",
        "restarts": one.restarts,
        "uptime": _rounded(one.uptime),
        "rss": one.rss,
        "used": one.heap_used,
        "committed": one.heap_total,
        "limit": one.heap_limit,
        "of_limit": one.of_limit,
    }


def _rounded(uptime: float | None) -> float | None:
    """Return a time without the seconds that nobody needs."""
    return uptime if uptime is None or uptime < 60 else 60.0 * round(uptime / 60)


def timelines(report: Report) -> Iterator[tuple[list[Mapping[str, Any]], int]]:
    """Yield the timeline of the workers that something is said of, as rows and how many were left out.

    Many exits without any memory are told by their finding.
    """
    by_worker: dict[str, list[Moment]] = {}
    for row in report.overview.timeline:
        by_worker.setdefault(row.worker, []).append(row)
    for worker, all_rows in by_worker.items():
        loops = [one for one in report.overview.episodes if one.worker == worker]
        by_worker[worker] = list(_with_loops_as_rows(all_rows, loops))
    telling = [
        worker
        for worker, rows in by_worker.items()
        if len(rows) <= _FEW_ROWS or any(row.used is not None for row in rows)
    ]
    chosen = _chosen(report, telling)
    most = _MOST_ROWS if len(chosen) == 1 else _FEW_ROWS
    for worker in chosen:
        rows = by_worker[worker]
        kept, left = _ends(rows, most)
        named = len(by_worker) > 1
        yield [_moment(row, _with_date(rows), named=named) for row in kept], left


def _with_loops_as_rows(rows: Sequence[Moment], loops: Sequence[EpisodeOverview]) -> Iterator[Moment]:
    """Yield rows; all events of a crash loop are one of them."""
    told: set[int] = set()
    for row in rows:
        number = next((index for index, loop in enumerate(loops) if _is_part(row, loop)), None)
        if number is None:
            yield row
        elif number not in told:
            told.add(number)
            loop = loops[number]
            yield replace(row, at=loop.first_at, event=f"{loop.exits} crashes")


def _is_part(row: Moment, loop: EpisodeOverview) -> bool:
    if row.used is not None or row.rss is not None or row.at is None:
        return False
    return bool(loop.first_at and loop.last_at and loop.first_at - _NEAR <= row.at <= loop.last_at + _NEAR)


def _chosen(report: Report, workers: Sequence[str]) -> Sequence[str]:
    """Return the workers that are wrong, the worst first; the only one where there is but one."""
    if len(workers) == 1:
        return workers
    wrong = [one.subject.worker or "" for one in report.findings if one.severity is not Severity.INFO]
    return [worker for worker in dict.fromkeys(wrong) if worker in workers][:_MOST_WORKERS]


def _ends(rows: Sequence[Moment], most: int) -> tuple[list[Moment], int]:
    """Return the first and the last rows of a long timeline, and how many were left out between them."""
    if len(rows) <= most:
        return list(rows), 0
    half = most // 2
    return [*rows[:half], *rows[-half:]], len(rows) - 2 * half


def _with_date(rows: Sequence[Moment]) -> bool:
    return len({row.at.date() for row in rows if row.at is not None}) > 1


def _moment(row: Moment, with_date: bool, *, named: bool) -> Mapping[str, Any]:
    return {
        "time": _time(row, with_date),
        "worker": row.worker if named else None,
        "used": row.used,
        "committed": row.committed,
        "usage": row.usage,
        "rss": row.rss,
        "event": row.event or None,
    }


def _time(row: Moment, with_date: bool) -> str | None:
    if row.at is not None:
        return f"{row.at:%m-%d %H:%M:%S}" if with_date else f"{row.at:%H:%M:%S}"
    if row.elapsed is None:
        return None
    return f"+{duration(row.elapsed)}" if row.elapsed else "0"


def remarks(overview: Overview) -> Iterator[str]:
    """Yield what is to be said about the apps' numbers."""
    if any(one.usage is not None for one in overview.apps):
        yield "used ÷ committed is what PM2 calls heap usage: no share of a limit"
    if any(
        one.limit_known and one.heap_used is not None and one.heap_limit is None for one in overview.apps
    ):
        yield f"without a limit: node's options set none, so it is {DEFAULT_LIMIT}"


def log_title(overview: Overview) -> str:
    """Return what logs were read."""
    lines = sum(log.lines for log in overview.logs)
    count = len(overview.logs)
    zones = {log.zone for log in overview.logs if log.zone}
    zone = f", times without zone taken for {', '.join(sorted(zones))}" if zones else ""
    return f"{count} {'log' if count == 1 else 'logs'}, {grouped(lines)} lines{zone}"
