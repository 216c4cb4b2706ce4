"""Handles by class: what counts as one, and who holds them."""

import json
from pathlib import Path

import pytest

import memdoctor
from memdoctor.analysis.heap.handles.handle_kinds import CLASSES, KIND_OF
from memdoctor.analysis.heap.handles.handles import Handle
from memdoctor.analysis.heap.inside import Inside

from conftest import SNAPSHOTS, Cli
from programs import Program
from snapshots import Snapshot


@pytest.fixture
def program() -> Program:
    """Return a heap without handles."""
    return Program()


def rows(inside: Inside) -> dict[str, Handle]:
    """Return the handles by their class."""
    return {row.name: row for row in inside.handles.rows}


def holder(inside: Inside, row: Handle) -> tuple[str | None, int]:
    """Return the owner of most of the handles, and how many those are."""
    return (None if row.held_node is None else inside.owners.name(row.held_node)), row.held


def test_prototypes_are_no_handles(tmp_path: Path, program: Program) -> None:
    program.class_("Promise")
    timer = program.class_("Timeout", file="node:internal/timers")
    program.made.edge(0, program.instance(timer, "Timeout"), "one")
    assert {name: row.count for name, row in rows(program.inside(tmp_path)).items()} == {"Timeout": 1}


def test_what_extends_a_handle_counts_as_one(tmp_path: Path, program: Program) -> None:
    socket = program.class_("Socket", file="node:net")
    own = program.class_("Connection", extends=socket, file="/srv/app/connection.js")
    more = program.class_("Client", extends=own, file="/srv/app/client.js")
    for index, prototype in enumerate((socket, own, more)):
        program.made.edge(0, program.instance(prototype, "whatever"), f"of{index}")
    row = rows(program.inside(tmp_path))["Socket"]
    assert (row.count, row.kind, row.shallow_bytes) == (3, "socket", 300)


def test_the_nearest_class_counts(tmp_path: Path, program: Program) -> None:
    duplex = program.class_("Duplex", file="node:internal/streams/duplex")
    socket = program.class_("Socket", extends=duplex, file="node:net")
    program.made.edge(0, program.instance(socket, "Socket"), "one")
    assert set(rows(program.inside(tmp_path))) == {"Socket"}


@pytest.mark.parametrize(
    ("file", "count"),
    [("node:net", 1), ("net.js", 1), ("ext:deno_node/net.ts", 1), ("/srv/app/server.js", 0)],
)
def test_a_class_of_the_program_is_not_one_of_the_runtime(
    tmp_path: Path, program: Program, file: str, count: int
) -> None:
    server = program.class_("Server", file=file)
    program.made.edge(0, program.instance(server, "Server"), "one")
    assert len(rows(program.inside(tmp_path))) == count


def test_the_object_says_nothing_its_prototype_does(tmp_path: Path, program: Program) -> None:
    target = program.class_("EventTarget", file="node:internal/event_target")
    signal = program.class_("AbortSignal", extends=target, file="node:internal/abort_controller")
    program.made.edge(0, program.instance(signal, "EventTarget"), "signal")
    assert set(rows(program.inside(tmp_path))) == {"AbortSignal"}


def test_a_file_without_prototypes_of_objects_goes_by_names(tmp_path: Path) -> None:
    made = Snapshot()
    constructor = made.node("closure", "Promise")
    made.edge(0, constructor, "Promise")
    made.edge(constructor, made.node("object", "Promise"), "prototype")
    for index, kind in enumerate(("object", "native", "string", "closure")):
        made.edge(0, made.node(kind, "Timeout", 50), f"of{index}")
    inside = Inside(memdoctor.load(str(made.write(tmp_path / "made.heapsnapshot"))))
    assert {name: row.count for name, row in rows(inside).items()} == {"Timeout": 2}


def test_the_holder_is_the_field_that_holds_most(tmp_path: Path, program: Program) -> None:
    made, promise = program.made, program.class_("Promise")
    runner = made.object("JobRunner")
    for field, count in (("inflight", 5), ("done", 3)):
        holder_of = made.object("Set", holder=runner, key=field)
        table = made.node("array", "", 100)
        made.edge(holder_of, table, "table", "internal")
        for index in range(count):
            made.edge(table, program.instance(promise, "Promise"), str(index), "internal")
    inside = program.inside(tmp_path)
    row = rows(inside)["Promise"]
    assert row.count == 8
    assert holder(inside, row) == ("JobRunner.inflight[]", 5)


def test_a_chain_of_timers_hangs_on_what_holds_its_ends(tmp_path: Path, program: Program) -> None:
    made, timer = program.made, program.class_("Timeout", file="node:internal/timers")
    timers_list = made.object("TimersList")
    poll, other = program.code("poll"), program.code("other")
    timers = [program.instance(timer, "Timeout") for _ in range(9)]
    for index, node in enumerate(timers):
        code = other if index == 4 else poll
        made.edge(node, program.function("other" if index == 4 else "poll", code), "_onTimeout")
    for one, two in zip([timers_list, *timers], [*timers, timers_list], strict=True):
        made.edge(one, two, "_idleNext")
        made.edge(two, one, "_idlePrev")
    inside = program.inside(tmp_path)
    row = rows(inside)["Timeout"]
    name, held = holder(inside, row)
    assert held == row.count == 9
    assert name is not None
    assert name.startswith("TimersList._idle")
    assert row.function is not None
    assert (inside.functions.name(row.function), row.calls) == ("poll", 8)


def test_a_ring_of_handles_ends(tmp_path: Path, program: Program) -> None:
    promise = program.class_("Promise")
    one, two = program.instance(promise, "Promise"), program.instance(promise, "Promise")
    program.made.edge(one, two, "next")
    program.made.edge(two, one, "next")
    assert rows(program.inside(tmp_path))["Promise"].count == 2


def test_one_inside_another_is_retained_once(tmp_path: Path, program: Program) -> None:
    promise = program.class_("Promise")
    outer, inner = program.instance(promise, "Promise"), program.instance(promise, "Promise")
    program.made.edge(0, outer, "outer")
    program.made.edge(outer, inner, "inner")
    assert rows(program.inside(tmp_path))["Promise"].retained_bytes == 200


def test_each_class_has_a_kind() -> None:
    assert set(CLASSES) == set(KIND_OF)
    assert len(CLASSES) < 255  # they are numbered in a byte


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("small-a-node12-1", {"Promise": 1}),
        ("small-i-node22-1", {"FinalizationRegistry": 1, "Promise": 1}),
        ("bun-g-1", {"Promise": 10, "Timeout": 1}),
        ("bunjsc-a-1", {"Promise": 10, "Timeout": 1}),
        ("chromium-detached-1", {}),
    ],
)
def test_an_idle_process_has_few(name: str, counts: dict[str, int]) -> None:
    [path] = SNAPSHOTS.glob(f"{name}.*")
    inside = Inside(memdoctor.load(str(path)))
    assert {name: row.count for name, row in rows(inside).items()} == counts


def test_the_view(tmp_path: Path, program: Program, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    made, timer = program.made, program.class_("Timeout", file="node:internal/timers")
    poller = made.object("Poller")
    code = program.code("poll")
    array = made.object("Array", holder=poller, key="timers")
    for index in range(1200):
        node = program.instance(timer, "Timeout", 1024)
        made.edge(array, node, index, "element")
        made.edge(node, program.function("poll", code), "_onTimeout")
    path = made.write(tmp_path / "made.heapsnapshot")
    [row] = json.loads(cli("heap", "handles", path, "--json").out)["rows"]
    assert (row["holder"], row["held_count"]) == ("Poller.timers[]", 1200)
    assert (row["function"], row["file"], row["line"]) == ("poll", "/srv/app/bus.js", 45)
    assert row["retained_bytes"] == 1200 * (1024 + 64)
    line = cli("heap", "handles", path).out.splitlines()[2]
    assert line.startswith("Timeout  1 200  1.25 MiB  Poller.timers[]    1 200  poll     1 200  bus.js:45")
