"""JavaScriptCore's own format, as Bun writes it."""

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.errors import InputError

from conftest import SNAPSHOTS

REAL = SNAPSHOTS / "bunjsc-a-1.jsc.json.xz"
Document = dict[str, Any]


def _made() -> Document:
    return {
        "version": 3,
        "type": "Inspector",
        "nodes": [0, 0, 0, 0, 7, 50, 2, 0, 3, 20, 1, 2, 5, 30, 3, 1],
        "nodeClassNames": ["<root>", "Holder", "string", "Structure"],
        "edges": [0, 3, 0, 0, 3, 7, 1, 1, 3, 5, 0, 0, 7, 5, 2, 4],
        "edgeTypes": ["Internal", "Property", "Index", "Variable"],
        "edgeNames": ["unused", "text"],
    }


def _load(tmp_path: Path, document: Document) -> Any:
    path = tmp_path / "made.json"
    path.write_text(json.dumps(document))
    return memdoctor.load(path)


def test_every_node_and_edge_comes_through(tmp_path: Path) -> None:
    graph = _load(tmp_path, _made())
    assert graph.format == "jsc"
    assert [graph.class_names[index] for index in graph.class_id] == [
        "<root>",
        "string",
        "Holder",
        "Structure",
    ]
    assert [graph.node_types[code] for code in graph.node_type] == [
        "synthetic",
        "string",
        "object",
        "hidden",
    ]
    assert graph.node_id.tolist() == [0, 7, 3, 5]
    assert graph.retained_size.tolist() == [100, 50, 100, 30]
    assert graph.dominator.tolist() == [0, 2, 0, 2]
    assert graph.distance.tolist() == [0, 2, 1, 2]
    names = [
        graph.strings[name] if graph.edge_types[kind] == "property" else int(name)
        for kind, name in zip(graph.edge_type, graph.edge_name, strict=True)
    ]
    assert names == [0, 4, "text", 0]


def test_a_real_one_has_what_the_program_made() -> None:
    raw = json.loads(lzma.decompress(REAL.read_bytes()))
    graph = memdoctor.load(REAL)
    assert graph.node_count == len(raw["nodes"]) // 4
    assert graph.edge_count == len(raw["edges"]) // 4
    rows = {row.name: row for row in graph.classes}
    assert rows["ActiveSession"].count == 100
    assert rows["Message"].count == 800
    assert graph.total_size == sum(raw["nodes"][1::4])


DAMAGED: dict[str, tuple[Callable[[Document], object], str]] = {
    "version": (lambda d: d.update(version=1), "version 1 and type 'Inspector'"),
    "debugging": (lambda d: d.update(type="GCDebugging"), "type 'GCDebugging'"),
    "no nodes": (lambda d: d.pop("nodes"), "`nodes` is missing"),
    "no edges": (lambda d: d.pop("edges"), "`edges` is missing"),
    "no classes": (lambda d: d.pop("nodeClassNames"), "`nodeClassNames` is missing"),
    "empty": (lambda d: d.update(nodes=[], edges=[]), "there are no nodes"),
    "half a node": (lambda d: d["nodes"].pop(), "no multiple of 4"),
    "half an edge": (lambda d: d["edges"].pop(), "no multiple of 4"),
    "an id twice": (lambda d: d["nodes"].__setitem__(4, 3), "the id 3 is there twice"),
    "an edge from nowhere": (lambda d: d["edges"].__setitem__(0, 9), "`from` is 9"),
    "an edge to nowhere": (lambda d: d["edges"].__setitem__(1, 4), "`to` is 4"),
    "a class unknown": (lambda d: d["nodes"].__setitem__(2, 4), "string 4 is missing"),
    "an edge type unknown": (lambda d: d["edges"].__setitem__(2, 4), "an edge's type is 4"),
    "an edge name unknown": (lambda d: d["edges"].__setitem__(7, 2), "is missing"),
    "a negative size": (lambda d: d["nodes"].__setitem__(1, -1), "something else than a number"),
    "no names at all": (lambda d: d.update(edgeTypes=[], edgeNames=[]), "an edge's type is"),
    "a type twice": (lambda d: d.update(edgeTypes=["Index", "Index"]), "names a type twice"),
    "no root": (lambda d: d["nodes"].__setitem__(0, 9), "no node has the id 0"),
    "too many edge types": (lambda d: d.update(edgeTypes=["x"] * 17), "more than 16 types"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_is_told(tmp_path: Path, damage: str) -> None:
    document = _made()
    change, words = DAMAGED[damage]
    change(document)
    with pytest.raises(InputError) as caught:
        _load(tmp_path, document)
    assert caught.value.message.startswith(f"{tmp_path / 'made.json'}: a heap snapshot, but ")
    assert words in caught.value.message


@pytest.mark.parametrize("order", [sorted, lambda keys: sorted(keys, reverse=True)])
def test_sections_in_any_order(tmp_path: Path, order: Callable[[Document], list[str]]) -> None:
    made = _made()
    (tmp_path / "other").mkdir()
    one, other = _load(tmp_path, made), _load(tmp_path / "other", {key: made[key] for key in order(made)})
    assert other.classes == one.classes
    assert list(other.strings.texts(other.node_name)) == list(one.strings.texts(one.node_name))
    assert other.retained_size.tolist() == one.retained_size.tolist()


def test_large_ids_stay_whole(tmp_path: Path) -> None:
    made = _made()
    made["nodes"] = [value if value != 7 else 2**33 for value in made["nodes"]]
    made["edges"] = [value if value != 7 else 2**33 for value in made["edges"]]
    assert _load(tmp_path, made).node_id.tolist() == [0, 2**33, 3, 5]


def test_internal_edges_have_numbers_for_names(tmp_path: Path) -> None:
    made = _made()
    made["edges"][3] = 99  # what an internal edge carries is no name
    made["edgeNames"][0] = "1 / part of key (k @1) -> value (v @3) pair in WeakMap (table @5)"
    graph = _load(tmp_path, made)
    assert graph.edge_types.index("internal") in graph.numbered
    assert graph.distance.tolist() == [0, 2, 1, 2]


def test_a_heap_without_edges(tmp_path: Path) -> None:
    made = _made() | {"nodes": [0, 0, 0, 0], "edges": [], "edgeTypes": [], "edgeNames": []}
    assert _load(tmp_path, made).total_size == 0
