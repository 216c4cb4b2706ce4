"""`memdoctor reap` on processes that start others when they are asked to end."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from planting import Plants
from reaping import WAITING, document, over, planted, reap, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="they are planted and found in /proc")
_LEAVES = """
import os, signal, subprocess, sys, time
os.setsid()
def ended(number, frame):
    subprocess.Popen(["sleep", "333"])
    if sys.argv[1] == "ends":
        os._exit(0)
signal.signal(signal.SIGTERM, ended)
print("ready", flush=True)
while True: time.sleep(60)
"""


@pytest.fixture
def plants(tmp_path: Path) -> Iterator[Plants]:
    """Return a place for processes, which end with the test."""
    with planted(tmp_path) as plants:
        yield plants


def _sleepers(session: int) -> list[int]:
    """Return the pids of `sleep` in a session."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                is_sleep = (path / "cmdline").read_bytes().startswith(b"sleep\x00333")
                if is_sleep and os.getsid(int(path.name)) == session:
                    found.append(int(path.name))
            except OSError:
                continue
    return found


def test_what_is_started_on_term_is_told_as_left_behind(plants: Plants) -> None:
    child = started(plants, "leaves.py", _LEAVES, "ends")
    time.sleep(0.5)
    told = document(reap(plants, child.pid, "--yes", "--wait", "1s", "--json"))
    [left] = told["respawns"]
    try:
        assert told["exit_code"] == 1
        assert left["is_left_behind"]
        assert left["pid"] in _sleepers(child.pid)
        assert left["help"] == f"memdoctor reap {left['pid']} ends it"
    finally:
        os.kill(left["pid"], signal.SIGKILL)
        over(child)


def test_a_parent_of_something_new_is_not_killed(plants: Plants) -> None:
    child = started(plants, "leaves.py", _LEAVES, "stays")
    time.sleep(0.5)
    told = document(reap(plants, child.pid, "--yes", "--force", "--wait", "1s", "--json"))
    [sleeper] = _sleepers(child.pid)
    try:
        [outcome] = told["outcomes"]
        assert told["exit_code"] == 1
        assert outcome["outcome"] == "held-back"
        assert f"sleep (pid {sleeper})" in outcome["detail"]
        assert outcome["signals"] == ["TERM"]
        assert child.poll() is None
    finally:
        os.kill(sleeper, signal.SIGKILL)
        over(child)


def test_a_number_that_is_no_pid_is_refused_before_anything_ends(plants: Plants) -> None:
    child = started(plants, "waits.py", WAITING)
    outcome = reap(plants, child.pid, 99999999999999999999, "--yes", "--json")
    assert outcome.code == 2
    assert "is no pid" in outcome.err
    assert child.poll() is None
    over(child)


def test_the_log_has_no_secrets_whatever_is_shown(plants: Plants, tmp_path: Path) -> None:
    child = started(plants, "waits.py", WAITING, "--token=planted-secret")
    log = tmp_path / "reap.jsonl"
    log.write_text('{"cut": ', encoding="utf-8")
    outcome = reap(plants, child.pid, "--yes", "--wait", "0.3s", "--show-args", "--log", str(log))
    assert outcome.code == 0
    lines = log.read_text(encoding="utf-8").splitlines()
    assert lines[0] == '{"cut": '
    assert all(line.startswith('{"time": ') for line in lines[1:])
    assert "planted-secret" not in log.read_text(encoding="utf-8")
    over(child)
