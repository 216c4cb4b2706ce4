"""What `memdoctor reap` refuses, and what it keeps away from terminals and logs."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planting import Child, Plants
from planting import stat as stat_of
from reaping import WAITING, document, is_alive, over, planted, reap, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="they are planted and found in /proc")


@pytest.fixture
def plants(tmp_path: Path) -> Iterator[Plants]:
    """Return a place for processes, which end with the test."""
    with planted(tmp_path) as plants:
        yield plants


def test_hostile_words_reach_neither_terminal_nor_log_raw(plants: Plants) -> None:
    hostile = [
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "[bold]markup[/bold]",
        "\u202egnp.exe",
        "--token",
        "s3cret1",
    ]
    child = started(plants, "[red]mcp[bold]\x1b[2J.py", WAITING, *hostile)
    log = plants.folder / "log.jsonl"
    try:
        dry = reap(plants, child.pid)
        ended = reap(plants, child.pid, "--yes", "--wait", "300ms", "--log", log)
        assert ended.code == 0
        for text in (dry.out, dry.err, ended.out, ended.err, log.read_text(encoding="utf-8")):
            assert not set(text) & {"\x1b", "\x07", "\u202e"}
            assert "s3cret1" not in text
        assert "[red]mcp[bold]" in dry.out
    finally:
        over(child)


def test_a_log_that_cannot_be_is_an_error_before_anything_ends(plants: Plants) -> None:
    child = started(plants, "task.py")
    link = plants.folder / "link.jsonl"
    link.symlink_to(plants.folder / "victim")
    try:
        for log in (link, plants.folder, plants.folder / "task.py" / "log", "/dev/null"):
            outcome = reap(plants, child.pid, "--yes", "--log", log)
            assert outcome.code == 2
            assert "cannot write the log" in outcome.err
            assert "--no-log" in outcome.err
        assert child.poll() is None
        assert not (plants.folder / "victim").exists()
    finally:
        over(child)


def test_what_is_never_ended_is_refused_with_its_reason(plants: Plants) -> None:
    plants.grow(Child("shell", children=(Child("kept", plants.python("task.py")),), terminal=True))
    plants.find("kept")
    [leader] = plants.find("shell", runs="shell.py")
    gone = subprocess.Popen(["true"])
    os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)
    reasons = {
        1: "keeps the machine or the container running",
        os.getpid(): "memdoctor runs below it",
        os.getppid(): "memdoctor runs below it",
        leader: "it leads the session at terminal pts/",
        gone.pid: "it has ended already: a zombie",
        2**22 + 1: "there is no process 4194305",
    }
    if stat_of(2).parent == 0 and stat_of(2).start:
        reasons[2] = "it is a thread of the kernel"
    try:
        outcome = reap(plants, *reasons, "--yes", "--force", "--wait", "300ms")
        assert outcome.code == 2
        assert outcome.out == "Nothing can be ended.\n"
        for reason in reasons.values():
            assert reason in outcome.err
        told = document(reap(plants, *reasons, "--json"))
        assert {one["pid"] for one in told["plan"]["spared"] if one["named"]} == set(reasons)
        assert is_alive(plants.known["shell"][0])
    finally:
        gone.wait()


def test_what_can_be_done_is_done_beside_a_refusal(plants: Plants) -> None:
    child = started(plants, "task.py")
    try:
        outcome = reap(plants, child.pid, os.getpid(), "--yes", "--wait", "300ms", "--no-log")
        assert outcome.code == 1
        assert "1 ended" in outcome.out
        assert "1 refused" in outcome.out
        assert child.wait(5) == -signal.SIGTERM
    finally:
        over(child)


_AS_NOBODY = """
import json, os, signal, sys
from dataclasses import replace
from memdoctor.analysis.processes.machine import Machine
from memdoctor.endings import Asked
from memdoctor.live.ending.carry_out import How, carry_out
from memdoctor.live.ending.guards import me
from memdoctor.live.ending.plan import planned
from memdoctor.live.machine import this_machine
pid = int(sys.argv[1])
case = this_machine(also=(pid,))
of_root = planned(Machine(case), Asked((pid,)), me())
carry_out(replace(of_root, targets=()), case, me(), How(wait=0.1))  # all is imported
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
plan = planned(Machine(this_machine(also=(pid,))), Asked((pid,)), me())
done = carry_out(of_root, case, replace(me(), is_root=True), How(wait=0.1, force=True))
print(json.dumps({
    "targets": len(plan.targets), "refused": [one.reason for one in plan.refused],
    "outcomes": [(one.end, one.detail) for one in done.outcomes], "code": done.exit_code,
}))
"""


def test_another_users_process_is_refused_and_the_system_denies_it_too(plants: Plants) -> None:
    if os.geteuid() != 0:
        if not (pids := _pids_of_root()):
            pytest.skip("no process of root is shown")
        outcome = reap(plants, pids[0], "--yes", "--wait", "300ms")
        assert outcome.code == 2
        assert "it belongs to root" in outcome.err or "keeps the machine" in outcome.err
        return
    child = started(plants, "of_root.py")
    try:
        call = [sys.executable, "-c", _AS_NOBODY, str(child.pid)]
        done = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {
            "targets": 0,
            "refused": ["it belongs to root"],
            "outcomes": [["denied", "TERM was denied"]],
            "code": 2,
        }
        assert child.poll() is None
    finally:
        over(child)


def _pids_of_root() -> list[int]:
    pids = sorted(int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit())
    return [pid for pid in pids if Path(f"/proc/{pid}").stat().st_uid == 0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--dry-run", "--yes"], "contradict each other"),
        (["--wait", "soon"], "no length of time"),
        (["node"], "node"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str, plants: Plants) -> None:
    outcome = reap(plants, *arguments)
    assert outcome.code == 2
    assert words in outcome.err


def test_only_likely_leaks_are_not_ended(plants: Plants) -> None:
    told = document(reap(plants, "--leaked", os.getpid(), "--yes", "--json"))
    assert told["exit_code"] == 0
    assert "has no children that look leaked" in told["answer"]
