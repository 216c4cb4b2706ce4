"""What `memdoctor capture` declines: with the reason, another way, and the process as it was."""

import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from memdoctor.errors import CaptureError
from memdoctor.live import memory_left
from memdoctor.live.inspector import ports
from memdoctor.live.inspector.cost import cost_of, refuse_unaffordable
from memdoctor.live.memory_left import Room
from memdoctor.units import GiB, MiB

from captured import App, a_bun, a_node, capture, process_of, running, wait_for
from conftest import Cli, Outcome
from runtimes import NODES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="capture runs on Linux and macOS")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="seen in /proc")

_INSTEAD = ("v8.writeHeapSnapshot()", "--heapsnapshot-signal=SIGUSR2", "--report-on-signal")
_IDLE = "setInterval(() => {}, 1e3);"


def _refused(outcome: Outcome, reason: str, *help_words: str) -> None:
    """Check that a call was refused for a reason, and that its help says something."""
    assert (outcome.code, outcome.out) == (2, "")
    *_, error, help_line = outcome.err.splitlines()
    assert re.fullmatch(f"error: {reason}", error), error
    assert help_line.startswith("help: ")
    assert all(word in help_line for word in help_words), help_line


@contextmanager
def _untouched(folder: Path, *options: str, script: str = _IDLE, node: str | None = None) -> Iterator[App]:
    """Run a program that must be as it was at the end: it answers, and listens where it did."""
    with running(node or a_node(), folder, *options, script=script) as app:
        before = app.other_ports()
        yield app
        assert (app.is_alive(), app.other_ports(), app.process.poll()) == (True, before, None)
    assert not list(folder.rglob("*.heapsnapshot*"))


def test_nobody_to_ask(tmp_path: Path, cli: Cli) -> None:
    with _untouched(tmp_path) as app:
        _refused(cli("capture", app.pid), "nobody is there to be asked", "--yes")


def test_a_process_that_is_not_there(cli: Cli) -> None:
    with process_of(sys.executable, "-c", "") as process:
        process.wait()
    _refused(cli("capture", process.pid, "--yes"), f"there is no process {process.pid}", "memdoctor ps")


def test_memdoctor_itself(cli: Cli) -> None:
    _refused(cli("capture", os.getpid(), "--yes"), f"process {os.getpid()} is memdoctor itself")


@on_linux
def test_a_zombie(cli: Cli) -> None:
    with process_of(sys.executable, "-c", "") as process:
        wait_for(lambda: ") Z " in Path(f"/proc/{process.pid}/stat").read_text(), "the zombie")
        _refused(
            cli("capture", process.pid, "--yes"), f"process {process.pid} is a zombie: .*", "--zombies"
        )


@pytest.mark.parametrize(
    "words", [(sys.executable, "-c", "import time; time.sleep(60)"), ("sleep", "60")], ids=["python", "c"]
)
def test_another_program(words: tuple[str, ...], cli: Cli) -> None:
    with process_of(*words) as process:
        outcome = cli("capture", process.pid, "--yes")
        _refused(outcome, f"process {process.pid} is no Node: .*; SIGUSR1 would end it", "memdoctor watch")
        assert process.poll() is None


def test_the_child_of_a_shell_is_named(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "idle.js").write_text("console.log(process.pid);" + _IDLE, encoding="utf-8")
    with process_of("sh", "-c", f"{a_node()} idle.js; exit", cwd=tmp_path) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        _refused(cli("capture", process.pid, "--yes"), ".* is no Node: sh.*", f"memdoctor capture {child}")
        os.kill(child, signal.SIGTERM)


@pytest.mark.parametrize("option", ["--smol", "--inspect", "--inspect=0"])
def test_a_bun_whose_inspector_cannot_be_reached(option: str, tmp_path: Path, cli: Cli) -> None:
    with running(a_bun(), tmp_path, option, script=_IDLE) as app:
        outcome = cli("capture", app.pid, "--yes")
        reason = "has a path that only it knows" if "inspect" in option else "SIGUSR1 would end it"
        _refused(outcome, f".*{reason}", "--inspect=127.0.0.1:6499/", "Bun.generateHeapSnapshot")
        assert app.is_alive()


def test_a_handler_of_its_own_in_the_script(tmp_path: Path, cli: Cli) -> None:
    script = "\nlet times = 0;\nprocess.on('SIGUSR1', () => process.exit(1));" + _IDLE
    with _untouched(tmp_path, script=script) as app:
        _refused(
            cli("capture", app.pid, "--yes"), r"app\.js:3 handles SIGUSR1 itself: .*", *_INSTEAD, "--force"
        )


def test_a_handler_of_its_own_elsewhere(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memdoctor.live.inspector.opened._SECONDS", 1)
    mark = tmp_path / "handled"
    handler = f"process.on('SIGUSR1', () => require('fs').writeFileSync({str(mark)!r}, ''));"
    (tmp_path / "other.js").write_text(handler, encoding="utf-8")
    with _untouched(tmp_path, script="require('./other.js');" + _IDLE) as app:
        outcome = cli("capture", app.pid, "--yes", "-o", tmp_path / "out")
        _refused(outcome, "no inspector came up .* it handles the signal itself.*", *_INSTEAD)
        assert mark.exists()


def test_a_program_that_never_waits_for_events(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memdoctor.live.inspector.deputy._SECONDS", 1)
    monkeypatch.setattr("memdoctor.live.inspector.opened._SECONDS", 1)
    with process_of(a_node(), "--inspect-port=0", "-e", "console.log(1); for (;;);") as process:
        assert process.stdout is not None
        process.stdout.readline()
        outcome = cli("capture", process.pid, "--yes", "-o", tmp_path)
        _refused(outcome, "the process does not connect back .*", *_INSTEAD)
        assert (list(ports.listening([process.pid])), process.poll()) == ([], None)


@on_linux
@pytest.mark.parametrize("option", ["--disable-sigusr1", "--permission"])
def test_a_node_that_does_not_listen_to_the_signal(option: str, tmp_path: Path, cli: Cli) -> None:
    node = NODES["node24"] or pytest.skip("no Node 24 on this machine")
    more = ("--allow-fs-read=*",) if option == "--permission" else ()
    with _untouched(tmp_path, option, *more, node=node) as app:
        reason = f"process {app.pid} runs with {option}: it opens no inspector"
        _refused(cli("capture", app.pid, "--yes"), reason, *_INSTEAD)


def test_a_port_that_another_node_has(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "other").mkdir()
    with _untouched(tmp_path, "--inspect=127.0.0.1:0") as first:
        [(_, port)] = first.other_ports()
        with _untouched(tmp_path / "other", f"--inspect-port={port}") as second:
            reason = f"port {port} is taken by process {first.pid} .*"
            _refused(cli("capture", second.pid, "--yes"), reason, "--inspect-port=0", *_INSTEAD)


def test_a_port_on_which_the_program_itself_answers(tmp_path: Path, cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    script = f"require('net').createServer().listen({port}, '0.0.0.0');" + _IDLE
    with _untouched(tmp_path, f"--inspect-port={port}", script=script) as app:
        _refused(cli("capture", app.pid, "--yes"), f"port {port} is open in process {app.pid} already, .*")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root alone can be another user"
)
def test_a_process_of_another_user(tmp_path: Path, cli: Cli) -> None:
    with process_of("sleep", "60", user=65534) as process:
        outcome = cli("capture", process.pid, "--yes")
        _refused(outcome, f"process {process.pid} belongs to .*, memdoctor runs as .*", *_INSTEAD)
        assert process.poll() is None


def test_a_process_that_is_stopped(tmp_path: Path, cli: Cli) -> None:
    with _untouched(tmp_path) as app:
        app.process.send_signal(signal.SIGSTOP)
        wait_for(lambda: " is stopped" in cli("capture", app.pid, "--yes").err, "the stop")
        _refused(cli("capture", app.pid, "--yes"), ".* is stopped: .*", f"kill -CONT {app.pid}")
        app.process.send_signal(signal.SIGCONT)


@on_linux
def test_a_container(cli: Cli) -> None:
    with process_of("unshare", "--net", a_node(), "-e", "console.log(1);" + _IDLE) as process:
        assert process.stdout is not None
        if not process.stdout.readline():
            pytest.skip("no network of its own may be made here")
        _refused(cli("capture", process.pid, "--yes"), ".* is in a container: .*", "in the container")
        assert process.poll() is None


def test_another_system(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memdoctor.live.inspector.target.sys.platform", "win32")
    _refused(cli("capture", 1, "--yes"), "capture runs on Linux and macOS", *_INSTEAD)


def test_without_the_library(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets.sync.client", None)
    outcome = cli("capture", os.getpid(), "--yes")
    _refused(outcome, r"memdoctor\[live\] is not installed", 'pip install "memdoctor[live]"')


def test_one_snapshot_has_no_pace(cli: Cli) -> None:
    outcome = cli("capture", 1, "--snapshots", "1", "--every", "5m")
    _refused(outcome, "--every is for several snapshots")


def test_a_folder_that_cannot_be(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with _untouched(tmp_path) as app:
        outcome = cli("capture", app.pid, "--yes", "-o", tmp_path / "file")
        _refused(outcome, "cannot write .*")


def test_a_large_heap(tmp_path: Path) -> None:
    script = "globalThis.kept = Array.from({length: 10}, () => Array(7e6).fill(1.5));" + _IDLE
    with _untouched(tmp_path, script=script) as app:
        outcome = capture(app.pid, "--yes", "-o", tmp_path / "out")
        _refused(outcome, r"its heap has \d+ MiB: .*", "--force", "--report-on-signal")


def test_what_a_heap_of_some_size_needs() -> None:
    small, large = cost_of(10 * MiB), cost_of(600 * MiB)
    refuse_unaffordable(small, None, GiB, force=False)
    refuse_unaffordable(small, Room(GiB, "this machine"), GiB, force=False)
    with pytest.raises(CaptureError, match="its control group has 128 MiB free"):
        refuse_unaffordable(small, Room(128 * MiB, "its control group"), GiB, force=False)
    refuse_unaffordable(small, Room(128 * MiB, "its control group"), GiB, force=True)
    refuse_unaffordable(small, Room(128 * MiB, "its control group"), GiB, force=False, held=128 * MiB)
    with pytest.raises(CaptureError, match="stand still for about 1 min"):
        refuse_unaffordable(large, Room(64 * GiB, "this machine"), 64 * GiB, force=False)
    refuse_unaffordable(large, Room(64 * GiB, "this machine"), 64 * GiB, force=True)
    with pytest.raises(CaptureError, match=r"would take about 1\.\d+ GiB, 1\.00 GiB are free"):
        refuse_unaffordable(large, None, GiB, force=True)


@contextmanager
def _small_group(pid: int, limit: int) -> Iterator[None]:
    """Put a process into a control group of its own that may have so much memory."""
    root = Path("/sys/fs/cgroup")
    old = root / "memory"
    group = (old if old.is_dir() else root) / f"memdoctor-test-{pid}"
    name = "memory.limit_in_bytes" if old.is_dir() else "memory.max"
    procs = group / "cgroup.procs"
    try:
        before = Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8")
        group.mkdir()
        (group / name).write_text(str(limit), encoding="ascii")
        procs.write_text(str(pid), encoding="ascii")
    except OSError:
        if group.is_dir():
            group.rmdir()
        pytest.skip("no control group may be made here")
    try:
        yield
    finally:
        of_memory = next(
            line for line in before.splitlines() if ":memory:" in line or line.startswith("0::")
        )
        home = group.parent / of_memory.split(":", 2)[2].lstrip("/")
        (home / "cgroup.procs").write_text(str(pid), encoding="ascii")
        group.rmdir()


@on_linux
def test_too_little_memory_in_a_control_group(tmp_path: Path) -> None:
    script = "globalThis.kept = Array.from({length: 1e5}, (_, i) => ({i}));" + _IDLE
    with _untouched(tmp_path, script=script) as app, _small_group(app.pid, 150 * MiB):
        outcome = capture(app.pid, "--yes", "-o", tmp_path / "out")
        _refused(outcome, "its heap has .*, its control group has .* free; it could be killed for that")


@on_linux
@pytest.mark.parametrize("inner", ["", "web"])
def test_the_tightest_control_group_counts(
    inner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = tmp_path / "apps" / inner
    group.mkdir(parents=True)
    for folder, limit in ((tmp_path / "apps", 100 * MiB), (group, 90 * MiB if inner else 100 * MiB)):
        (folder / "memory.max").write_text(f"{limit}\n", encoding="ascii")
        (folder / "memory.current").write_text(f"{60 * MiB}\n", encoding="ascii")
        (folder / "memory.stat").write_text(f"anon 1\ninactive_file {10 * MiB}\n", encoding="ascii")
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    monkeypatch.setattr(memory_left, "_ROOT", tmp_path)
    monkeypatch.setattr(memory_left, "groups_of", lambda _: (("0", "", f"/apps/{inner}".rstrip("/")),))
    assert memory_left.room_for(1) == Room((40 if inner else 50) * MiB, "its control group")


def test_ports_where_there_is_no_proc() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert server.getsockname() in ports._asked(os.getpid())


def test_a_port_without_a_process_that_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert ports.is_open("127.0.0.1", port)
    assert not ports.is_open("127.0.0.1", port)
