"""What the tests share: the command line as a function, and where things lie."""

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
HEAPDUMPS = FIXTURES / "heapdumps"
SERIES = FIXTURES / "series"
SNAPSHOTS = FIXTURES / "snapshots"


@dataclass(frozen=True)
class Outcome:
    """What a command line printed, and how it ended."""

    code: int
    out: str
    err: str


Cli = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _steady_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what would make output differ from machine to machine."""
    for name in list(os.environ):
        if name.startswith("MEMDOCTOR_") and not name.startswith("MEMDOCTOR_TEST_"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    monkeypatch.chdir(ROOT)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Return a function that runs `memdoctor ARGUMENTS` in this process."""
    from memdoctor.cli.main import run

    def call(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
        out, err = _stream(), _stream()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                run([str(argument) for argument in arguments])
        return Outcome(int(ended.value.code or 0), _text(out), _text(err))

    return call


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
