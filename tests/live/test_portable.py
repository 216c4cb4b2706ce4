"""What psutil tells of this machine, as macOS and Windows are read: beside /proc where that is there."""

import os
import subprocess
import sys

import pytest

from memdoctor.analysis.processes.machine import Machine
from memdoctor.live import portable
from memdoctor.model import Case, Process

_WAITS = "print('up', flush=True); input()"


@pytest.fixture
def child() -> "subprocess.Popen[bytes]":
    call = [sys.executable, "-c", _WAITS, "--resume", "x"]
    started = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert started.stdout is not None
    started.stdout.readline()  # it has grown to its size
    return started


def _row(pid: int) -> Process:
    [row] = [one for one in portable.Watched().look().processes if one.pid == pid]
    return row


def test_a_process_as_psutil_sees_it(child: "subprocess.Popen[bytes]") -> None:
    try:
        row = _row(child.pid)
        assert row.ppid == os.getpid()
        assert row.argv == (sys.executable, "-c", _WAITS, "--resume", "x")
        assert row.exact
        assert row.rss is not None
        assert row.started_at is not None
        assert row.streams == {}
    finally:
        child.communicate(b"\n")


@pytest.mark.skipif(sys.platform != "linux", reason="compares with /proc")
def test_both_ways_tell_the_same(child: "subprocess.Popen[bytes]") -> None:
    from memdoctor.live.linux import Watched

    try:
        rows = {one.pid: one for one in Watched().look().processes}
        for pid in (child.pid, os.getpid()):
            by_proc, by_psutil = rows[pid], _row(pid)
            for name in ("ppid", "argv", "user", "threads", "is_kernel"):
                assert getattr(by_proc, name) == getattr(by_psutil, name), name
            assert (by_psutil.tty or "").removeprefix("/dev/") == by_proc.tty
            assert by_psutil.rss == pytest.approx(by_proc.rss, rel=0.3)
            assert by_psutil.started_at is not None
            assert by_proc.started_at is not None
            assert abs((by_psutil.started_at - by_proc.started_at).total_seconds()) < 2
    finally:
        child.communicate(b"\n")


def test_it_is_judged_and_weighed() -> None:
    table = portable.Watched().look()
    assert portable.deeper(table) is table
    weighed = portable.weighed(table, {os.getpid()})
    [mine] = [one for one in weighed.processes if one.pid == os.getpid()]
    assert mine.uss is not None
    assert mine.uss <= (mine.rss or 0) * 2
    machine = Machine(Case(tables=(weighed,)))
    assert all(orphan.confidence != "certain" for orphan in machine.orphans)
