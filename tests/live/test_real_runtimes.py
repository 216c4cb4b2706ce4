"""Documents written by the real Node and Bun, at this moment, with a known amount planted."""

import json
import os
import subprocess
from typing import Any

import pytest

from conftest import HEAPDUMPS, Cli
from runtimes import BUN, NODE, needs_bun, needs_node

_WRITER = HEAPDUMPS / "write-diagnostics.mjs"


def _report(cli: Cli, runtime: str | None, *arguments: str) -> Any:
    assert runtime is not None
    written = subprocess.run([runtime, *arguments], capture_output=True, check=True, timeout=120)
    return json.loads(cli("analyze", "-", "--json", stdin=written.stdout).out)


def _rules(report: Any) -> set[str]:
    return {finding["rule"] for finding in report["findings"]}


@needs_node
@pytest.mark.parametrize("call", ["process.memoryUsage()", "v8.getHeapStatistics()"])
def test_the_calls_of_node(call: str, cli: Cli) -> None:
    script = f"const v8 = require('v8'); console.log(JSON.stringify({call}))"
    report = _report(cli, NODE, "-e", script)
    [sample] = report["overview"]["samples"]
    assert sample["document"] == call
    assert sample["runtime"] != "bun"
    assert 1 << 20 < sample["derived"]["js_heap_bytes"] < 100 << 20
    assert report["summary"]["error"] == report["summary"]["warning"] == 0


@needs_node
def test_a_plain_node_is_healthy_and_proven_to_be_v8(cli: Cli) -> None:
    report = _report(cli, NODE, str(_WRITER))
    [sample] = report["overview"]["samples"]
    assert (sample["runtime"], sample["heap_limit_kind"]) == ("node", "v8")
    assert report["summary"]["warning"] == 0
    assert "too-young" in _rules(report)
    assert "Nothing wrong shows in it" in report["summary"]["answer"]


@needs_node
def test_touched_buffers_of_node_are_in_ram(cli: Cli) -> None:
    [sample] = _report(cli, NODE, str(_WRITER), "touched")["overview"]["samples"]
    assert sample["array_buffers_bytes"] >= 300 << 20
    assert sample["rss_bytes"] >= 300 << 20
    assert sample["derived"]["js_heap_bytes"] < 50 << 20


@needs_node
@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="descriptors are counted in /proc")  # noqa: PTH110
def test_open_files_of_node_are_counted(cli: Cli) -> None:
    assert "many-descriptors" in _rules(_report(cli, NODE, str(_WRITER), "descriptors"))


@needs_bun
def test_a_plain_bun_is_told_from_node(cli: Cli) -> None:
    report = _report(cli, BUN, str(_WRITER))
    [sample] = report["overview"]["samples"]
    assert (sample["runtime"], sample["heap_limit_kind"]) == ("bun", "fabricated")
    assert {"runtime-is-bun", "fabricated-heap-limit", "handles-unknown"} <= _rules(report)
    assert report["summary"]["warning"] == 0


@needs_bun
def test_untouched_buffers_of_bun_are_not_in_ram(cli: Cli) -> None:
    report = _report(cli, BUN, str(_WRITER), "untouched")
    lead = report["findings"][0]
    assert lead["rule"] == "external-not-resident"
    assert 250 << 20 < lead["impact_bytes"] < 305 << 20


@needs_bun
def test_touched_buffers_of_bun_are_in_ram(cli: Cli) -> None:
    report = _report(cli, BUN, str(_WRITER), "touched")
    assert "external-not-resident" not in _rules(report)
    assert report["overview"]["samples"][0]["rss_bytes"] > 300 << 20
