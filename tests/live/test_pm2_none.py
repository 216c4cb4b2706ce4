"""Where no PM2 runs, `memdoctor pm2` says so, starts none and leaves no file."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fake_pm2 import short_folder
from pm2_daemon import files_in, memdoctor, started_in, trap

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")

_HOME = {"--home": "home", "PM2_HOME": "home", "HOME": ".pm2"}  # by what names it
_UNUSED = "error: PM2 is not used here: there is no ~/{}"
_NOBODY = "error: PM2 does not run: nobody answers at ~/{}/rpc.sock"
_STALE = "; its pm2.pid is stale: process {} has ended"


def _left_behind(home: Path) -> int:
    """Leave what a killed daemon leaves: its sockets, and the pid of a process that has ended."""
    home.mkdir()
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    (home / "pm2.pid").write_text(str(process.pid), encoding="ascii")
    for name in ("rpc.sock", "pub.sock"):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(home / name))
    (home / "pm2.log").write_text("2026-11-20T10:00:00: PM2 log: App [api:0] online\n", encoding="utf-8")
    (home / "dump.pm2").write_text("[]", encoding="utf-8")
    return process.pid


def _refused(folder: Path, named: str, *words: str) -> str:
    """Return the error of a command line that must have left everything as it was."""
    environment, called = trap(folder)
    home = folder / _HOME[named]
    environment |= {"HOME": str(folder)} | ({named: str(home)} if named == "PM2_HOME" else {})
    before, begin = files_in(folder), time.monotonic()
    options = ("--home", str(home)) if named == "--home" else ()
    outcome = memdoctor(*options, *words, environment=environment)
    assert time.monotonic() - begin < 30  # nobody is waited for
    assert (outcome.code, outcome.out) == (2, "")
    assert (files_in(folder), started_in(folder), called.exists()) == (before, [], False)
    error, help_line = outcome.err.splitlines()
    assert help_line.startswith("help: memdoctor starts no PM2; pm2 jlist would")
    return error


@pytest.mark.parametrize("named", _HOME)
def test_none_is_started(named: str) -> None:
    with short_folder() as folder:
        assert _refused(folder, named) == _UNUSED.format(_HOME[named])
    with short_folder() as folder:
        (folder / _HOME[named]).mkdir()
        assert _refused(folder, named) == _NOBODY.format(_HOME[named])
    with short_folder() as folder:
        pid = _left_behind(folder / _HOME[named])
        assert _refused(folder, named) == f"{_NOBODY}{_STALE}".format(_HOME[named], pid)


@pytest.mark.parametrize("words", [("--for", "60s"), ("api",), ("--json", "--no-logs")], ids=" ".join)
def test_none_is_started_whatever_is_asked(words: tuple[str, ...]) -> None:
    with short_folder() as folder:
        pid = _left_behind(folder / "home")
        assert _refused(folder, "--home", *words) == f"{_NOBODY}{_STALE}".format("home", pid)
