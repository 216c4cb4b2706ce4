"""Signals that reach one process and no other: a pid alone may be somebody else's by now.

On Linux a descriptor of the process is opened first, and then its start is read: if that is the right one,
the descriptor is, too, and stays so, whatever becomes of the pid. Elsewhere the start is read right before.
"""

import os
import signal
from enum import StrEnum

from memdoctor.live import procfs
from memdoctor.model import Process

_GRAIN = 0.02  # seconds: start times by psutil come in steps of 10 ms
_BY_DESCRIPTOR = "pidfd_send_signal"
_IGNORED = b"SigIgn"


class State(StrEnum):
    """How a process is."""

    ALIVE = "alive"
    STOPPED = "stopped"  # by a signal: it takes no other but KILL until it goes on
    WAITING = "waiting"  # for a device: it takes no signal at all
    ZOMBIE = "zombie"
    GONE = "gone"  # or its pid is another process now


_STATES = {"Z": State.ZOMBIE, "X": State.GONE, "T": State.STOPPED, "D": State.WAITING}


class Hold:
    """A process that was found to be the one that is meant, so that signals reach it or nobody."""

    def __init__(self, process: Process, descriptor: int | None) -> None:
        self._process, self._descriptor = process, descriptor

    def send(self, number: signal.Signals) -> bool:
        """Send a signal; return whether it was sent: what has ended gets none.

        Raises PermissionError where that is denied.
        """
        if self._descriptor is None and not _is_there(self._process):
            return False
        try:
            if self._descriptor is None:
                os.kill(self._process.pid, number)
            else:
                signal.pidfd_send_signal(self._descriptor, number)
        except ProcessLookupError:
            return False
        return True

    def close(self) -> None:
        """Let go of it."""
        if self._descriptor is not None:
            os.close(self._descriptor)


def hold(process: Process) -> Hold | None:
    """Return a hold on a process, None if it has ended or its pid is another process's by now."""
    descriptor = None
    if process.start_ticks is not None and hasattr(os, "pidfd_open") and hasattr(signal, _BY_DESCRIPTOR):
        try:
            descriptor = os.pidfd_open(process.pid)
        except ProcessLookupError:
            return None
        except OSError:  # an old kernel, a sandbox that lets none pass, too many open files
            descriptor = None
    if _is_there(process):
        return Hold(process, descriptor)
    if descriptor is not None:
        os.close(descriptor)
    return None


def _is_there(process: Process) -> bool:
    return state_of(process) not in (State.GONE, State.ZOMBIE)


def state_of(process: Process) -> State:
    """Return how a process is now; GONE too if its pid is used by another one."""
    if process.start_ticks is None:
        return _state_by_psutil(process)
    try:
        stat = procfs.stat(process.pid)
    except (OSError, ValueError):
        return State.GONE
    if stat.start_ticks != process.start_ticks:
        return State.GONE
    if stat.state == "Z" and stat.threads > 1:  # only its first thread has ended
        return State.ALIVE
    return _STATES.get(stat.state, State.ALIVE)


def _state_by_psutil(process: Process) -> State:
    import psutil

    try:
        found = psutil.Process(process.pid)
        created, status = found.create_time(), found.status()
    except psutil.ZombieProcess:
        return State.ZOMBIE
    except (psutil.Error, OSError):
        return State.GONE
    if process.started_at is None or abs(process.started_at.timestamp() - created) > _GRAIN:
        return State.GONE
    return {"zombie": State.ZOMBIE, "dead": State.GONE, "stopped": State.STOPPED}.get(status, State.ALIVE)


def ignores_term(process: Process) -> bool:
    """Whether a process is known to ignore TERM; only Linux tells."""
    if process.start_ticks is None:
        return False
    try:
        mask = procfs.status(process.pid).get(_IGNORED, b"0")
    except OSError:
        return False
    return bool(int(mask, 16) >> (signal.SIGTERM - 1) & 1)
