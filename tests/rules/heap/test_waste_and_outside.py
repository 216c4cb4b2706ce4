"""duplicate-strings, detached-dom, large-buffers: a heap that trips each, and one that does not."""

from pathlib import Path

import pytest

import memdoctor
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding, Severity
from memdoctor.model import Case
from memdoctor.rules.registry import load
from memdoctor.thresholds import Thresholds

from conftest import SNAPSHOTS
from snapshots import Snapshot, in_case

RULES = ("duplicate-strings", "detached-dom", "large-buffers")
SECRET = "text that nobody may see"


def findings(rule: str, path: Path, thresholds: Thresholds | None = None) -> list[Finding]:
    case = Case(heaps=(in_case(memdoctor.load(path)),))
    return list(load(rule).check(Measurements(case, thresholds)))


def of(rule: str, made: Snapshot, folder: Path) -> list[Finding]:
    return findings(rule, made.write(folder / "made.heapsnapshot"))


def rows(count: int, *, ballast: int, texts: int = 1) -> Snapshot:
    made = Snapshot()
    store = made.object("Store", ballast, key="store")
    table = made.object("Array", 16, holder=store, key="rows")
    for number in range(count):
        row = made.node("object", "Row", 16)
        made.edge(table, row, number, "element")
        made.edge(row, made.node("string", f"{SECRET} {number % texts}", 100), "country")
    return made


def test_duplicates_under_one_holder(tmp_path: Path) -> None:
    (finding,) = of("duplicate-strings", rows(100, ballast=50_000, texts=20), tmp_path)
    assert finding.subject.name == "Row.country"
    assert finding.impact == 8000
    assert finding.severity is Severity.INFO
    assert finding.message == (
        "100 strings in Row.country (in Store.rows[]) are only 20 texts: 7.81 KiB wasted"
    )
    assert SECRET not in repr(finding)


def test_duplicates_of_one_text(tmp_path: Path) -> None:
    made = Snapshot()
    store = made.object("Store", 60_000, key="store")
    for number in range(100):
        made.edge(store, made.node("string", SECRET, 50), f"field{number}")
    (finding,) = of("duplicate-strings", made, tmp_path)
    assert "100 strings in Store.field" in finding.message
    assert "are one text: 4.83 KiB wasted" in finding.message


def test_few_duplicates(tmp_path: Path) -> None:
    assert not of("duplicate-strings", rows(100, ballast=500_000), tmp_path)
    assert not of("duplicate-strings", rows(100, ballast=1_000, texts=100), tmp_path)


def test_sources_of_scripts_are_no_waste(tmp_path: Path) -> None:
    made = Snapshot()
    holder = made.object("Store", key="store")
    for number in range(4):
        script = made.node("code", f"node:{number}")
        made.edge(holder, script, f"s{number}")
        made.edge(script, made.node("string", "one source", 1000), "source", "internal")
    assert not of("duplicate-strings", made, tmp_path)


def test_beginnings_are_no_proof(tmp_path: Path) -> None:
    made = Snapshot()
    holder = made.object("Store", key="store")
    for number in range(4):
        made.edge(holder, made.node("string", "x" * 1024, 3000), f"f{number}")
    findings = of("duplicate-strings", made, tmp_path)
    assert {finding.confidence for finding in findings} == {"possible"}
    ends = "wasted, if they are equal beyond the 1 024 units that the file has"
    assert all(finding.message.endswith(ends) for finding in findings)


def detached(count: int, name: str = "<div>", ballast: int = 10_000) -> Snapshot:
    made = Snapshot()
    cache = made.object("Array", holder=made.object("Panels", ballast, key="panels"), key="cache")
    for number in range(count):
        made.edge(cache, made.node("native", name, 100, detachedness=2), number, "element")
    return made


def test_detached_nodes(tmp_path: Path) -> None:
    (finding,) = of("detached-dom", detached(50), tmp_path)
    assert finding.subject.name == "Panels.cache"
    assert finding.message == "Panels.cache holds 50 detached DOM trees, 50 nodes: 4.88 KiB"
    assert finding.severity is Severity.WARNING


def test_few_detached_nodes(tmp_path: Path) -> None:
    assert not of("detached-dom", detached(9), tmp_path)
    assert not of("detached-dom", detached(50, "Node / BindingData"), tmp_path)


def buffers(bytes_each: int) -> Snapshot:
    made = Snapshot()
    frames = made.object("Array", holder=made.object("Store", 100_000, key="store"), key="frames")
    for number in range(10):
        buffer = made.node("object", "ArrayBuffer", 80)
        made.edge(frames, buffer, number, "element")
        made.edge(buffer, made.node("native", "system / JSArrayBufferData", bytes_each), "x", "internal")
    return made


def test_large_buffers(tmp_path: Path) -> None:
    (finding,) = of("large-buffers", buffers(10_000), tmp_path)
    assert finding.subject.name == "Store.frames"
    assert finding.message == "10 array buffers of Store.frames[] hold 97.7 KiB outside the JS heap"
    assert (finding.severity, finding.impact) == (Severity.WARNING, 100_000)


def test_small_buffers(tmp_path: Path) -> None:
    assert not of("large-buffers", buffers(500), tmp_path)


def test_thresholds_decide(tmp_path: Path) -> None:
    path = buffers(500).write(tmp_path / "made.heapsnapshot")
    assert findings("large-buffers", path, thresholds=Thresholds(heap_share=0.01))
    path = detached(9).write(tmp_path / "made.heapsnapshot")
    assert findings("detached-dom", path, thresholds=Thresholds(detached_nodes=9))
    path = rows(100, ballast=500_000).write(tmp_path / "made.heapsnapshot")
    assert findings("duplicate-strings", path, thresholds=Thresholds(waste_share=0.001))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", ["small-i-node22-1", "small-i-node16-1", "small-a-node12-1"])
def test_an_idle_node_is_healthy(rule: str, name: str) -> None:
    assert not findings(rule, SNAPSHOTS / f"{name}.heapsnapshot.xz")


def test_planted_in_the_samples() -> None:
    (panels,) = findings("detached-dom", SNAPSHOTS / "chromium-detached-1.heapsnapshot.xz")
    assert "PanelManager.panelCache holds 20 detached DOM trees, 420 nodes" in panels.message
    frames = findings("large-buffers", SNAPSHOTS / "bun-g-1.heapsnapshot.xz")
    assert [finding.subject.name for finding in frames] == ["FrameStore.frames"]


@pytest.mark.parametrize("rule", RULES)
def test_an_empty_heap(rule: str, tmp_path: Path) -> None:
    assert not of(rule, Snapshot(), tmp_path)
