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


def _rules(tmp_path: Path, made: Any) -> set[str]:
    report = memdoctor.analyze(str(write(tmp_path / "dump.json", made)))
    return {finding.rule for finding in report.findings}


def test_a_large_true_peak_is_no_wrong_unit(tmp_path: Path) -> None:
    made = document(memory={"rss": 30 * MIB}, versions={"v8": "12.4"}, resourceUsage={"maxRSS": 3300 * MIB})
    assert "max-rss-unit" not in _rules(tmp_path, made)
    assert "burst-released" in _rules(tmp_path, made)


def test_a_peak_below_the_rss_is_none(tmp_path: Path) -> None:
    v8 = {"heapSizeLimit": 11000 * MIB, "peakMallocedMemory": 1100 * MIB}
    made = document(memory={"rss": 2200 * MIB}, v8=v8)
    assert _sample(tmp_path, made).figures["peak_rss_bytes"].value is None
    assert "at-high-water" not in _rules(tmp_path, made)


def test_nothing_is_recovered_from_a_rate_alone(tmp_path: Path) -> None:
    made = document(memory={"rss": None}, uptimeSeconds=None, memoryGrowthRate={"mbPerHour": 100})
    assert "derived-field" not in _rules(tmp_path, made)


def test_what_is_in_swap_is_not_counted_twice(tmp_path: Path) -> None:
    smaps = "Rss: 1000 kB\nSwap: 700000 kB\n"
    made = document(memory={"external": 1000 * MIB, "rss": 250 * MIB}, smapsRollup=smaps)
    report = memdoctor.analyze(str(write(tmp_path / "dump.json", made)))
    assert "684 MiB is in swap" in report.answer
    assert "684 MiB of the process is in swap: that is real memory" in [f.help for f in report.findings]


def test_the_answer_leaves_out_no_warning(tmp_path: Path) -> None:
    made = document(openFileDescriptors=4000)
    answer = memdoctor.analyze(str(write(tmp_path / "dump.json", made))).answer
    assert "4 000 file descriptors are open." in answer
    assert "Nothing wrong" not in answer


def test_too_little_is_not_called_healthy(tmp_path: Path) -> None:
    made = document(memory={"rss": None, "heapUsed": None, "heapTotal": None})
    answer = memdoctor.analyze(str(write(tmp_path / "dump.json", made))).answer
    assert "too little to tell" in answer
