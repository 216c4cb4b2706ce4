"""What PM2 shows of a worker's memory, as samples: a list of them for each life between two starts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from memdoctor.analysis.workers.worker import Worker, is_bun, is_node
from memdoctor.model import PM2_LOOK, TRACE_GC, App, Mark, Sample


def samples_of(worker: Worker) -> Iterator[Sample]:
    """Yield a sample for each look that shows memory; nothing is ever joined across a restart."""
    for look in worker.looks:
        if look.status in (None, "online") and (look.rss or look.heap_used is not None):
            yield _sample(worker, look)


def renamed(sample: Sample, workers: tuple[Worker, ...]) -> Sample:
    """Return a sample out of a worker's log with the worker's name."""
    for worker in workers:
        is_own = any(log.source == sample.source for log in worker.logs)
        is_named = worker.app is not None or sample.document == TRACE_GC
        if is_own and is_named and (sample.pid is None or not worker.pids or sample.pid in worker.pids):
            return replace(sample, worker=worker.name)
    return sample


def _sample(worker: Worker, look: App) -> Sample:
    life = f"{worker.name}, {'?' if look.restarts is None else look.restarts} restarts"
    started = look.started_at or (look.created_at if look.restarts == 0 else None)
    uptime = None
    if started is not None and look.at is not None and look.at >= started:
        uptime = (look.at - started) / timedelta(seconds=1)
    return Sample(
        source=look.source,
        place=look.place,
        places={**look.places, "requested_heap_limit": look.places.get("heap_limit", look.place)},
        series=life,
        document=PM2_LOOK,
        at=look.at,
        uptime=uptime,
        elapsed=look.elapsed,
        pid=look.pid,
        node_version=look.node_version,
        worker=worker.name,
        marks=tuple(_marks(look)),
        resolution=look.resolution,
        requested_heap_limit=look.heap_limit,
        heap_usage=look.heap_usage,
        handles=look.handles,
        requests=look.requests,
        rss=look.rss or None,  # a size is never 0
        heap_used=look.heap_used or None,
        heap_total=look.heap_total or None,
    )


def _marks(look: App) -> Iterator[Mark]:
    """Yield what tells the runtime: the program that PM2 runs the script with."""
    place = look.places.get("interpreter", look.place)
    if is_bun(look):
        yield Mark("bun", "PM2 runs it with bun", place)
    elif is_node(look):
        yield Mark("node", "PM2 runs it with node", place)
