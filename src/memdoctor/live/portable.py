"""macOS, Windows and others: the processes of this machine, as far as psutil can tell."""

import os
import sys
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from memdoctor.live import NAME
from memdoctor.model import ARGUMENTS, MEMORY, Process, ProcessTable
from memdoctor.readers.parts.processes.process_fields import terminal
from memdoctor.readers.parts.processes.psutil_process import STATES

_CHANGING = ("pid", "ppid", "create_time", "status", "cpu_times", "memory_info", "num_threads")
# Asked once of each process. psutil knows no terminal on Windows.
_LASTING = ("name", "cmdline", "username", "exe", "cwd", *(() if os.name == "nt" else ("terminal",)))
_SYSTEMS = {"darwin": "macos", "win32": "windows"}


class Watched:
    """Looks at all processes, again and again; what seldom changes is read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, float | None], dict[str, Any]] = {}

    def look(self) -> ProcessTable:
        """Return all processes at this moment; what is denied is None, and named in `unseen`."""
        import psutil

        at = datetime.now(UTC)
        processes, known = [], {}
        for one in psutil.process_iter():
            try:
                facts = one.as_dict(_CHANGING, ad_value=None)
                key = facts["pid"], facts["create_time"]
                known[key] = self._known.get(key) or one.as_dict(_LASTING, ad_value=None)
                processes.append(_process(facts | known[key], at))
            except (psutil.Error, OSError):  # it ended meanwhile
                continue
        self._known = known
        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        return ProcessTable(
            NAME,
            NAME,
            tuple(processes),
            at=at,
            system=_SYSTEMS.get(sys.platform, sys.platform),
            live=True,
            looker=os.getpid(),
            whole=True,
            memory_total=memory.total,
            memory_available=memory.available,
            swap_total=swap.total,
            swap_used=swap.used,
        )


def _process(facts: dict[str, Any], at: datetime) -> Process:
    created, cpu, memory = facts["create_time"], facts["cpu_times"], facts["memory_info"]
    argv = facts["cmdline"]
    unseen = tuple(
        what
        for name, what in (("cmdline", ARGUMENTS), ("exe", "exe"), ("cwd", "cwd"))
        if facts[name] is None
    )
    return Process(
        NAME,
        f"pid {facts['pid']}",
        facts["pid"],
        ppid=facts["ppid"],
        user=facts["username"],
        started_at=None if created is None else datetime.fromtimestamp(created, UTC),
        age=None if created is None else max(at.timestamp() - created, 0.0),
        state=STATES.get(facts["status"] or ""),
        name=facts["name"],
        argv=None if argv is None else tuple(argv),
        exact=True,
        exe=facts["exe"],
        cwd=facts["cwd"],
        tty=terminal(facts.get("terminal")),
        rss=None if memory is None else memory.rss,
        threads=facts["num_threads"],
        cpu_seconds=None if cpu is None else cpu.user + cpu.system,
        is_kernel=facts["pid"] == 0 or (sys.platform == "win32" and facts["pid"] == 4),
        unseen=unseen,
    )


def deeper(table: ProcessTable) -> ProcessTable:
    """Return the table as it is: what is at the other end of a stream cannot be told here."""
    return table


def changing(pid: int) -> tuple[int | None, int | None]:
    """Return None for the swap, which is not told here, and the open descriptors (Windows: handles)."""
    import psutil

    try:
        process = psutil.Process(pid)
        return None, process.num_handles() if sys.platform == "win32" else process.num_fds()
    except (psutil.Error, OSError):
        return None, None


def weighed(table: ProcessTable, pids: Collection[int]) -> ProcessTable:
    """Return a table with USS (and PSS where there is one) of some processes of this user.

    Only of this user: on macOS the question can hang for ever for another's process (psutil #2885).
    """
    import psutil

    me = psutil.Process().username()

    def weigh(process: Process) -> Process:
        if process.pid not in pids:
            return process
        if process.user != me:
            return replace(process, unseen=(*process.unseen, MEMORY))
        try:
            full = psutil.Process(process.pid).memory_full_info()
        except (psutil.Error, OSError):
            return replace(process, unseen=(*process.unseen, MEMORY))
        return replace(process, uss=getattr(full, "uss", None), pss=getattr(full, "pss", None))

    return replace(table, processes=tuple(map(weigh, table.processes)))
