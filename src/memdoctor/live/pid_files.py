"""Files in which programs keep their pid: in the folders of this user, and named on command lines."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from memdoctor.analysis.processes.program import option
from memdoctor.model import PidFile, Process

_NAMED = frozenset({"--pidfile", "--pid-file", "--pid"})
_ENDING = ".pid"
_LARGEST = 4096  # bytes
_MOST = 2_000  # folder entries that are looked at


def pid_files(processes: Iterable[Process]) -> tuple[PidFile, ...]:
    """Return the pid files of this user and of the processes' own command lines, each once."""
    named = (Path(path) for one in processes if one.argv and (path := option(one.argv, _NAMED)))
    found: dict[str, PidFile] = {}
    for place in (*named, *_in_folders()):
        if str(place) not in found and (file := _read(place)) is not None:
            found[str(place)] = file
    return tuple(found.values())


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


def _read(path: Path) -> PidFile | None:
    """Return what a pid file says: a number, or an object with `pid` and perhaps `startedAt` and `port`."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        text = path.read_text(encoding="utf-8").strip()
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        facts = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return None
    if isinstance(facts, dict):
        pid, port = facts.get("pid"), facts.get("port")
    else:
        pid, port, facts = facts, None, {}
    if not isinstance(pid, int) or isinstance(pid, bool) or not 0 < pid < 1 << 31:
        return None
    port = port if isinstance(port, int) and 0 < port < 1 << 16 else None
    return PidFile(str(path), pid, _moment(facts.get("startedAt")), written, port)


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
