"""Who starts processes again when they have ended, and how one is told to leave that."""

import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

from memdoctor.analysis.processes import known
from memdoctor.analysis.processes.tree import Tree
from memdoctor.live import procfs
from memdoctor.model import Process

# Program, how one of its processes is stopped, and how the program itself is.
_MANAGERS = (
    (re.compile(r"PM2|pm2(?:-runtime|-docker)?", re.I), "pm2 stop {name}", "pm2 kill"),
    (re.compile(r"supervisord"), "supervisorctl stop NAME", "supervisorctl shutdown"),
    (re.compile(r"runsv(?:dir)?"), "sv stop NAME", "sv shutdown NAME"),
    (re.compile(r"s6-(?:supervise|svscan)"), "s6-svc -d DIR", "s6-svscanctl -t DIR"),
    (re.compile(r"circusd"), "circusctl stop NAME", "circusctl quit"),
    (re.compile(r"monit"), "monit stop NAME", "monit quit"),
)
_ANY = "NAME (pm2 ls shows it)"
_GRAPHICAL = "application."  # what launchd calls a program with a window


@dataclass(frozen=True, slots=True)
class Manager:
    """A process manager: how one of its processes is stopped, and how it is itself."""

    process: Process
    name: str
    stop: str
    shutdown: str


def manager_of(tree: Tree, process: Process) -> Manager | None:
    """Return the process as a manager, None if it is none; `stop` has a place for a name."""
    name = tree.program(process).name
    for pattern, stop, shutdown in _MANAGERS:
        if pattern.fullmatch(name):
            return Manager(process, name, stop, shutdown)
    return None


def manager_above(tree: Tree, process: Process) -> Manager | None:
    """Return the nearest manager that a process runs below, with the words that stop this process."""
    below = process
    for ancestor in tree.ancestors(process):
        manager = manager_of(tree, ancestor)
        if manager is not None:
            stop = manager.stop.format(name=_name_in_pm2(below) or _ANY)
            return Manager(manager.process, manager.name, stop, manager.shutdown)
        below = ancestor
    return None


def _name_in_pm2(process: Process) -> str | None:
    """Return the number that PM2 gave to a process of its own, of all its variables this one alone."""
    try:
        variables = procfs.read(f"/proc/{process.pid}/environ", 1 << 18).split(b"\0")
    except OSError:
        return None
    numbers = (one.removeprefix(b"pm_id=") for one in variables if one.startswith(b"pm_id="))
    return next((number.decode("ascii") for number in numbers if number.isdigit()), None)


@dataclass(frozen=True, slots=True)
class Service:
    """What the service manager of the system runs, and the words that stop it."""

    name: str
    stop: str


def service_of(tree: Tree, process: Process) -> Service | None:
    """Return the service that a process belongs to, None if it belongs to none.

    The one that memdoctor itself runs in does not count: a job of a CI service is no service.
    """
    own = tree.by_pid.get(tree.table.looker or 0)
    group = process.cgroup
    if known.is_service(group) and group and (own is None or own.cgroup != group):
        unit = group.rstrip("/\n").rsplit("/", 1)[-1]
        user = " --user" if "/user@" in group else ""
        return Service(unit, f"systemctl{user} stop {unit}")
    label = _launchd_labels().get(process.pid) if sys.platform == "darwin" else None
    return None if label is None else Service(label, f"launchctl bootout gui/$(id -u)/{label}")


@cache
def _launchd_labels() -> dict[int, str]:
    """Return the jobs of launchd by their pid."""
    call = ("/bin/launchctl", "list")
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, and nothing of anybody's in it
            call, capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return labels_in(done.stdout.decode("utf-8", "replace"))


def labels_in(listing: str) -> dict[int, str]:
    r"""Return the jobs of a listing of `launchctl list` by their pid, without programs with a window.

    >>> labels_in("PID\tStatus\tLabel\n41\t0\tcom.example.mcp\n-\t0\tx\n42\t0\tapplication.terminal.1")
    {41: 'com.example.mcp'}
    """
    found = {}
    for line in listing.splitlines():
        pid, _, label = (*line.split("\t", 2), "", "")[:3]
        if pid.isdigit() and label and not label.startswith(_GRAPHICAL):
            found[int(pid)] = label
    return found


def how_to_stop(tree: Tree, process: Process) -> str:
    """Return what keeps a process from being started again, in words."""
    service = service_of(tree, process)
    if service is not None:
        return service.stop
    manager = manager_above(tree, process)
    if manager is not None:
        return manager.stop
    parent = tree.parent(process)
    if parent is None or tree.is_adopter(parent):
        return "memdoctor ps --for 30s shows what starts it"
    if parent.pid in tree.in_use:
        return f"end pid {parent.pid} first, below which memdoctor runs"
    return f"end {tree.program(parent).name} first: memdoctor reap {parent.pid}"
