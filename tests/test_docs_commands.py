"""Every command line in the docs runs, here or in `live/`, or `docs_commands.py` says why not."""

import lzma
import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

import docs_commands
from conftest import ROOT, Cli
from docs_commands import FILES, Line
from runtimes import NODE

_LINES = docs_commands.lines()
_RUN = [line for line in _LINES if line.reason is None and not line.is_live]
_NEEDS_SHELL = re.compile(r"[|&<>$*`]")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the fixtures, and with the files that pages speak of."""
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    for name, fixture in FILES.items():
        (tmp_path / name).symlink_to(ROOT / "fixtures" / fixture)
    (tmp_path / "baseline.json").symlink_to(ROOT / "fixtures" / "baselines" / "node22-cc-fresh.json")
    (tmp_path / "before.json").symlink_to(ROOT / "fixtures" / "baselines" / "node22-cc-fresh.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", _RUN, ids=lambda line: f"{line.page}: {line.text}"[:100])
def test_a_command_of_the_docs_runs(line: Line, desk: Path, cli: Cli) -> None:
    if "node -p" in line.text and NODE is None:
        pytest.skip("no node on this machine")
    if line.text.startswith("xz ") and shutil.which("xz") is None:
        pytest.skip("no xz on this machine")
    for name in re.findall(r"-o (\S+\.\w+)", line.text):
        (desk / name).unlink(missing_ok=True)  # what it writes is no fixture
    code, out, err = _shell(line.text, desk) if _NEEDS_SHELL.search(line.text) else _direct(line.text, cli)
    assert code in line.exits, err
    assert "Traceback" not in err
    assert out or err or " -o " in line.text


def _direct(text: str, cli: Cli) -> tuple[int, str, str]:
    outcome = cli(*shlex.split(text)[1:])
    return outcome.code, outcome.out, outcome.err


def _shell(text: str, desk: Path) -> tuple[int, str, str]:
    """Run a line with bash, with this memdoctor and the Node of the tests."""
    tools = desk / "bin"
    tools.mkdir()
    (tools / "memdoctor").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m memdoctor "$@"\n')
    (tools / "memdoctor").chmod(0o755)
    if NODE is not None:
        (tools / "node").symlink_to(NODE)
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    if text.startswith("xz "):
        (desk / "app.heapsnapshot").unlink()
        packed = ROOT / "fixtures" / FILES["app.heapsnapshot"]
        (desk / "app.heapsnapshot").write_bytes(lzma.decompress(packed.read_bytes()))
    done = subprocess.run(
        ["bash", "-c", text], cwd=desk, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_no_reason_is_without_a_command() -> None:
    for part in docs_commands.ELSEWHERE:
        assert any(part in line.text for line in _LINES), part
    assert len(_RUN) > 50


def test_every_file_that_stands_for_one_is_named_by_a_line() -> None:
    words = {word.strip("\"';,()") for line in _LINES for word in line.text.split()}
    assert [name for name in FILES if not any(fnmatch(name, word.rstrip("/")) for word in words)] == []


def test_what_a_reason_names_is_there() -> None:
    for reason in docs_commands.ELSEWHERE.values():
        for name in re.findall(r"\S+\.py", reason):
            assert (ROOT / name).is_file(), name
