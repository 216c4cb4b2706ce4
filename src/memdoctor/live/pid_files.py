"""Files in which programs keep their pid: in the folders of this user, and named on command lines."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from memdoctor.analysis.processes.known import PID_FILE_OPTIONS
from memdoctor.analysis.processes.program import option
from memdoctor.errors import InputError
from memdoctor.model import PidFile, Process
from memdoctor.readers.parts.processes.process_rows import Left
from memdoctor.readers.pid_file import MOST_BYTES, pid_file_of

_ENDING = ".pid"
_MOST = 2_000  # folder entries that are looked at


def pid_files(processes: Iterable[Process]) -> tuple[PidFile, ...]:
    """Return the pid files of this user and of the processes' own command lines, each once."""
    named = (path for one in processes if one.argv and (path := _named(one)) is not None)
    found: dict[str, PidFile] = {}
    for place in (*named, *_in_folders()):
        if str(place) not in found and (file := pid_file_at(place)) is not None:
            found[str(place)] = file
    return tuple(found.values())


def _named(process: Process) -> Path | None:
    """Return the pid file on a command line, None where it is not to be found from here."""
    path = option(process.argv or (), PID_FILE_OPTIONS)
    if path is None or len(process.namespace_pids) > 1:
        return None
    if process.cwd is None and not Path(path).is_absolute():
        return None
    return Path(process.cwd or "/") / path


def _in_folders() -> Iterator[Path]:
    """Yield files that end in .pid, in the hidden folders of the home folder and in the runtime folder."""
    left = _MOST
    try:
        home = Path.home()
        folders = [one for one in home.iterdir() if one.name.startswith(".") and one.is_dir()]
    except (OSError, RuntimeError):
        folders = []
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    for folder in (*folders, *([Path(runtime)] if runtime else [])):
        try:
            for entry in folder.iterdir():
                left -= 1
                if entry.name.endswith(_ENDING):
                    yield entry
                if left <= 0:
                    return
        except OSError:
            continue


def pid_file_at(path: Path) -> PidFile | None:
    """Return what a pid file says, None if it cannot be read or says nothing."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return pid_file_of(path.read_bytes(), str(path), written, Left(str(path)))
    except (OSError, InputError, OverflowError, ValueError):
        return None
