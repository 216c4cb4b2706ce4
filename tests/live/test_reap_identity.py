"""A signal reaches the process that was shown, and never another one that has its pid by now."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from memdoctor.analysis.processes.machine import Machine
from memdoctor.endings import Asked, End, Plan
from memdoctor.live import portable
from memdoctor.live.ending import identity
from memdoctor.live.ending.carry_out import How, carry_out
from memdoctor.live.ending.guards import me
from memdoctor.live.ending.identity import State
from memdoctor.live.ending.plan import planned
from memdoctor.live.machine import this_machine
from memdoctor.model import Case, Process

from enclosed import enclosed

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
Child = subprocess.Popen[bytes]


@pytest.fixture
def child() -> Iterator[Child]:
    """Start a process that waits, and end it."""
    waits = "import signal; print('up', flush=True); signal.pause()"
    started = subprocess.Popen([sys.executable, "-SE", "-c", waits], stdout=subprocess.PIPE)
    assert started.stdout is not None
    started.stdout.readline()
    yield started
    started.kill()
    started.wait()
    started.stdout.close()


def _planned(pid: int) -> tuple[Plan, Case]:
    case = this_machine(also=(pid,))
    return planned(Machine(case), Asked((pid,)), me()), case


def _send(process: Process, number: signal.Signals) -> bool:
    held = identity.hold(process)
    if held is None:
        return False
    try:
        return held.send(number)
    finally:
        held.close()


def _as_older(plan: Plan, case: Case) -> tuple[Plan, Case]:
    """Return a plan and its case as they are when the pid was that of an older process."""

    def older(process: Process) -> Process:
        started = process.started_at
        assert process.start_ticks is not None
        assert started is not None
        return replace(
            process, start_ticks=process.start_ticks - 1, started_at=started - timedelta(seconds=0.01)
        )

    pids = {one.pid for one in plan.targets}
    table = case.tables[-1]
    rows = tuple(older(one) if one.pid in pids else one for one in table.processes)
    targets = tuple(replace(one, process=older(one.process)) for one in plan.targets)
    return replace(plan, targets=targets), replace(case, tables=(replace(table, processes=rows),))


@linux
def test_another_start_means_another_process(child: Child) -> None:
    plan, case = _as_older(*_planned(child.pid))
    told: list[str] = []
    reaping = carry_out(plan, case, me(), How(wait=0.2, before=lambda _, name: told.append(name)))
    [outcome] = reaping.outcomes
    assert (outcome.end, outcome.signals, told) == (End.BEFORE, (), [])
    assert f"pid {child.pid} is another process now" in outcome.detail
    assert child.poll() is None


@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_signal_is_sent_to_another_start(number: signal.Signals, child: Child) -> None:
    plan, _ = _as_older(*_planned(child.pid))
    assert not _send(plan.targets[0].process, number)
    assert identity.state_of(plan.targets[0].process) is State.GONE
    assert child.poll() is None


@linux
@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EPERM, errno.EMFILE])
def test_where_there_are_no_descriptors_the_start_is_read_all_the_same(
    error: int, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(pid: int, flags: int = 0) -> int:
        raise OSError(error, os.strerror(error))

    plan, case = _planned(child.pid)
    other, _ = _as_older(plan, case)
    monkeypatch.setattr(os, "pidfd_open", refused)
    assert not _send(other.targets[0].process, signal.SIGTERM)
    assert child.poll() is None
    assert _send(plan.targets[0].process, signal.SIGTERM)
    assert child.wait(5) == -signal.SIGTERM


@pytest.mark.skipif(os.name == "nt", reason="Windows has no TERM")
def test_elsewhere_psutil_tells_the_start(child: Child) -> None:
    [row] = [one for one in portable.Watched().look().processes if one.pid == child.pid]
    assert row.started_at is not None
    older = replace(row, started_at=row.started_at - timedelta(seconds=0.1))
    assert not _send(older, signal.SIGTERM)
    assert not _send(replace(row, started_at=None), signal.SIGTERM)
    assert child.poll() is None
    assert identity.state_of(row) is State.ALIVE
    assert _send(row, signal.SIGTERM)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert identity.state_of(row) is State.ZOMBIE
    child.wait()
    assert identity.state_of(row) is State.GONE


_REUSED = """
import json, os, signal, subprocess, sys, time
from pathlib import Path
from memdoctor.analysis.processes.machine import Machine
from memdoctor.endings import Asked
from memdoctor.live.ending.carry_out import How, carry_out
from memdoctor.live.ending.guards import me
from memdoctor.live.ending.plan import planned
from memdoctor.live.machine import this_machine

def started():
    call = [sys.executable, "-SE", "-c", "import signal; print('up', flush=True); signal.pause()"]
    child = subprocess.Popen(call, stdout=subprocess.PIPE)
    child.stdout.readline()
    return child

first, others = started(), []

def replaced(*_):
    first.kill()
    first.wait()
    time.sleep(0.05)  # another clock tick
    Path("/proc/sys/kernel/ns_last_pid").write_text(str(first.pid - 1))
    others.append(started())

case = this_machine()
plan = planned(Machine(case), Asked((first.pid,)), me())
before = None
if sys.argv[1] == "before the second look":
    replaced()
else:
    before = lambda target, name: others or replaced()
reaping = carry_out(plan, case, me(), How(wait=0.3, force=True, before=before))
[other] = others
time.sleep(0.2)
print(json.dumps({
    "pids": [first.pid, other.pid], "lives": other.poll() is None,
    "outcomes": [(one.target.pid, one.end, one.signals) for one in reaping.outcomes],
}))
other.kill()
other.wait()
"""


@linux
@pytest.mark.parametrize("moment", ["before the second look", "right before the signal"])
def test_a_pid_that_is_used_again_is_not_touched(moment: str) -> None:
    done = enclosed(_REUSED, moment)
    if "ns_last_pid" in done.stderr:
        pytest.skip("this user cannot choose a pid")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    first, other = found["pids"]
    assert first == other, "the pid is used again"
    assert found["lives"]
    assert found["outcomes"] == [[first, "ended-before", []]]
