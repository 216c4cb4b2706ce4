"""The folder of a PM2 daemon, and why nobody may answer there."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from memdoctor.analysis.processes.program import program_of
from memdoctor.errors import CaptureError
from memdoctor.live.machine import one_look
from memdoctor.live.pid_files import pid_file_at
from memdoctor.model import Process, ProcessTable

_HELP = "memdoctor starts no PM2; pm2 jlist would"
_TITLE = re.compile(r"PM2 v[\w.-]{1,40}: God Daemon(?: \((?P<home>.+)\))?")
_MOST_OTHERS = 3  # daemons with another home that are named


@dataclass(frozen=True, slots=True)
class Home:
    """The folder in which a daemon keeps its socket and its files."""

    folder: Path

    @property
    def socket(self) -> Path:
        """On which the daemon listens."""
        return self.folder / "rpc.sock"

    def __str__(self) -> str:
        return shown(self.folder)


def home_at(folder: Path | None) -> Home:
    """Return the home in a folder; without one that of the environment, else that of this user."""
    if folder is not None:
        return Home(folder)
    if named := os.environ.get("PM2_HOME"):
        return Home(Path(named))
    try:
        return Home(Path.home() / ".pm2")
    except RuntimeError:  # a user without a folder: PM2 takes this
        return Home(Path("/etc/.pm2"))


def shown(path: Path) -> str:
    """Return a path with ~ for this user's folder."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)


def nobody_at(home: Home, error: OSError) -> CaptureError:
    """Return why the daemon of a home was not reached."""
    if isinstance(error, PermissionError):
        return _denied(home)
    table = one_look()
    help_line = "; ".join((_HELP, *_others(home, table)))
    if not os.path.isdir(home.folder):
        return CaptureError(f"PM2 is not used here: there is no {home}", help_line)
    if error.errno is None:  # Python itself declines a path that is too long
        return CaptureError(f"{shown(home.socket)} is no path for a socket: {error}", help_line)
    reason = f"PM2 does not run: nobody answers at {shown(home.socket)}{_left_over(home, table)}"
    return CaptureError(reason, help_line)


def _denied(home: Home) -> CaptureError:
    """Return that another user's PM2 may not be asked, and whose it is."""
    places = (home.socket, *home.socket.parents)
    owner = next((name for place in places if (name := _owner(place)) is not None), "another user")
    return CaptureError(
        f"PM2 at {home} belongs to {owner}: permission denied", f"run memdoctor as {owner} or as root"
    )


def _owner(place: Path) -> str | None:
    """Return whose a file is, None if that is not shown."""
    try:
        return place.owner()
    except KeyError:
        return f"user {place.stat().st_uid}"
    except OSError:
        return None


def _left_over(home: Home, table: ProcessTable) -> str:
    """Return what has become of the process in the daemon's pid file."""
    file = pid_file_at(home.folder / "pm2.pid")
    if file is None:
        return ""
    process = next((one for one in table.processes if one.pid == file.pid and one.state != "Z"), None)
    if process is None:
        return f"; its pm2.pid is stale: process {file.pid} has ended" if table.whole else ""
    place = _daemon_home(process)
    if place is not None and (not place or _is_same(place, home)):
        return f"; PM2's process {file.pid} runs, but does not listen there"
    return f"; its pm2.pid is a stale file: process {file.pid} is {program_of(process).name} now"


def _daemon_home(process: Process) -> str | None:
    """Return the home of a PM2 daemon by its title, empty if that is cut off; None of another process."""
    title = _TITLE.match(process.argv[0]) if process.argv else None
    return None if title is None else title["home"] or ""


def _is_same(place: str, home: Home) -> bool:
    return os.path.realpath(place) == os.path.realpath(home.folder)


def _others(home: Home, table: ProcessTable) -> Iterator[str]:
    """Yield where other daemons run, so that they can be asked."""
    places = dict.fromkeys(_daemon_home(one) for one in table.processes)
    elsewhere = [place for place in places if place and not _is_same(place, home)]
    for place in elsewhere[:_MOST_OTHERS]:
        yield f"another PM2 runs, with PM2_HOME={place}"
