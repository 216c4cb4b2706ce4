"""What a graph offers: its edges, retainers and strings, the wide path, and numbers of any size."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import memdoctor
from memdoctor.errors import InputError
from memdoctor.heap.interfaces import format_property
from memdoctor.heap.strings import decode, units
from memdoctor.readers.parts import graph_columns

from conftest import SNAPSHOTS
from snapshots import Snapshot

ARRAYS = (
    "node_id", "node_type", "node_name", "shallow_size", "retained_size", "dominator", "distance",
    "detachedness", "class_id", "first_edge", "edge_type", "edge_name", "edge_target", "essential",
)  # fmt: skip


def test_arrays_are_as_long_as_they_should_be() -> None:
    graph = memdoctor.load(SNAPSHOTS / "bun-g-1.heapsnapshot.xz")
    for name in ARRAYS:
        edges = name.startswith("edge") or name == "essential"
        expected = graph.edge_count if edges else graph.node_count + (name == "first_edge")
        assert len(getattr(graph, name)) == expected
    assert graph.first_edge[-1] == graph.edge_count
    assert graph.class_id.max() < len(graph.class_names)
    assert f"{graph.node_count} nodes" in repr(graph)


def test_retainers_are_the_edges_turned_round() -> None:
    graph = memdoctor.load(SNAPSHOTS / "bun-g-1.heapsnapshot.xz")
    first, edges = graph.retainers
    assert np.array_equal(np.sort(edges), np.arange(graph.edge_count))
    assert np.array_equal(graph.edge_target[edges], np.repeat(np.arange(graph.node_count), np.diff(first)))
    sources = np.repeat(np.arange(graph.node_count), np.diff(graph.first_edge))
    assert np.array_equal(graph.edge_sources(np.arange(graph.edge_count)), sources)


@pytest.mark.parametrize("name", ["small-i-node22-1.heapsnapshot.xz", "ephemeron.heapsnapshot.xz"])
def test_the_wide_path_finds_the_same(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    narrow = memdoctor.load(SNAPSHOTS / name)
    monkeypatch.setattr(graph_columns, "_WIDE_FILE", 0)
    wide = memdoctor.load(SNAPSHOTS / name)
    assert narrow.first_edge.dtype == np.dtype(np.uint32)
    assert wide.first_edge.dtype == np.dtype(np.uint64)
    for array in ARRAYS:
        assert np.array_equal(getattr(narrow, array), getattr(wide, array)), array
    for one, other in zip(narrow.retainers, wide.retainers, strict=True):
        assert np.array_equal(one, other)
    assert narrow.classes == wide.classes
    assert narrow.statistics == wide.statistics


def test_sizes_beyond_four_gib_widen_on_the_way(tmp_path: Path) -> None:
    made = Snapshot()
    holder = made.object("Holder", 5)
    made.object("ArrayBuffer", 6 << 30, holder=holder)
    graph = memdoctor.load(made.write(tmp_path / "large.heapsnapshot"))
    assert graph.retained_size[holder] == (6 << 30) + 5
    assert graph.statistics.total == (6 << 30) + 5


def test_a_hidden_part_counts_with_its_one_owner(tmp_path: Path) -> None:
    made = Snapshot()
    one, other = made.object("One", 10), made.object("Other", 20)
    own, shared = made.node("array", "own", 100), made.node("array", "shared", 1000)
    made.edge(one, own, "elements", "internal")
    made.edge(one, shared, "elements", "internal")
    made.edge(other, shared, "elements", "internal")
    graph = memdoctor.load(made.write(tmp_path / "parts.heapsnapshot"))
    assert graph.shallow_size[[one, other, own, shared]].tolist() == [110, 20, 0, 1000]


TEXTS = {
    "plain": b"plain",
    'a "quote" \\ and\n': b'a \\"quote\\" \\\\ and\\n',
    "é€😀": "é€😀".encode(),
    "😀": b"\\ud83d\\ude00",
    "lone \ud83d": b"lone \\ud83d",
    "\x1b[31m": b"\\u001b[31m",
    "[bold]": b"[bold]",
    "/": b"\\/",
    "raw\ttab": b"raw\ttab",
    "bad \\x": b"bad \\x",
}


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_strings_are_decoded_as_they_were_written(text: str) -> None:
    assert decode(TEXTS[text]) == text


@given(st.text(st.characters()))
def test_any_string_comes_back(text: str) -> None:
    assert decode(json.dumps(text)[1:-1].encode()) == text
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=20))
def test_a_table_of_strings_is_found_in_any_order(texts: list[str]) -> None:
    import tempfile

    made = Snapshot()
    indices = [made.text(text) for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        strings = memdoctor.load(made.write(Path(folder) / "made.heapsnapshot")).strings
        assert list(strings.texts(reversed(indices))) == texts[::-1]
        assert strings[indices[0]] == texts[0]


@pytest.mark.parametrize("content", [b"{", b" " * 2000])
def test_a_file_that_was_written_again_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = Snapshot().write(tmp_path / "made.heapsnapshot")
    strings = memdoctor.load(path).strings
    path.write_bytes(content)
    with pytest.raises(InputError, match="it was changed since it was opened"):
        strings[0]


def test_names_in_interfaces_are_quoted_where_they_could_confuse() -> None:
    assert format_property("plain") == "plain"
    assert format_property('a"b\n') == '"a\\"b\\n"'
    assert format_property("{\ud800}") == '"{\\ud800}"'
