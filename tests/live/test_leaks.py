"""Programs that leak, and programs that do not, run by the real Node: four snapshots of each."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.findings import Finding, Report

from conftest import ROOT
from runtimes import NODE, needs_node

PROGRAMS = ROOT / "benchmarks" / "leak_programs"
LEAKING = (
    "abort-listeners.js",
    "closure-chain.js",
    "error-causes.js",
    "interval-per-connection.js",
    "map-by-request-private.js",
    "sliced-strings.js",
)
HEALTHY = ("object-pool.js", "sawtooth.js", "ttl.js")


def run(program: str, folder: Path) -> tuple[dict[str, Any], list[Path]]:
    """Run a program; return what is true of it, and its snapshots."""
    assert NODE is not None
    call = [NODE, "--expose-gc", str(PROGRAMS / program), str(folder), "1"]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return truth, sorted(folder.glob("*.heapsnapshot"))


def growing(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule.startswith("growing-")]


@needs_node
@pytest.mark.parametrize("program", LEAKING)
def test_a_leak_is_found_with_its_holder(program: str, tmp_path: Path) -> None:
    truth, snapshots = run(program, tmp_path)
    report = memdoctor.analyze(*snapshots)
    first = growing(report)[0]
    assert any(re.search(holder, first.subject.name) for holder in truth["holders"]), first.message
    assert (first.severity, first.confidence) == ("warning", "certain")
    series = report.overview.heap_series
    assert series is not None
    counts = [count or 0 for count in series.growth[0].counts]
    assert [now - counts[0] for now in counts] == pytest.approx(
        [now - truth["entries"][0] for now in truth["entries"]], abs=5
    )
    pair = growing(memdoctor.analyze(snapshots[-1], snapshots[0]))[0]
    assert pair.subject.name == first.subject.name
    assert (pair.severity, pair.confidence) == ("info", "possible")


@needs_node
@pytest.mark.parametrize("program", HEALTHY)
def test_what_is_healthy_is_left_alone(program: str, tmp_path: Path) -> None:
    _, snapshots = run(program, tmp_path)
    report = memdoctor.analyze(*snapshots)
    assert [finding.message for finding in report.findings if finding.severity != "info"] == []


@needs_node
def test_samples_beside_the_snapshots_raise_no_alarm(tmp_path: Path) -> None:
    run("map-by-request.js", tmp_path)
    (tmp_path / "truth.json").unlink()
    report = memdoctor.analyze(tmp_path)
    assert report.overview.samples
    assert [f.rule for f in report.findings if f.severity != "info"] == ["growing-collection"]
