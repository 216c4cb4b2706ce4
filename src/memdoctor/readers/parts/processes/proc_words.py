"""Words of /proc, live or captured: devices, links, control groups."""

from collections.abc import Iterable

_DELETED = " (deleted)"
_MEMORY_FILE = "/memfd:"  # never had a place on disk, so it was not deleted there
_TERMINALS = ("/dev/pts/", "/dev/tty", "/dev/console")
_PSEUDO_TERMINALS = 136  # the first of eight major numbers
_CONSOLES = 4


def terminal(device: int) -> str:
    """Return the name of a terminal's device number, empty for none (proc_pid_stat(5)).

    >>> terminal(0x8805), terminal(0x8905), terminal(0x402), terminal(0)
    ('pts/5', 'pts/261', 'tty2', '')
    """
    if not device:
        return ""
    major, minor = device >> 8 & 0xFFF, device & 0xFF | device >> 12 & 0xFFF00
    if _PSEUDO_TERMINALS <= major < _PSEUDO_TERMINALS + 8:
        return f"pts/{minor + (major - _PSEUDO_TERMINALS) * 256}"
    return f"tty{minor}" if major == _CONSOLES else f"{major}:{minor}"


def stream_kind(target: str) -> str:
    """Return what a link of /proc/PID/fd leads to.

    >>> stream_kind("pipe:[4711]"), stream_kind("/dev/null"), stream_kind("/dev/pts/1 (deleted)")
    ('pipe', 'null', 'terminal')
    """
    if target.startswith(("pipe:", "socket:")):
        return target.partition(":")[0]
    if target == "/dev/null":
        return "null"
    if target.startswith(_TERMINALS):
        return "terminal"
    return "file" if target.startswith("/") and not target.startswith("/dev/") else "other"


def is_deleted(target: str) -> bool:
    """Whether a link of /proc says that what it leads to was deleted."""
    return target.endswith(_DELETED)


def existing(path: str | None) -> tuple[str | None, bool | None]:
    """Return the path of a file, and whether it has been deleted, as Linux says it behind the path."""
    if path is None:
        return None, None
    return path.removesuffix(_DELETED), is_deleted(path) and not path.startswith(_MEMORY_FILE)


def group_of_manager(lines: Iterable[str]) -> str | None:
    """Return the control group that a service manager put a process into: version 2, or `name=systemd`.

    >>> group_of_manager(["12:pids:/a", "0::/system.slice/cron.service"])
    '/system.slice/cron.service'
    """
    for line in lines:
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if controllers in ("", "name=systemd") and path:
            return path
    return None
