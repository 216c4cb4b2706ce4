"""Linux: what standard streams lead to, and whether anybody is at the other end."""

import os
import select
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from memdoctor.live import procfs, unix_sockets
from memdoctor.model import GONE, INHERITED, PRESENT, STREAMS, Process, Stream
from memdoctor.readers.parts.processes.proc_words import is_deleted, stream_kind

_STANDARD = (0, 1, 2)
Holders = Mapping[
    str, Sequence[tuple[int, int]]
]  # what an open file is → the pids and descriptors that have it


def open_files(pids: Iterable[int]) -> tuple[Holders, frozenset[int]]:
    """Return who holds each pipe and socket open, and the processes whose open files are not shown."""
    holders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    unseen = set()
    for pid in pids:
        folder = f"/proc/{pid}/fd"
        try:
            names = os.listdir(folder)
        except PermissionError:
            unseen.add(pid)
            continue
        except OSError:
            continue
        for name in names:
            try:
                target = os.readlink(f"{folder}/{name}")
            except OSError:
                continue
            if target[:4] in ("pipe", "sock"):
                holders[target].append((pid, int(name)))
    return holders, frozenset(unseen)


def targets_of(pid: int) -> dict[int, str]:
    """Return where each standard stream of a process leads.

    Raises PermissionError where that is not shown.
    """
    found = {}
    for number in _STANDARD:
        target = procfs.link(f"/proc/{pid}/fd/{number}")
        if target is not None:
            found[number] = target
    return found


class Peers:
    """Tells who is at the other end of pipes and sockets, at one moment."""

    def __init__(self, processes: Sequence[Process], holders: Holders) -> None:
        self._by_pid = {process.pid: process for process in processes}
        self._holders = holders
        self._sockets = unix_sockets.peers()

    def streams(self, process: Process, targets: Mapping[int, str]) -> dict[int, Stream]:
        """Return the standard streams of a process with what is at their other ends."""
        return {number: self._stream(process, number, target) for number, target in targets.items()}

    def _stream(self, process: Process, number: int, target: str) -> Stream:
        kind = stream_kind(target)
        if kind == "terminal":
            return Stream(kind, GONE if is_deleted(target) else PRESENT)
        if kind == "pipe":
            gone = pipe_is_dead(process.pid, number)
            if gone is None:
                return Stream(kind)
            return Stream(kind, GONE if gone else self._inherited(process, target) or PRESENT)
        if kind == "socket":
            return Stream(kind, self._socket_peer(process, target))
        return Stream(kind)

    def _socket_peer(self, process: Process, target: str) -> str | None:
        peer = (self._sockets or {}).get(int(target[8:-1]))
        if peer is None:
            return None  # no UNIX socket, or one of another network namespace
        if peer == 0:
            return GONE
        return self._inherited(process, f"socket:[{peer}]") or PRESENT

    def _inherited(self, process: Process, target: str) -> str | None:
        """Return INHERITED if the other end is only with siblings that got it by accident.

        They have it as no standard stream, so they do not use it; and they belong to the same lost session.
        """
        found = None
        for pid, descriptor in self._holders.get(target, ()):  # ends at the first that uses it
            if pid == process.pid:
                continue
            other = self._by_pid.get(pid)
            if other is None or descriptor in _STANDARD:
                return None
            if other.ppid != process.ppid or other.sid != process.sid or other.sid == other.pid:
                return None
            found = INHERITED
        return found


def pipe_is_dead(pid: int, number: int) -> bool | None:
    """Whether nobody has the other end of a pipe; None where that is not shown.

    The kernel knows, also of processes that are not shown: a pipe without a writer hangs up, one without a
    reader cannot be opened for writing. Nothing is read from it or written to it.
    """
    reads = number == 0
    mode = (os.O_RDONLY if reads else os.O_WRONLY) | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(f"/proc/{pid}/fd/{number}", mode)
    except OSError as error:
        import errno

        return True if error.errno == errno.ENXIO else None
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN if reads else select.POLLOUT)
        events = poll.poll(0)
    finally:
        os.close(descriptor)
    flags = events[0][1] if events else 0
    return bool(flags & (select.POLLHUP if reads else select.POLLERR))


def with_streams(
    processes: Sequence[Process], chosen: Container[int], holders: Holders, unseen: frozenset[int]
) -> tuple[Process, ...]:
    """Return all processes, the chosen ones with their streams, or with a word that those are not shown."""
    peers = Peers(processes, holders)

    def seen(process: Process) -> Process:
        if process.pid not in chosen:
            return process
        try:
            targets = targets_of(process.pid)
        except PermissionError:
            targets = {}
        if not targets and process.pid in unseen:
            return replace(process, unseen=(*process.unseen, STREAMS))
        return replace(process, streams=peers.streams(process, targets))

    return tuple(map(seen, processes))
