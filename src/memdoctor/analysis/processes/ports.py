"""Ports that several processes wait on, and files that name a process that is another one now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from memdoctor.analysis.processes import known
from memdoctor.analysis.processes.tree import Tree
from memdoctor.findings import Confidence
from memdoctor.model import Listener, PidFile, Process
from memdoctor.units import duration

_LATER = timedelta(seconds=2)
# What a client that asks for localhost may reach.
_LOCALHOST = frozenset({"127.0.0.1", "::1", "0.0.0.0", "::", "*"})  # noqa: S104 - compared, not bound


@dataclass(frozen=True, slots=True)
class Conflict:
    """One address and port with several sockets, of processes that do not belong together."""

    address: str
    port: int
    listeners: tuple[Listener, ...]
    owners: tuple[Process | None, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class StalePidFile:
    """A file that names a process which has ended, or which is another one."""

    file: PidFile
    process: Process | None  # who has the pid now
    reason: str
    port_owner: int | None = None


def conflicts(tree: Tree, listeners: Sequence[Listener]) -> tuple[Conflict, ...]:
    """Return ports with more than one listening socket, of processes of different trees.

    Processes that share one socket are a pool, and so are those that one live parent started. Different
    addresses that `localhost` means both are possibly a conflict.
    """
    by_address: dict[tuple[str, int], list[Listener]] = defaultdict(list)
    by_name: dict[int, list[Listener]] = defaultdict(list)
    for listener in listeners:
        by_address[listener.address, listener.port].append(listener)
        if listener.address in _LOCALHOST:
            by_name[listener.port].append(listener)
    found = [
        conflict
        for (address, port), group in sorted(by_address.items())
        if (conflict := _conflict(tree, address, port, group))
    ]
    told = {conflict.port for conflict in found}
    for port, group in sorted(by_name.items()):
        if port not in told and (conflict := _conflict(tree, "localhost", port, group)):
            found.append(replace(conflict, confidence=Confidence.POSSIBLE))
    return tuple(found)


def _conflict(tree: Tree, address: str, port: int, group: Sequence[Listener]) -> Conflict | None:
    """Return the conflict of some listeners, None if they belong together."""
    sockets: dict[str, Listener] = {}
    for listener in group:
        sockets.setdefault(listener.socket, listener)
    if len({listener.pid for listener in sockets.values()}) < 2:
        return None
    owners = tuple(tree.by_pid.get(one.pid) for one in sockets.values())
    roots = {_root(tree, owner, one.pid) for owner, one in zip(owners, sockets.values(), strict=True)}
    if len(roots) < 2:
        return None
    told = all(owner is not None and owner.ppid is not None for owner in owners)
    level = Confidence.CERTAIN if told else Confidence.POSSIBLE
    return Conflict(address, port, tuple(sockets.values()), owners, level)


def _root(tree: Tree, process: Process | None, pid: int) -> int:
    """Return the topmost ancestor below init, a multiplexer or a person's shell."""
    if process is None:
        return pid
    top = process
    for ancestor in tree.ancestors(process):
        program = tree.program(ancestor)
        person = known.is_shell(program.name) and tree.is_at_terminal(ancestor)
        if tree.is_adopter(ancestor) or program.is_durable or person:
            break
        top = ancestor
    return top.pid


def stale_pid_files(
    tree: Tree, files: Sequence[PidFile], listeners: Sequence[Listener]
) -> tuple[StalePidFile, ...]:
    """Return the files whose process has ended, started later than they say, or is not at their port."""
    found = []
    for file in files:
        process = tree.by_pid.get(file.pid)
        if process is None or process.state == "Z":
            if tree.table.whole:
                found.append(StalePidFile(file, None, f"no process has pid {file.pid}"))
            continue
        said = file.started_at or file.written_at
        started = tree.started_at(process)
        if said is not None and started is not None and started > said + _LATER:
            what = "the file says" if file.started_at else "the file was written"
            late = duration((started - said).total_seconds())
            found.append(StalePidFile(file, process, f"it started {late} after {what}"))
            continue
        at_port = {one.pid for one in listeners if one.port == file.port} if file.port else set()
        if at_port and file.pid not in at_port:
            owner = min(at_port)
            found.append(StalePidFile(file, process, f"port {file.port} belongs to pid {owner}", owner))
    return tuple(found)
