"""Programs whose heap is to be captured: real ones, ended again, that say at which port they answer."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from memdoctor.live.inspector import ports

from conftest import Outcome
from runtimes import BUN, NODES

_PATIENCE = 20  # seconds until something must be there

# A service that keeps every session that ever was: `sessions` grows.
LEAK = """
const sessions = new Map();
let count = 0;
class Session {
  constructor(id) { this.id = id; this.turns = Array.from({length: 10}, (_, i) => ({id, i})); }
}
const more = () => { for (let i = 0; i < 200; i++) sessions.set('s' + count, new Session(count++)); };
setInterval(more, 50);
while (count < Number(process.argv[2] ?? 0)) more();
"""
# Says on standard output at which port it answers.
_SERVES = """
;require('node:http').createServer((_, answer) => answer.end('alive')).listen(0, '127.0.0.1', function () {
  console.log(this.address().port);
});
"""

every_node = pytest.mark.parametrize(
    "node",
    [
        pytest.param(path, id=name, marks=pytest.mark.skipif(path is None, reason=f"no {name} here"))
        for name, path in NODES.items()
    ],
)


class App:
    """A program that runs, and answers over HTTP."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process, self.pid, self.port = process, process.pid, port

    def is_alive(self) -> bool:
        """Whether it answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        with closing(connection):
            connection.request("GET", "/")
            return connection.getresponse().read() == b"alive"

    def other_ports(self) -> list[ports.Address]:
        """Return where it listens, but for where it answers."""
        return [address for address in ports.listening([self.pid]) if address[1] != self.port]


@contextmanager
def running(
    node: str | None, folder: Path, *options: str, script: str = LEAK, argument: str = "", **how: Any
) -> Iterator[App]:
    """Run a program with some options of Node; its inspector would take any free port."""
    assert node is not None
    path = folder / "app.js"
    path.write_text(script + _SERVES, encoding="utf-8")
    with process_of(node, *(options or ("--inspect-port=0",)), str(path), argument, **how) as process:
        assert process.stdout is not None
        yield App(process, int(process.stdout.readline()))


@contextmanager
def process_of(*words: str, **how: Any) -> "Iterator[subprocess.Popen[str]]":
    """Run a command, and end it."""
    options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "text": True}
    options["stderr"] = subprocess.DEVNULL
    with subprocess.Popen(words, **{**options, **how}) as process:
        try:
            yield process
        finally:
            process.kill()


def command(*words: object) -> list[str]:
    """Return the words that run `memdoctor capture`."""
    return [sys.executable, "-m", "memdoctor", "capture", *map(str, words)]


def capture(*words: object, environment: Mapping[str, str] | None = None, **how: Any) -> Outcome:
    """Return what `memdoctor capture WORDS` prints, run as a process of its own, with nobody to ask."""
    done = subprocess.run(
        command(*words),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=3 * _PATIENCE,
        env={**os.environ, **(environment or {})},
        **how,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Wait until a condition holds; return what it returned."""
    until = time.monotonic() + _PATIENCE
    while not (found := condition()):
        assert time.monotonic() < until, f"not there after {_PATIENCE} s: {what}"
        time.sleep(0.01)
    return found


def a_node() -> str:
    """Return a Node; the test is skipped if there is none."""
    found = next((path for path in (NODES["node"], *NODES.values()) if path), None)
    return found or pytest.skip("no node on this machine")


def a_bun() -> str:
    """Return a Bun; the test is skipped if there is none."""
    return BUN or pytest.skip("no bun on this machine")
