"""Heaps that no runtime would write: nothing about strings, buffers or DOM trees may fail on them."""

import random
from pathlib import Path

import pytest

import memdoctor
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import Ask
from memdoctor.analysis.heap.views import view_of
from memdoctor.analysis.measurements import Measurements
from memdoctor.heap.difference import class_changes
from memdoctor.model import Case, Source
from memdoctor.rules.registry import load
from memdoctor.thresholds import Thresholds

from snapshots import EDGE_TYPES, NODE_TYPES, Snapshot, in_case

NAMES = (
    "", "Object", "Array", "system / JSArrayBufferData", "system / ExternalStringData", "Cell Butterfly",
    "<div>", "<section id='a'>", "Text", "Detached <p>", "Node / Thing", "ArrayBuffer", "Uint8Array",
    "(sliced string)", "x" * 1024, "system / Script / a.js", "\x1b[31m\u202e\n", "true",
)  # fmt: skip
EDGES = ("source", "first", "second", "truncated", "value", "length", "native", "a", "b", "__proto__")
LOOSE = Thresholds(heap_share=0.001, waste_share=0.0, detached_nodes=1)


def heap(seed: int) -> Snapshot:
    chance = random.Random(seed)
    made = Snapshot()
    kinds = [*chance.choices(NODE_TYPES, k=4), "native", "string", "concatenated string", "object"]
    for _ in range(chance.choice([1, 5, 60])):
        size = chance.choice([0, 0, 8, 100, 2**30])
        made.node(
            chance.choice(kinds), chance.choice(NAMES), size, detachedness=chance.choice([0, 0, 1, 2])
        )
    for _ in range(chance.choice([0, 10, 200])):
        kind = chance.choice(EDGE_TYPES)
        numbered = kind in {"element", "hidden"}
        name = chance.randrange(9) if numbered else chance.choice(EDGES)
        made.edge(chance.randrange(len(made.nodes)), chance.randrange(len(made.nodes)), name, kind)
    return made


@pytest.mark.parametrize("seed", range(60))
def test_nothing_fails(seed: int, tmp_path: Path) -> None:
    graph = memdoctor.load(heap(seed).write(tmp_path / "made.heapsnapshot"))
    inside = Inside(graph)
    for name in ("strings", "external", "detached"):
        few = view_of(name, Source("made", "path"), inside, Ask(most=3))
        every = view_of(name, Source("made", "path"), inside, Ask())
        assert every.rows[:3] == few.rows
        assert every.row_count == few.row_count == len(every.rows)
    for rule in ("duplicate-strings", "detached-dom", "large-buffers"):
        list(load(rule).check(Measurements(Case(heaps=(in_case(graph),)), LOOSE)))
    assert sum(trees.count for trees in inside.detached.groups()) == inside.detached.tree_count
    assert sum(trees.nodes for trees in inside.detached.groups()) == inside.detached.node_count
    seen = sum(group.bytes for group in inside.external.groups())
    assert seen == inside.external.visible_bytes


def grown(made: Snapshot, seed: int) -> Snapshot:
    """Return the heap with more in it, and other sizes; some ids are there twice."""
    chance = random.Random(seed)
    for _ in range(chance.choice([0, 20, 200])):
        node = made.object(chance.choice(NAMES), 1 << 12, holder=chance.randrange(len(made.nodes)))
        made.nodes[node]["id"] = chance.choice([2 * node + 1, 4001])
    made.nodes[chance.randrange(len(made.nodes))]["self_size"] = 1 << 20
    return made


@pytest.mark.parametrize("one_process", [False, True])
@pytest.mark.parametrize("seed", range(60))
def test_no_series_fails(seed: int, one_process: bool, tmp_path: Path) -> None:
    """Ids that repeat or mean other things, rings, and what nothing retains: a report all the same."""
    paths, made = [], heap(seed)
    for step in range(3):
        paths.append(made.write(tmp_path / f"s{step}.heapsnapshot"))
        made = grown(made, step) if one_process else heap(seed + step)
    report = memdoctor.analyze(*paths, thresholds={"growth_share": 0.0})
    series = report.overview.heap_series
    assert series is None or len(series.sources) > 1
    for growth in series.growth if series is not None else ():
        assert series is not None
        assert len(growth.counts) == len(growth.retained) == len(series.sources)
        assert 0 <= growth.share <= 1
    class_changes(memdoctor.load(paths[0]), memdoctor.load(paths[1]))
