"""Which runtime wrote it, by what, and what then follows for the JS heap."""

from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.findings import SampleOverview

from builders import MIB, bun, document, write


def _sample(tmp_path: Path, made: Any) -> SampleOverview:
    [sample] = memdoctor.analyze(str(write(tmp_path / "dump.json", made))).overview.samples
    return sample


@pytest.mark.parametrize(
    ("made", "runtime"),
    [
        (bun(external=400 * MIB, rss=500 * MIB), "bun"),
        (document(objectTypeCounts={"Object": 3}), "bun"),
        (document(mimalloc={}), "bun"),
        (document(versions={"node": "24.3.0", "bun": "1.3.10"}), "bun"),
        (document(v8={"heapSizeLimit": 2000 * MIB, "peakMallocedMemory": 200 * MIB}), "bun"),
        (document(versions={"node": "22.1.0", "v8": "12.4"}), "node"),
        (
            document(v8HeapSpaces=[{"name": "old_space", "used": 5}, {"name": "new_space", "used": 7}]),
            "node",
        ),
        (document(v8={"heapSizeLimit": 4144 * MIB, "peakMallocedMemory": 140472}), "node"),
        (document(v8={"detachedContexts": 2}), "node"),
        (document(), None),
        (document(nodeVersion="v24.3.0"), None),
        (document(v8HeapSpaces=[{"name": "old_space", "used": 5}, {"name": "new_space", "used": 0}]), None),
    ],
)
def test_the_runtime_is_told_by_what_only_it_writes(
    made: dict[str, Any], runtime: str | None, tmp_path: Path
) -> None:
    sample = _sample(tmp_path, made)
    assert sample.runtime == runtime
    assert bool(sample.runtime_evidence) == (runtime is not None)


def test_what_bun_writes_outweighs_numbers(tmp_path: Path) -> None:
    made = document(mimalloc={}, v8={"detachedContexts": 2})
    assert _sample(tmp_path, made).runtime == "bun"


def test_a_proven_v8_with_heap_used_above_total_is_a_contradiction_not_a_bun(tmp_path: Path) -> None:
    made = document(memory={"heapUsed": 90 * MIB}, versions={"v8": "12.4"})
    path = write(tmp_path / "dump.json", made)
    rules = {finding.rule for finding in memdoctor.analyze(str(path)).findings}
    assert "inconsistent-numbers" in rules
    assert "runtime-is-bun" not in rules


def test_the_js_heap_of_bun_leaves_external_out(tmp_path: Path) -> None:
    heap = _sample(tmp_path, bun(heap=50 * MIB, external=400 * MIB, rss=500 * MIB)).figures["js_heap_bytes"]
    assert (heap.value, heap.formula) == (50 * MIB, "heapUsed − external")


def test_the_js_heap_stays_unknown_where_heap_used_may_hold_external(tmp_path: Path) -> None:
    made = document(memory={"heapUsed": 3130281959, "heapTotal": None, "external": 3085226277})
    assert _sample(tmp_path, made).figures["js_heap_bytes"].value is None


def test_a_large_heap_of_an_unknown_runtime_is_not_alarmed_on_a_guess(tmp_path: Path) -> None:
    made = document(memory={"heapUsed": 8 << 30, "heapTotal": None, "external": None})
    report = memdoctor.analyze(str(write(tmp_path / "dump.json", made)))
    assert "js-heap-large" not in {finding.rule for finding in report.findings}
