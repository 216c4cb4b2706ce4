"""The process whose heap is wanted: who it is, and why it may not be asked. Nothing here touches it."""

import os
import sys
from dataclasses import dataclass
from functools import cached_property

from memdoctor.analysis.processes.program import Program, program_of
from memdoctor.analysis.processes.tree import Tree
from memdoctor.errors import CaptureError
from memdoctor.live.inspector.addresses import Inspector, of_bun, of_node
from memdoctor.live.inspector.executable import NAMES, runtime_of
from memdoctor.live.machine import one_look
from memdoctor.model import Process, ProcessTable
from memdoctor.text import file_name

INSTEAD = (
    "instead let it call v8.writeHeapSnapshot(), or start it with --heapsnapshot-signal=SIGUSR2 "
    "(a snapshot) or --report-on-signal (figures alone)"
)
_INSTEAD_OF_BUN = (
    "start it with --inspect=127.0.0.1:6499/memdoctor, or let it call Bun.generateHeapSnapshot('v8')"
)
_STOPPED = ("T", "t")
_STARTERS = frozenset({"npm", "npm-cli.js", "npx", "npx-cli.js", "yarn", "yarn.js", "pnpm", "pnpm.cjs"})
_ENDED = ("Z", "X")
_SAME_START = 0.01  # seconds; clock ticks are whole


@dataclass(frozen=True)
class Target:
    """A process that may be asked for its heap. `runtime` is node or bun."""

    process: Process
    runtime: str
    inspector: Inspector
    child: int | None = None  # what it was started for, where it only starts another Node

    @property
    def pid(self) -> int:
        """Its pid here."""
        return self.process.pid

    @property
    def own_pid(self) -> int:
        """Its pid as it sees it itself, within a container for example."""
        return self.process.namespace_pids[-1] if self.process.namespace_pids else self.pid

    @cached_property
    def name(self) -> str:
        """What it runs, and its pid."""
        return f"{command_of(self.process)} (pid {self.pid})"

    def verify(self, pid: int) -> None:
        """Raise CaptureError if who answers, by its own pid, is another process."""
        if pid != self.own_pid:
            message = f"the inspector that answers is that of process {pid}, not of {self.pid}"
            raise CaptureError(f"{message}: nothing was done", INSTEAD)

    def check(self) -> None:
        """Raise CaptureError if the process has ended, or its pid is another's now."""
        now, then = started(self.pid), started_as_seen(self.process)
        if now is None or then is None or abs(now - then) > _SAME_START:
            raise CaptureError(f"process {self.pid} has ended")
        if is_stopped(self.pid):
            message = f"process {self.pid} is stopped: it could not close its inspector"
            raise CaptureError(message, f"let it go on: kill -CONT {self.pid}")


def is_stopped(pid: int) -> bool:
    """Whether a process does not run on before somebody lets it; only Linux tells at no cost."""
    if sys.platform != "linux":
        return False
    from memdoctor.live import procfs

    try:
        return procfs.stat(pid).state in _STOPPED
    except (OSError, ValueError):
        return False


def command_of(process: Process) -> str:
    """Return what runs for a sentence, as a person calls it: `node server.js`."""
    program = program_of(process)
    runner = file_name(program.words[0]) if program.words else program.name
    return runner if program.path in program.words[:1] else f"{runner} {program.name}"


def target_of(pid: int) -> Target:
    """Return the process with a pid, which must be a Node, or a Bun with an inspector.

    Raises CaptureError, with what to do instead, if it cannot or may not be asked.
    """
    if sys.platform == "win32":
        raise CaptureError("capture runs on Linux and macOS", INSTEAD)
    table = one_look()
    process = next((one for one in table.processes if one.pid == pid), None)
    if process is None:
        raise CaptureError(f"there is no process {pid}", "memdoctor ps shows what runs")
    _refuse_by_state(process, table)
    runtime = _runtime_of(process, table)
    words = options_of(process)
    if runtime == "node":
        return Target(process, runtime, of_node(words), _child_of_starter(process, table))
    inspector = of_bun(words)
    if inspector is None:
        raise CaptureError(
            f"{command_of(process)} is a Bun without an inspector, and SIGUSR1 would end it",
            _INSTEAD_OF_BUN,
        )
    if inspector.path is None:
        raise CaptureError(
            f"the inspector of {command_of(process)} has a path that only it knows", _INSTEAD_OF_BUN
        )
    return Target(process, runtime, inspector)


def _refuse_by_state(process: Process, table: ProcessTable) -> None:
    """Raise CaptureError for what can be no target, whatever it runs."""
    pid = process.pid
    if pid == os.getpid():
        raise CaptureError(f"process {pid} is memdoctor itself", "name the pid of a Node")
    if process.state in _ENDED:
        message = f"process {pid} is a zombie: it has ended, only its entry is left"
        raise CaptureError(message, "memdoctor ps --zombies tells whose")
    me = next((one.user for one in table.processes if one.pid == os.getpid()), None)
    if process.user != me:
        message = f"process {pid} belongs to {process.user or 'another user'}, memdoctor runs as {me}"
        raise CaptureError(message, f"run memdoctor as {process.user or 'that user'}; {INSTEAD}")
    if process.state in _STOPPED:
        message = f"process {pid} is stopped: it could not close its inspector"
        raise CaptureError(message, f"let it go on: kill -CONT {pid}")
    if _is_apart(pid):
        message = f"process {pid} is in a container: its inspector cannot be reached from here"
        raise CaptureError(message, f"run memdoctor in the container; {INSTEAD}")


def _is_apart(pid: int) -> bool:
    """Whether a process has a network of its own, so that nobody sees from here where it listens."""
    try:
        return os.readlink(f"/proc/{pid}/ns/net") != os.readlink("/proc/self/ns/net")
    except OSError:
        return False


def _runtime_of(process: Process, table: ProcessTable) -> str:
    """Return node or bun. Raises CaptureError for what is neither, or is not shown."""
    pid = process.pid
    try:
        runtime = runtime_of(pid, process.exe)
        if sys.platform == "linux":
            os.listdir(f"/proc/{pid}/fd")
    except PermissionError:
        message = f"what process {pid} runs is not shown: a program with capabilities?"
        raise CaptureError(message, INSTEAD) from None
    except OSError:
        raise CaptureError(f"process {pid} has ended") from None
    if runtime is None:
        message = f"process {pid} is no Node: {command_of(process)}; SIGUSR1 would end it"
        raise CaptureError(message, _other_help(process, table))
    return runtime


def _other_help(process: Process, table: ProcessTable) -> str:
    """Return what to do about a program that has no JavaScript heap: its child may be meant."""
    children = [one.pid for one in table.processes if one.ppid == process.pid and _runs(one)]
    if children:
        return f"is its child meant? memdoctor capture {children[0]}"
    return f"memdoctor watch {process.pid} follows the memory of any program"


def _child_of_starter(process: Process, table: ProcessTable) -> int | None:
    """Return the Node below npm and its like, None for any other program."""
    if program_of(process).name not in _STARTERS:
        return None
    below = Tree(table).descendants(process)
    return next((one.pid for one in below if _runs(one)), None)


def _runs(process: Process) -> bool:
    try:
        return runtime_of(process.pid, process.exe) in NAMES
    except OSError:
        return False


def options_of(process: Process) -> tuple[str, ...]:
    """Return the options of the runtime itself: of its environment, then those before the script."""
    program: Program = program_of(process)
    words = program.words
    script = words.index(program.path) if program.path in words[1:] else len(words)
    return (*_from_environment(process.pid), *words[1:script])


def _from_environment(pid: int) -> tuple[str, ...]:
    """Return the options in NODE_OPTIONS and BUN_INSPECT; nothing else of the environment is kept."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            variables = dict(entry.partition(b"=")[::2] for entry in file.read().split(b"\0"))
    except OSError:
        return ()
    options = variables.get(b"NODE_OPTIONS", b"").decode("utf-8", "replace").split()
    if place := variables.get(b"BUN_INSPECT"):
        options.append(f"--inspect={place.decode('utf-8', 'replace')}")
    return tuple(options)


def started_as_seen(process: Process) -> float | None:
    """Return what tells a process from a later one with its pid: clock ticks, or seconds since 1970."""
    if process.start_ticks is not None:
        return process.start_ticks
    return None if process.started_at is None else process.started_at.timestamp()


def started(pid: int) -> float | None:
    """Return the same of the process that has a pid now, None if it has ended."""
    if sys.platform == "linux":
        from memdoctor.live import procfs

        try:
            stat = procfs.stat(pid)
        except (OSError, ValueError):
            return None
        return None if stat.state in _ENDED else stat.start_ticks
    import psutil

    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None
