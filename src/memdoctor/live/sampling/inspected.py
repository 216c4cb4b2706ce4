"""What a process says of its own memory, by an inspector that is open already."""

from collections.abc import Mapping, Sequence
from typing import Any

from memdoctor.errors import CaptureError
from memdoctor.live.inspector.node import NodeSession
from memdoctor.model import Process, ProcessTable
from memdoctor.progress import note
from memdoctor.readers.parts.recording import INSIDE

_SHOWN = {
    "memoryUsage": ("heapTotal", "heapUsed", "external", "arrayBuffers"),
    "heapStatistics": ("heap_size_limit", "malloced_memory", "number_of_detached_contexts"),
}


class Inspected:
    """The process behind HOST:PORT, whichever it is by now: after a restart that is another one.

    Raises CaptureError where nobody answers at first.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._session: NodeSession | None = NodeSession.at(host, port)
        self._own_pid = self._session.pid
        self._is_told = False  # that nobody who is watched is behind it
        self._was_watched = False

    def process_in(self, table: ProcessTable) -> Process:
        """Return the process that it is, by the pid that it has where it runs: that may be a container.

        Raises CaptureError where no process of this machine can be it, or several can.
        """
        found = [one for one in table.processes if _own_pid(one) == self._own_pid]
        if len(found) == 1:
            return found[0]
        several = "several processes have" if found else "no process of this machine has"
        raise CaptureError(
            f"what answers at {self._place} has the pid {self._own_pid}: {several} that", "name its pid"
        )

    def look(self, watched: Sequence[Process]) -> Mapping[int, Mapping[str, Any]]:
        """Return what it says, by its pid; nothing where it does not answer now, or is not watched."""
        try:
            if self._session is None:
                self._session = NodeSession.at(self._host, self._port)
                self._own_pid, self._is_told, self._was_watched = self._session.pid, False, False
                note(f"the inspector at {self._place} is that of pid {self._own_pid} now")
            found = [one.pid for one in watched if _own_pid(one) == self._own_pid]
            if len(found) != 1 and not self._was_watched:
                self._tell_unwatched()
                return {}
            self._was_watched = True
            told = self._session.memory()
        except CaptureError as error:
            if self._session is not None:
                note(f"the heap is not asked any more: {error.message}")
            self.close()
            return {}
        return {
            pid: {section: _chosen(told.get(section), section) for section in INSIDE} for pid in found[:1]
        }

    def close(self) -> None:
        """End the connection; the inspector stays as it was."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    @property
    def _place(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{host}:{self._port}"

    def _tell_unwatched(self) -> None:
        if not self._is_told:
            note(f"the inspector at {self._place} is that of pid {self._own_pid}, which is not watched")
        self._is_told = True


def _own_pid(process: Process) -> int:
    """Return the pid that a process has for itself: in a container that is another one."""
    return process.namespace_pids[-1] if process.namespace_pids else process.pid


def _chosen(values: Any, section: str) -> dict[str, Any]:
    """Return the figures that are recorded."""
    known = values if isinstance(values, dict) else {}
    return {key: known[key] for key in _SHOWN[section] if key in known}
