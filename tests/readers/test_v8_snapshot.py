"""V8's format: read in any layout that JSON allows, refused with place and reason where damaged."""

import bz2
import gzip
import io
import json
import lzma
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.errors import InputError
from memdoctor.heap.graph import HeapGraph
from memdoctor.readers import opening
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.unpacking import zstd_library

from conftest import SNAPSHOTS, Cli
from snapshots import NODE_FIELDS, Snapshot

Document = dict[str, Any]


def _made() -> Snapshot:
    made = Snapshot()
    made.text("unused")
    holder = made.object("Holder", 10)
    for number in range(3):
        child = made.object("Child", 100, holder=holder, key=f"key{number}")
        made.edge(child, holder, number, "element")
    made.locations = [7, 5, 20, 13]
    return made


def _same(graph: HeapGraph) -> None:
    rows = {row.name: (row.count, row.retained_bytes, row.location) for row in graph.classes}
    assert rows == {"Holder": (1, 310, (5, 20, 13)), "Child": (3, 300, None)}


def _load(tmp_path: Path, text: str | bytes) -> HeapGraph:
    path = tmp_path / "made.heapsnapshot"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return memdoctor.load(path)


def _reordered(document: Document) -> Document:
    return {key: document[key] for key in ("strings", "locations", "edges", "nodes", "snapshot")}


LAYOUTS: dict[str, Callable[[Document], str]] = {
    "compact": lambda d: json.dumps(d, separators=(",", ":")),
    "spaced": json.dumps,
    "indented": lambda d: json.dumps(d, indent=2),
    "tabs-and-crlf": lambda d: json.dumps(d, indent="\t").replace("\n", "\r\n"),
    "byte-order-mark": lambda d: "\ufeff" + json.dumps(d),
    "space-around": lambda d: f"\n \t{json.dumps(d)}\n\n",
    "other-order": lambda d: json.dumps(_reordered(d)),
    "strings-first": lambda d: json.dumps({"strings": d["strings"], **d}),
    "unknown-sections": lambda d: json.dumps(
        {"version": 1.5, "note": "x]}", "extra": {"a": [{}]}, "none": None, "list": ["a", 1], **d}
    ),
    "unknown-nested": lambda d: json.dumps({**d, "extra": [[{"a": [1]}], [1, 'x]"']], "more": [1, "a"]}),
    "unknown-large": lambda d: json.dumps({**d, "text": "x" * 70_000, "large": [["y"] * 300_000]}),
    "trace-data": lambda d: json.dumps(
        {**d, "trace_function_infos": [], "trace_tree": [1, 0, 0, 0, [2, 1, 0, 0, []]], "samples": [1, 2]}
    ),
    "one-number-a-line": lambda d: json.dumps(d).replace(", ", "\n,\n"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_that_json_allows(tmp_path: Path, layout: str) -> None:
    _same(_load(tmp_path, LAYOUTS[layout](_made().document())))


def test_fields_are_found_by_their_names(tmp_path: Path) -> None:
    made = _made()
    made.node_fields = ("edge_count", "detachedness", "id", "name", "self_size", "type")
    made.locations = [6, 5, 20, 13]
    document = made.document()
    names = made.node_fields
    types = document["snapshot"]["meta"]["node_types"]
    document["snapshot"]["meta"]["node_types"] = [
        types[0] if name == "type" else "number" for name in names
    ]
    graph = _load(tmp_path, json.dumps(document))
    _same(graph)
    assert graph.node_id.tolist() == [1, 3, 5, 7, 9]


def test_a_field_that_nobody_knows_is_passed_over(tmp_path: Path) -> None:
    made = _made()
    for node in made.nodes:
        node["new_field"] = 7
    made.node_fields = (*NODE_FIELDS, "new_field")
    made.locations = [8, 5, 20, 13]
    _same(_load(tmp_path, json.dumps(made.document())))


def test_types_are_found_by_their_names(tmp_path: Path) -> None:
    document = _made().document()
    types = document["snapshot"]["meta"]["edge_types"][0]
    weak, prop = types.index("weak"), types.index("property")
    types[weak], types[prop] = types[prop], types[weak]
    swap = {weak: prop, prop: weak}
    document["edges"][::3] = [swap.get(kind, kind) for kind in document["edges"][::3]]
    _same(_load(tmp_path, json.dumps(document)))


def test_another_root(tmp_path: Path) -> None:
    document = _made().document()
    document["snapshot"]["root_index"] = len(NODE_FIELDS)
    graph = _load(tmp_path, json.dumps(document))
    assert graph.root == 1
    assert graph.dominator[1] == 1


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "two-xz-streams": lambda data: lzma.compress(data[:99]) + lzma.compress(data[99:]),
    "zstd": lambda data: bytes(zstd_library().compress(data)),
    "plain": bytes,
}


@pytest.mark.parametrize("packing", PACKED)
def test_packed_files_and_pipes(tmp_path: Path, cli: Cli, packing: str) -> None:
    data = PACKED[packing](json.dumps(_made().document()).encode())
    _same(_load(tmp_path, data))
    rows = json.loads(cli("heap", "classes", "-", "--json", stdin=data).out)["rows"]
    assert [row["class"] for row in rows] == ["Holder", "Child"]


def test_a_spool_has_no_name_and_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    seen = []

    class Watching(Mapped):
        def __init__(self, file: Any) -> None:
            super().__init__(file)
            seen.append((stat.S_IMODE(os.fstat(file.fileno()).st_mode), list(folder.iterdir())))

    monkeypatch.setattr(opening, "Mapped", Watching)
    _same(_load(tmp_path, gzip.compress(json.dumps(_made().document()).encode())))
    assert seen == [(0o600, [])] or sys.platform == "win32"
    assert not list(folder.iterdir())


def test_no_room_to_unpack_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "free_space", lambda: 1000)
    with pytest.raises(InputError, match=r"no room in .* to unpack it"):
        _load(tmp_path, gzip.compress(json.dumps(_made().document()).encode()))


def _changed(change: Callable[[Document], object]) -> Callable[[], str]:
    def text() -> str:
        document = _made().document()
        change(document)
        return json.dumps(document)

    return text


def _cut(mark: str, extra: int = 0) -> Callable[[], str]:
    def text() -> str:
        whole = json.dumps(_made().document())
        return whole[: whole.index(mark) + len(mark) + extra]

    return text


def _set(section: str, index: int, value: Any) -> Callable[[], str]:
    return _changed(lambda d: d[section].__setitem__(index, value))


def _declare(key: str, value: Any) -> Callable[[], str]:
    return _changed(lambda d: d["snapshot"].__setitem__(key, value))


def _meta(key: str, value: Any) -> Callable[[], str]:
    return _changed(lambda d: d["snapshot"]["meta"].__setitem__(key, value))


DAMAGED: dict[str, tuple[Callable[[], str], str]] = {
    "a trillion nodes": (_declare("node_count", 10**12), "`nodes` is too short for the 1000000000000"),
    "a trillion edges": (_declare("edge_count", 10**12), "`edges` is too short for the 1000000000000"),
    "fewer nodes declared": (_declare("node_count", 4), "`nodes` goes on after the 4 declared"),
    "more nodes declared": (_declare("node_count", 6), "`nodes`"),
    "fewer edges declared": (_declare("edge_count", 6), "`edges` goes on after the 6 declared"),
    "more edges declared": (_declare("edge_count", 8), "`edges`"),
    "no nodes": (_declare("node_count", 0), "there is no root"),
    "a negative count": (_declare("node_count", -1), "`node_count` is no count"),
    "a count as text": (_declare("edge_count", "7"), "`edge_count` is no count"),
    "a count with a fraction": (_declare("edge_count", 7.0), "`edge_count` is no count"),
    "root beyond the nodes": (_declare("root_index", 70), "there is no root"),
    "root inside a node": (_declare("root_index", 3), "root_index is not the start of a node"),
    "no meta": (_changed(lambda d: d["snapshot"].pop("meta")), "`snapshot.meta` is missing"),
    "no snapshot": (_changed(lambda d: d.pop("snapshot")), "`snapshot.meta` is missing"),
    "no nodes section": (_changed(lambda d: d.pop("nodes")), "`nodes` is missing"),
    "no edges section": (_changed(lambda d: d.pop("edges")), "`edges` is missing"),
    "no strings section": (_changed(lambda d: d.pop("strings")), "`strings` is missing"),
    "fields missing": (_meta("node_fields", ["type", "name", "id"]), "lacks self_size, edge_count"),
    "fields no list": (_meta("node_fields", 7), "`node_fields` is no list"),
    "a field twice": (_meta("edge_fields", ["type"] * 3), "a name twice"),
    "too many fields": (_meta("node_fields", [f"f{n}" for n in range(99)]), "a name twice, or too many"),
    "types missing": (_meta("node_types", []), "`node_types` does not name the types"),
    "a type twice": (_meta("edge_types", [["weak", "element", "weak"]]), "`edge_types` names a type twice"),
    "too many edge types": (_meta("edge_types", [[f"t{n}" for n in range(17)]]), "more than 16 types"),
    "to_node off by one": (_set("edges", 2, 8), "to_node is 8, which is not the start of a node"),
    "to_node beyond the nodes": (_set("edges", 2, 35), "to_node is 35, which is not the start of a node"),
    "a node's type unknown": (_set("nodes", 0, 15), "a node's type is 15"),
    "an edge's type unknown": (_set("edges", 0, 7), "an edge's type is 7"),
    "a node's name unknown": (_set("nodes", 1, 99), "string 99 is missing"),
    "an edge's name unknown": (_set("edges", 1, 99), "string 99 is missing"),
    "a huge name": (_set("nodes", 1, 2**40), "a node's name is 1099511627776"),
    "edge counts that do not add up": (_set("nodes", 4, 2), "the nodes have 8 edges, the header says 7"),
    "a negative number": (_set("nodes", 3, -16), "something else than a number"),
    "a fraction": (_set("nodes", 3, 1.5), "a comma is missing"),
    "a text among numbers": (_set("nodes", 3, "16"), "something else than a number"),
    "null among numbers": (_set("edges", 3, None), "something else than a number"),
    "a list among numbers": (_set("edges", 3, [1]), "a name in quotes is expected"),
    "a number of 20 digits": (_set("nodes", 3, 10**19), "more than 15 digits"),
    "an exponent": (_set("nodes", 3, 1e30), "a comma is missing"),
    "locations that fit no row": (_changed(lambda d: d["locations"].append(1)), "no multiple of 4"),
    "a location of no node": (_set("locations", 0, 3), "object_index is 3"),
    "cut in the header": (_cut('"node_fields"'), "`snapshot` is no JSON, or cut off"),
    "cut in the nodes": (_cut('"nodes": [', 8), "cut off in `nodes`"),
    "cut in the edges": (_cut('"edges": [', 5), "cut off in `edges`"),
    "cut before the strings": (_cut('"locations": [7, 5, 20, 13]'), "cut off"),
    "cut in the strings": (_cut('"strings": ["<dummy>", "', 2), "cut off in the strings"),
    "strings that are numbers": (_set("strings", 1, 7), "a string is expected"),
    "a section twice": (lambda: _cut('"nodes": [')()[:-10] + '"snapshot": 1', "`snapshot` is there twice"),
    "only sections": (lambda: '{"nodes":[0,0],"edges":[],"strings":[]}', "`snapshot.meta` is missing"),
    "deep nesting": (lambda: '{"snapshot":{"meta":' + "[" * 100_000, "`snapshot` is"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_damage_is_told_with_its_place(tmp_path: Path, damage: str) -> None:
    text, words = DAMAGED[damage]
    with pytest.raises(InputError) as caught:
        _load(tmp_path, text())
    assert caught.value.message.startswith(f"{tmp_path / 'made.heapsnapshot'}: a heap snapshot, but ")
    assert words in caught.value.message
    assert caught.value.place or "is missing" in caught.value.message


@pytest.mark.parametrize("damage", ["cut in the strings", "a negative number", "deep nesting"])
def test_damage_at_the_command_line(tmp_path: Path, cli: Cli, damage: str) -> None:
    path = tmp_path / "made.heapsnapshot"
    path.write_text(DAMAGED[damage][0]())
    for arguments in (["analyze", path], ["heap", "classes", path]):
        outcome = cli(*arguments)
        assert outcome.code == 2
        assert outcome.out == ""
        assert outcome.err.startswith("error: ")
        assert "Traceback" not in outcome.err


def test_deeply_nested_trace_data_is_passed_over(tmp_path: Path) -> None:
    text = json.dumps(_made().document())
    nested = "[1,0,0,0," * 100_000 + "[]" + "]" * 100_000
    _same(_load(tmp_path, text.replace('"strings"', f'"trace_tree": {nested}, "strings"')))


@pytest.mark.parametrize(
    ("pack", "words"),
    [
        (gzip.compress, "the gzip data is cut off or damaged"),
        (lzma.compress, "the xz data is cut off or damaged"),
        (lambda data: bytes(zstd_library().compress(data)), "the zstd data is cut off or damaged"),
        (bz2.compress, "compressed with bzip2"),
    ],
)
def test_damaged_compression_is_told(tmp_path: Path, pack: Callable[[bytes], bytes], words: str) -> None:
    data = pack(lzma.decompress((SNAPSHOTS / "bun-g-1.heapsnapshot.xz").read_bytes()))
    with pytest.raises(InputError, match=words):
        _load(tmp_path, data[: len(data) // 2])


def test_an_xz_file_that_asks_for_too_much_memory(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}]
    out = io.BytesIO()
    with lzma.LZMAFile(out, "w", filters=filters) as file:
        file.write(json.dumps(_made().document()).encode())
    with pytest.raises(InputError, match="the xz data"):
        _load(tmp_path, out.getvalue())


def test_what_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is no heap snapshot"):
        _load(tmp_path, '{"memoryUsage": {}}')


def test_sizes_that_nobody_could_add_up(tmp_path: Path) -> None:
    made = Snapshot()
    for _ in range(10):
        made.object("Vast", 10**15 - 1)
    with pytest.raises(InputError, match="add up to more than"):
        _load(tmp_path, json.dumps(made.document()))


OTHERS = {
    "samples": {"samples": [{"rss": 290684928, "heapUsed": 50 << 20, "external": 1 << 20}]},
    "a snapshot of memory": {"snapshot": {"rss": 290684928, "heapUsed": 50 << 20, "external": 1 << 20}},
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_documents_with_such_names_are_read_by_others(tmp_path: Path, name: str) -> None:
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(OTHERS[name]))
    report = memdoctor.analyze(path)
    assert report.overview.samples[0].figures["rss_bytes"].value == 290684928


def test_a_cpu_profile_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is no heap snapshot"):
        _load(tmp_path, '{"nodes":[{"id":1,"callFrame":{}}],"samples":[1,2]}')


@pytest.mark.parametrize("spaces", [100, 5000, 70_000])
def test_white_space_of_any_length(tmp_path: Path, spaces: int) -> None:
    text = json.dumps(_made().document())
    for mark in ("[", "]", ",", ":"):
        text = text.replace(mark, f"{mark}{' ' * (spaces // 100)}", 3)
    _same(_load(tmp_path, text.replace('"locations": [', f'"locations": [{" " * spaces}')))


def test_a_damage_in_the_second_half_is_told_with_whole_numbers(tmp_path: Path) -> None:
    """Edges of some size are read in two parts; what is told must not be about a part."""
    made = Snapshot()
    for number in range(3000):
        made.object("Many", holder=number)
    document = made.document()
    document["snapshot"]["edge_count"] = 2999
    with pytest.raises(InputError, match="`edges` goes on after the 2999 declared"):
        _load(tmp_path, json.dumps(document))
    document["snapshot"]["edge_count"] = 3000
    document["edges"][-1] = 3
    with pytest.raises(InputError, match="to_node") as caught:
        _load(tmp_path, json.dumps(document))
    assert caught.value.place == "edges, edge 2999"


def test_what_follows_the_end_is_told(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "made.heapsnapshot"
    path.write_text(json.dumps(_made().document()) + "\n{}\n")
    for arguments in (["analyze", path], ["heap", "classes", path]):
        outcome = cli(*arguments)
        assert outcome.code == 0
        assert "3 bytes after the end of the snapshot" in outcome.out + outcome.err


def test_many_pairs_of_a_weak_map_take_no_square_time(tmp_path: Path) -> None:
    made = Snapshot()
    table = made.object("WeakMap")
    key, value = made.object("Key"), made.object("Value")
    for number in range(60_000):
        pair = f"key (Key @{key * 2 + 1}) -> value (Value @{number}) pair in WeakMap (table @3)"
        made.edge(table, value, f"{number} / part of {pair}", "internal")
    graph = _load(tmp_path, json.dumps(made.document()))
    assert len(graph.weak_map_pairs) == 60_001
    assert not graph.essential[graph.first_edge[table] : graph.first_edge[table + 1]].any()


def test_a_name_made_to_take_long_does_not(tmp_path: Path) -> None:
    made = Snapshot()
    holder = made.object("Holder")
    pair = f"key ({' @1) -> value (x' * 60_000} pair in WeakMap (table @3)"
    made.edge(holder, 0, f"1 / part of {pair}", "internal")
    assert len(_load(tmp_path, json.dumps(made.document())).weak_map_pairs) == 1


def test_many_nodes_that_nothing_retains(tmp_path: Path) -> None:
    made = Snapshot()
    for _ in range(50_000):
        made.node("object", "Orphan")
    graph = _load(tmp_path, json.dumps(made.document()))
    assert not graph.dominator.any()
    assert graph.retained_size[0] == 50_000 * 16
