"""Strings by their text, and who holds them."""

import json
from pathlib import Path

import pytest

import memdoctor
from memdoctor.analysis.heap.inside import Inside

from conftest import SNAPSHOTS, Cli
from snapshots import Snapshot

SECRET = "secret of nobody"


def inside(made: Snapshot, folder: Path) -> Inside:
    return Inside(memdoctor.load(made.write(folder / "made.heapsnapshot")))


def text(made: Snapshot, holder: int, content: str, size: int, key: str) -> int:
    node = made.node("string", content, size)
    made.edge(holder, node, key)
    return node


def test_a_group_has_its_most_frequent_holder(tmp_path: Path) -> None:
    made = Snapshot()
    store = made.object("Store", key="store")
    rows = [made.object("Row", holder=store, key=f"r{number}") for number in range(3)]
    for row in rows:
        text(made, row, SECRET, 40, "country")
    text(made, store, SECRET, 40, "last")
    text(made, store, "alone", 24, "name")
    groups = list(inside(made, tmp_path).texts.largest())
    assert [(g.count, g.shallow_bytes, g.wasted_bytes, g.holder, g.held) for g in groups] == [
        (4, 160, 120, "Row.country", 3),
        (1, 24, 0, "Store.name", 1),
    ]
    assert [(g.content, g.kind, g.verified, g.cut_off) for g in groups] == [
        (SECRET, "text", True, False),
        ("alone", "text", True, False),
    ]


def test_equal_beginnings_prove_nothing(tmp_path: Path) -> None:
    made = Snapshot()
    holder = made.object("Store", key="store")
    for number in range(2):
        text(made, holder, "x" * 1024, 5000, f"f{number}")
    found = inside(made, tmp_path)
    (group,) = found.texts.largest()
    assert (group.cut_off, group.verified, group.wasted_bytes) == (True, False, 5000)
    assert found.texts.duplicates == (2, 5000, 0)
    assert not list(found.texts.waste_by_holder(1, verified=True))
    assert [waste.wasted_bytes for waste in found.texts.waste_by_text(1, verified=False)] == [5000]
    assert len(group.content) == 60


def test_sources_are_told_by_their_script(tmp_path: Path) -> None:
    made = Snapshot()
    holder = made.object("Store", key="store")
    for number, name in enumerate(("node:events", "system / Script / file:///srv/a.js")):
        script = made.node("code", name)
        made.edge(holder, script, f"s{number}", "internal")
        made.edge(script, made.node("string", f"code {number}", 900 - number), "source", "internal")
    pattern = made.node("regexp", "a+")
    made.edge(holder, pattern, "pattern")
    made.edge(pattern, made.node("string", "a+", 100), "source", "internal")
    groups = list(inside(made, tmp_path).texts.largest())
    assert [(g.holder, g.kind, g.is_script) for g in groups] == [
        ("node:events", "source", True),
        ("/srv/a.js", "source", True),
        ("Store.pattern", "text", False),
    ]


def test_a_concatenation_is_put_together(tmp_path: Path) -> None:
    made = Snapshot()
    holder = made.object("Store", key="store")
    ropes = []
    for end in ("string", "sliced string"):
        for _ in range(2):
            rope = made.node("concatenated string", "(concatenated string)", 32)
            made.edge(holder, rope, f"f{rope}")
            made.edge(rope, made.node("string", "begin ", 10), "first", "internal")
            made.edge(
                rope,
                made.node(end, "end" if end == "string" else "(sliced string)", 10),
                "second",
                "internal",
            )
            ropes.append(rope)
    groups = {g.content: g for g in inside(made, tmp_path).texts.largest() if g.shallow_bytes == 64}
    assert {content: (g.count, g.verified) for content, g in groups.items()} == {
        "begin end": (2, True),
        "begin (sliced string)": (2, False),
    }


def test_a_concatenation_that_holds_itself_ends(tmp_path: Path) -> None:
    made = Snapshot()
    rope = made.node("concatenated string", "(concatenated string)", 32)
    made.edge(0, rope)
    made.edge(rope, rope, "first", "internal")
    made.edge(rope, made.node("string", "a", 10), "second", "internal")
    assert [group.count for group in inside(made, tmp_path).texts.largest()] == [2]


def test_waste_is_summed_by_holder(tmp_path: Path) -> None:
    made = Snapshot()
    store = made.object("Store", key="store")
    rows = made.object("Array", holder=store, key="rows")
    for number in range(10):
        row = made.object("Row")
        made.edge(rows, row, number, "element")
        made.edges = [edge for edge in made.edges if edge[:1] != (0,) or edge[3] != row]
        text(made, row, f"country {number % 2}", 100, "country")
    found = inside(made, tmp_path)
    (waste,) = found.texts.waste_by_holder(1, verified=True)
    assert (waste.holder, waste.within, waste.strings, waste.texts) == (
        "Row.country",
        "Store.rows[]",
        10,
        2,
    )
    assert (waste.shallow_bytes, waste.wasted_bytes) == (1000, 800)
    assert [w.wasted_bytes for w in found.texts.waste_by_text(1, verified=True)] == [400, 400]
    assert not list(found.texts.waste_by_holder(801, verified=True))


def test_contents_never_leave_unasked(tmp_path: Path, cli: Cli) -> None:
    made = Snapshot()
    holder = made.object("Store", key="store")
    text(made, holder, SECRET, 5000, "a")
    text(made, holder, SECRET, 5000, "b")
    path = made.write(tmp_path / "made.heapsnapshot")
    for format_ in ("terminal", "json", "jsonl", "concise", "markdown"):
        assert SECRET not in cli("heap", "strings", path, "-f", format_).out
        shared = ["--no-redact"] if format_ == "markdown" else []  # what is made to be shared is redacted
        assert SECRET in cli("heap", "strings", path, "-f", format_, "--show-strings", *shared).out
        assert SECRET not in cli("analyze", path, "-f", format_).out


def test_node_has_its_own_sources(cli: Cli) -> None:
    outcome = cli("heap", "strings", SNAPSHOTS / "small-i-node22-1.heapsnapshot.xz", "--json", "--top", "0")
    document = json.loads(outcome.out)
    totals, rows = document["totals"], document["rows"]
    assert (totals["string_count"], totals["strings_bytes"], totals["text_count"]) == (12140, 467904, 11866)
    assert (totals["duplicate_count"], totals["wasted_bytes"]) == (491, 9432)
    assert len(rows) == document["row_count"] == 5000
    assert rows[0]["kind"] == "source"
    assert rows[0]["is_script"]
    own = next(row for row in rows if row["holder"].startswith("node:"))
    assert (own["count"], own["held_count"], own["verified"], own["cut_off"]) == (16, 1, False, True)
    assert [row["shallow_bytes"] for row in rows] == sorted(
        (r["shallow_bytes"] for r in rows), reverse=True
    )


@pytest.mark.parametrize("top", [1, 7])
def test_only_what_is_wanted_is_made(top: int, tmp_path: Path) -> None:
    made = Snapshot()
    holder = made.object("Store", key="store")
    for number in range(9):
        text(made, holder, f"text {number}", 100 + number, f"f{number}")
    found = inside(made, tmp_path).texts
    assert [group.content for group in found.largest(top)] == [f"text {8 - n}" for n in range(top)]
    assert len(found.considered) == 9


def test_bun_has_no_contents(cli: Cli) -> None:
    outcome = cli("heap", "strings", SNAPSHOTS / "bunjsc-a-1.jsc.json.xz", "--json")
    document = json.loads(outcome.out)
    assert document["rows"] == []
    assert document["totals"]["string_count"] == 1678
    assert "no contents" in document["notes"][0]
