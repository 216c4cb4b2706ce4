"""`memdoctor reap` at a terminal: the question, the answers to it, and Ctrl-C."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planting import Plants
from reaping import DEAF, QUESTION, WAITING, Typing, below, is_alive, over, planted, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="they are planted and found in /proc")


@pytest.fixture
def plants(tmp_path: Path) -> Iterator[Plants]:
    """Return a place for processes, which end with the test."""
    with planted(tmp_path) as plants:
        yield plants


@pytest.mark.parametrize(
    ("typed", "code", "lives", "words"),
    [
        ("n\n", 1, True, "Nothing was ended."),
        ("\n", 1, True, "Nothing was ended."),
        ("yes\n", 0, False, "1 ended"),
    ],
)
def test_the_answer_decides(typed: str, code: int, lives: bool, words: str, plants: Plants) -> None:
    child = started(plants, "task.py")
    try:
        session = Typing(child.pid, "--wait", "300ms", "--no-log")
        session.until(QUESTION)
        assert is_alive(plants.known["task.py"][0])
        session.type(typed)
        assert session.end() == code
        assert words in session.seen
        assert is_alive(plants.known["task.py"][0]) == lives
    finally:
        over(child)


def test_ctrl_c_at_the_question_signals_nobody(plants: Plants) -> None:
    child = started(plants, "task.py")
    try:
        session = Typing(child.pid, "--no-log")
        session.until(QUESTION)
        session.process.send_signal(signal.SIGINT)
        assert session.end() == 130
        assert "Interrupted: nothing was signalled." in session.seen
        assert child.poll() is None
    finally:
        over(child)


def test_ctrl_c_while_it_waits_says_what_was_signalled(plants: Plants) -> None:
    child = started(plants, "deaf.py", DEAF)
    log = plants.folder / "log.jsonl"
    try:
        session = Typing(child.pid, "--yes", "--wait", "30s", "--log", log)
        plants.wait(lambda: log.exists() and "TERM" in log.read_text(), "a signal")
        session.process.send_signal(signal.SIGINT)
        assert session.end() == 130
        assert "interrupted: 1 of 1 were signalled" in session.seen
        assert child.poll() is None
    finally:
        over(child)


def test_what_starts_something_while_the_question_waits_is_left_out(plants: Plants) -> None:
    starts = (
        "import signal, subprocess, sys\n"
        "def start(*_): subprocess.Popen([sys.executable, '-SE', *sys.argv[1:]])\n"
        "signal.signal(signal.SIGUSR1, start)\n"
    )
    job = str(plants.file("job.py", WAITING))
    child = started(plants, "mcp-server.py", starts + WAITING, job)
    try:
        session = Typing(child.pid, "--wait", "300ms", "--no-log")
        session.until(QUESTION)
        child.send_signal(signal.SIGUSR1)
        [new] = plants.wait(lambda: below(child.pid, "job.py"), "a job")
        plants.note("job", new)
        session.type("y\n")
        assert session.end() == 1
        assert f"mcp-server.py (pid {child.pid}) has started job.py (pid {new}) meanwhile" in " ".join(
            session.seen.split()
        )
        assert child.poll() is None
        assert is_alive(plants.known["job"][0])
    finally:
        over(child)
