"""How much memory a process can still get: of the machine, and on Linux of its control group."""

import sys
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 60
Groups = tuple[tuple[str, ...], ...]  # hierarchy, controllers and path of each


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that are free, and who has them: the machine, or the control group of the process."""

    free: int
    of: str


def room_for(pid: int) -> Room | None:
    """Return the memory that a process can still get, the least of all limits; None where nothing tells."""
    rooms = [room for room in (_of_machine(), left_in(groups_of(pid))) if room is not None]
    return min(rooms, key=lambda room: room.free, default=None)


def _of_machine() -> Room | None:
    if sys.platform == "linux":
        from memdoctor.live import procfs

        free = procfs.kilobytes(procfs.machine_memory(), b"MemAvailable")
        return None if free is None else Room(free, "this machine")
    import psutil

    return Room(psutil.virtual_memory().available, "this machine")


def left_in(groups: Groups) -> Room | None:
    """Return what is left in the tightest of some control groups, and of those around them."""
    found: list[int] = []
    for _, controllers, path in groups:
        if not controllers:
            roots = (_ROOT, _ROOT / "unified")
            found += _left(roots, path, "memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            found += _left((_ROOT / "memory",), path, *names)
    return Room(min(found), "its control group") if found else None


def groups_of(pid: int) -> Groups:
    """Return the control groups that a process is in; many share theirs."""
    try:
        with open(f"/proc/{pid}/cgroup", encoding="utf-8", errors="replace") as lines:
            groups = [tuple(line.rstrip("\n").split(":", 2)) for line in lines]
    except OSError:
        return ()
    return tuple(group for group in groups if len(group) == 3)


def _left(roots: tuple[Path, ...], path: str, limit: str, usage: str, reclaimable: str) -> list[int]:
    """Return what each group from a path up to the root leaves, of those that have a limit."""
    found = []
    for root in roots:
        # A container sees its own group as the root, whatever its path is outside.
        group = root / path.lstrip("/") if ".." not in path and (root / path.lstrip("/")).is_dir() else root
        while group.is_relative_to(root):
            most, used = _number(group / limit), _number(group / usage)
            if most is not None and used is not None and most < _UNLIMITED:
                found.append(max(most - used + _from_cache(group / "memory.stat", reclaimable), 0))
            group = group.parent
    return found


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return int(text) if text.isdigit() else None


def _from_cache(path: Path, name: str) -> int:
    """Return the file cache that the kernel gives up before it kills."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return 0
    words = next((line.split() for line in lines if line.startswith(f"{name} ")), ["", "0"])
    return int(words[1]) if words[1].isdigit() else 0


def room_on_disk(folder: Path) -> int:
    """Return the bytes that can still be written into a folder."""
    import shutil

    return shutil.disk_usage(folder).free
