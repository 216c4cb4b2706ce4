"""Entries of collections: as the programs put them there, on snapshots of several runtimes."""

from pathlib import Path

import pytest

import memdoctor
from memdoctor.analysis.heap.entries.collections import Group
from memdoctor.analysis.heap.entries.tables import word_bytes
from memdoctor.analysis.heap.inside import Inside

from conftest import SNAPSHOTS
from snapshots import Snapshot


def _inside(path: Path) -> Inside:
    inside = Inside(memdoctor.load(path))
    assert inside.counts
    return inside


def _group(inside: Inside, kind: str, owner: str) -> Group:
    [group] = [one for one in inside.collections.groups if one.kind == kind and one.owner == owner]
    return group


@pytest.mark.parametrize(
    ("name", "kind", "owner", "entries"),
    [
        ("small-a-node12-1", "Map", "SessionManager.sessions", 100),
        ("small-i-node16-1", "Set", "Pool.items", 300),
        ("small-i-node16-1", "WeakMap", "global.meta", 300),
        ("small-i-node16-1", "WeakSet", "global.seen", 300),
        ("small-i-node22-1", "Set", "Pool.items", 300),
        ("small-i-node22-1", "WeakMap", "global.meta", 300),
        ("chromium-detached-1", "Map", "PanelManager.panelCache", 20),
        ("piles-node20-1", "Map", "Service.frames", 60),
        ("piles-node20-1", "Array", "Feed._events.tick", 600),
    ],
)
def test_entries_are_as_many_as_the_program_made(name: str, kind: str, owner: str, entries: int) -> None:
    group = _group(_inside(SNAPSHOTS / f"{name}.heapsnapshot.xz"), kind, owner)
    assert (group.entries, group.collections) == (entries, 1)
    assert group.capacity >= entries


def test_pointers_of_chrome_are_compressed() -> None:
    sizes = {"chromium-detached-1": 4, "small-i-node22-1": 8, "small-a-node12-1": 8, "bun-g-1": 8}
    for name, size in sizes.items():
        assert word_bytes(memdoctor.load(SNAPSHOTS / f"{name}.heapsnapshot.xz")) == size


def test_of_bun_only_the_room_is_known() -> None:
    group = _group(_inside(SNAPSHOTS / "bunjsc-a-1.jsc.json.xz"), "Map", "SessionManager.sessions")
    assert (group.entries, group.low, group.high) == (None, 0, 256)
    assert group.fill is None
    assert group.bytes_per_entry is None


def _table(made: Snapshot, kind: str, buckets: int) -> tuple[int, int]:
    """Return a Map or a Set with a table of so many buckets, and the word of its first entry."""
    owner = made.object("Box", 24, key="box")
    collection = made.object(kind, 32, holder=owner, key="kept")
    words = 3 + buckets * (7 if kind == "Map" else 5)
    table = made.node("array", "", 16 + 8 * words)
    made.edge(collection, table, "table", "internal")
    return table, 3 + buckets


@pytest.mark.parametrize("kind", ["Map", "Set"])
def test_slots_are_counted_once_and_holes_not_at_all(tmp_path: Path, kind: str) -> None:
    made = Snapshot()
    table, first = _table(made, kind, 8)
    hole = made.node("hidden", "system / Hole", 0)
    per_entry = 3 if kind == "Map" else 2
    for slot in range(10):
        word = first + per_entry * slot
        made.edge(table, hole if slot < 3 else made.node("string", f"key {slot}"), str(word), "internal")
        if kind == "Map":
            made.edge(table, hole if slot < 3 else made.node("object", "V"), str(word + 1), "internal")
        made.edge(table, hole, str(word + per_entry - 1), "internal")  # the chain is no entry
    made.edge(table, hole, "map", "internal")
    made.edge(table, made.node("object", "V"), str(first - 1), "internal")  # a bucket is none either
    group = _group(_inside(made.write(tmp_path / "made.heapsnapshot")), kind, "Box.kept")
    assert (group.entries, group.capacity) == (7, 16)


def test_small_integers_leave_bounds(tmp_path: Path) -> None:
    made = Snapshot()
    _table(made, "Map", 32)
    group = _group(_inside(made.write(tmp_path / "made.heapsnapshot")), "Map", "Box.kept")
    assert (group.entries, group.low, group.high) == (None, 16, 64)


def test_a_subclass_counts_as_what_it_extends_and_an_iterator_as_nothing(tmp_path: Path) -> None:
    made = Snapshot()
    owner = made.object("Box", 24, key="box")
    table = made.node("array", "", 16 + 8 * (3 + 7 * 2))
    for name in ("LruMap", "Map Iterator"):
        made.edge(made.object(name, 32, holder=owner, key=name), table, "table", "internal")
    made.edge(table, made.node("object", "V"), "6", "internal")
    groups = _inside(made.write(tmp_path / "made.heapsnapshot")).collections.groups
    assert [(one.kind, one.owner, one.entries) for one in groups] == [("Map", "Box.LruMap", 1)]


def test_arrays_count_what_they_lead_to(tmp_path: Path) -> None:
    made = Snapshot()
    owner = made.object("Box", 24, key="box")
    filled, numbers = (made.object("Array", 32, holder=owner, key=key) for key in ("filled", "numbers"))
    for array in (filled, numbers):
        made.edge(array, made.node("array", "(object elements)", 16 + 8 * 20), "elements", "internal")
    for index in range(5):
        made.edge(filled, made.node("object", "V"), index, "element")
    inside = _inside(made.write(tmp_path / "made.heapsnapshot"))
    group = _group(inside, "Array", "Box.filled")
    assert (group.entries, group.capacity, group.unused_bytes) == (5, 20, 120)
    group = _group(inside, "Array", "Box.numbers")
    assert (group.entries, group.low, group.high) == (None, 0, 20)
