"""The page of attributes: each exists, none is missing; units, types and shapes are those of inputs."""

import re
from dataclasses import fields
from typing import Any

import pytest

import memdoctor

from conftest import HEAPDUMPS, ROOT, SNAPSHOTS

_PAGE = (ROOT / "docs" / "attributes.md").read_text(encoding="utf-8")
_SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", _PAGE, re.MULTILINE | re.DOTALL))
_GRAPHS = ("bun-a-1", "bun-g-1", "piles-node20-1")


def _rows(section: str) -> dict[str, list[str]]:
    """Return the cells beside each name of a section."""
    found = {}
    for line in _SECTIONS[section].partition("And the rows that it has")[0].splitlines():
        names, *cells = line.strip("| ").split(" | ")
        for name in re.findall(r"`(\w+)(?:\([*\w, ]*\))?`", names) if line.startswith("| `") else ():
            found[name] = cells
    return found


def _public(kind: type) -> set[str]:
    own = {field.name for field in fields(kind)} if hasattr(kind, "__dataclass_fields__") else set()
    return own | {name for name in vars(kind) if not name.startswith("_")}


@pytest.mark.parametrize(
    "kind", [memdoctor.Measurements, memdoctor.Look, memdoctor.Sample, memdoctor.HeapGraph]
)
def test_the_page_has_all_attributes_and_no_other(kind: type) -> None:
    public = _public(kind) | ({"sample"} if kind is memdoctor.Look else set())
    assert set(_rows(kind.__name__)) == public


def test_the_units_of_figures_are_those_of_a_real_dump() -> None:
    seen = set()
    for dump in sorted(HEAPDUMPS.glob("*.json"))[:20]:
        for look in _looks(dump):
            for name, cells in _rows("Look").items():
                figure = getattr(look, name)
                if isinstance(figure, memdoctor.Figure) and figure.known:
                    assert figure.unit == cells[0], name
                    seen.add(name)
    assert {"rss", "uptime", "js_heap", "handles", "not_resident", "rate"} <= seen


def _looks(dump: Any) -> list[memdoctor.Look]:
    seen: list[memdoctor.Look] = []

    class Rule:
        RULE = memdoctor.Rule("looking", "ours", memdoctor.Severity.INFO, "looks")

        @staticmethod
        def check(measurements: memdoctor.Measurements) -> list[memdoctor.Finding]:
            seen.extend(measurements.looks)
            return []

    memdoctor.analyze(dump, rules=[Rule])
    return seen


@pytest.mark.parametrize("name", _GRAPHS)
def test_the_attributes_of_a_graph_have_the_types_and_shapes_of_the_page(name: str) -> None:
    graph = memdoctor.load(SNAPSHOTS / f"{name}.heapsnapshot.xz")
    sizes = {"N": graph.node_count, "E": graph.edge_count, "N + 1": graph.node_count + 1}
    checked = set()
    for attribute, (kind, _) in _rows("HeapGraph").items():
        value = getattr(graph, attribute)
        arrays = re.findall(r"(\w+), \((N \+ 1|N|E),\)", kind)
        for array, (dtype, size) in zip(
            value if isinstance(value, tuple) else (value,), arrays, strict=False
        ):
            assert array.shape == (sizes[size],), attribute
            assert array.dtype.name == dtype, attribute
            checked.add(attribute)
    assert {"retained_size", "first_edge", "edge_target", "dominator", "class_id", "retainers"} <= checked


def test_the_rows_of_a_graph_have_their_fields() -> None:
    graph = memdoctor.load(SNAPSHOTS / "piles-node20-1.heapsnapshot.xz")
    told = dict(re.findall(r"^\| `(ClassRow|Statistics|DuplicateString)` \| (.*?) \|", _PAGE, re.MULTILINE))
    for row in (graph.classes[0], graph.statistics, graph.duplicate_strings[0]):
        named = re.findall(r"`(\w+)`", told[type(row).__name__])
        assert all(hasattr(row, name) for name in named)
        assert {field.name for field in fields(row)} <= set(named)


@pytest.mark.parametrize("name", ["heap_used", "rss", "runtime"])
def test_a_figure_is_documented_on_the_class(name: str) -> None:
    assert getattr(memdoctor.Look, name).__doc__


def test_what_the_library_page_says_of_measurements_is_there() -> None:
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    [sentence] = re.findall(r"Any measurement may be asked:\n(.+?attributes\.md)", text, re.DOTALL)
    names = re.findall(r"`(?:measurements)?\.(\w+)`", sentence)
    assert len(names) == 4
    assert set(names) <= _public(memdoctor.Measurements)
