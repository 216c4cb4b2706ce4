"""What PM2 shows and logs tell, as JSON values, by `report.schema.json` beside this file."""

from datetime import datetime
from typing import Any

from memdoctor.findings import Overview
from memdoctor.overviews import (
    AppOverview,
    EpisodeOverview,
    EventOverview,
    LogOverview,
    Moment,
    WatchedOverview,
)


def workers(overview: Overview) -> dict[str, list[dict[str, Any]]]:
    """Return the parts of an overview that are about workers, under their names."""
    return {
        "apps": [app(item) for item in overview.apps],
        "timeline": [moment(item) for item in overview.timeline],
        "episodes": [episode(item) for item in overview.episodes],
        "events": [event(item) for item in overview.events],
        "logs": [log(item) for item in overview.logs],
        "watched": [watched(item) for item in overview.watched],
    }


def app(item: AppOverview) -> dict[str, Any]:
    """Return an app of PM2 at the last look; one that shows no metrics has an entry, too."""
    return {
        "source": item.source,
        "place": item.place,
        "worker": item.worker,
        "name": item.name,
        "pm_id": item.pm_id,
        "pid": item.pid,
        "status": item.status,
        "mode": item.mode,
        "at": time(item.at),
        "started_at": time(item.started_at),
        "looks": item.looks,
        "restarts": item.restarts,
        "unstable_restarts": item.unstable_restarts,
        "uptime_seconds": item.uptime,
        "interpreter": item.interpreter,
        "node_version": item.node_version,
        "rss_bytes": item.rss,
        "heap_used_bytes": item.heap_used,
        "heap_total_bytes": item.heap_total,
        "heap_usage": item.usage,
        "heap_limit_bytes": item.heap_limit,
        "heap_limit_is_shown": item.limit_known,
        "used_of_limit": item.of_limit,
        "memory_limit_bytes": item.memory_limit,
    }


def moment(item: Moment) -> dict[str, Any]:
    """Return one row of a timeline."""
    return {
        "worker": item.worker,
        "place": item.place,
        "at": time(item.at),
        "elapsed_seconds": item.elapsed,
        "heap_used_bytes": item.used,
        "heap_total_bytes": item.committed,
        "heap_usage": item.usage,
        "rss_bytes": item.rss,
        "event": item.event or None,
    }


def episode(item: EpisodeOverview) -> dict[str, Any]:
    """Return a crash loop out of logs."""
    return {
        "worker": item.worker,
        "exits": item.exits,
        "first_at": time(item.first_at),
        "last_at": time(item.last_at),
        "median_gap_seconds": item.gap,
        "by": item.by,
        "cause": item.cause,
        "healed_after_seconds": item.healed_after,
        "up_seconds": item.up,
    }


def event(item: EventOverview) -> dict[str, Any]:
    """Return an event of a log with its values."""
    return {
        "source": item.source,
        "line": item.line,
        "kind": item.kind,
        "at": time(item.at),
        "worker": item.worker,
        "pid": item.pid,
        "count": item.count,
        "detail": dict(item.detail),
    }


def log(item: LogOverview) -> dict[str, Any]:
    """Return a log that was read."""
    return {
        "source": item.source,
        "lines": item.lines,
        "first_at": time(item.first_at),
        "last_at": time(item.last_at),
        "zone": item.zone,
    }


def time(at: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def watched(item: WatchedOverview) -> dict[str, Any]:
    """Return a process of a recording."""
    soonest, latest = item.limit_in or (None, None)
    return {
        "source": item.source,
        "process": item.process,
        "program": item.program,
        "pid": item.pid,
        "family": item.family,
        "first_at": time(item.first_at),
        "last_at": time(item.last_at),
        "ended": item.ended,
        "looks": item.looks,
        "rss_first_bytes": item.rss_first,
        "rss_bytes": item.rss,
        "rss_most_bytes": item.rss_most,
        "pss_bytes": item.pss,
        "uss_bytes": item.uss,
        "swap_bytes": item.swap,
        "heap_used_bytes": item.heap_used,
        "cpu_share": item.cpu_share,
        "file_descriptors": item.file_descriptors,
        "threads": item.threads,
        "metric": item.metric,
        "verdict": item.verdict,
        "limit_soonest_seconds": soonest,
        "limit_latest_seconds": latest,
        "limit_of": item.limit_of,
    }
