"""Ways to objects: as long as those of DevTools, real, and merged where they are alike."""

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import Ask, View
from memdoctor.analysis.heap.views import view_of
from memdoctor.errors import UsageError
from memdoctor.heap.graph import HeapGraph
from memdoctor.model import Source

from conftest import SNAPSHOTS
from snapshots import Snapshot

ORACLES = sorted(
    path
    for path in (SNAPSHOTS / "oracle").iterdir()
    if "samples" in json.loads((path / "summary.json").read_bytes())
)


def _view(inside: Inside, what: str, name: str = "retainers") -> View:
    return view_of(name, Source("made", "path"), inside, Ask(what))


def _load(path: Path) -> Inside:
    return Inside(memdoctor.load(path))


def _edges(graph: HeapGraph, source: int) -> Iterator[tuple[str | int, int]]:
    for edge in range(int(graph.first_edge[source]), int(graph.first_edge[source + 1])):
        name = int(graph.edge_name[edge])
        numbered = graph.edge_type[edge] in graph.numbered
        yield name if numbered else graph.strings[name], int(graph.node_id[graph.edge_target[edge]])


def _is_real(graph: HeapGraph, steps: tuple[Mapping[str, Any], ...]) -> bool:
    nodes = {int(number): node for node, number in enumerate(graph.node_id.tolist())}
    return all(
        (after["edge"], after["node_id"]) in _edges(graph, nodes[before["node_id"]])
        for before, after in pairwise(steps)
    )


@pytest.mark.parametrize("oracle", ORACLES, ids=lambda path: path.name)
def test_the_shortest_way_is_as_long_as_that_of_devtools(oracle: Path) -> None:
    inside = _load(SNAPSHOTS / f"{oracle.name}.heapsnapshot.xz")
    compared = 0
    for sample in json.loads((oracle / "summary.json").read_bytes())["samples"]:
        shortest, row = sample["shortest"], _view(inside, f"@{sample['id']}").rows[0]
        assert _is_real(inside.graph, row["steps"])
        # DevTools takes what no root leads to (distance -5) for the nearest of all.
        if sample["distance"] >= 0 and not (shortest and shortest[0]["distance"] < 0):
            assert row["length"] == len(shortest), sample
            compared += 1
        elif sample["distance"] < 0:
            assert row["length"] is None
    assert compared


def test_there_are_eleven_of_them() -> None:
    assert len(ORACLES) == 11


def test_alike_ways_are_one(tmp_path: Path) -> None:
    made = Snapshot()
    root = made.node("object", "global", 8)
    made.edge(0, root, "global", "shortcut")
    manager = made.object("Manager", holder=root, key="manager")
    sessions = made.object("Map", holder=manager, key="sessions")
    table = made.node("array", "", 64)
    made.edge(sessions, table, "table", "internal")
    for word in range(5):
        session = made.node("object", "Session")
        made.edge(table, session, str(10 + word), "internal")
        made.edge(session, made.node("object", "Turn"), "turn")
    other = made.object("Session", holder=manager, key="current")
    inside = _load(made.write(tmp_path / "made.heapsnapshot"))
    rows = [(row["count"], row["length"], row["path"]) for row in _view(inside, "Session").rows]
    assert rows == [
        (5, 4, "global.manager → Manager.sessions → Map → Session"),
        (1, 2, "global.manager → Manager.current → Session"),
    ]
    [row] = _view(inside, "turn").rows  # case does not matter where it tells nothing apart
    assert row["path"] == "global.manager → Manager.sessions → Map → Session.turn → Turn"
    assert inside.owners.name(other) == "Manager.current"


def test_a_long_list_is_one_step_and_weak_edges_are_none(tmp_path: Path) -> None:
    made = Snapshot()
    root = made.node("object", "global", 8)
    made.edge(0, root, "global", "shortcut")
    link = made.object("Link", holder=root, key="head")
    for _ in range(5000):
        link = made.object("Link", holder=link, key="next")
    leaf = made.object("Leaf", holder=link, key="leaf")
    made.edge(root, leaf, "remembered", "weak")
    inside = _load(made.write(tmp_path / "made.heapsnapshot"))
    [row] = _view(inside, "Leaf").rows
    assert row["path"] == "global.head → Link.next → Link × 5000.leaf → Leaf"
    assert row["length"] == 5002
    assert len(row["steps"]) == 100
    assert _view(inside, "Leaf").totals["weak_edge_count"] == 1


def test_what_a_weak_reference_names_is_not_held_by_it() -> None:
    inside = _load(SNAPSHOTS / "small-i-node16-1.heapsnapshot.xz")
    [row] = _view(inside, "PoolItem").rows
    assert (row["count"], row["path"]) == (300, "global.pool → Pool.items → Set → PoolItem")


def test_what_nothing_holds_is_said_to_be_so() -> None:
    inside = _load(SNAPSHOTS / "bunjsc-a-1.jsc.json.xz")
    view = _view(inside, "ActiveSession")
    assert [(row["count"], row["length"], row["path"]) for row in view.rows] == [
        (100, None, "ActiveSession")
    ]
    assert view.notes[0].startswith("100 of 100 are led to by nothing that a root leads to")


@pytest.mark.parametrize("what", ["PoolItems", "@999999999", "", "@", "nothing"])
def test_what_is_not_there_is_an_error(what: str) -> None:
    inside = _load(SNAPSHOTS / "ephemeron.heapsnapshot.xz")
    with pytest.raises(UsageError, match="there is no"):
        _view(inside, what)
    with pytest.raises(UsageError, match="there is no"):
        _view(inside, what, "node")
