"""The leak hunt of the docs, as it is written there, on a real server. It takes three minutes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import ROOT
from runtimes import NODE, needs_node

_PAGE = ROOT / "docs" / "leak-hunt.md"
_SERVER = ROOT / "fixtures" / "programs" / "leaky-server.js"
pytestmark = [
    needs_node,
    pytest.mark.skipif(os.name == "nt", reason="starts programs of POSIX"),
    pytest.mark.skipif(
        not os.environ.get("MEMDOCTOR_TEST_SLOW"), reason="takes minutes: MEMDOCTOR_TEST_SLOW=1"
    ),
]
pytest.importorskip("websockets", reason="memdoctor[live] is not installed")


def _commands() -> list[str]:
    [block] = re.findall(r"^```sh\n(.*?)^```", _PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(block).splitlines()


def _mended() -> str:
    """Return the server with the change that the page shows."""
    [change] = re.findall(
        r"^```diff\n(.*?)^```", _PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    lines = str(change).splitlines()
    old, new = ("\n".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
    server = _SERVER.read_text(encoding="utf-8")
    assert server.count(old) == 1
    return server.replace(old, new)


@contextmanager
def _server(path: Path) -> Iterator[subprocess.Popen[str]]:
    assert NODE is not None
    process = subprocess.Popen(
        (NODE, str(path)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("listening on ")
        yield process
    finally:
        process.kill()
        process.communicate()


def _started(command: str, environment: Mapping[str, str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ("bash", "-c", command),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_six_commands_from_ps_to_the_line_of_code(tmp_path: Path) -> None:
    (tmp_path / "mended.js").write_text(_mended(), encoding="utf-8")
    line = next(
        number
        for number, text in enumerate(_SERVER.read_text(encoding="utf-8").splitlines(), start=1)
        if "news.on(" in text
    )
    *hunt, check = _commands()
    assert len(hunt) == 5
    with _server(_SERVER) as leaky, _server(tmp_path / "mended.js") as mended:
        tools = str(Path(sys.executable).parent)
        environment = {
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PID": str(leaky.pid),
            "FIXED_PID": str(mended.pid),
        }
        checking = _started(check, environment, tmp_path)
        told = []
        for command in hunt:
            process = _started(command, environment, tmp_path)
            out, err = process.communicate(timeout=300)
            assert process.returncode == 0, (command, out, err)
            told.append(" ".join(out.split()))
        ps, watch, capture, analyze, retainers = told
        assert f" {leaky.pid} " in ps
        assert "the RSS grows by" in watch
        assert capture.count(".heapsnapshot") >= 3
        assert f"show (leaky-server.js:{line})" in analyze
        assert "News._events.story (Array) grows" in analyze
        assert "show() → (scope leaky-server.js).reader → Reader" in retainers
        out, err = checking.communicate(timeout=300)
        assert checking.returncode == 0, (out, err)
        assert "Nothing grows" in " ".join(out.split())
        assert leaky.poll() is None
        assert mended.poll() is None
