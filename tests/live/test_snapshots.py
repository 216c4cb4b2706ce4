"""Heap snapshots that the real Node and Bun write, at this moment, of a program whose objects are known."""

import json
import subprocess
from pathlib import Path
from typing import Any

import memdoctor
from memdoctor.heap.graph import HeapGraph

from runtimes import BUN, NODE, needs_bun, needs_node

_PROGRAM = """
class Planted { constructor(n) { this.number = n; this.text = 'planted ' + n; } }
globalThis.kept = new Map();
for (let n = 0; n < 1000; n++) kept.set(n, new Planted(n));
globalThis.buffer = new ArrayBuffer(3 << 20);
"""
_NODE = (
    _PROGRAM
    + """
require('v8').writeHeapSnapshot(process.argv[1]);
console.log(JSON.stringify(process.memoryUsage()));
"""
)
_BUN = (
    _PROGRAM
    + """
await Bun.write(process.argv[1], Bun.generateHeapSnapshot('v8', 'arraybuffer'));
await Bun.write(process.argv[2], JSON.stringify(Bun.generateHeapSnapshot()));
"""
)


def _run(runtime: str | None, program: str, *files: Path) -> Any:
    assert runtime is not None
    done = subprocess.run([runtime, "-e", program, *files], capture_output=True, check=True, timeout=120)
    return json.loads(done.stdout) if done.stdout.strip() else None


def _planted(graph: HeapGraph) -> Any:
    [row] = [row for row in graph.classes if row.name == "Planted"]
    assert row.count == 1000
    return row


@needs_node
def test_what_node_holds_is_found(tmp_path: Path) -> None:
    path = tmp_path / "node.heapsnapshot"
    usage = _run(NODE, _NODE, path)
    graph = memdoctor.load(path)
    row = _planted(graph)
    assert row.retained_bytes >= row.shallow_bytes >= 1000 * 16
    assert row.distance == 4  # global, kept, its table, the object
    assert abs(graph.statistics.typed_arrays - usage["arrayBuffers"]) <= 400
    assert graph.statistics.typed_arrays >= 3 << 20
    assert 0.5 * usage["heapUsed"] < graph.statistics.v8_heap < 1.5 * usage["heapUsed"]


@needs_bun
def test_what_bun_holds_is_found_in_both_formats(tmp_path: Path) -> None:
    path, own = tmp_path / "bun.heapsnapshot", tmp_path / "bun.json"
    _run(BUN, _BUN, path, own)
    one, other = memdoctor.load(path), memdoctor.load(own)
    assert (one.format, other.format) == ("v8", "jsc")
    assert _planted(one).shallow_bytes == _planted(other).shallow_bytes
    assert one.statistics.total > 3 << 20
