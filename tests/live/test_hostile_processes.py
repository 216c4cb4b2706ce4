"""This machine at its worst: processes that vanish, deny, change, or have a command line that bites."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from memdoctor.analysis.processes.machine import Machine
from memdoctor.live.machine import this_machine
from memdoctor.live.procfs import stat
from memdoctor.model import Process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

_SLEEP = "import time; time.sleep(60)"
WORDS: dict[str, list[bytes]] = {
    "newlines": [b"line one\nroot 1 0 0 a row of its own", b"--resume", b"x\ny"],
    "tabs": [b"a\tb", b"  two  spaces  ", b""],
    "escapes": [b"\x1b[31mred\x1b[0m", b"\x1b]0;title\x07", b"[bold]markup[/bold]"],
    "invalid UTF-8": [b"\xff\xfe\x80bin", b"\xed\xa0\x80"],
    "100 kB": [b"x" * 100_000],
    "bidi": ["\u202egnp.exe".encode(), "наблюдатель-観察者-🚀".encode()],
    "nothing": [],
}


@pytest.fixture(scope="module")
def biting() -> Iterator[dict[str, int]]:
    """Start a process with each command line, and end them."""
    started = {
        name: subprocess.Popen([sys.executable.encode(), b"-c", _SLEEP.encode(), *words])
        for name, words in WORDS.items()
    }
    yield {name: process.pid for name, process in started.items()}
    for process in started.values():
        process.kill()
        process.wait()


def _ps(*arguments: str, **environment: str) -> str:
    call = [sys.executable, "-m", "memdoctor", "ps", *arguments]
    done = subprocess.run(call, capture_output=True, env=os.environ | environment, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    return done.stdout.decode()


@pytest.mark.parametrize("form", ["terminal", "concise", "markdown", "json", "jsonl"])
def test_nothing_is_printed_raw(form: str, biting: dict[str, int]) -> None:
    for more in ([], ["--show-args"]):
        out = _ps("--family", Path(sys.executable).name, "--top", "0", "-f", form, *more, COLUMNS="200")
        assert not set(out) & {"\x1b", "\x07", "\t", "\u202e", "\r"}
        for pid in biting.values() if form != "concise" else ():
            assert str(pid) in out


def test_every_row_is_kept_with_its_words(biting: dict[str, int]) -> None:
    rows = {one.pid: one for one in this_machine().tables[-1].processes}
    for name, words in WORDS.items():
        argv = rows[biting[name]].argv
        assert argv is not None
        expected = [word.decode("utf-8", "replace") for word in words]
        while expected and not expected[-1]:
            expected.pop()  # what a title leaves behind looks the same
        assert list(argv[3:]) == expected, name


def test_long_command_lines_are_shortened(biting: dict[str, int]) -> None:
    report = json.loads(_ps("--json"))
    [row] = [row for row in report["overview"]["processes"] if row["pid"] == biting["100 kB"]]
    assert len(row["command"]) <= 200


def test_a_title_of_its_own_has_no_empty_words(tmp_path: Path) -> None:
    code = "process.title = 'claude'; setInterval(() => {}, 1000); console.log('up')"
    from runtimes import NODE

    if NODE is None:
        pytest.skip("no node on this machine")
    child = subprocess.Popen([NODE, "-e", code, *["word"] * 40], stdout=subprocess.PIPE, cwd=tmp_path)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        machine = Machine(this_machine())
        row = machine.tree.by_pid[child.pid]
        assert row.argv == ("claude",)
        assert machine.program(row).name == "claude"
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def test_processes_that_vanish_while_they_are_read() -> None:
    stop = threading.Event()

    def churn() -> None:
        while not stop.is_set():
            subprocess.run(["/bin/true"], check=False)

    threads = [threading.Thread(target=churn) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(25):
            case = this_machine(pss=True)
            assert any(one.pid == os.getpid() for one in case.tables[-1].processes)
            assert Machine(case).verdicts is not None
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_what_has_ended_is_gone() -> None:
    child = subprocess.Popen(["/bin/true"])
    child.wait()
    with pytest.raises(OSError, match="No such"):
        stat(child.pid)


_LEFT = """
import os, subprocess, sys, time
nobody, writes = os.pipe()
os.close(writes)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.dup2(nobody, 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        time.sleep(0.2)
        if len(sys.argv) > 2:
            subprocess.run(sys.argv[2:], check=True)
        open(sys.argv[1], "w").write(str(os.getpid()))
        time.sleep(60)
    os._exit(0)
"""


def test_what_memdoctor_runs_below_is_in_use(tmp_path: Path) -> None:
    """A CI job looks like an orphan: no parent, an input that nobody writes to. Only its like is one."""
    script, report = tmp_path / "mcp-search.py", tmp_path / "report.json"
    script.write_text(_LEFT)
    pids = {}
    try:
        looks = (sys.executable, "-m", "memdoctor", "ps", "--json", "-o", str(report))
        for name, command in (("left", ()), ("in use", looks)):
            done = tmp_path / name
            subprocess.run([sys.executable, script, done, *command], check=True)
            until = time.monotonic() + 30
            while not (done.exists() and done.read_text()) and time.monotonic() < until:
                time.sleep(0.05)
            pids[name] = int(done.read_text())
        rows = {row["pid"]: row for row in json.loads(report.read_text())["overview"]["processes"]}
    finally:
        for pid in pids.values():
            os.kill(pid, signal.SIGKILL)
    assert rows[pids["left"]]["kind"] == "orphan"
    assert rows[pids["left"]]["confidence"] in ("certain", "likely")  # by what PID 1 is
    assert rows[pids["in use"]]["kind"] is None


def _other_user() -> int | None:
    import pwd

    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return None


@pytest.mark.skipif(os.geteuid() != 0 or _other_user() is None, reason="needs root, to become nobody")
def test_an_ordinary_user_is_told_what_is_not_visible(biting: dict[str, int]) -> None:
    this_machine(pss=True)  # imports what it needs: nobody may not read it
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(_other_user() or 65534)
            case = this_machine(pss=True)
            [row] = [one for one in case.tables[-1].processes if one.pid == biting["nothing"]]
            told = {
                "problems": [problem.message for problem in case.problems],
                "unseen": row.unseen,
                "streams": len(row.streams),
                "orphans": [one.confidence for one in Machine(case).orphans if not one.process.streams],
            }
            os.write(writes, json.dumps(told).encode())
        finally:
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        told = json.loads(pipe.read())
    os.waitpid(child, 0)
    assert any(
        "standard streams and ports of" in message and "not visible" in message
        for message in told["problems"]
    )
    assert set(told["unseen"]) >= {"streams", "exe", "cwd", "memory"}
    assert told["streams"] == 0
    assert "certain" not in told["orphans"]


def test_a_pid_that_is_used_again_is_another_process() -> None:
    from dataclasses import replace

    from memdoctor.analysis.processes.looks import Looks, identity_of
    from memdoctor.model import ProcessTable

    before = Process("a", "a", 77, start_ticks=1000, cpu_seconds=50.01)
    after = replace(before, start_ticks=9000, cpu_seconds=0.02)
    from datetime import UTC, datetime, timedelta

    at = datetime(2026, 11, 20, tzinfo=UTC)
    tables = [
        ProcessTable("a", "a", (one,), at=at + timedelta(seconds=10 * index))
        for index, one in enumerate((before, after))
    ]
    looks = Looks(tables)
    assert looks.measured_cpu == {}
    assert identity_of(before) != identity_of(after)
