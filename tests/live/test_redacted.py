"""Commands about this machine, redacted: nothing of a process that runs with secrets leaves."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import planted
from conftest import Cli

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


@pytest.fixture(scope="module")
def pid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a program of a home folder, with secrets on its command line."""
    folder = tmp_path_factory.mktemp("live") / "home" / planted.USER
    folder.mkdir(parents=True)
    program = folder / f"{planted.TOKEN}.py"
    program.write_text("import time\nprint(flush=True)\ntime.sleep(60)\n", encoding="utf-8")
    command = [sys.executable, str(program), *planted.TEXTS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=folder) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield str(process.pid)
        process.kill()


def left(text: str) -> list[str]:
    return [piece for piece in planted.PIECES if piece.lower() in text.lower()]


@pytest.mark.parametrize(
    "words",
    [
        ["ps", "--tree", "--show-args", "--top", "0", "-f", "markdown"],
        ["ps", "--tree", "--show-args", "--top", "0", "--json", "--redact"],
        ["ps", "--tree", "--top", "0", "--redact"],
        ["watch", "PID", "--for", "0.5s", "--interval", "0.2s", "--redact"],
        ["watch", "PID", "--for", "0.5s", "--interval", "0.2s", "-f", "markdown"],
        ["reap", "PID", "--dry-run", "--show-args", "--redact"],
        ["reap", "PID", "--dry-run", "--show-args", "--json", "--redact"],
        ["capture", "PID", "--yes", "--redact"],
    ],
    ids=" ".join,
)
def test_nothing_of_a_process_leaves(words: list[str], pid: str, tmp_path: Path, cli: Cli) -> None:
    outcome = cli(*(pid if word == "PID" else word for word in words))
    text = f"{outcome.out}{outcome.err}".replace("\u200b", "").replace("\\_", "_")
    assert not left(text)
    assert "Traceback" not in text
    assert words[0] == "capture" or "python" in text or pid in text


def test_it_would_be_there(pid: str, cli: Cli) -> None:
    """Else the tests above would prove nothing."""
    seen = cli("ps", "--tree", "--show-args", "--top", "0", "-f", "json").out
    assert {planted.USER, planted.TOKEN, planted.PASSWORD} <= set(left(seen))
