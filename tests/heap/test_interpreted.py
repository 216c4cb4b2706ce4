"""The core without a compiler: the same arrays, bit for bit."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import memdoctor

from conftest import ROOT, SNAPSHOTS
from interpreted import ARRAYS, rows_of, ways_of

NAMES = [
    "bun-g-1.heapsnapshot.xz",
    "bunjsc-a-1.jsc.json.xz",
    "clique.heapsnapshot.xz",
    "detached.heapsnapshot.xz",
    "ephemeron.heapsnapshot.xz",
    "interfaces.heapsnapshot.xz",
    "shallow.heapsnapshot.xz",
    "small-i-node22-1.heapsnapshot.xz",
]


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_of_the_core_find_the_same(tmp_path: Path, name: str) -> None:
    out = tmp_path / "arrays.npz"
    script = ROOT / "tests" / "interpreted.py"
    subprocess.run([sys.executable, script, SNAPSHOTS / name, out], check=True)
    graph = memdoctor.load(SNAPSHOTS / name)
    with np.load(out) as columns:
        for array in ARRAYS:
            assert np.array_equal(columns[array], getattr(graph, array)), array
        for array, values in zip(("first", "edges"), graph.retainers, strict=True):
            assert np.array_equal(columns[array], values), array
        rows = (graph.classes, graph.interfaces, graph.statistics, list(graph.duplicate_strings))
        assert str(columns["rows"]) == repr(rows)
        for array, values in ways_of(graph).items():
            assert np.array_equal(columns[array], values), array
        assert str(columns["views"]) == rows_of(graph)
