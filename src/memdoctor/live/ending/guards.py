"""What is never ended, whoever asks for it."""

import os
import sys
from dataclasses import dataclass

from memdoctor.analysis.processes.tree import Tree
from memdoctor.live.ending.managers import service_of
from memdoctor.model import Process


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a process is not ended, and what a person can do."""

    reason: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks: a user, or root, who may end processes of all."""

    user: str
    is_root: bool


def me() -> Me:
    """Return the user of this process, by the name that listings have."""
    if sys.platform == "linux":
        from memdoctor.live.linux import name_of

        return Me(name_of(os.geteuid()), os.geteuid() == 0)
    import psutil

    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return Me(psutil.Process().username(), is_root)


def refusal(tree: Tree, process: Process, who: Me) -> Refusal | None:
    """Return why a process must not be ended, None if it may be."""
    for guard in (_of_the_machine, _of_memdoctor, _of_another, _of_somebody_at_work):
        found = guard(tree, process, who)
        if found is not None:
            return found
    return None


def _of_the_machine(tree: Tree, process: Process, _: Me) -> Refusal | None:
    if process.pid in (0, 1):
        return Refusal(f"pid {process.pid} keeps the machine or the container running")
    if process.is_kernel:
        return Refusal("it is a thread of the kernel")
    if tree.heads_container(process) and tree.container(process):  # a sandbox has one, too, but no shim
        return Refusal("it is the first process of a container", "docker stop or podman stop ends that")
    if process.start_ticks is None and process.started_at is None:
        return Refusal("its start is not shown, so a later process with its pid could not be told from it")
    if process.state == "Z":
        parent = tree.parent(process)
        name = (
            f"pid {process.ppid}" if parent is None else f"{tree.program(parent).name} (pid {parent.pid})"
        )
        return Refusal(
            "it has ended already: a zombie holds no memory, and no signal ends it",
            f"its parent {name} must ask about it, or end",
        )
    return None


def _of_memdoctor(tree: Tree, process: Process, _: Me) -> Refusal | None:
    if process.pid == tree.table.looker:
        return Refusal("it is memdoctor itself")
    if process.pid in tree.in_use:
        return Refusal("memdoctor runs below it", "call memdoctor from another terminal")
    return None


def _of_another(_: Tree, process: Process, who: Me) -> Refusal | None:
    if who.is_root or process.user == who.user:
        return None
    if process.user is None:
        return Refusal("whose it is is not shown", "run it as root")
    others = "" if process.user == "root" else " or as root"
    return Refusal(f"it belongs to {process.user}", f"run it as {process.user}{others}")


def _of_somebody_at_work(tree: Tree, process: Process, _: Me) -> Refusal | None:
    service = service_of(tree, process)
    if service is not None:
        return Refusal(f"it is of the service {service.name}", f"{service.stop} ends it")
    if _session(process) == process.pid and tree.is_at_terminal(process):
        name = f" {process.tty}" if process.tty else ""
        return Refusal(f"it leads the session at terminal{name}", "close that terminal, or type exit in it")
    return None


def _session(process: Process) -> int | None:
    """Return the session of a process; macOS tells it only of one at a time."""
    if process.sid is not None or not hasattr(os, "getsid"):
        return process.sid
    try:
        return os.getsid(process.pid)
    except OSError:
        return None
