"""What PM2 shows of a worker's memory, as samples: a list of them for each life between two starts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from memdoctor.analysis.workers.worker import Worker, is_bun, is_node
from memdoctor.model import PM2_LOOK, TRACE_GC, App, Mark, Sample

_GRAIN = 3.0  # seconds from the start to the time that PM2 writes down


def samples_of(worker: Worker) -> Iterator[Sample]:
    """Yield a sample for each look that shows memory; nothing is ever joined across a restart."""
    life, known = 0, _Known()
    for look in worker.in_order:
        if known.is_another(look):
            life, known = life + 1, _Known()
        known.take(look)
        if look.status in (None, "online") and (look.rss or look.heap_used is not None):
            yield _sample(worker, look, f"{worker.name}, life {life}")


@dataclass(slots=True)
class _Known:
    """What the looks at one process have told so far; not every look tells all of it."""

    restarts: int | None = None
    pid: int | None = None
    uptime: float | None = None
    grain: float = 0.0

    def take(self, look: App) -> None:
        """Note what a look tells."""
        self.restarts = self.restarts if look.restarts is None else look.restarts
        self.pid = look.pid or self.pid
        if look.uptime is not None:
            self.uptime, self.grain = look.uptime, look.uptime_grain

    def is_another(self, look: App) -> bool:
        """Whether a look is at another process: by the counter, the pid, or an uptime that fell."""
        for mine, other in ((self.restarts, look.restarts), (self.pid, look.pid)):
            if mine is not None and other is not None and mine != other:
                return True
        if self.uptime is None or look.uptime is None:
            return False
        return look.uptime < self.uptime - max(self.grain, look.uptime_grain)


def under_workers(samples: Sequence[Sample], workers: Sequence[Worker]) -> Iterator[Sample]:
    """Yield samples, those out of a worker's log or table with the worker's name."""
    names = {worker.file: worker.name for worker in workers if worker.file is not None}
    by_log: dict[str, list[tuple[Worker, frozenset[int]]]] = defaultdict(list)
    for worker in workers:
        for log in worker.logs:
            by_log[log.source].append((worker, worker.pids))
    for sample in samples:
        name = names.get(sample.worker) if sample.worker else _worker_of(sample, by_log[sample.source])
        yield replace(sample, worker=name) if name else sample


def _worker_of(sample: Sample, tellers: Sequence[tuple[Worker, frozenset[int]]]) -> str | None:
    """Return whose sample it is: of an app, or of the process that a trace of collections is about."""
    for worker, pids in tellers:
        is_named = worker.app is not None or sample.document == TRACE_GC
        if is_named and (sample.pid is None or not pids or sample.pid in pids):
            return worker.name
    return None


def _uptime(look: App) -> float | None:
    """Return the seconds since the start of the process, None where they are only known roughly."""
    if look.at is None:
        return None
    started = look.started_at
    if started is None and look.restarts == 0 and look.created_at is not None:
        rough = (look.at - look.created_at) / timedelta(seconds=1)
        of_grain = None if look.uptime is None else rough - look.uptime
        # After `pm2 reset` the counter is 0, too, but the process younger than the app.
        if of_grain is None or -_GRAIN <= of_grain <= look.uptime_grain + _GRAIN:
            started = look.created_at
    if started is not None and look.at >= started:
        return (look.at - started) / timedelta(seconds=1)
    return None


def _sample(worker: Worker, look: App, life: str) -> Sample:
    return Sample(
        source=look.source,
        place=look.place,
        places={
            **look.places,
            "requested_heap_limit": look.places.get("heap_limit", look.place),
            "uptime": look.places.get("started_at", look.place),
        },
        series=life,
        document=PM2_LOOK,
        at=look.at,
        uptime=_uptime(look),
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
