"""The log of what was ended: JSON Lines, one line for each signal and one for what became of a process."""

import json
import os
import stat
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from memdoctor.analysis.processes.overview import command_of
from memdoctor.endings import Target
from memdoctor.errors import UsageError
from memdoctor.text import printable

_NAME = "reap.jsonl"
_HELP = "--log FILE writes it elsewhere, --no-log nowhere"


def usual_place() -> Path:
    """Return where the log is: the state folder of this user, on macOS that of logs.

    Raises UsageError for a user without a folder.
    """
    try:
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Logs" / "memdoctor" / _NAME
        state = os.environ.get("XDG_STATE_HOME", "")
        folder = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    except RuntimeError as error:
        raise UsageError("there is no folder for the log of what is ended", _HELP) from error
    return folder / "memdoctor" / _NAME


class Journal:
    """A log that is open. It is this user's own file, and nobody else can read it."""

    def __init__(self, path: Path) -> None:
        """Open a log to append to it.

        Raises UsageError if that cannot be: then nothing should be ended either.
        """
        self.path = path
        self.error: str | None = None  # why the last line could not be written
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        # A link in a folder of another user could lead root anywhere.
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._descriptor = os.open(path, flags, 0o600)
        except (OSError, ValueError) as error:
            reason = "it is a link" if path.is_symlink() else getattr(error, "strerror", None) or error
            raise UsageError(f"cannot write the log {path}: {reason}", _HELP) from error
        self._make_private()
        self._begin = b"" if _ends_with_a_line(path) else b"\n"

    def _make_private(self) -> None:
        found = os.fstat(self._descriptor)
        is_own = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
        if not stat.S_ISREG(found.st_mode) or not is_own or found.st_nlink != 1:
            os.close(self._descriptor)
            raise UsageError(f"cannot write the log {self.path}: it is no file of this user alone", _HELP)
        if hasattr(os, "fchmod"):
            os.fchmod(self._descriptor, 0o600)

    def note(self, target: Target, signal: str | None, outcome: str, detail: str = "") -> None:
        """Append one line about a process: the signal that it just got, or what became of it."""
        row = target.row
        started = row.started_at
        line: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "pid": target.pid,
            "started_at": None if started is None else started.isoformat().replace("+00:00", "Z"),
            "start_ticks": target.process.start_ticks,
            "program": row.program,
            "command": command_of(target.process, show_arguments=False),  # a log is kept
            "kind": row.kind,
            "confidence": row.confidence,
            "reasons": _reasons(target),
            "signal": signal,
            "outcome": outcome,
            "detail": detail or None,
        }
        text = json.dumps({key: _harmless(value) for key, value in line.items()}, ensure_ascii=False)
        try:
            os.write(self._descriptor, self._begin + text.encode("utf-8", "replace") + b"\n")
            self._begin = b""
        except OSError as error:  # a full disk, when signals have been sent already
            self.error = error.strerror

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)


def _ends_with_a_line(path: Path) -> bool:
    """Whether a file is empty, or its last line is whole."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _reasons(target: Target) -> Sequence[str]:
    if target.row.reasons:
        return list(target.row.reasons)
    is_root = target.root == target.pid
    return ["named by its pid" if is_root else f"pid {target.root}, which was named, started it"]


def _harmless(value: Any) -> Any:
    """Return a value without what would steer the terminal of a reader."""
    if isinstance(value, list):
        return [_harmless(one) for one in value]
    return printable(value) if isinstance(value, str) else value
