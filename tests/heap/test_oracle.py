"""The numbers of DevTools, node by node, on snapshots of Node, Chromium and Bun and on one file a rule."""

import json
import lzma
import shutil
from pathlib import Path

import numpy as np
import pytest

import memdoctor
from memdoctor.heap.duplicates import duplicate_strings
from memdoctor.heap.graph import HeapGraph

from conftest import SNAPSHOTS
from oracle import differences

ORACLES = sorted((SNAPSHOTS / "oracle").iterdir())


def _graph(name: str) -> HeapGraph:
    return memdoctor.load(SNAPSHOTS / f"{name}.heapsnapshot.xz")


@pytest.mark.parametrize("oracle", ORACLES, ids=lambda path: path.name)
def test_nothing_differs_from_devtools(oracle: Path) -> None:
    found = differences(_graph(oracle.name), oracle)
    assert len(found) == 11
    assert not any(found.values()), found


def test_there_are_eleven_of_them() -> None:
    assert len(ORACLES) == 11


@pytest.mark.parametrize("wrong", ["retained_size", "distance", "dominator_ordinal", "class_idx"])
def test_a_difference_would_be_seen(tmp_path: Path, wrong: str) -> None:
    oracle = shutil.copytree(SNAPSHOTS / "oracle" / "ephemeron", tmp_path / "oracle")
    with np.load(oracle / "nodes.npz") as columns:
        changed = {name: columns[name].copy() for name in columns}
    changed[wrong][3] = changed[wrong][4] + 1 if wrong != "class_idx" else changed[wrong][0]
    np.savez(oracle / "nodes.npz", **changed)
    assert sum(differences(_graph("ephemeron"), oracle).values()) == 1


def test_a_difference_in_the_summary_would_be_seen(tmp_path: Path) -> None:
    oracle = shutil.copytree(SNAPSHOTS / "oracle" / "interfaces", tmp_path / "oracle")
    summary = json.loads((oracle / "summary.json").read_bytes())
    next(iter(summary["aggregates"].values()))["maxRet"] += 1
    summary["interfaceDefinitions"][0]["count"] += 1
    summary["statistics"]["total"] += 1
    summary["duplicates"]["groups"] += 1
    (oracle / "summary.json").write_text(json.dumps(summary))
    found = differences(_graph("interfaces"), oracle)
    assert {name for name, count in found.items() if count} == {
        "aggregates", "interfaces", "statistics", "duplicate strings",
    }  # fmt: skip


def test_equal_beginnings_are_no_equal_strings() -> None:
    """Where DevTools is wrong: V8 cuts strings off after 1024 units, and sizes show that these differ."""
    graph = _graph("small-i-node16-1")
    ours, theirs = list(duplicate_strings(graph)), list(duplicate_strings(graph, as_devtools=True))
    false = {one.text for one in theirs if one.cut_off}
    assert sum(one.count for one in theirs) - sum(one.count for one in ours) == 16
    assert sum(one.wasted_bytes for one in theirs) - sum(one.wasted_bytes for one in ours) > 340_000
    assert all(len(text) == 1024 for text in false)
    assert not any(one.cut_off and one.verified for one in ours)
    assert {one for one in ours if not one.cut_off} == {one for one in theirs if not one.cut_off}


def test_a_real_snapshot_reads_the_same_packed_and_plain(tmp_path: Path) -> None:
    plain = tmp_path / "plain.heapsnapshot"
    plain.write_bytes(lzma.decompress((SNAPSHOTS / "bun-g-1.heapsnapshot.xz").read_bytes()))
    one, other = memdoctor.load(plain), _graph("bun-g-1")
    assert one.file_bytes == other.file_bytes == plain.stat().st_size
    assert one.classes == other.classes
