"""A process as /proc describes it: numbers, and where its streams lead."""

from collections.abc import Mapping
from typing import Any

from memdoctor.model import GONE, PRESENT, Process, Stream
from memdoctor.readers.parts.processes.proc_words import existing, group_of_manager, stream_kind, terminal
from memdoctor.readers.parts.processes.process_fields import (
    argument_list,
    count,
    flag,
    process_id,
    seconds,
    text,
)
from memdoctor.readers.parts.processes.process_rows import Fields
from memdoctor.readers.parts.values import WrongKindError

_TICKS = 100  # a second has as many, on every Linux that is met
_PAGE = 4096
_STREAMS = ("0", "1", "2")
_PEERS = {True: GONE, False: PRESENT}


def process(fields: Fields) -> Process | None:
    """Return the process of a row, None if it is of none."""
    pid = fields.pid("pid")
    if pid is None:
        return None
    ppid, argv = fields.take("ppid", process_id), fields.take("argv", argument_list) or None
    state, pages = fields.take("state", text), fields.take("rss", count)
    zombie = state == "Z"
    # In a container an ordinary process may have the id 2.
    is_kernel = 2 in (pid, ppid) and not zombie and not argv and not pages
    exe, exe_deleted = existing(fields.take("exe", text))
    cwd, cwd_deleted = existing(fields.take("cwd", text))
    streams, hidden = _streams(fields)
    unseen = {"streams": hidden, "exe": _is_null(fields, "exe"), "cwd": _is_null(fields, "cwd")}
    user, system = fields.take("utime", count), fields.take("stime", count)
    uid, device = fields.take("uid", count), fields.take("tty_nr", count)
    return Process(
        fields.left.name,
        fields.place,
        pid,
        ppid=ppid,
        pgid=fields.take("pgrp", process_id),
        sid=fields.take("sid", process_id),
        user=None if uid is None else str(uid),
        start_ticks=fields.take("start", count),
        age=fields.take("age_s", seconds),
        state=None if state is None else state[:1],
        name=fields.take("comm", text),
        argv=argv,
        exact=argv is not None,
        exe=exe,
        exe_deleted=exe_deleted,
        cwd=cwd,
        cwd_deleted=cwd_deleted,
        tty=None if device is None else terminal(device),
        rss=None if pages is None else pages * _PAGE,
        threads=fields.take("threads", count),
        cpu_seconds=None if user is None or system is None else (user + system) / _TICKS,
        is_kernel=is_kernel,
        cgroup=fields.take("cgroup", _cgroup) or None,
        namespace_pids=fields.take("nspid", _pids) or (),
        ignores_hangup=fields.take("sighup_ignored", flag),
        streams=streams,
        unseen=() if is_kernel or zombie else tuple(what for what, hides in unseen.items() if hides),
    )


def _is_null(fields: Fields, key: str) -> bool:
    return key in fields.row and fields.row[key] is None


def _streams(fields: Fields) -> tuple[dict[int, Stream], bool]:
    """Return the streams that lead somewhere, and whether none of them could be seen."""
    told = fields.take("stdio", _objects)
    if not told:
        return {}, False
    leading = {
        int(number): Stream(stream_kind(target), _PEERS.get(dead) if isinstance(dead, bool) else None)
        for number in _STREAMS
        if (stream := told.get(number)) is not None and isinstance(target := stream.get("t"), str)
        for dead in [stream.get("dead")]
    }
    return leading, not leading


def _objects(raw: Any) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(raw, dict) or not all(isinstance(value, dict) for value in raw.values()):
        raise WrongKindError("no streams")
    return raw


def _pids(raw: Any) -> tuple[int, ...]:
    if not isinstance(raw, list) or len(raw) > 64:  # the kernel nests 32
        raise WrongKindError("no list of process ids")
    return tuple(process_id(number) for number in raw)


def _cgroup(raw: Any) -> str | None:
    lines = raw if isinstance(raw, list) else [raw]
    words = [text(line) for line in lines[:64]]
    return group_of_manager(words) or next((word for word in words if word.startswith("/")), None)
