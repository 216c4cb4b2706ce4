"""The inspector of a Node, opened by SIGUSR1: from the signal to the proof that it is closed."""

import os
import signal
import time
from collections.abc import Callable

from memdoctor.errors import CaptureError
from memdoctor.live.inspector import ports
from memdoctor.live.inspector.node import NodeSession, target_at
from memdoctor.live.inspector.target import INSTEAD, Target, started
from memdoctor.live.interrupts import Interrupts
from memdoctor.progress import note

_SECONDS = 5.0  # for it to open, and to close
_TICK = 0.02
_ALARM = 60.0  # seconds after which the process closes it itself: memdoctor may have been killed


class Opened:
    """One opening; `close` belongs into a `finally`, whether `open` has succeeded or not."""

    def __init__(self, target: Target) -> None:
        """Note where the process listens already."""
        self._target = target
        self._before = ports.listening([target.pid]).keys()
        self._is_asked = False
        self._place: ports.Address | None = None
        self._session: NodeSession | None = None

    def open(self, interrupts: Interrupts) -> NodeSession:
        """Send the signal and attach to what comes up.

        Raises CaptureError if nothing does, or it is not of the process that is meant.
        """
        interrupts.check()
        self._is_asked = True
        _send_signal(self._target)
        if not _wait_until(self._has_come_up, lambda: self._check(interrupts)):
            raise CaptureError(
                f"no inspector came up in process {self._target.pid} within {_SECONDS:g} s of SIGUSR1: it "
                "handles the signal itself, or a synchronous call blocks it",
                f"{INSTEAD}. If it was blocked, its inspector opens later: close it then with "
                f"node inspect -p {self._target.pid}, exec('process._debugEnd()')",
            )
        session = self._session = self._attach()
        self._target.verify(session.pid)
        session.end_later(_ALARM)
        return session

    def _check(self, interrupts: Interrupts) -> None:
        interrupts.check()
        if started(self._target.pid) is None:
            message = f"process {self._target.pid} ended on SIGUSR1: it has a handler of its own for that"
            raise CaptureError(message, INSTEAD)

    def close(self) -> None:
        """Close it, and wait until nobody listens there any more.

        Raises CaptureError, with the way to close it by hand, if that fails.
        """
        if not self._is_asked or not self._has_come_up():
            return
        for end in (self._end, self._end, self._end_now):
            try:
                end()
            except CaptureError as error:
                if not self._is_closed():
                    note(f"{error.message}: trying again to close it")
                    continue
            if _wait_until(self._is_closed):
                return
        host, port = self._place or ("", 0)
        raise CaptureError(
            f"THE INSPECTOR OF {self._target.name} IS STILL OPEN at {host}:{port}, and any user of this "
            "machine can run code in it",
            f"close it: node inspect {host}:{port}, then exec('process._debugEnd()'); or end the process",
        )

    def _end(self) -> None:
        session, self._session = self._session, None
        with session or self._attach() as attached:
            attached.end_inspector()

    def _end_now(self) -> None:
        with self._attach() as session:
            session.end_inspector_now()

    def _attach(self) -> NodeSession:
        """Attach to what has come up: nobody but the process listens there."""
        host, port = self._place or ("", 0)
        return NodeSession.at(ports.reachable(host), port)

    def _has_come_up(self) -> bool:
        """Whether the process listens where it did not before the signal, as an inspector does."""
        if self._place is None:
            for host, port in ports.listening([self._target.pid]).keys() - self._before:
                if port == self._target.inspector.port or _is_inspector(host, port):
                    self._place = (host, port)
        return self._place is not None

    def _is_closed(self) -> bool:
        return self._place not in ports.listening([self._target.pid])


def _is_inspector(host: str, port: int) -> bool:
    try:
        target_at(ports.reachable(host), port, seconds=2)
    except CaptureError:
        return False
    return True


def _wait_until(condition: Callable[[], bool], waiting: Callable[[], None] = lambda: None) -> bool:
    """Return whether a condition comes true within seconds; `waiting` may raise to end the wait."""
    until = time.monotonic() + _SECONDS
    while not condition():
        waiting()
        if time.monotonic() > until:
            return False
        time.sleep(_TICK)
    return True


def _send_signal(target: Target) -> None:
    """Send SIGUSR1 to the process that was looked at, and to no later one with its pid."""
    try:
        descriptor = _held(target.pid)
        try:
            target.check()
            if descriptor is None:
                os.kill(target.pid, signal.SIGUSR1)
            else:
                signal.pidfd_send_signal(descriptor, signal.SIGUSR1)
        finally:
            if descriptor is not None:
                os.close(descriptor)
    except ProcessLookupError:
        raise CaptureError(f"process {target.pid} has ended") from None
    except OSError as error:
        raise CaptureError(f"SIGUSR1 cannot be sent to {target.pid}: {error.strerror}", INSTEAD) from None


def _held(pid: int) -> int | None:
    """Return a descriptor that stays with a process, whoever has its pid later; None if there is none."""
    if not hasattr(os, "pidfd_open") or not hasattr(signal, "pidfd_send_signal"):
        return None
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        raise
    except OSError:  # an old kernel, or one that does not let
        return None
