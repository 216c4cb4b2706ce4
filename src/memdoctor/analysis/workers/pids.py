"""Whether the pid that PM2 names is still the worker: a pid alone may be somebody else's by now."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta

from memdoctor.analysis.processes.likeness import is_told
from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.workers.worker import RUNNING, Worker
from memdoctor.model import App, Process, ProcessTable

_GRAIN = timedelta(seconds=3)  # PM2 notes the start before it forks; listings have whole seconds
_QUARTER, _FARTHEST_ZONES = timedelta(minutes=15), timedelta(hours=26)
_DAEMON = ": God Daemon"  # as PM2 titles itself: PM2 v6.0.14: God Daemon (/home/app/.pm2)
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
    listings = _Listings([look for _, look in shown], tables)
    for worker, look in shown:
        if look.pid is None or look.status not in RUNNING:
            continue
        table = listings.beside(look)
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


class _Listings:
    """Listings of processes, ready to be asked which of them was taken with a look."""

    def __init__(self, looks: Sequence[App], tables: Sequence[ProcessTable]) -> None:
        self._tables = tables[::-1]
        self._looks: dict[str, list[App]] = defaultdict(list)
        self._of_pm2: dict[tuple[str, int], bool] = {}
        for look in looks:
            self._looks[look.source].append(look)

    def beside(self, look: App) -> ProcessTable | None:
        """Return the listing of a look: where no time tells, one that shows processes of this PM2."""
        if is_told(look):
            return next((one for one in self._tables if is_told(one) and _is_beside(look, one)), None)
        for number, table in enumerate(self._tables):
            if not is_told(table) and _may_be_beside(look, table) and self._is_of(look.source, number):
                return table
        return None

    def _is_of(self, source: str, number: int) -> bool:
        known = source, number
        if known not in self._of_pm2:
            self._of_pm2[known] = _is_of_pm2(self._looks[source], self._tables[number])
        return self._of_pm2[known]


def _may_be_beside(look: App, table: ProcessTable) -> bool:
    """Whether the last changes of two files, if both have one, fit."""
    return look.at is None or table.at is None or _is_beside(look, table)


def _is_of_pm2(looks: Sequence[App], table: ProcessTable) -> bool:
    """Whether a listing shows PM2's daemon, or a worker by its script, or by its pid and start."""
    pids = {look.pid: look for look in looks if look.pid}
    homes = {look.home for look in looks if look.home}
    scripts = {look.script for look in looks if look.script}
    for process in table.processes:
        words = " ".join(process.argv or ())
        if _is_daemon_of(homes, words) or not scripts.isdisjoint(words.split()):
            return True
        look = pids.get(process.pid)
        if look is not None and _is_the_same(look, process, table):
            return True
    return False


def _is_daemon_of(homes: Set[str], words: str) -> bool:
    """Whether words are the title of PM2's daemon, which may be cut off, and of no other home."""
    _, title, behind = words.partition(_DAEMON)
    told = behind.strip(" ()")
    return bool(title) and (not homes or any(home.startswith(told) for home in homes))


def _is_the_same(look: App, process: Process, table: ProcessTable) -> bool:
    """Whether a start that both tell is the same."""
    both = process.started_at is not None and look.started_at is not None
    return both and not _is_another(look, process, table)


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
