"""watch --inspect: the heap of a real Node that was started with its inspector."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conftest import Cli
from runtimes import NODE, needs_node

pytestmark = [needs_node, pytest.mark.skipif(os.name == "nt", reason="starts programs of POSIX")]
pytest.importorskip("websockets", reason="memdoctor[live] is not installed")
_APP = "const kept = []; setInterval(() => kept.push({ of: new Array(100).fill(1) }), 5)"


@contextmanager
def _inspected() -> Iterator[tuple[subprocess.Popen[str], str]]:
    assert NODE is not None
    words = (NODE, "--inspect=127.0.0.1:0", "--max-old-space-size=64", "-e", _APP)
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        found = re.search(r"ws://([\d.]+:\d+)/", process.stderr.readline())
        assert found is not None
        yield process, found[1]
    finally:
        process.kill()
        process.communicate()


def test_the_heap_is_that_of_the_process(cli: Cli) -> None:
    with _inspected() as (process, place):
        outcome = cli("watch", "--inspect", place, "--interval", "0.3s", "--for", "1s", "--json")
        assert outcome.code == 0
        overview = json.loads(outcome.out)["overview"]
        [watched] = overview["watched"]
        assert watched["pid"] == process.pid
        assert 1 << 20 < watched["heap_used_bytes"] < watched["rss_bytes"]
        sample = overview["samples"][-1]
        assert sample["runtime"] == "node"
        assert 64 << 20 <= sample["heap_limit_bytes"] < 128 << 20
        assert {growth["metric"] for growth in overview["growth"]} >= {"js_heap", "rss", "external"}
        assert process.poll() is None
        again = cli("watch", "--inspect", place, "--interval", "0.2s", "--for", "0.2s", "--json")
        assert again.code == 0  # it is open as before


def test_an_inspector_that_goes_away_is_told(cli: Cli) -> None:
    with _inspected() as (process, place):
        watcher = subprocess.Popen(
            (
                *(sys.executable, "-m", "memdoctor", "watch", str(process.pid), str(os.getpid())),
                *("--inspect", place, "--interval", "0.3s", "--for", "4s"),
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(2)
        process.kill()
        out, err = watcher.communicate(timeout=60)
        assert watcher.returncode == 0
        assert "the heap is not asked any more" in err
        assert "Traceback" not in err
        assert "heap" in out


def test_nobody_there_is_an_error(cli: Cli) -> None:
    outcome = cli("watch", str(os.getpid()), "--inspect", "127.0.0.1:1", "--for", "1s")
    assert outcome.code == 2
    assert outcome.err.startswith("error: no inspector is open at 127.0.0.1:1\n")
