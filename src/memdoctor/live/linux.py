"""Linux: the processes of this machine, from /proc. A cheap pass, again and again, and a deeper one."""

import os
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from memdoctor.live import NAME, procfs
from memdoctor.live.streams import Holders, open_files, with_streams
from memdoctor.model import ARGUMENTS, MEMORY, Listener, Process, ProcessTable
from memdoctor.readers.parts.processes.proc_words import existing, group_of_manager, terminal

_LISTENING = "0A"  # state of net/tcp_states.h


class Watched:
    """Looks at all processes, again and again; what cannot change is read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Process] = {}

    def look(self) -> ProcessTable:
        """Return all processes at this moment, without what takes long to find out."""
        at, uptime = datetime.now(UTC), procfs.uptime()
        processes = [one for pid in procfs.pids() if (one := self._process(pid, at, uptime)) is not None]
        self._known = {(one.pid, one.start_ticks or 0): one for one in processes}
        memory = procfs.machine_memory()
        swap_total, swap_free = (procfs.kilobytes(memory, name) for name in (b"SwapTotal", b"SwapFree"))
        swap_used = None if swap_total is None or swap_free is None else swap_total - swap_free
        return ProcessTable(
            NAME,
            NAME,
            tuple(processes),
            at=at,
            system="linux",
            live=True,
            looker=os.getpid(),
            whole=not _hides_processes(),
            memory_total=procfs.kilobytes(memory, b"MemTotal"),
            memory_available=procfs.kilobytes(memory, b"MemAvailable"),
            swap_total=swap_total,
            swap_used=swap_used,
        )

    def _process(self, pid: int, at: datetime, uptime: float) -> Process | None:
        """Return one process, None if it ended while it was read."""
        try:
            stat = procfs.stat(pid)
        except (OSError, ValueError):
            return None
        second = procfs.ticks_per_second()
        age = max(uptime - stat.start_ticks / second, 0.0)
        changing: dict[str, Any] = {
            "ppid": stat.ppid,
            "pgid": stat.pgid,
            "sid": stat.sid,
            "state": stat.state,
            "rss": stat.rss,
            "threads": stat.threads,
            "cpu_seconds": stat.cpu_ticks / second,
            "age": age,
        }
        known = self._known.get((pid, stat.start_ticks))
        if known is not None and known.name == stat.name:
            return replace(known, **changing)
        return replace(_identified(pid, stat), started_at=at - timedelta(seconds=age), **changing)


def _identified(pid: int, stat: procfs.Stat) -> Process:
    """Return what of a process is read once: it changes seldom, or not at all."""
    process = Process(
        NAME,
        f"/proc/{pid}",
        pid,
        start_ticks=stat.start_ticks,
        name=stat.name,
        exact=True,
        tty=terminal(stat.terminal),
        is_kernel=stat.is_kernel,
    )
    if stat.is_kernel:
        return process
    try:
        process = replace(process, argv=procfs.arguments(pid))
    except PermissionError:
        return replace(process, unseen=(ARGUMENTS,))
    except OSError:
        return process
    try:
        status = procfs.status(pid)
    except OSError:
        return process
    return replace(
        process,
        user=_user(status),
        swap=procfs.kilobytes(status, b"VmSwap"),
        ignores_hangup=procfs.ignores_hangup(status),
        namespace_pids=tuple(int(word) for word in status.get(b"NSpid", b"").split()),
    )


def deeper(table: ProcessTable) -> ProcessTable:
    """Return a table with streams, folders and control groups, and with all listeners."""
    own = [one for one in table.processes if not one.is_kernel and one.state != "Z"]
    holders, unseen = open_files(one.pid for one in own)
    placed = {one.pid: _placed(one) for one in own}
    processes = tuple(placed.get(one.pid, one) for one in table.processes)
    streamed = with_streams(processes, placed, holders, unseen)
    return replace(table, processes=streamed, listeners=listeners(holders))


def _placed(process: Process) -> Process:
    """Return a process with its program, folder and control group, as far as they are shown."""
    found: dict[str, Any] = {}
    unseen = list(process.unseen)
    for what in ("exe", "cwd"):
        try:
            target = procfs.link(f"/proc/{process.pid}/{what}")
        except PermissionError:
            unseen.append(what)
            continue
        if target is not None:
            path, deleted = existing(target)
            found |= {what: path, f"{what}_deleted": deleted}
    try:
        group = procfs.read(f"/proc/{process.pid}/cgroup", 1 << 14).decode("utf-8", "replace")
        found["cgroup"] = group_of_manager(group.splitlines())
    except OSError:
        pass
    return replace(process, unseen=tuple(unseen), **found)


def weighed(table: ProcessTable, pids: Collection[int]) -> ProcessTable:
    """Return a table with PSS and USS of some processes, where they are shown."""

    def weigh(process: Process) -> Process:
        if process.pid not in pids or process.is_kernel or process.state == "Z":
            return process
        try:
            found = procfs.memory(process.pid)
        except PermissionError:
            return replace(process, unseen=(*process.unseen, MEMORY))
        return process if found is None else replace(process, pss=found[0], uss=found[1])

    return replace(table, processes=tuple(map(weigh, table.processes)))


def changing(pid: int) -> tuple[int | None, int | None]:
    """Return the swap in bytes and the open descriptors of a process, as far as they are shown."""
    try:
        swap = procfs.kilobytes(procfs.status(pid), b"VmSwap")
    except OSError:
        swap = None
    try:
        return swap, len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return swap, None


def listeners(holders: Holders) -> tuple[Listener, ...]:
    """Return who waits for TCP connections, as far as open files are shown."""
    found: list[Listener] = []
    for place in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            text = procfs.read(place, 1 << 24).decode("ascii", "replace")
        except OSError:
            continue
        for line in text.splitlines()[1:]:
            fields = line.split()
            if len(fields) < 10 or fields[3] != _LISTENING:
                continue
            address, _, port = fields[1].rpartition(":")
            socket = f"socket:[{fields[9]}]"
            pids = sorted({pid for pid, _ in holders.get(socket, ())})
            found += [Listener(NAME, place, _address(address), int(port, 16), pid, socket) for pid in pids]
    return tuple(found)


def _address(digits: str) -> str:
    """Return an address of /proc/net/tcp: 32-bit words in the machine's byte order."""
    import ipaddress
    import sys

    words = [bytes.fromhex(digits[start : start + 8]) for start in range(0, len(digits), 8)]
    if sys.byteorder == "little":
        words = [word[::-1] for word in words]
    return str(ipaddress.ip_address(b"".join(words)))


def _user(status: dict[bytes, bytes]) -> str | None:
    words = status.get(b"Uid", b"").split()
    return name_of(int(words[0])) if words else None


@cache
def name_of(uid: int) -> str:
    """Return the name of a user, or the number of one without."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _hides_processes() -> bool:
    """Whether /proc is mounted so that others' processes are not shown (hidepid)."""
    return os.geteuid() != 0 and not Path("/proc/1").exists()
