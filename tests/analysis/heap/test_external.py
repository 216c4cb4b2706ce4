"""Memory outside the JS heap, and who holds it."""

import json
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.analysis.heap.inside import Inside

from conftest import SNAPSHOTS, Cli
from snapshots import Snapshot

DATA, TEXT = "system / JSArrayBufferData", "system / ExternalStringData"


def store_with_buffers() -> Snapshot:
    made = Snapshot()
    store = made.object("Store", key="store")
    frames = made.object("Array", holder=store, key="frames")
    for number in range(3):
        buffer = made.node("object", "ArrayBuffer", 100)
        made.edge(frames, buffer, number, "element")
        made.edge(buffer, made.node("native", DATA, 1000 + number), "backing_store", "internal")
    slab = made.node("native", DATA, 8192)
    for key in ("one", "two"):
        made.edge(made.object("Buffer", holder=store, key=key), slab, "backing_store", "internal")
    name = made.node("string", "name", 24)
    made.edge(store, name, "name")
    made.edge(name, made.node("native", TEXT, 300), "native", "internal")
    made.edge(store, made.node("native", "system / AccessorPair", 70), "pair")
    made.edge(store, made.node("native", "Node / Socket", 40), "handle")
    return made


def test_each_piece_counts_once_under_its_holder(tmp_path: Path) -> None:
    path = store_with_buffers().write(tmp_path / "made.heapsnapshot")
    external = Inside(memdoctor.load(path)).external
    assert [(g.kind, g.holder, g.count, g.bytes) for g in external.groups()] == [
        ("array buffer", "Store.one", 1, 8192),
        ("array buffer", "Store.frames[]", 3, 3003),
        ("external string", "Store.name", 1, 300),
        ("native", "Store.handle", 1, 40),
    ]
    assert external.visible_bytes == 8192 + 3003 + 300 + 40
    assert external.bytes_of("engine") == 70
    assert [(g.holder, g.node) for g in external.buffers(3000)][1:] == [("Store.frames[]", 8)]
    assert not list(external.buffers(8193))


def gap(cli: Cli, folder: Path, snapshot: Path, usage: dict[str, Any]) -> dict[str, Any]:
    (folder / "usage.json").write_text(json.dumps(usage))
    document: dict[str, Any] = json.loads(
        cli("heap", "external", snapshot, folder / "usage.json", "--json").out
    )
    return document


def test_the_gap_to_what_was_reported(tmp_path: Path, cli: Cli) -> None:
    path = store_with_buffers().write(tmp_path / "made.heapsnapshot")
    usage = {
        "rss": 9 << 20,
        "heapTotal": 4 << 20,
        "heapUsed": 3 << 20,
        "external": 1 << 20,
        "arrayBuffers": 1000,
    }
    document = gap(cli, tmp_path, path, usage)
    totals = document["totals"]
    assert totals["external_gap_bytes"] == (1 << 20) - totals["visible_bytes"]
    assert totals["array_buffers_gap_bytes"] == 1000 - 8192 - 3003
    assert totals["reported_rss_bytes"] == 9 << 20
    assert totals["reported_in"].endswith("usage.json")
    assert any("below zero" in note for note in document["notes"])
    shown = cli("heap", "external", path, tmp_path / "usage.json").out
    assert "of it not visible" in shown
    assert "-9.96 KiB" in shown


def test_without_numbers_to_compare(tmp_path: Path, cli: Cli) -> None:
    path = store_with_buffers().write(tmp_path / "made.heapsnapshot")
    usage = {"rss": 9 << 20, "heapTotal": 4 << 20, "heapUsed": 3 << 20}
    document = gap(cli, tmp_path, path, usage)
    assert document["totals"]["external_gap_bytes"] is None
    assert any("nothing to compare" in note for note in document["notes"])


@pytest.mark.parametrize(
    ("name", "buffers", "native"),
    [
        ("small-i-node22-1", 18846, 9337),
        ("small-a-node12-1", 17950, 4741),
        ("small-i-node16-1", 18654, 5311),
    ],
)
def test_an_idle_node_has_little(name: str, buffers: int, native: int, cli: Cli) -> None:
    totals = json.loads(cli("heap", "external", SNAPSHOTS / f"{name}.heapsnapshot.xz", "--json").out)[
        "totals"
    ]
    assert (totals["array_buffers_bytes"], totals["other_native_bytes"], totals["engine_bytes"]) == (
        buffers,
        native,
        0,
    )


def test_internal_objects_of_newer_engines_stay_apart(cli: Cli) -> None:
    document = json.loads(
        cli(
            "heap", "external", SNAPSHOTS / "chromium-detached-1.heapsnapshot.xz", "--json", "--top", "0"
        ).out
    )
    assert document["totals"]["engine_bytes"] > 0
    assert not any(
        row["class"].startswith("system / ") for row in document["rows"] if row["kind"] == "native"
    )


def test_bun_has_the_bytes_in_the_objects(cli: Cli) -> None:
    document = json.loads(cli("heap", "external", SNAPSHOTS / "bun-g-1.heapsnapshot.xz", "--json").out)
    first = document["rows"][0]
    assert (first["holder"], first["count"], first["bytes"]) == ("FrameStore.frames[]", 50, 50 * 65584)
    assert document["totals"]["in_objects"]
    assert "Bun" in document["notes"][0]
