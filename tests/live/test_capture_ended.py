"""`memdoctor capture` that is ended, or cannot write: no inspector is left, and no file that is cut."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from memdoctor.errors import CaptureError
from memdoctor.live.inspector.opened import Opened
from memdoctor.live.inspector.target import target_of
from memdoctor.live.interrupts import EndedError, Interrupts

from captured import App, a_node, capture, command, process_of, running, wait_for
from runtimes import NODES

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="capture runs on Linux and macOS")

_SESSIONS = "40000"  # with them a snapshot takes more than a second
_ENDS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if sys.platform != "win32" else [])]


@contextmanager
def _capturing(app: App, out: Path, *words: object) -> "Iterator[subprocess.Popen[str]]":
    with process_of(*command(app.pid, "-o", out, "--yes", *words), stderr=subprocess.PIPE) as process:
        yield process


@pytest.mark.parametrize("number", _ENDS, ids=lambda number: number.name)
def test_a_signal_in_the_middle_of_a_snapshot(number: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "out"
    node = NODES["node20"] if number == signal.SIGINT else NODES["node24"]
    with running(node or a_node(), tmp_path, argument=_SESSIONS) as app:
        with _capturing(app, out) as process:
            wait_for(lambda: list(out.glob("*.part")), "the snapshot on its way")
            assert app.other_ports() == []  # while it stands still no inspector is open
            process.send_signal(number)
            printed, told = process.communicate(timeout=20)
        assert (process.returncode, printed) == (128 + number, "")
        assert f"note: ended by {number.name}" in told
        assert list(out.iterdir()) == []
        assert (app.is_alive(), app.other_ports()) == (True, [])


def test_a_kill_in_the_middle_leaves_what_is_named_as_cut(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(a_node(), tmp_path, argument=_SESSIONS) as app:
        with _capturing(app, out) as process:
            wait_for(lambda: list(out.glob("*.part")), "the snapshot on its way")
            process.kill()
            process.wait()
        assert [file.suffix for file in out.iterdir()] == [".part"]
        assert (app.is_alive(), app.other_ports()) == (True, [])


def test_a_signal_between_two_snapshots_leaves_the_first(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(a_node(), tmp_path) as app:
        with _capturing(app, out, "--every", "30s") as process:
            wait_for(lambda: list(out.glob("*.json")), "the first snapshot")
            process.send_signal(signal.SIGTERM)
            printed, told = process.communicate(timeout=20)
        assert process.returncode == 143
        assert sorted(map(Path, printed.split())) == sorted(out.iterdir())
        assert told.splitlines()[-1].startswith("next: memdoctor analyze ")
        assert (app.is_alive(), app.other_ports()) == (True, [])


def test_a_full_disk(tmp_path: Path) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    out = tmp_path / "out"
    with running(a_node(), tmp_path) as app:
        done = capture(app.pid, "-o", out, "--yes", preexec_fn=limited)
        assert (done.code, done.out, list(out.iterdir())) == (2, "", [])
        assert "error: cannot write " in done.err
        assert (app.is_alive(), app.other_ports()) == (True, [])


@pytest.mark.parametrize("stage", ["open", "session", "again", "hard"])
def test_the_inspector_is_closed_from_wherever_it_is(
    stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(a_node(), tmp_path) as app:
        opened = Opened(target_of(app.pid))
        with Interrupts() as interrupts:
            session = opened.open(interrupts)
            assert len(app.other_ports()) == 1
            if stage in {"again", "hard"}:  # the connection is lost
                session.close()
            if stage == "hard":
                monkeypatch.setattr("memdoctor.live.inspector.opened._SECONDS", 0.5)
                opened._end = lambda: None  # type: ignore[method-assign]
            opened.close()
        assert (app.other_ports(), app.is_alive()) == ([], True)


def test_a_later_process_with_the_pid_gets_no_signal(tmp_path: Path) -> None:
    with process_of(sys.executable, "-c", "input()", stdin=subprocess.PIPE) as process:
        time.sleep(0.05)  # a start is told in hundredths of a second
        with running(a_node(), tmp_path) as app:
            target = target_of(app.pid)
        process_now = replace(target.process, pid=process.pid)
        opened = Opened(replace(target, process=process_now))
        with Interrupts() as interrupts, pytest.raises(CaptureError, match="has ended"):
            opened.open(interrupts)
        assert process.poll() is None  # SIGUSR1 would have ended it


def test_a_signal_before_it_is_open_opens_nothing(tmp_path: Path) -> None:
    with running(a_node(), tmp_path) as app:
        opened = Opened(target_of(app.pid))
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGTERM)
            with pytest.raises(EndedError, match="SIGTERM"):
                opened.open(interrupts)
            opened.close()
        assert (app.other_ports(), app.is_alive()) == ([], True)


def test_one_that_stays_open_is_told_loudly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memdoctor.live.inspector.opened._SECONDS", 0.3)
    with running(a_node(), tmp_path) as app:
        opened = Opened(target_of(app.pid))
        with Interrupts() as interrupts:
            opened.open(interrupts)
        opened._end = opened._end_now = lambda: None  # type: ignore[method-assign]
        with pytest.raises(CaptureError, match="IS STILL OPEN at ") as error:
            opened.close()
        [(host, port)] = app.other_ports()
        assert f"node inspect {host}:{port}" in error.value.help
        assert app.is_alive()


def test_it_closes_itself_if_memdoctor_was_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memdoctor.live.inspector.opened._ALARM", 0.5)
    with running(a_node(), tmp_path) as app:
        with Interrupts() as interrupts:
            Opened(target_of(app.pid)).open(interrupts).close()
        assert len(app.other_ports()) == 1
        wait_for(lambda: not app.other_ports(), "the end of the inspector")
        assert app.is_alive()
