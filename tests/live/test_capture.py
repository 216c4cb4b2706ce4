"""`memdoctor capture` of real programs: what is written, what analyze makes of it, what it leaves."""

import json
import os
import re
import select
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from memdoctor.live.inspector import ports

from captured import a_bun, a_node, capture, command, every_node, process_of, running, wait_for
from conftest import Cli

fcntl, pty, termios = map(pytest.importorskip, ("fcntl", "pty", "termios"))
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="capture runs on Linux and macOS")

_NAME = re.compile(r"node-(\d+)-20\d{6}T\d{6}Z\.(heapsnapshot|json)")


@every_node
def test_a_series_names_who_holds_what_leaks(node: str, tmp_path: Path, cli: Cli) -> None:
    out = tmp_path / "out"
    with running(node, tmp_path) as app:
        done = capture(app.pid, "--snapshots", 3, "--every", "1s", "--gc", "-o", out, "--yes")
        assert (done.code, app.other_ports(), app.is_alive()) == (0, [], True), done.err
    files = [Path(line) for line in done.out.splitlines()]
    assert sorted(files) == sorted(out.iterdir())
    assert [one[2] for file in files if (one := _NAME.fullmatch(file.name))] == ["heapsnapshot", "json"] * 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    report = json.loads(cli("analyze", *files, "--json").out)
    growing = next(one for one in report["findings"] if one["rule"] == "growing-collection")
    assert "(scope app.js).sessions (Map) grows" in growing["message"]
    samples = report["overview"]["samples"]
    assert {(sample["runtime"], sample["pid"]) for sample in samples} == {("node", app.pid)}
    assert len(samples) == 3
    advice = done.err.splitlines()[-1]
    assert advice.startswith("next: memdoctor analyze ")
    assert shlex.split(advice)[3:] == list(map(str, files))


def test_it_says_what_it_will_do_and_for_how_long(tmp_path: Path) -> None:
    with running(a_node(), tmp_path) as app:
        done = capture(app.pid, "--yes", "-o", tmp_path / "out")
    first, *lines = done.err.splitlines()
    assert first == f"a heap snapshot of node app.js (pid {app.pid})"
    assert max(len(line) for line in lines if line.startswith("  ")) < 80
    said = re.sub(r"\n {16}", " ", done.err)
    told = {line.split("  ")[1]: line for line in said.splitlines() if line.startswith("  ")}
    assert re.search(r"at most [\d.]+ s each time", told["stands still"])
    assert re.search(r"at most \d+ MiB more, .* has [\d.]+ GiB free", told["memory"])
    assert "opened by SIGUSR1 at a port of 127.0.0.1 that is free" in told["inspector"]
    assert "any user of this machine can run code as" in told["security"]
    assert "they hold all secrets" in told["files"]
    assert any(re.match(r"note: heap [\d.]+ MiB: it stands still for about", line) for line in lines)


def test_it_analyzes_if_asked(tmp_path: Path) -> None:
    with running(a_node(), tmp_path) as app:
        done = capture(app.pid, "--yes", "--analyze", cwd=tmp_path)
    assert done.code == 0
    snapshot, figures, *report = done.out.splitlines()
    assert (snapshot, figures) == (f"{Path(snapshot).stem}.heapsnapshot", f"{Path(snapshot).stem}.json")
    assert (tmp_path / snapshot).is_file()
    assert any("JS heap" in line for line in report)
    assert "next:" not in done.err


def test_an_inspector_that_was_open_is_left_open(tmp_path: Path) -> None:
    with running(a_node(), tmp_path, "--inspect=127.0.0.1:0") as app:
        [before] = app.other_ports()
        done = capture(app.pid, "--yes", "-o", tmp_path / "out")
        assert (done.code, app.other_ports()) == (0, [before]), done.err
    assert f"open already at 127.0.0.1:{before[1]}, and left so" in done.err


def test_modules_keep_no_require_from_it(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    script = "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url)"
    with running(a_node(), tmp_path, script=script) as app:
        assert capture(app.pid, "--yes", "--gc", "-o", tmp_path / "out").code == 0
        assert (app.other_ports(), app.is_alive()) == ([], True)


def test_a_bun_with_an_inspector_gives_its_own_snapshot(tmp_path: Path, cli: Cli) -> None:
    script = "class Kept {}; globalThis.kept = Array.from({length: 5000}, () => new Kept());"
    with running(a_bun(), tmp_path, "--inspect=127.0.0.1:0/here", script=script) as app:
        wait_for(app.other_ports, "the inspector")
        before = app.other_ports()
        done = capture(app.pid, "--yes", "--gc", "-o", tmp_path / "out")
        assert (done.code, app.other_ports(), app.is_alive()) == (0, before, True), done.err
    snapshot, figures = done.out.splitlines()
    assert snapshot.endswith(".jsc.json")
    [row] = json.loads(cli("heap", "classes", snapshot, "--filter", "Kept", "--json").out)["rows"]
    assert row["count"] == 5000
    [sample] = json.loads(cli("analyze", snapshot, figures, "--json").out)["overview"]["samples"]
    assert (sample["runtime"], sample["pid"]) == ("bun", app.pid)


def test_a_bun_gives_a_series(tmp_path: Path) -> None:
    with running(a_bun(), tmp_path, "--inspect=127.0.0.1:0/here", script="globalThis.kept = []") as app:
        wait_for(app.other_ports, "the inspector")
        done = capture(app.pid, "--yes", "--snapshots", 2, "--every", "1s", "-o", tmp_path / "out")
        assert (done.code, app.is_alive()) == (0, True), done.err
    assert sum(line.endswith(".jsc.json") for line in done.out.splitlines()) == 2


def _typed(answer: str, *words: object) -> tuple[int, str]:
    """Return how `memdoctor capture WORDS` ends on a terminal where an answer is typed, and its output."""
    master, end = pty.openpty()
    printed = ""

    def take_terminal() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    how: dict[str, Any] = {"stdin": end, "stdout": end, "stderr": end, "preexec_fn": take_terminal}
    with subprocess.Popen(command(*words), start_new_session=True, **how) as process:
        os.close(end)
        while True:
            if not select.select([master], [], [], 0.5)[0]:
                # Again and again: Python's input() misses a Ctrl-C in the moment before it waits.
                if "[y/N]" in printed:
                    os.write(master, answer.encode())
                continue
            try:
                part = os.read(master, 1 << 16).decode(errors="replace")
            except OSError:  # Linux tells the end so
                break
            if not part:
                break
            printed += part
        code = process.wait(60)
    os.close(master)
    return code, printed


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("\n", 1), ("y\n", 0)])
def test_it_asks_on_a_terminal(answer: str, code: int, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(a_node(), tmp_path) as app:
        done, printed = _typed(answer, app.pid, "-o", out)
        assert (done, app.other_ports(), app.is_alive()) == (code, [], True)
    assert out.exists() == (code == 0)
    assert ("nothing was done" in printed) == (code == 1)


def test_ctrl_c_at_the_question_does_nothing(tmp_path: Path) -> None:
    with running(a_node(), tmp_path) as app:
        assert _typed("\x03", app.pid, "-o", tmp_path / "out")[0] == 130
        assert app.is_alive()
    assert not (tmp_path / "out").exists()


def test_a_program_that_ends_between_two_snapshots_leaves_the_first(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(a_node(), tmp_path) as app:
        words = command(app.pid, "--snapshots", 2, "--every", "30s", "-o", out, "--yes")
        with process_of(*words, stderr=subprocess.PIPE) as process:
            wait_for(lambda: list(out.glob("*.json")), "the first snapshot")
            app.process.kill()
            app.process.wait()
            told = process.communicate(timeout=20)
            assert process.returncode == 1
    assert f"error: process {app.pid} has ended" in told[1]
    assert [file.suffix for file in sorted(out.iterdir())] == [".heapsnapshot", ".json"]
    assert "next: memdoctor analyze" in told[1]


def test_nothing_listens_between_two_snapshots(tmp_path: Path) -> None:
    with running(a_node(), tmp_path) as app:
        words = command(app.pid, "--snapshots", 2, "--every", "30s", "-o", tmp_path / "out", "--yes")
        with process_of(*words) as process:
            wait_for(lambda: list((tmp_path / "out").glob("*.json")), "the first snapshot")
            # Between two snapshots no inspector is open, and memdoctor itself takes no connection.
            assert (app.other_ports(), list(ports.listening([process.pid]))) == ([], [])
