"""A process as psutil's `as_dict()` describes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from memdoctor.model import Process
from memdoctor.readers.parts import values
from memdoctor.readers.parts.processes.proc_words import existing
from memdoctor.readers.parts.processes.process_fields import (
    DRIVE,
    argument_list,
    arguments,
    count,
    process_id,
    seconds,
    terminal,
    text,
)
from memdoctor.readers.parts.processes.process_rows import Fields
from memdoctor.readers.parts.values import WrongKindError

STATES = {
    **{"running": "R", "sleeping": "S", "disk-sleep": "D", "stopped": "T", "tracing-stop": "t"},
    **{"zombie": "Z", "dead": "X", "idle": "I", "parked": "P", "waking": "W"},
}
_FULL_ON_LINUX = ("rss", "vms", "shared", "text", "lib", "data", "dirty", "uss", "pss", "swap")
_TIMES = ("user", "system", "children_user", "children_system", "iowait")


def process(fields: Fields) -> Process | None:
    """Return the process of a row, None if it is of none."""
    pid = fields.pid("pid")
    if pid is None:
        return None
    row, ppid = fields.row, fields.take("ppid", process_id)
    memory = fields.take("memory_full_info", _memory) or fields.take("memory_info", _memory) or {}
    argv = fields.take("cmdline", _arguments) or None
    exe, deleted = existing(fields.take("exe", text))
    rss = memory.get("rss")
    share = _share(fields, "cpu_percent") or None  # the first look at a process is always 0
    return Process(
        fields.left.name,
        fields.place,
        pid,
        ppid=ppid,
        user=fields.take("username", text),
        started_at=fields.take("create_time", _moment) if row.get("create_time") != 0 else None,
        state=STATES.get(fields.take("status", text) or ""),
        name=fields.take("name", text),
        argv=argv,
        exact=argv is not None and isinstance(row.get("cmdline"), list),
        exe=exe,
        exe_deleted=deleted or None,  # psutil takes out what says so
        cwd=fields.take("cwd", text),
        tty=terminal(fields.take("terminal", text)) if "terminal" in row else None,
        rss=rss,
        pss=memory.get("pss"),
        uss=memory.get("uss"),
        swap=memory.get("swap"),
        memory_share=_share(fields, "memory_percent"),
        threads=fields.take("num_threads", count),
        cpu_seconds=fields.take("cpu_times", _cpu_seconds),
        cpu_share=share,
        cpu_is_recent=share is not None,
        is_kernel=system(row) == "linux" and 2 in (pid, ppid) and not argv and not rss,
    )


def system(row: Mapping[str, Any]) -> str | None:
    """Return the system of a row, where only one writes so."""
    pid, name, exe, times = (row.get(key) for key in ("pid", "name", "exe", "cpu_times"))
    if (pid, name) == (4, "System") or (isinstance(exe, str) and DRIVE.match(exe)):
        return "windows"
    if (pid, name) == (1, "launchd"):
        return "macos"
    waits = (
        len(times) == len(_TIMES)
        if isinstance(times, list)
        else isinstance(times, dict) and "iowait" in times
    )
    return "linux" if waits or (pid, name) == (2, "kthreadd") else None


def _memory(raw: Any) -> dict[str, int]:
    """Return sizes by name; without names only the first is sure, and all of Linux's long form."""
    if isinstance(raw, list):
        names = _FULL_ON_LINUX if len(raw) == len(_FULL_ON_LINUX) else _FULL_ON_LINUX[:1]
        raw = dict(zip(names, raw, strict=False))
    if not isinstance(raw, dict):
        raise WrongKindError("no sizes")
    return {name: count(raw[name]) for name in ("rss", "pss", "uss", "swap") if raw.get(name) is not None}


def _cpu_seconds(raw: Any) -> float:
    if isinstance(raw, list):
        raw = dict(zip(_TIMES, raw, strict=False))
    if not isinstance(raw, dict):
        raise WrongKindError("no times")
    return round(seconds(raw.get("user")) + seconds(raw.get("system")), 3)


def _arguments(raw: Any) -> tuple[str, ...]:
    return arguments(raw) if isinstance(raw, str) else argument_list(raw)


def _moment(raw: Any) -> datetime:
    return values.moment(values.number(raw))


def _share(fields: Fields, key: str) -> float | None:
    percent = fields.take(key, seconds)
    return None if percent is None else percent / 100
