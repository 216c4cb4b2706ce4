"""A daemon of the real PM2 with a home of its own, and its end. Linux only.

PM2 is not installed here: the scripts that the environment names are run, else those in .ci/runtimes.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from conftest import ROOT
from runtimes import NODE

APPS = ROOT / "tests" / "live" / "pm2_apps"
SECRET = "hunter2-of-the-environment"
_RUNTIMES = ROOT / ".ci" / "runtimes" / "node_modules"
_PATIENCE = 60  # seconds

Settings = dict[str, Any]


def _script(variable: str, package: str) -> Path | None:
    named = os.environ.get(variable)
    script = Path(named) if named else _RUNTIMES / package / "bin" / "pm2"
    return script if script.is_file() else None


PM2 = {
    "newest": _script("MEMDOCTOR_TEST_PM2", "pm2"),
    "older": _script("MEMDOCTOR_TEST_PM2_OLDER", "pm2-older"),
}


@dataclass(frozen=True)
class Daemon:
    """A daemon that runs."""

    home: Path
    major: int
    call: Callable[..., str]

    @property
    def pid(self) -> int:
        """Return the pid that it wrote down."""
        return int((self.home / "pm2.pid").read_text(encoding="ascii"))

    def jlist(self) -> list[dict[str, Any]]:
        """Return what PM2 itself says of its apps."""
        lines = self.call("jlist").splitlines()
        found: list[dict[str, Any]] = json.loads(next(line for line in lines if line.startswith("[{")))
        return found


@contextmanager
def running(which: str, apps: list[Settings]) -> Iterator[Daemon]:
    """Start a daemon with these apps, and end all that it started; without PM2 the test is skipped."""
    script = PM2[which]
    if script is None or NODE is None or sys.platform != "linux":
        pytest.skip(f"no {which} PM2 on this machine: see tests/pm2_daemon.py")
    version = json.loads((script.parents[1] / "package.json").read_text(encoding="utf-8"))["version"]
    with TemporaryDirectory(prefix="pm2-", dir="/tmp") as folder:  # a socket's path is limited to 107 bytes
        home = Path(folder) / "home"
        path = f"{Path(NODE).parent}{os.pathsep}{os.environ['PATH']}"
        mine = {"PM2_HOME": str(home), "HOME": folder, "PATH": path, "SECRET_TOKEN": SECRET}

        def call(*arguments: str) -> str:
            words = [str(NODE), str(script), *arguments]
            done = subprocess.run(
                words,
                env={**os.environ, **mine},
                cwd=folder,
                capture_output=True,
                timeout=_PATIENCE,
                check=True,
            )
            return done.stdout.decode()

        configuration = Path(folder) / "apps.json"
        configuration.write_text(json.dumps({"apps": apps}), encoding="utf-8")
        try:
            call("start", str(configuration))
            yield Daemon(home, int(version.partition(".")[0]), call)
        finally:
            assert _end(home) == [], "these would not end"


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """Wait until a condition holds; return what it returned."""
    until = time.monotonic() + _PATIENCE
    while not (found := condition()):
        assert time.monotonic() < until, f"not there after {_PATIENCE} s: {what}"
        time.sleep(0.5)
    return found


def of_home(home: Path) -> list[int]:
    """Return the processes that were started with a home in their environment."""
    variable = f"PM2_HOME={home}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and variable in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def _end(home: Path) -> list[int]:
    """End all processes of a home, the daemon held still first; return those that would not end."""
    with suppress(OSError, ValueError):
        daemon = int((home / "pm2.pid").read_text(encoding="ascii"))
        if daemon in of_home(home):
            os.kill(daemon, signal.SIGSTOP)
    until = time.monotonic() + _PATIENCE
    while (left := of_home(home)) and time.monotonic() < until:
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    return left
