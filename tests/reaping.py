"""Starts processes for `memdoctor reap`, calls it, and types what a person would. Linux only."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema

from conftest import Outcome
from planting import Identity, Plants
from planting import stat as stat_of

SCHEMA = json.loads((files("memdoctor.reports") / "reap.schema.json").read_text(encoding="utf-8"))
QUESTION = "End this process? [y/N] "
WAITING = "import signal\nprint('up', flush=True)\nwhile True: signal.pause()\n"
DEAF = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{WAITING}"


@contextmanager
def planted(folder: Path) -> Iterator[Plants]:
    """Return a place for processes, all of which end with the block."""
    plants = Plants(folder)
    try:
        yield plants
    finally:
        assert plants.end_all() == [], "these would not end"


def started(plants: Plants, name: str, text: str = WAITING, *words: str) -> "subprocess.Popen[bytes]":
    """Start a program as a child of this test, and wait until it is up."""
    call = [*plants.python(name, text), *words]
    child = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    plants.note(name, child.pid)
    return child


def over(child: "subprocess.Popen[bytes]") -> int:
    """End a child of this test if it lives; return how it ended."""
    child.kill()
    for stream in (child.stdin, child.stdout):
        assert stream is not None
        stream.close()
    return child.wait(10)


def is_alive(identity: Identity) -> bool:
    """Whether a process is there, and has not ended."""
    found = stat_of(identity[0])
    return found.start == identity[1] and found.state not in ("", "Z", "X")


def reap(plants: Plants, *arguments: object) -> Outcome:
    """Run `memdoctor reap` with a log of its own, as a process without a terminal."""
    environment = os.environ | {"XDG_STATE_HOME": str(plants.folder / "state")}
    call = [sys.executable, "-m", "memdoctor", "reap", *map(str, arguments)]
    done = subprocess.run(
        call,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


def document(outcome: Outcome) -> dict[str, Any]:
    """Return the JSON of an outcome, as its schema wants it."""
    found: dict[str, Any] = json.loads(outcome.out)
    jsonschema.validate(found, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert found["exit_code"] == outcome.code
    return found


def below(parent: int, program: str) -> list[int]:
    """Return the children of a process that run a program."""
    from planting import children_of, command_of

    return [pid for pid in children_of(parent, "SR") if program in command_of(pid)]


class Typing:
    """`memdoctor reap` at a terminal, with somebody who types."""

    def __init__(self, *arguments: object) -> None:
        self._master, end = os.openpty()
        call = [sys.executable, "-m", "memdoctor", "reap", *map(str, arguments)]
        self.process = subprocess.Popen(call, stdin=end, stdout=end, stderr=end, start_new_session=True)
        os.close(end)
        self.seen = ""

    def until(self, words: str) -> None:
        """Wait until something is to be read."""
        end = time.monotonic() + 20
        while words not in self.seen:
            assert time.monotonic() < end, self.seen
            try:
                self.seen += os.read(self._master, 4096).decode()
            except OSError:  # it has ended
                assert words in self.seen, self.seen

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Wait for its end, and return the exit code."""
        try:
            while True:
                self.seen += os.read(self._master, 4096).decode()
        except OSError:
            pass
        os.close(self._master)
        return self.process.wait(20)
