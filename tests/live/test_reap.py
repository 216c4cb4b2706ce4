"""`memdoctor reap` on processes that are really there: those that were planted end, and no others."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from memdoctor.analysis.processes import leaked
from memdoctor.analysis.processes.machine import Machine
from memdoctor.endings import Asked
from memdoctor.live.ending.carry_out import How, carry_out
from memdoctor.live.ending.guards import me
from memdoctor.live.ending.plan import planned
from memdoctor.live.machine import this_machine
from memdoctor.units import size

from conftest import Outcome
from enclosed import enclosed
from planting import PIPES, Child, Plants
from planting import stat as stat_of
from reaping import DEAF, WAITING, below, document, is_alive, over, planted, reap, started
from runtimes import NODE
from scenario_rows import missing
from scenarios import orphaned

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="they are planted and found in /proc")


@pytest.fixture
def plants(tmp_path: Path) -> Iterator[Plants]:
    """Return a place for processes, which end with the test."""
    with planted(tmp_path) as plants:
        yield plants


_ENCLOSED = """
import json, os, subprocess, sys
from pathlib import Path
from planting import PIPES, Child, Plants, stat
from runtimes import NODE
from scenarios import STARTER, orphaned
folder = Path(sys.argv[1])
plants = Plants(folder)
if NODE:
    parent = plants.node("parent.js", STARTER)
    plants.start("node-parent", *parent, "node", *plants.node("mcp-server.js"))
    plants.find("node")
    plants.kill("node-parent")
helper = Child("helper", plants.python("helper.py"), streams=PIPES)
orphaned(plants, Child("lost", plants.python("chroma-mcp"), streams=PIPES), leader=True)
orphaned(plants, Child("family", plants.python("mcp-family", sys.argv[2]), streams=PIPES), leader=True)
plants.find("family", runs="helper.py", name="helper")
orphaned(plants, Child("doubtful", plants.python("task.py"), streams=PIPES), leader=True)
tool = Child("tool", (*plants.python("mcp-server.py"), "--stdio"), streams=PIPES)
plants.grow(Child("healthy", children=(tool,)))
plants.find("tool")
call = [sys.executable, "-m", "memdoctor", "reap", *sys.argv[3:]]
done = subprocess.run(call, stdin=subprocess.DEVNULL, capture_output=True, text=True)
def lives(pid, start):
    found = stat(pid)
    return found.start == start and found.state not in ("", "Z")
alive = {role: all(lives(*one) for one in known) for role, known in plants.known.items()}
pids = {role: [pid for pid, _ in known] for role, known in plants.known.items()}
told = {"code": done.returncode, "out": done.stdout, "err": done.stderr}
print(json.dumps({**told, "alive": alive, "pids": pids}))
"""
_FAMILY = """
import signal, subprocess, sys
from pathlib import Path
helper = Path(__file__).with_name("helper.py")
subprocess.Popen([sys.executable, "-SE", str(helper)])
while True: signal.pause()
"""
LOST = {"lost", "family", "helper"} | ({"node"} if NODE else set())
OTHERS = {"doubtful", "healthy", "tool"}


def among_others(folder: Path, *arguments: str) -> dict[str, Any]:
    """Plant orphans among others in namespaces of their own, and run `memdoctor reap` there."""
    if why := missing("session"):
        pytest.skip(why)
    done = enclosed(_ENCLOSED, str(folder), _FAMILY, *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert "Traceback" not in found["err"], found["err"]
    return found


def test_of_all_processes_only_the_certain_orphans_end(tmp_path: Path) -> None:
    log = tmp_path / "log" / "ended.jsonl"
    found = among_others(tmp_path, "--yes", "--wait", "1s", "--json", "--log", str(log))
    told = document(Outcome(found["code"], found["out"], found["err"]))
    assert found["code"] == 0
    assert {role for role, alive in found["alive"].items() if alive} >= OTHERS
    assert not any(found["alive"][role] for role in LOST)
    assert {one["pid"] for one in told["plan"]["targets"]} == {found["pids"][role][0] for role in LOST}
    assert {one["pid"]: one["reason"] for one in told["plan"]["spared"]} == {
        found["pids"]["doubtful"][0]: "only likely"
    }
    assert {one["outcome"] for one in told["outcomes"]} <= {"ended", "zombie"}
    assert told["plan"]["frees_bytes"] > 0
    freed = size(told["plan"]["frees_bytes"])
    assert told["answer"] == f"{len(LOST)} ended, {freed} freed."
    _check_log(log, {found["pids"][role][0] for role in LOST})


def _check_log(log: Path, pids: set[int]) -> None:
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    sent = [line for line in lines if line["signal"]]
    assert {line["pid"] for line in sent} == pids
    assert {line["signal"] for line in sent} == {"TERM"}
    assert {line["pid"]: line["outcome"] for line in lines if not line["signal"]}.keys() == pids
    for line in lines:
        assert line["started_at"]
        assert line["reasons"]
        assert line["time"]
        assert line["command"]


def test_without_a_terminal_nothing_ends_unless_told_so(tmp_path: Path) -> None:
    found = among_others(tmp_path, "--orphans")
    assert found["code"] == 1
    assert all(found["alive"][role] for role in LOST | OTHERS)
    assert "A dry run: nothing was ended." in found["out"]
    assert f"memdoctor reap {found['pids']['doubtful'][0]}" in found["out"]
    assert not {len(line) for line in found["out"].splitlines() if len(line) > 80}


def test_orphans_end_and_nothing_of_the_tests_own_tree(plants: Plants) -> None:
    """The same on the machine itself; what others have left behind on it is not this test's to end."""
    if why := missing("session"):
        pytest.skip(why)
    orphaned(plants, Child("lost", plants.python("chroma-mcp"), streams=PIPES), leader=False)
    sibling = started(plants, "mcp-sibling.py")
    try:
        case = this_machine()
        machine = Machine(case)
        plan = planned(machine, Asked(orphans=True), me())
        mine = machine.tree.by_pid[os.getpid()]
        own = {mine.pid, sibling.pid, *(one.pid for one in machine.tree.ancestors(mine))}
        assert not own & {one.pid for one in plan.targets}
        lost = {pid for pid, _ in plants.known["lost"]}
        plan = replace(plan, targets=tuple(one for one in plan.targets if one.pid in lost))
        assert {one.pid for one in plan.targets} == lost
        assert carry_out(plan, case, me(), How(wait=0.5)).exit_code == 0
        assert not is_alive(plants.known["lost"][0])
        assert is_alive(plants.known["lost-shell"][0])
        assert sibling.poll() is None
    finally:
        over(sibling)


def test_a_dry_run_as_json_shows_the_plan(plants: Plants) -> None:
    child = started(plants, "task.py")
    try:
        told = document(reap(plants, child.pid, "--json"))
        assert told["dry_run"]
        assert told["exit_code"] == 1
        [target] = told["plan"]["targets"]
        assert (target["pid"], target["warnings"]) == (
            child.pid,
            ["memdoctor ps finds nothing wrong with it"],
        )
        assert target["frees_bytes"] > 0
        assert told["outcomes"] == []
        assert child.poll() is None
    finally:
        over(child)
    assert not (plants.folder / "state").exists()


def test_what_is_named_ends_with_what_it_started_and_its_sibling_lives(plants: Plants) -> None:
    plants.file("helper.py", WAITING)
    child = started(plants, "parent.py", _FAMILY.replace("while", "print('up', flush=True)\nwhile"))
    sibling = started(plants, "sibling.py")
    [helper] = plants.wait(lambda: below(child.pid, "helper.py"), "the helper")
    plants.note("helper", helper)
    try:
        outcome = reap(plants, child.pid, "--yes", "--wait", "500ms")
        assert outcome.code == 0, outcome.out
        assert child.wait(5) == -signal.SIGTERM
        assert sibling.poll() is None
        assert not is_alive(plants.known["helper"][0])
        assert "/state/memdoctor/reap.jsonl" in outcome.out
        assert (plants.folder / "state" / "memdoctor" / "reap.jsonl").exists()
    finally:
        over(child)
        over(sibling)


def test_what_ignores_term_is_told_and_killed_only_by_force(plants: Plants) -> None:
    child = started(plants, "deaf.py", DEAF)
    [identity] = plants.known["deaf.py"]
    try:
        outcome = reap(plants, child.pid, "--yes", "--wait", "300ms", "--no-log")
        assert outcome.code == 1
        assert is_alive(identity)
        assert "it ignores TERM" in outcome.out
        assert outcome.out.rstrip().endswith("0 ended; 1 ignores TERM: --force.")
        told = document(
            reap(plants, child.pid, "--yes", "--force", "--wait", "300ms", "--no-log", "--json")
        )
        assert told["exit_code"] == 0
        assert told["outcomes"][0]["signals"] == ["TERM", "KILL"]
        assert told["outcomes"][0]["outcome"] == "zombie"  # this test has not asked about it yet
        assert told["log"] is None
        assert child.wait(5) == -signal.SIGKILL
    finally:
        over(child)


def test_a_parent_is_not_taken_from_a_child_that_ignores_term(plants: Plants) -> None:
    deaf = Child("deaf-child", plants.python("deaf.py", DEAF), streams=PIPES)
    plants.grow(Child("above", children=(deaf,)))
    [child] = plants.find("deaf-child")
    [above] = plants.find("above", runs="above.py")
    plants.wait(lambda: _ignores_term(child), "a deaf child")
    told = document(reap(plants, above, "--yes", "--wait", "300ms", "--no-log", "--json"))
    assert told["exit_code"] == 1
    assert {one["pid"]: one["outcome"] for one in told["outcomes"]} == {
        above: "held-back",
        child: "still-there",
    }
    assert is_alive(plants.known["above"][0])
    assert is_alive(plants.known["deaf-child"][0])
    told = document(reap(plants, above, "--yes", "--force", "--wait", "300ms", "--no-log", "--json"))
    assert told["exit_code"] == 0, (told["outcomes"], told["respawns"])


def _ignores_term(pid: int) -> bool:
    from planting import ignores

    return ignores(pid, signal.SIGTERM)


def test_a_stopped_process_ends_too(plants: Plants) -> None:
    child = started(plants, "stopped.py")
    try:
        child.send_signal(signal.SIGSTOP)
        plants.wait(lambda: stat_of(child.pid).state == "T", "a stopped child")
        told = document(reap(plants, child.pid, "--yes", "--wait", "1s", "--no-log", "--json"))
        assert told["exit_code"] == 0
        assert told["outcomes"][0]["signals"] == ["TERM", "CONT"]
    finally:
        over(child)


_TELLS = """
import os, signal, subprocess, sys, time
from pathlib import Path
folder, name, below = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
def end(*_):
    time.sleep(0.3 if below else 0)
    known = sorted(one.name for one in folder.glob("*.ended"))
    (folder / f"{name}.ended").write_text(" ".join(known))
    sys.exit()
signal.signal(signal.SIGTERM, end)
if below:
    subprocess.Popen([sys.executable, "-SE", __file__, str(folder), *below])
else:
    (folder / "ready").touch()
print("up", flush=True)
while True: signal.pause()
"""


def test_children_end_before_their_parents(plants: Plants) -> None:
    folder = plants.folder / "told"
    folder.mkdir()
    child = started(plants, "tells.py", _TELLS, str(folder), "top", "middle", "leaf")
    plants.wait((folder / "ready").exists, "the last of them")
    try:
        log = plants.folder / "log.jsonl"
        assert reap(plants, child.pid, "--yes", "--wait", "3s", "--log", log).code == 0
        child.wait(5)
        assert (folder / "leaf.ended").read_text() == ""
        assert "leaf.ended" in (folder / "middle.ended").read_text()
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        words = [line["command"].split()[-1] for line in lines if line["signal"] == "TERM"]
        top = [line["pid"] for line in lines if line["signal"] == "TERM"][-1]
        assert len(words) == 3
        assert top == child.pid
    finally:
        over(child)


_LOOP = 'echo up; while :; do "$@" < /dev/null > /dev/null; done'


def test_what_comes_back_is_told_with_who_started_it(plants: Plants) -> None:
    call = ["sh", "-c", _LOOP, "sh", *plants.python("service.py"), "--port", "4711"]
    loop = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    plants.note("loop", loop.pid)
    [service] = plants.wait(lambda: below(loop.pid, "service.py"), "the service")
    try:
        outcome = reap(plants, service, "--yes", "--wait", "600ms", "--no-log")
        assert outcome.code == 1
        [again] = plants.wait(lambda: below(loop.pid, "service.py"), "the service again")
        plants.note("again", again)
        text = " ".join(outcome.out.split())
        assert f"pid {service} came back: sh (pid {loop.pid}) has started service.py again" in text
        assert f"end sh first: memdoctor reap {loop.pid}" in text
        assert loop.poll() is None
        told = document(reap(plants, loop.pid, "--yes", "--wait", "600ms", "--no-log", "--json"))
        # The loop is only quicker than two signals in a row where this process waits between them.
        helps = [one["help"] for one in told["respawns"]]
        assert told["exit_code"] == len(helps)
        assert all(text.startswith("memdoctor reap ") for text in helps)
        assert not is_alive(plants.known["again"][0])
    finally:
        for pid in below(loop.pid, "service.py"):
            plants.note("last", pid)
        over(loop)


def test_a_loop_of_commands_ends_though_it_goes_on(plants: Plants) -> None:
    loop = subprocess.Popen(
        ["sh", "-c", "echo up; while :; do sleep 0.02; done"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    plants.note("loop", loop.pid)
    try:
        outcome = reap(plants, loop.pid, "--yes", "--wait", "300ms", "--no-log")
        assert "left out" not in outcome.out
        assert loop.wait(5) == -signal.SIGTERM
    finally:
        over(loop)


def test_a_worker_of_a_manager_is_ended_with_a_warning(plants: Plants) -> None:
    text = (
        "import os, signal, subprocess, sys\n"
        "child = subprocess.Popen(sys.argv[1:], env={**os.environ, 'pm_id': '7'})\n"
        "print(child.pid, flush=True)\nwhile True: signal.pause()\n"
    )
    call = [*plants.python("pm2-runtime", text), *plants.python("api.py")]
    manager = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert manager.stdout is not None
    worker = int(manager.stdout.readline())
    plants.note("worker", worker)
    plants.note("manager", manager.pid)
    try:
        told = document(reap(plants, worker, "--json"))
        warnings = f"pm2-runtime (pid {manager.pid}) starts it again: pm2 stop 7 keeps it from that"
        assert warnings in told["plan"]["targets"][0]["warnings"]
        told = document(reap(plants, manager.pid, "--json"))
        assert any("better pm2 kill" in one for one in told["plan"]["targets"][0]["warnings"])
    finally:
        over(manager)


def test_children_that_a_living_parent_has_leaked(plants: Plants, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight idle agents under one parent, and one that was started while it was watched."""
    text = (
        "import signal, subprocess, sys\n"
        "call = [sys.executable, '-SE', *sys.argv[1:]]\n"
        "def start(*_): subprocess.Popen(call, stdin=subprocess.DEVNULL)\n"
        "signal.signal(signal.SIGUSR1, start)\n"
        "for _ in range(8): start()\n"
        "print('up', flush=True)\nwhile True: signal.pause()\n"
    )
    agent = str(plants.file("claude", "import signal\nwhile True: signal.pause()\n"))
    parent = started(plants, "daemon.py", text, agent)
    try:
        plants.wait(lambda: len(below(parent.pid, "claude")) == 8, "eight agents")
        monkeypatch.setattr(leaked, "APART", 1)
        time.sleep(1.2)
        threading.Timer(1.0, lambda: parent.send_signal(signal.SIGUSR1)).start()
        case = this_machine(2.6)
        agents = set(below(parent.pid, "claude"))
        assert len(agents) == 9
        plan = planned(Machine(case), Asked(leaked=(parent.pid,)), me())
        assert {one.row.kind for one in plan.targets} == {"leaked-child"}
        [young] = [one.pid for one in plan.unsure]
        assert {one.pid for one in plan.targets} == agents - {young}
        reaping = carry_out(plan, case, me(), How(wait=0.5))
        assert reaping.exit_code == 0
        assert below(parent.pid, "claude") == [young]
        assert parent.poll() is None
    finally:
        for pid in below(parent.pid, "claude"):
            os.kill(pid, signal.SIGKILL)
        over(parent)
