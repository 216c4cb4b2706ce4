"""Starts processes of a known kind on this machine, finds them again, and ends them. Linux only.

Each carries two variables in its environment: the mark of this run, by which all are found again at the
end, whoever adopted them; and its role, by which a scenario finds the one that it means.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from runtimes import NODE

MARK, ROLE = "MEMDOCTOR_SCENARIO", "MEMDOCTOR_ROLE"
PYTHON = Path(sys.executable).name
NOTHING = ("null", "null", "null")
PIPES = ("pipe", "pipe", "null")
SAME = ("same", "same", "same")
_PATIENCE = 15  # seconds until a process must be there
_LIFE = 600  # seconds after which all end by themselves, should nobody have ended them

IDLE = f"import signal\nsignal.alarm({_LIFE})\nwhile True: signal.pause()\n"
IDLE_JS = f"setTimeout(() => process.exit(), {_LIFE}000);\n"
# Starts the children of a specification, and keeps their pipes as long as it lives.
_ACTOR = f"""
import json, os, signal, subprocess, sys
signal.alarm({_LIFE})
spec = json.load(open(sys.argv[1]))
if spec["subreaper"]:
    import ctypes
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
if spec["terminal"]:
    import fcntl, termios
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
def stream(how, flags):
    fixed = {{"pipe": subprocess.PIPE, "null": subprocess.DEVNULL, "same": None}}
    return fixed[how] if how in fixed else os.open(how, flags, 0o600)
def start(child):
    streams = [stream(how, os.O_WRONLY | os.O_CREAT if n else os.O_RDONLY)
               for n, how in enumerate(child["streams"])]
    return subprocess.Popen(child["argv"], stdin=streams[0], stdout=streams[1], stderr=streams[2],
                            env={{**os.environ, "{ROLE}": child["role"]}}, cwd=child["folder"],
                            start_new_session=child["session"])
kept = [start(child) for child in spec["children"]]
if spec["ends"]:
    os._exit(0)
def reap(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]: pass
    except ChildProcessError:
        pass
signal.signal(signal.SIGCHLD, reap)
reap()
while True: signal.pause()
"""


@dataclass(frozen=True)
class Child:
    """A process to be: a command, or one that starts `children` and keeps their pipes.

    `streams` are input, output and errors: pipe (to its parent), null, same (as its parent's), or a file.
    """

    role: str
    argv: tuple[str, ...] = ()
    children: tuple["Child", ...] = ()
    streams: tuple[str, str, str] = NOTHING
    session: bool = False  # begins a session of its own
    folder: str | None = None
    subreaper: bool = False
    terminal: bool = False  # takes its input as controlling terminal
    ends: bool = False  # when it has started its children


Identity = tuple[int, int]


class Plants:
    """The processes of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mark = folder, uuid4().hex
        self.home = folder / "home"
        self.home.mkdir()
        self.known: dict[str, tuple[Identity, ...]] = {}
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._terminals: dict[str, int] = {}
        self._specifications = 0

    def file(self, name: str, text: str = "") -> Path:
        """Write a file into this run's folder, once: who runs it may just be reading it."""
        path = self.folder / name
        if path.exists():
            assert path.read_text(encoding="utf-8") == text, f"{name} is another program already"
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def python(self, name: str, text: str = IDLE) -> tuple[str, ...]:
        """Return the command that runs a Python program; one that waits for nothing if none is given."""
        return sys.executable, "-SE", str(self.file(name, text))

    def node(self, name: str, text: str = IDLE_JS) -> tuple[str, ...]:
        """Return the command that runs a Node program; one that waits for nothing if none is given."""
        assert NODE is not None
        return NODE, str(self.file(name, text))

    def command(self, child: Child) -> tuple[str, ...]:
        """Return a command; for one that starts children, write down which."""
        if child.argv:
            return child.argv
        options = ("subreaper", "terminal", "ends")
        specification: dict[str, Any] = {name: getattr(child, name) for name in options}
        named = ("role", "streams", "folder", "session")
        specification["children"] = [
            {name: getattr(one, name) for name in named} | {"argv": self.command(one)}
            for one in child.children
        ]
        self._specifications += 1
        path = self.file(f"children-{self._specifications}.json", json.dumps(specification))
        return (*self.python(f"{child.role}.py", _ACTOR), str(path))

    def start(
        self, role: str, *argv: str, terminal: bool = False, folder: Path | None = None, **variables: str
    ) -> subprocess.Popen[bytes]:
        """Start a process as leader of its own session, on a new terminal or on nothing."""
        environment = {**os.environ, "HOME": str(self.home), "SHELL": "/bin/sh", **variables}
        environment |= {MARK: self.mark, ROLE: role}
        end: int | None = None
        if terminal:
            self._terminals[role], end = os.openpty()
        stream = subprocess.DEVNULL if end is None else end
        started = subprocess.Popen(
            argv,
            stdin=stream,
            stdout=stream,
            stderr=stream,
            env=environment,
            cwd=folder or self.folder,
            start_new_session=True,
        )
        if end is not None:
            os.close(end)
        self._started[role] = started
        return started

    def grow(self, child: Child, *before: str) -> subprocess.Popen[bytes]:
        """Start a process and its children, `before` in front of its command."""
        started = self.start(child.role, *before, *self.command(child), terminal=child.terminal)
        if child.ends:
            started.wait(_PATIENCE)
        elif not before:
            self.find(child.role, runs=re.escape(f"{child.role}.py"))
        return started

    def find(self, role: str, runs: str = "", count: int = 1, name: str | None = None) -> tuple[int, ...]:
        """Wait until so many processes, and no more, have a role and a command; remember and return them.

        `name` is what they are remembered by, where processes of several commands share a role.
        """
        pattern = re.compile(runs)

        def there() -> list[int]:
            named = [pid for pid in _pids() if self._marked(pid, role) and pattern.search(command_of(pid))]
            return named if len(named) == count else []

        return self.note(name or role, *self.wait(there, f"{count} × {role}"))

    def note(self, role: str, *pids: int) -> tuple[int, ...]:
        """Remember processes as those of a role, by pid and start."""
        self.known[role] = tuple((pid, stat(pid).start) for pid in pids)
        return pids

    def wait(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait until a condition holds; return what it returned."""
        until = time.monotonic() + _PATIENCE
        while not (found := condition()):
            if time.monotonic() > until:
                raise TimeoutError(f"not there after {_PATIENCE} s: {what}")
            time.sleep(0.01)
        return found

    def kill(self, role: str) -> None:
        """Kill a process, and wait until what it leaves behind has been taken in."""
        started = self._started.get(role)
        if started is not None:
            started.kill()
            started.wait(_PATIENCE)
            return
        [identity] = self.known[role]
        _end(identity)
        self.wait(lambda: not _is_alive(identity), f"the end of {role}")

    def type(self, role: str, text: str) -> None:
        """Type something into a terminal."""
        os.write(self._terminals[role], text.encode())

    def close_terminal(self, role: str) -> None:
        """Close a terminal, as its window does when it is closed."""
        os.close(self._terminals.pop(role))

    def end_all(self) -> list[Identity]:
        """End all that were started, and all that those started; return those that would not end."""
        for master in self._terminals.values():
            os.close(master)
        self._terminals.clear()
        until, left = time.monotonic() + _PATIENCE, list(self._alive())
        while left and time.monotonic() < until:
            for identity in left:
                _end(identity)
            for started in self._started.values():
                started.poll()
            time.sleep(0.02)
            left = list(self._alive())
        for started in self._started.values():
            started.wait(_PATIENCE)
        return left

    def _alive(self) -> Iterator[Identity]:
        marked = [(pid, stat(pid).start) for pid in _pids() if self._marked(pid)]
        named = [identity for identities in self.known.values() for identity in identities]
        for identity in {*marked, *named}:
            if _is_alive(identity):
                yield identity

    def _marked(self, pid: int, role: str | None = None) -> bool:
        """Whether a process is of this run, and has a role."""
        try:
            variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False
        wanted = f"{ROLE}={role}".encode()
        return f"{MARK}={self.mark}".encode() in variables and (role is None or wanted in variables)


@dataclass(frozen=True)
class Stat:
    """What /proc says of one process; `start` is 0 where there is none."""

    state: str
    parent: int
    start: int


def stat(pid: int) -> Stat:
    """Return state, parent and start of a process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    except OSError:
        return Stat("", 0, 0)
    words = fields.split()
    return Stat(words[0], int(words[1]), int(words[19]))


def children_of(pid: int, state: str) -> list[int]:
    """Return the children of a process that are in a state."""
    stats = {one: stat(one) for one in _pids()}
    return [one for one, its in stats.items() if its.parent == pid and its.state in state]


def command_of(pid: int) -> str:
    """Return the command line of a process as one text."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0")
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode("utf-8", "replace")


def ignores(pid: int, number: int) -> bool:
    """Whether a process ignores a signal."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    found = re.search(r"^SigIgn:\s*([0-9a-f]+)", lines, re.M)
    return found is not None and bool(int(found[1], 16) >> (number - 1) & 1)


def open_targets(pid: int) -> list[str]:
    """Return what the open files of a process lead to; what it closes meanwhile is left out."""
    targets = []
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            targets.append(str(one.readlink()))
    return targets


def listening(port: int) -> int:
    """Return how many sockets wait for connections on a port of 127.0.0.1."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    rows = (line.split() for line in lines)
    return sum(row[3] == "0A" and row[1].endswith(f":{port:04X}") for row in rows)


def _pids() -> list[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]


def _is_alive(identity: Identity) -> bool:
    pid, start = identity
    its = stat(pid)
    return its.start == start != 0 and its.state not in ("Z", "X")


def _end(identity: Identity) -> None:
    """End a process, only if it is still the one that was meant."""
    pid, _ = identity
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return
    try:
        if _is_alive(identity):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except OSError:
        pass
    finally:
        os.close(descriptor)
