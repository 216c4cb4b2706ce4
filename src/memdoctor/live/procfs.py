"""Linux: what /proc says of one process. Anything may be denied, or gone, between two reads."""

import os
from dataclasses import dataclass
from functools import cache

_KERNEL_THREAD = 0x00200000  # PF_KTHREAD of include/linux/sched.h
_HANGUP = 1  # SIGHUP is bit 0 of the masks in /proc/PID/status
_LONGEST = 1 << 20  # bytes of a command line


@dataclass(frozen=True, slots=True)
class Stat:
    """The fields of /proc/PID/stat that are used here. Times are clock ticks, sizes bytes."""

    name: str
    state: str
    ppid: int
    pgid: int
    sid: int
    terminal: int
    is_kernel: bool
    cpu_ticks: int
    threads: int
    start_ticks: int
    rss: int


def read(path: str, limit: int = 1 << 16) -> bytes:
    """Return the first bytes of a file, without a look at its size, which is 0 in /proc.

    Raises OSError: PermissionError where that is denied, others where the process has ended.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts, length = [], 0
        while length < limit and (part := os.read(descriptor, min(limit - length, 1 << 16))):
            parts.append(part)
            length += len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _lines(path: str) -> dict[bytes, bytes]:
    """Return the lines `Name: value` of a file by their name."""
    pairs = (line.partition(b":") for line in read(path).split(b"\n"))
    return {name: value.strip() for name, _, value in pairs}


def stat(pid: int) -> Stat:
    """Return what `stat` says. The name stands in brackets and may hold brackets and spaces itself.

    Raises OSError if there is no such process (any more), ValueError for what is no such file.
    """
    text = read(f"/proc/{pid}/stat", 4096)
    start, end = text.find(b"("), text.rfind(b")")
    fields = text[end + 2 :].split()
    if start < 0 or end < start or len(fields) < 22:
        raise ValueError(f"/proc/{pid}/stat is not what it should be")
    return Stat(
        name=text[start + 1 : end].decode("utf-8", "replace"),
        state=fields[0].decode("ascii", "replace"),
        ppid=int(fields[1]),
        pgid=int(fields[2]),
        sid=int(fields[3]),
        terminal=int(fields[4]),
        is_kernel=bool(int(fields[6]) & _KERNEL_THREAD),
        cpu_ticks=int(fields[11]) + int(fields[12]),
        threads=int(fields[17]),
        start_ticks=int(fields[19]),
        rss=int(fields[21]) * page_size(),
    )


def arguments(pid: int) -> tuple[str, ...]:
    """Return the arguments, without what a program that set its own title left empty behind it."""
    text = read(f"/proc/{pid}/cmdline", _LONGEST).rstrip(b"\0")
    if not text:
        return ()
    return tuple(word.decode("utf-8", "replace") for word in text.split(b"\0"))


def link(path: str) -> str | None:
    """Return where a link of /proc leads.

    Raises PermissionError where that is denied.
    """
    try:
        return os.readlink(path)
    except PermissionError:
        raise
    except OSError:
        return None


def status(pid: int) -> dict[bytes, bytes]:
    """Return the lines of /proc/PID/status by their name."""
    return _lines(f"/proc/{pid}/status")


def ignores_hangup(lines: dict[bytes, bytes]) -> bool | None:
    """Whether SIGHUP is ignored, by the mask in `status`."""
    mask = lines.get(b"SigIgn")
    return None if mask is None else bool(int(mask, 16) & _HANGUP)


def kilobytes(lines: dict[bytes, bytes], name: bytes) -> int | None:
    """Return a size in bytes of a file with lines such as `VmSwap:  12 kB`."""
    words = lines.get(name, b"").split()
    return int(words[0]) * 1024 if words and words[0].isdigit() else None


def memory(pid: int) -> tuple[int, int] | None:
    """Return PSS and USS in bytes, None of a process that has ended.

    USS is what is private to it: Private_Clean and Private_Dirty of smaps_rollup, huge pages too.

    Raises PermissionError where that is denied.
    """
    try:
        lines = _lines(f"/proc/{pid}/smaps_rollup")
    except PermissionError:
        raise
    except OSError:
        return None
    pss = kilobytes(lines, b"Pss")
    private = (b"Private_Clean", b"Private_Dirty", b"Private_Hugetlb")
    return None if pss is None else (pss, sum(kilobytes(lines, name) or 0 for name in private))


def pids() -> list[int]:
    """Return all pids that are shown."""
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


@cache
def page_size() -> int:
    """Return the bytes of a page."""
    return os.sysconf("SC_PAGE_SIZE")


@cache
def ticks_per_second() -> int:
    """Return how many clock ticks make a second."""
    return os.sysconf("SC_CLK_TCK")


def uptime() -> float:
    """Return for how many seconds the machine runs."""
    return float(read("/proc/uptime").split()[0])


def machine_memory() -> dict[bytes, bytes]:
    """Return the lines of /proc/meminfo by their name."""
    return _lines("/proc/meminfo")
