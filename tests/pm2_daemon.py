"""Daemons of the real PM2 with homes of their own, and their end. Linux only.

PM2 is not installed here: the scripts that the environment names are run, else those in .ci/runtimes.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from memdoctor.live.pm2 import apps as apps_of

from conftest import ROOT, Outcome
from runtimes import NODE

APPS = ROOT / "tests" / "live" / "pm2_apps"
SECRET = "hunter2-of-the-environment"
_RUNTIMES = ROOT / ".ci" / "runtimes" / "node_modules"
_PATIENCE = 60  # seconds
_UNWANTED = ("COLUMNS", "PM2_HOME", "SOURCE_DATE_EPOCH")  # in the environment of memdoctor

Settings = dict[str, Any]

SETTINGS: list[Settings] = [
    {"name": "leak", "script": "leak.js"},
    {"name": "healthy", "script": "healthy.js", "env": {"DATABASE_PASSWORD": SECRET}},
    {"name": "missing", "script": "missing-module.js"},
    {"name": "slow-crash", "script": "slow-crash.js"},
    {"name": "cluster", "script": "healthy.js", "exec_mode": "cluster", "instances": 2},
    {"name": "small", "script": "healthy.js", "node_args": "--max-old-space-size=96"},
    {"name": "bounded", "script": "healthy.js", "max_memory_restart": "90M"},
]
HEALTHY = ("healthy", "cluster", "small", "bounded")
STEADY = ("leak", *HEALTHY)


def _script(variable: str, package: str) -> Path | None:
    named = os.environ.get(variable)
    script = Path(named) if named else _RUNTIMES / package / "bin" / "pm2"
    return script if script.is_file() and NODE and sys.platform == "linux" else None


PM2 = {
    "newest": _script("MEMDOCTOR_TEST_PM2", "pm2"),
    "older": _script("MEMDOCTOR_TEST_PM2_OLDER", "pm2-older"),
}


@dataclass(frozen=True)
class Daemon:
    """A daemon of one PM2, in a folder of its own."""

    script: Path
    folder: Path

    @property
    def home(self) -> Path:
        """Return where its socket and its logs are."""
        return self.folder / "home"

    @property
    def pid(self) -> int:
        """Return the pid that it wrote down."""
        return int((self.home / "pm2.pid").read_text(encoding="ascii"))

    @property
    def version(self) -> str:
        """Return the version of its PM2."""
        package = self.script.parents[1] / "package.json"
        return str(json.loads(package.read_text(encoding="utf-8"))["version"])

    @property
    def environment(self) -> dict[str, str]:
        """Return what is its own of the environment that it is started with."""
        path = f"{Path(str(NODE)).parent}{os.pathsep}{os.environ['PATH']}"
        return {
            "PM2_HOME": str(self.home),
            "HOME": str(self.folder),
            "PATH": path,
            "SECRET_TOKEN": SECRET,
        }

    def call(self, *arguments: str) -> str:
        """Return what a command of PM2 prints."""
        done = subprocess.run(
            [str(NODE), str(self.script), *arguments],
            env={**os.environ, **self.environment},
            cwd=self.folder,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
        return done.stdout.decode()

    def jlist(self) -> list[dict[str, Any]]:
        """Return what PM2 itself says of its apps."""
        lines = self.call("jlist").splitlines()
        found: list[dict[str, Any]] = json.loads(next(line for line in lines if line.startswith("[{")))
        return found

    def is_settled(self) -> bool:
        """Whether it knows all heaps, and has given up an app."""
        found = apps_of(self.home)
        given_up = any(app.name == "missing" and app.status == "errored" for app in found)
        steady = [app for app in found if app.name in STEADY]
        return given_up and all(app.heap_used and app.handles is not None for app in steady)

    def begin(self) -> None:
        """Start it, and the apps."""
        apps = [{**one, "script": str(APPS / str(one["script"]))} for one in SETTINGS]
        configuration = self.folder / "apps.json"
        configuration.write_text(json.dumps({"apps": apps}), encoding="utf-8")
        self.call("start", str(configuration))

    def end(self) -> None:
        """End all that it started, the daemon held still first."""
        with suppress(OSError, ValueError):
            if self.pid in started_in(self.folder):
                os.kill(self.pid, signal.SIGSTOP)
        until = time.monotonic() + _PATIENCE
        while (left := started_in(self.folder)) and time.monotonic() < until:
            for pid in left:
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        assert left == [], "these would not end"


@contextmanager
def _running() -> Iterator[dict[str, Daemon]]:
    """Start a daemon of every PM2 that is here, all at the same time; end all that they started."""
    with TemporaryDirectory(prefix="pm2-", dir="/tmp") as folder:  # a socket's path is limited to 107 bytes
        daemons = {name: Daemon(script, Path(folder) / name) for name, script in PM2.items() if script}
        for daemon in daemons.values():
            daemon.folder.mkdir()
        try:
            with ThreadPoolExecutor() as pool:
                list(pool.map(Daemon.begin, daemons.values()))
            yield daemons
        finally:
            for daemon in daemons.values():
                daemon.end()


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """Wait until a condition holds; return what it returned."""
    until = time.monotonic() + _PATIENCE
    while not (found := condition()):
        assert time.monotonic() < until, f"not there after {_PATIENCE} s: {what}"
        time.sleep(0.5)
    return found


def started_in(folder: Path) -> list[int]:
    """Return the processes that were started with a folder, or one below it, in their environment."""
    named = f"={folder}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and named in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return sorted(found)


def files_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Return all that is in a folder, with size and time of its last change."""
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*")}


@dataclass(frozen=True)
class Command:
    """A command line of memdoctor that runs beside the tests."""

    process: "subprocess.Popen[bytes]"
    folder: Path

    def outcome(self) -> Outcome:
        """Wait until it has ended; return what it printed."""
        code = self.process.wait(timeout=4 * _PATIENCE)
        out, err = ((self.folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return Outcome(code, out, err)


@contextmanager
def beside(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Iterator[Command]:
    """Start `memdoctor pm2 ARGUMENTS` as a process of its own; end it if nobody waits for it."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    with TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, "-m", "memdoctor", "pm2", *map(str, arguments)],
                env={**kept, "COLUMNS": "80", **(environment or {})},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        try:
            yield Command(process, folder)
        finally:
            process.kill()
            process.wait()


def memdoctor(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Outcome:
    """Return what `memdoctor pm2 ARGUMENTS` prints, run as a process of its own."""
    with beside(*arguments, environment=environment) as command:
        return command.outcome()


@dataclass(frozen=True)
class Watched:
    """A daemon, and the command lines that watch it."""

    daemon: Daemon
    began: datetime
    as_json: Command  # with all rows and --fail-on error
    on_terminal: Command


@contextmanager
def watching(seconds: float, interval: float) -> Iterator[dict[str, Watched]]:
    """Start the apps under every PM2 that is here, and watch them all at once."""
    with _running() as daemons, ExitStack() as stack:
        began = datetime.now(UTC)
        watched = {}
        for name, daemon in daemons.items():
            words = ("--home", daemon.home, "--for", f"{seconds}s", "--interval", f"{interval}s")
            as_json = stack.enter_context(beside(*words, "--json", "--top", "0", "--fail-on", "error"))
            watched[name] = Watched(daemon, began, as_json, stack.enter_context(beside(*words)))
        yield watched


def trap(folder: Path) -> tuple[dict[str, str], Path]:
    """Return an environment in which a call of pm2 leaves a file, and that file."""
    program, called = folder / "bin" / "pm2", folder / "called"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {called}\n', encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:/usr/bin:/bin"}, called
