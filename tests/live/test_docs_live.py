"""Command lines of the docs that look at something live run on programs of their own, with short times."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import docs_commands
import pm2_daemon
from docs_commands import Line
from runtimes import NODE, needs_node

pytestmark = pytest.mark.skipif(os.name == "nt", reason="starts programs of POSIX")
_LINES = [line for line in docs_commands.lines() if line.is_live]
_PM2 = [line for line in _LINES if line.text.startswith("memdoctor pm2")]
_REAP = [line for line in _LINES if line.text.startswith("memdoctor reap")]
_NODE = [line for line in _LINES if line not in (*_PM2, *_REAP)]
_TIME = re.compile(r"(--for|--every|--interval) \S+")
_PATIENCE = 120  # seconds
# What is asked beyond the line so that it ends, asks nobody and harms nobody.
_BEYOND = {
    "watch": " --for 1s --interval 0.5s",
    "capture": " --yes",
    "reap": "",
    "pm2": "",
}


def _name(line: Line) -> str:
    return f"{line.page}: {line.text}"[:100]


def _run(line: Line, names: dict[str, str], folder: Path, **environment: str) -> None:
    """Run a line in a folder, with what its names stand for."""
    text = _TIME.sub(r"\1 1s", line.text)
    for name, meant in names.items():
        text = re.sub(rf"(?<![\w.:]){re.escape(name)}(?![\w.:])", meant, text)
    words = shlex.split(text)[1:]
    words += shlex.split(_BEYOND[words[0]])
    done = subprocess.run(
        [sys.executable, "-m", "memdoctor", *words],
        cwd=folder,
        env={**os.environ, "XDG_STATE_HOME": str(folder), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert done.returncode in line.exits, f"{words}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr
    assert done.stdout or done.stderr


def test_every_live_line_is_run() -> None:
    assert {*_PM2, *_REAP, *_NODE} == {*_LINES}
    assert min(len(_PM2), len(_REAP), len(_NODE)) > 1


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, str]]:
    """Run a server.js with an inspector that is open, and return its pid and where that is."""
    script = folder / "server.js"
    script.write_text("setInterval(() => {}, 1000)")
    words = (str(NODE), "--inspect=127.0.0.1:0", str(script))
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"ws://([\d.]+:\d+)/", process.stderr.readline())
            assert found is not None
            yield process.pid, found[1]
        finally:
            process.kill()


@needs_node
@pytest.mark.parametrize("line", _NODE, ids=_name)
def test_a_line_about_a_node_runs(line: Line, tmp_path: Path) -> None:
    pytest.importorskip("websockets", reason="memdoctor[live] is not installed")
    with _server(tmp_path) as (pid, place):
        _run(line, {"4242": str(pid), "127.0.0.1:9229": place}, tmp_path)


@pytest.mark.parametrize("line", _REAP, ids=_name)
def test_a_line_that_ends_processes_ends_at_most_our_own(line: Line, tmp_path: Path) -> None:
    sleep = (sys.executable, "-c", "import time; time.sleep(600)")
    with ExitStack() as stack:
        ours = [stack.enter_context(subprocess.Popen(sleep)) for _ in range(2)]
        for process in ours:
            stack.callback(process.kill)
        first, second = (str(process.pid) for process in ours)
        harmless = {"--yes": f"{first} {second} --yes"}  # it would end what others have left behind
        _run(line, {"4711": first, "4712": second, "812": first, **harmless}, tmp_path)
        assert all(
            (process.wait(10) != 0) if "--yes" in line.text else process.poll() is None for process in ours
        )


@pytest.mark.skipif(pm2_daemon.PM2["newest"] is None, reason="no PM2 of our own")
def test_lines_about_a_worker_under_pm2_run(tmp_path: Path) -> None:
    script = pm2_daemon.PM2["newest"]
    assert script is not None
    with TemporaryDirectory(prefix="pm2-") as folder:
        daemon = pm2_daemon.Daemon(script, Path(folder))
        try:
            app = str(pm2_daemon.APPS / "healthy.js")
            daemon.call("start", app, "--name", "worker", "--node-args=--max-old-space-size=96")
            for line in _PM2:
                _run(line, {}, tmp_path, **daemon.environment)
        finally:
            daemon.end()
