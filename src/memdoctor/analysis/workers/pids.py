"""Whether the pid that PM2 names is still the worker: a pid alone may be somebody else's by now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.workers.worker import RUNNING, Worker
from memdoctor.model import App, Process, ProcessTable

_GRAIN = timedelta(seconds=3)  # PM2 notes the start before it forks; listings have whole seconds
_QUARTER, _FARTHEST_ZONES = timedelta(minutes=15), timedelta(hours=26)
_SAME_TIME = timedelta(seconds=30)  # from the look at PM2 to that at the processes


@dataclass(frozen=True, slots=True)
class StalePid:
    """A worker that PM2 shows as running with a pid that no process has, or another one."""

    worker: Worker
    look: App
    process: Process | None  # who has the pid now
    table: ProcessTable


def stale_pids(shown: Sequence[tuple[Worker, App]], tables: Sequence[ProcessTable]) -> Iterator[StalePid]:
    """Yield the workers whose last look names a pid that is not theirs, as the processes beside it show."""
    for worker, look in shown:
        if look.pid is None or look.status not in RUNNING:
            continue
        table = _beside(look, tables)
        if table is None:
            continue
        process = next((one for one in table.processes if one.pid == look.pid), None)
        if process is None and table.whole:
            yield StalePid(worker, look, None, table)
        elif process is not None and _is_another(look, process, table):
            yield StalePid(worker, look, process, table)


def pid_by_script(look: App, tables: Sequence[ProcessTable]) -> int | None:
    """Return the pid of the only process that runs the worker's script, None if that is not one alone."""
    if not look.script or not tables:
        return None
    pids = [
        one.pid for one in tables[-1].processes if one.argv and look.script in " ".join(one.argv).split()
    ]
    return pids[0] if len(pids) == 1 else None


def machine_of_apps(machines: Sequence[Machine], apps: Sequence[App]) -> Machine | None:
    """Return the machine that apps run on: by when it was looked at, else by scripts, else by pids.

    None where nothing of several machines fits, or two fit as well: that is no evidence for either.
    """

    def fit(machine: Machine) -> tuple[int, int, int]:
        tables = machine.looks.listings
        now = machine.tree.by_pid
        beside = sum(_is_beside(app, table) for app in apps for table in tables)
        scripts = sum(pid_by_script(app, tables) is not None for app in apps)
        return beside, scripts, sum(app.pid in now for app in apps)

    if len(machines) < 2:
        return next(iter(machines), None)
    fits = [fit(machine) for machine in machines]
    best = max(fits)
    return machines[fits.index(best)] if any(best) and fits.count(best) == 1 else None


def _is_beside(look: App, table: ProcessTable) -> bool:
    return look.at is not None and table.at is not None and abs(look.at - table.at) <= _SAME_TIME


def _beside(look: App, tables: Sequence[ProcessTable]) -> ProcessTable | None:
    """Return the listing that was taken with a look; without times one is taken for it."""
    for table in reversed(tables):
        if _is_beside(look, table):
            return table
    untimed = [table for table in tables if table.at is None]
    return untimed[-1] if untimed and look.at is None else None


def _is_another(look: App, process: Process, table: ProcessTable) -> bool:
    """Whether a process started at another time than PM2 says of its own.

    A listing shows local times, of a zone that it does not tell: full quarters of an hour prove nothing.
    """
    if process.started_at is None or look.started_at is None:
        return _is_older(look, process)
    apart = abs(process.started_at - look.started_at)
    if not table.live and process.start_ticks is None and apart <= _FARTHEST_ZONES:
        apart = min(apart % _QUARTER, _QUARTER - apart % _QUARTER)
    return apart > _GRAIN


def _is_older(look: App, process: Process) -> bool:
    """Whether a process has another age than the worker, where a listing shows ages alone."""
    age = look.uptime
    if look.at is not None and look.started_at is not None:
        age = (look.at - look.started_at) / timedelta(seconds=1)
    if age is None or process.age is None:
        return False
    return abs(process.age - age) > _SAME_TIME.total_seconds() + look.uptime_grain
