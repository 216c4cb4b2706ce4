"""Lists, trees and collections inside collections: who holds them, and what is told of them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import memdoctor
from memdoctor.analysis.heap.inside import Inside

from conftest import Cli
from snapshots import Snapshot


def _start() -> tuple[Snapshot, int]:
    made = Snapshot()
    return made, made.global_object()


def _findings(cli: Cli, made: Snapshot, tmp_path: Path) -> list[dict[str, Any]]:
    path = made.write(tmp_path / "made.heapsnapshot")
    findings: list[dict[str, Any]] = json.loads(cli("analyze", path, "--json").out)["findings"]
    return findings


@pytest.mark.parametrize("length", [10, 3000])
def test_a_list_is_held_by_what_holds_its_first_link(tmp_path: Path, length: int, cli: Cli) -> None:
    made, root = _start()
    link = made.object("Queue", 0, holder=root, key="queue")
    for number in range(length):
        link = made.object("Link", 100, holder=link, key="next" if number else "head")
    [finding] = [one for one in _findings(cli, made, tmp_path) if one["rule"] == "dominant-object"]
    count = f"{length:,}".replace(",", " ")
    assert finding["message"].startswith("Queue.head retains")
    assert finding["message"].endswith(f"of the heap, with {count} Link in it")


def test_a_tree_is_one_holder_and_its_parts_none(tmp_path: Path, cli: Cli) -> None:
    made, root = _start()
    row = [made.object("Leaf", 100, holder=made.object("Tree", 0, holder=root, key="tree"), key="root")]
    for _ in range(7):
        row = [
            made.object("Leaf", 100, holder=leaf, key=side) for leaf in row for side in ("left", "right")
        ]
    found = [one for one in _findings(cli, made, tmp_path) if one["rule"].startswith("dominant")]
    assert [one["subject"]["name"].rpartition("#")[2] for one in found] == ["Tree.root"]
    assert found[0]["impact_bytes"] == 255 * 100


def test_nested_plain_objects_are_told_by_the_innermost(tmp_path: Path, cli: Cli) -> None:
    made, root = _start()
    store = made.object("Object", 0, holder=made.object("Object", 0, holder=root, key="app"), key="state")
    store = made.object("Object", 0, holder=store, key="byUser")
    for number in range(20):
        made.object("User", 100, holder=store, key=f"u{number}")
    messages = [one["message"] for one in _findings(cli, made, tmp_path)]
    assert any(message.startswith("global.app.state.byUser retains") for message in messages)


def test_no_group_retains_more_than_there_is(tmp_path: Path, cli: Cli) -> None:
    made, root = _start()
    scope = root
    for _ in range(40):
        function = made.node("closure", "wrapped", 64)
        made.edge(scope, function, "previous" if scope == root else "inner", "context")
        scope = made.node("object", "system / Context", 64)
        made.edge(function, scope, "context", "internal")
        made.object("Entry", 1000, holder=scope, key="entry")
    for finding in _findings(cli, made, tmp_path):
        shares = [item["value"] for item in finding["evidence"] if item["unit"] == "share"]
        assert all(0 < share <= 1 for share in shares), finding["message"]


def test_what_is_in_a_collection_is_told_from_the_collection(tmp_path: Path) -> None:
    made, root = _start()
    registry = made.object("Registry", 0, holder=root, key="registry")
    outer = made.object("Array", 16, holder=registry, key="tenants")
    inner = made.node("object", "Array", 16)
    made.edge(outer, inner, 0, "element")
    item = made.node("object", "Item", 16)
    made.edge(inner, item, 0, "element")
    tag = made.object("Array", 16, holder=item, key="tags")
    listener = made.node("closure", "onTick", 56)
    made.edge(inner, listener, 1, "element")
    scope = made.node("object", "system / Context", 24)
    made.edge(listener, scope, "context", "internal")
    seen = made.node("object", "Seen", 16)
    made.edge(scope, seen, 3, "hidden")
    owners = Inside(memdoctor.load(made.write(tmp_path / "made.heapsnapshot"))).owners
    named = [owners.name(node) for node in (outer, inner, item, tag, listener, scope, seen)]
    assert named == [
        "Registry.tenants",
        "Registry.tenants[]",
        "Registry.tenants[][]",
        "Item.tags",
        "Registry.tenants[][]",
        "Registry.tenants[][] via onTick()",
        "Registry.tenants[][] via onTick()",
    ]
    keys = owners.keys(np.asarray([outer, inner, item, listener, scope]))
    assert len(set(keys.tolist())) == 4  # the item and the listener are held alike


def test_entries_of_a_dictionary_are_one_row(tmp_path: Path) -> None:
    made, root = _start()
    store = made.object("Store", 0, holder=root, key="store")
    users = made.object("Object", 16, holder=store, key="users")
    record = made.object("Object", 16, holder=store, key="record")
    for number in range(120):
        user = made.object("User", 16, holder=users, key=f"user {number}")
        made.object("Array", 16, holder=user, key="log")
    method = made.object("Array", 16, holder=record, key="rows")
    inside = Inside(memdoctor.load(made.write(tmp_path / "made.heapsnapshot")))
    assert inside.owners.name(user) == "Store.users[]"
    assert inside.owners.name(method) == "Store.record.rows"
    assert inside.paths.to(user).text == "global.store → Store.users → Object[] → User"
    assert len(set(inside.paths.keys(inside.graph.of_class("User")).tolist())) == 1


def test_keys_count_in_a_table_of_properties(tmp_path: Path) -> None:
    made, root = _start()
    hits = made.object("Object", 16, holder=made.object("Counter", 0, holder=root, key="c"), key="hits")
    table = made.node("array", "(object properties)", 16 + 8 * 3 * 64)
    made.edge(hits, table, "properties", "internal")
    for number in range(40):  # the values are small integers, which leave no edge
        made.edge(table, made.node("string", f"/url/{number}", 24), str(9 + 3 * number), "internal")
    inside = Inside(memdoctor.load(made.write(tmp_path / "made.heapsnapshot")))
    [group] = [one for one in inside.collections.groups if one.owner == "Counter.hits"]
    assert (group.kind, group.entries, group.capacity) == ("Object", 40, 64)


def test_what_extends_an_array_or_is_frozen_counts_as_one(tmp_path: Path) -> None:
    made, root = _start()
    box = made.object("Box", 0, holder=root, key="box")
    stack = made.object("Stack", 16, holder=box, key="stack")
    for index in range(3):
        made.edge(stack, made.node("object", "Frame", 16), index, "element")
    made.edge(stack, made.node("object", "Array", 0), "__proto__")
    parser = made.object("Parser", 16, holder=box, key="parser")  # has elements, and extends nothing
    made.edge(parser, made.node("object", "Frame", 16), 0, "element")
    made.edge(parser, made.node("object", "Object", 0), "__proto__")
    frozen = made.object("Array", 16, holder=box, key="frozen")
    store = made.node("array", "(object elements)", 32)
    made.edge(frozen, store, "elements", "internal")
    for index in range(2):
        made.edge(store, made.node("object", "Frame", 16), str(index), "internal")
    inside = Inside(memdoctor.load(made.write(tmp_path / "made.heapsnapshot")))
    assert {one.owner: one.entries for one in inside.collections.groups} == {
        "Box.stack": 3,
        "Box.frozen": 2,
    }
