"""Detached DOM trees, and who holds them."""

import json
from pathlib import Path

import memdoctor
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.outside.detached import Detached

from conftest import SNAPSHOTS, Cli
from snapshots import Snapshot

DETACHED = 2


def panel(made: Snapshot, rows: int = 3) -> tuple[int, list[int]]:
    """Add a section with divs, joined as in a DOM: the first child, the parent, the next one."""
    section = made.node("native", '<section class="a">', 100, detachedness=DETACHED)
    made.edge(section, section, 6, "element")
    divs = [made.node("native", "<div>", 50, detachedness=DETACHED) for _ in range(rows)]
    made.edge(section, divs[0], 4, "element")
    for number, div in enumerate(divs):
        made.edge(div, section, 5, "element")
        if number:
            made.edge(divs[number - 1], div, 7, "element")
    return section, divs


def detached(made: Snapshot, folder: Path) -> Detached:
    return Inside(memdoctor.load(made.write(folder / "made.heapsnapshot"))).detached


def told(found: Detached) -> list[tuple[object, ...]]:
    return [
        (t.name, t.holder, t.count, t.nodes, t.retained_bytes, t.also, t.also_count) for t in found.groups()
    ]


def test_a_tree_is_held_by_its_root_where_that_is_held(tmp_path: Path) -> None:
    made = Snapshot()
    manager = made.object("Manager", key="manager")
    cache = made.object("Map", holder=manager, key="cache")
    table = made.node("array", "", 64)
    made.edge(cache, table, "table", "internal")
    for number in range(4):
        section, divs = panel(made)
        made.edge(table, section, number, "internal")
        if number < 2:
            made.edge(manager, divs[0], "last" if number else "first")
    found = detached(made, tmp_path)
    assert told(found) == [("Detached <section>", "Manager.cache[]", 4, 16, 1000, "Manager.first", 1)]
    assert (found.tree_count, found.node_count, found.other_count) == (4, 16, 0)


def test_a_tree_is_held_by_a_leaf_where_only_that_is_held(tmp_path: Path) -> None:
    made = Snapshot()
    _, divs = panel(made)
    made.edge(made.object("Manager", key="manager"), divs[1], "selected")
    assert told(detached(made, tmp_path)) == [("Detached <div>", "Manager.selected", 1, 4, 250, None, 0)]


def test_what_a_tree_leads_to_does_not_hold_it(tmp_path: Path) -> None:
    made = Snapshot()
    section, divs = panel(made)
    made.edge(made.object("Manager", key="manager"), section, "panel")
    listener = made.node("closure", "onClick", 30)
    made.edge(divs[0], listener, 9, "element")
    scope = made.node("object", "system / Context", 20)
    made.edge(listener, scope, "context", "internal")
    made.edge(scope, section, "panel", "context")
    ((name, holder, count, *_, also, _),) = told(detached(made, tmp_path))
    assert (name, holder, count, also) == ("Detached <section>", "Manager.panel", 1, None)


def test_a_tree_held_through_another_one(tmp_path: Path) -> None:
    made = Snapshot()
    section, divs = panel(made)
    other, _ = panel(made)
    made.edge(made.object("Manager", key="manager"), section, "panel")
    view = made.node("object", "View", 30)
    made.edge(divs[0], view, 9, "element")
    made.edge(view, other, "element")
    assert [row[1] for row in told(detached(made, tmp_path))] == ["Manager.panel", "View.element"]


def test_a_plain_holder_is_named_by_its_own(tmp_path: Path) -> None:
    made = Snapshot()
    manager = made.object("Manager", key="manager")
    state = made.object("Object", holder=manager, key="state")
    section, _ = panel(made)
    made.edge(state, section, "panel")
    assert told(detached(made, tmp_path))[0][1] == "Manager.state.panel"


def test_weak_references_hold_nothing(tmp_path: Path) -> None:
    made = Snapshot()
    section, _ = panel(made)
    made.edge(made.object("WeakRef", key="ref"), section, "target", "weak")
    made.edge(made.node("native", "blink::Page", 10), section, 1, "element")
    made.edge(0, len(made.nodes) - 1, 1, "element")
    assert told(detached(made, tmp_path))[0][1] == "blink::Page"


def test_what_node_marks_is_no_dom(cli: Cli) -> None:
    outcome = cli("heap", "detached", SNAPSHOTS / "small-i-node22-1.heapsnapshot.xz", "--json")
    document = json.loads(outcome.out)
    assert document["rows"] == []
    assert document["totals"] == {
        "tree_count": 0,
        "dom_node_count": 0,
        "retained_bytes": 0,
        "other_count": 20,
    }


def test_panels_of_a_page(cli: Cli) -> None:
    outcome = cli("heap", "detached", SNAPSHOTS / "chromium-detached-1.heapsnapshot.xz", "--json")
    (row,) = json.loads(outcome.out)["rows"]
    assert row["class"] == "Detached <section>"
    assert (row["holder"], row["tree_count"], row["dom_node_count"]) == (
        "PanelManager.panelCache[]",
        20,
        20 * 21,
    )
    assert (row["other_holder"], row["other_tree_count"]) == ("PanelManager.rows", 2)


def test_names_mark_what_the_file_has_no_field_for(tmp_path: Path) -> None:
    made = Snapshot(node_fields=("type", "name", "id", "self_size", "edge_count"))
    holder = made.object("Manager", key="manager")
    for name in ("Detached HTMLDivElement", "Detached Text", "Detached Node / Thing"):
        made.edge(holder, made.node("native", name, 10), f"of {name}")
    found = detached(made, tmp_path)
    assert (found.tree_count, found.node_count, found.other_count) == (2, 2, 1)


def test_a_long_list_of_siblings(tmp_path: Path) -> None:
    made = Snapshot()
    section, _ = panel(made, rows=20_000)
    made.edge(made.object("Manager", key="manager"), section, "panel")
    assert told(detached(made, tmp_path))[0][2:4] == (1, 20_001)
