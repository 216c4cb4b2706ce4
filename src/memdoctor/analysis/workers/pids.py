"""Whether the pid that PM2 names is still the worker: a pid alone may be somebody else's by now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from memdoctor.analysis.workers.worker import RUNNING, Worker
from memdoctor.model import App, Process, ProcessTable

_GRAIN = timedelta(seconds=3)  # PM2 notes the start before it forks; listings have whole seconds
_SAME_TIME = timedelta(seconds=30)  # from the look at PM2 to that at the processes


@dataclass(frozen=True, slots=True)
class StalePid:
    """A worker that PM2 shows as running with a pid that no process has, or another one."""

    worker: Worker
    look: App
    process: Process | None  # who has the pid now
    table: ProcessTable


def stale_pids(workers: Sequence[Worker], tables: Sequence[ProcessTable]) -> Iterator[StalePid]:
    """Yield the workers whose last look names a pid that is not theirs, as the processes beside it show."""
    for worker in workers:
        look = worker.last
        if look is None or look.pid is None or look.status not in RUNNING:
            continue
        table = _beside(look, tables)
        if table is None:
            continue
        process = next((one for one in table.processes if one.pid == look.pid), None)
        if process is None and table.whole:
            yield StalePid(worker, look, None, table)
        elif process is not None and _is_another(look, process):
            yield StalePid(worker, look, process, table)


def process_of(look: App, tables: Sequence[ProcessTable]) -> Process | None:
    """Return the process that a look means, if it is listed and not another one."""
    for table in reversed(tables):
        for process in table.processes:
            if process.pid == look.pid and look.pid is not None and not _is_another(look, process):
                return process
    return None


def _beside(look: App, tables: Sequence[ProcessTable]) -> ProcessTable | None:
    """Return the listing that was taken with a look; without times one is taken for it."""
    for table in reversed(tables):
        if look.at is not None and table.at is not None and abs(look.at - table.at) <= _SAME_TIME:
            return table
    untimed = [table for table in tables if table.at is None]
    return untimed[-1] if untimed and look.at is None else None


def _is_another(look: App, process: Process) -> bool:
    """Whether a process started at another time than PM2 says of its own."""
    if look.started_at is None or process.started_at is None:
        return False
    return abs(process.started_at - look.started_at) > _GRAIN
