"""What PM2 and logs show, as the report has it."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

from memdoctor.analysis.sampled import SampledProcess
from memdoctor.analysis.workers.crashes import Episode
from memdoctor.analysis.workers.timeline import timeline
from memdoctor.analysis.workers.untold import unexplained, without_error_log
from memdoctor.analysis.workers.worker import RUNNING, Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.model import App, Event, Sample
from memdoctor.overviews import AppOverview, EpisodeOverview, EventOverview, Moment


def workers_overview(workers: Workers, processes: Sequence[SampledProcess]) -> dict[str, Any]:
    """Return what is known of workers, and what is not told of them, under the names of `Overview`."""
    samples = [look.sample for process in processes for look in process.looks]
    return {
        "apps": tuple(app(worker, look) for worker, look in workers.shown),
        "timeline": tuple(row for worker in workers.all for row in _timeline(worker, samples)),
        "episodes": tuple(map(_episode, workers.episodes)),
        "events": tuple(_event(worker, event) for worker in workers.all for event in worker.events),
        "unexplained": unexplained(workers),
        "without_error_log": without_error_log(workers),
    }


def app(worker: Worker, look: App) -> AppOverview:
    """Return an app as it was seen last. Of one that does not run, figures of its last process are none."""
    usage = look.heap_usage
    if usage is None and look.heap_used is not None and look.heap_total:
        usage = look.heap_used / look.heap_total
    return AppOverview(
        source=look.source,
        place=look.place,
        worker=worker.name,
        name=look.name,
        pm_id=look.pm_id,
        pid=look.pid,
        status=look.status,
        mode=look.mode,
        at=look.at,
        started_at=look.started_at,
        looks=len(worker.looks),
        restarts=look.restarts,
        unstable_restarts=look.unstable_restarts,
        uptime=uptime(look),
        interpreter=look.interpreter,
        node_version=look.node_version,
        rss=look.rss or None,
        heap_used=look.heap_used,
        heap_total=look.heap_total,
        usage=usage,
        heap_limit=look.heap_limit,
        limit_known=look.shows_options,
        memory_limit=look.memory_limit,
    )


def uptime(look: App) -> float | None:
    """Return the seconds since the start of a process that runs, as told or as PM2's clock has it."""
    if look.status not in RUNNING:
        return None
    if look.at is not None and look.started_at is not None and look.at >= look.started_at:
        return (look.at - look.started_at) / timedelta(seconds=1)
    return look.uptime


def _timeline(worker: Worker, samples: Sequence[Sample]) -> Iterator[Moment]:
    """Yield the rows of a worker that has more than one."""
    own = [sample for sample in samples if sample.worker == worker.name]
    rows = timeline(worker, own)
    yield from rows if len(rows) > 1 else ()


def _episode(episode: Episode) -> EpisodeOverview:
    return EpisodeOverview(
        worker=episode.worker.name,
        exits=episode.count,
        first_at=episode.ends[0].at,
        last_at=episode.ends[-1].at,
        gap=episode.gap,
        by=episode.by,
        cause=episode.cause,
        healed_after=episode.healed_after,
        up=episode.healing.up,
    )


def _event(worker: Worker, event: Event) -> EventOverview:
    return EventOverview(
        event.source,
        event.line,
        event.kind,
        event.at,
        worker.name,
        event.pid,
        event.count,
        _plain(event.detail),
    )


def _plain(value: Any) -> Any:
    """Return values without classes, as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value
