"""Variables that an ES module exports are named as the module names them."""

from pathlib import Path

import memdoctor
from memdoctor.analysis.heap.inside import Inside

from snapshots import Snapshot


def _module(names: list[str]) -> tuple[Snapshot, list[int]]:
    """Return a heap with a module that exports variables, each with a Map in it, and the Maps."""
    made = Snapshot()
    module = made.object("system / SourceTextModule")
    table = made.node("array", "(exports)", 64)
    made.edge(module, table, "exports", "internal")
    maps = []
    for place, name in enumerate(names):
        cell, held = made.node("hidden", "system / Cell"), made.node("object", "Map", 5000)
        made.edge(table, made.node("string", name), str(7 + 3 * place), "internal")
        made.edge(table, cell, str(8 + 3 * place), "internal")
        made.edge(cell, held, "value", "internal")
        maps.append(held)
    return made, maps


def test_an_exported_variable_has_its_name(tmp_path: Path) -> None:
    made, maps = _module(["sessions", "users"])
    inside = Inside(memdoctor.load(made.write(tmp_path / "made.heapsnapshot")))
    assert [inside.owners.name(node) for node in maps] == ["(module).sessions", "(module).users"]
    paths = [inside.paths.to(node).text for node in maps]
    assert [path.split(" → ")[-2].rpartition(".")[2] for path in paths] == ["sessions", "users"]


def test_a_cell_that_no_name_stands_before_has_none(tmp_path: Path) -> None:
    made, maps = _module(["sessions"])
    table = next(number for number, node in enumerate(made.nodes) if node["self_size"] == 64)
    cell, held = made.node("hidden", "system / Cell"), made.node("object", "Set", 5000)
    made.edge(table, cell, "20", "internal")
    made.edge(cell, held, "value", "internal")
    inside = Inside(memdoctor.load(made.write(tmp_path / "made.heapsnapshot")))
    assert inside.owners.name(maps[0]) == "(module).sessions"
    assert not (inside.owners.name(held) or "").startswith("(module)")
