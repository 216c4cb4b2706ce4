"""Diagnostic reports: what is taken is right, and what is nobody's business is not taken."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from memdoctor.errors import InputError
from memdoctor.model import Space
from reading import records, text

from builders import MIB, write
from conftest import ROOT

REPORTS = ROOT / "fixtures" / "reports"
NODE = ("node22.json", "node22-signal.json", "node22-oom.json")


def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((REPORTS / name).read_text())
    return loaded


@pytest.mark.parametrize("name", NODE)
def test_every_figure_is_that_of_the_report(name: str) -> None:
    raw = _load(name)
    [sample], problems = records("node_report", REPORTS / name)
    heap, usage = raw["javascriptHeap"], raw["resourceUsage"]
    assert (sample.heap_total, sample.heap_used) == (heap["totalMemory"], heap["usedMemory"])
    assert (sample.heap_limit, sample.external) == (heap["memoryLimit"], heap["externalMemory"])
    assert (sample.malloced, sample.peak_malloced) == (heap["mallocedMemory"], heap["peakMallocedMemory"])
    assert (sample.rss, sample.max_rss) == (usage["rss"], usage["maxRss"])
    assert (sample.cpu_user, sample.cpu_system) == (usage["userCpuSeconds"], usage["kernelCpuSeconds"])
    assert len(sample.spaces) == len(heap["heapSpaces"])
    old = heap["heapSpaces"]["old_space"]
    assert Space("old_space", old["memorySize"], old["used"], old["available"]) in sample.spaces
    assert sample.pid == raw["header"]["processId"]
    assert sample.descriptor_limit == 20000
    assert [mark.runtime for mark in sample.marks] == ["node"]
    assert (sample.node_version, sample.bun_version) == ("v22.23.3", None)
    assert problems == []


def test_every_place_leads_to_its_value() -> None:
    raw = _load("node22-oom.json")
    [sample], _ = records("node_report", REPORTS / "node22-oom.json")
    assert sample.place == str(REPORTS / "node22-oom.json")
    for place in sample.places.values():
        found: Any = raw
        for step in place.partition("#")[2].split("/")[1:]:
            found = found[int(step)] if isinstance(found, list) else found[step]
        assert found is not None


def test_out_of_memory() -> None:
    [sample], _ = records("node_report", REPORTS / "node22-oom.json")
    assert sample.trigger == "OOMError"
    assert sample.requested_heap_limit == 30 * MIB
    assert sample.at == datetime(2026, 11, 20, 9, 28, 24, 766000, UTC)
    assert sample.handles == 8  # active ones; the loop is none
    assert sample.uptime is None


def test_bun_makes_its_report_up() -> None:
    [sample], problems = records("node_report", REPORTS / "bun1.3.14.json")
    assert [mark.runtime for mark in sample.marks] == ["bun"]
    assert (sample.bun_version, sample.node_version) == ("1.3.14", "v24.3.0")
    assert (sample.heap_total, sample.heap_used, sample.heap_limit, sample.rss) == (None,) * 4
    assert sample.handles is None
    assert sample.max_rss == 39692 * 1024
    assert sample.at == datetime(2026, 11, 20, 9, 26, 32, 100000, UTC)
    assert [problem.place for problem in problems] == [
        f"{REPORTS / 'bun1.3.14.json'}#/{section}" for section in ("javascriptHeap", "resourceUsage")
    ]


@pytest.mark.parametrize("name", [*NODE, "bun1.3.14.json"])
def test_secrets_stay_outside(name: str, tmp_path: Path) -> None:
    raw, secret = _load(name), "hunter2hunter2"
    raw["environmentVariables"] = {
        "TOKEN": secret,
        "NODE_OPTIONS": f"--max-old-space-size=512 --require /home/{secret}/x.js --title={secret}",
    }
    raw["header"]["commandLine"] = ["node", f"--title={secret}", "app.js", secret, "--max-old-space-size=9"]
    for key in ("cwd", "host", "event", "filename", "networkInterfaces", "osVersion", "cpus"):
        raw["header"][key] = secret
    for key in ("nativeStack", "javascriptStack", "sharedObjects", "workers"):
        raw[key] = [secret]
    found = records("node_report", write(tmp_path / "a.json", raw))
    assert secret not in repr(found)
    assert found[0][0].requested_heap_limit == 512 * MIB


@pytest.mark.parametrize(
    ("options", "arguments", "expected"),
    [
        ("--max-old-space-size=512", [], 512),
        ("--max_old_space_size=512 --max-old-space-size=600", [], 600),
        ('"--max-old-space-size=512"', [], 512),
        ("--max-old-space-size=512", ["--max-old-space-size=30"], 30),
        (None, ["-r", "dotenv/config", "--max-old-space-size=30", "app.js"], 30),
        (None, ["app.js", "--max-old-space-size=30"], None),
        (None, ["--max-old-space-size", "30", "app.js"], None),  # Node refuses to start with it
        ("--max-semi-space-size=30", ["--max-semi-space-size=30"], None),
        ("--max-old-space-size-percentage=50", [], None),
        (["--max-old-space-size=512"], "--max-old-space-size=512", None),
        ("--max-old-space-size=" + "9" * 100, [7, "--max-old-space-size=1"], None),
    ],
)
def test_the_limit_that_was_asked_for(
    options: Any, arguments: Any, expected: int | None, tmp_path: Path
) -> None:
    raw = _load("node22.json")
    raw["environmentVariables"]["NODE_OPTIONS"] = options
    raw["header"]["commandLine"] = ["node", *arguments] if isinstance(arguments, list) else arguments
    [sample], _ = records("node_report", write(tmp_path / "a.json", raw))
    assert sample.requested_heap_limit == (None if expected is None else expected * MIB)


def test_what_is_not_of_its_kind_is_said(tmp_path: Path) -> None:
    raw = {
        "header": {"reportVersion": 1, "processId": "x", "dumpEventTime": "noon", "trigger": "a/b"},
        "javascriptHeap": {"usedMemory": "x", "totalMemory": -5, "heapSpaces": [], "memoryLimit": 1e300},
        "resourceUsage": {"rss": 7, "constrained_memory": 18446744073709552000},
        "libuv": 7,
        "userLimits": {"open_files": {"soft": "unlimited"}},
        "workers": [{}, {}],
    }
    [sample], problems = records("node_report", write(tmp_path / "a.json", raw))
    assert (sample.rss, sample.heap_total, sample.heap_used, sample.heap_limit) == (7, -5, None, None)
    assert (sample.descriptor_limit, sample.handles, sample.at) == (None, None, None)
    places = {(problem.place or "").partition("#/")[2] for problem in problems}
    assert places == {
        *("header/processId", "header/dumpEventTime", "header/trigger", "javascriptHeap/usedMemory"),
        *("javascriptHeap/memoryLimit", "libuv", "workers"),
    }


@pytest.mark.parametrize("content", ["[]", "{}", '{"header": 7}', '{"header": {', "7", "", "\0"])
def test_what_is_no_report(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        records("node_report", text(tmp_path / "a.json", content))
