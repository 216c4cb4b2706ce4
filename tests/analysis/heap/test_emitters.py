"""Who listens to what, over the limit or not, and what the listeners capture."""

import json
from pathlib import Path

import pytest

import memdoctor
from memdoctor.analysis.heap.events.emitters import Event
from memdoctor.analysis.heap.inside import Inside

from conftest import SNAPSHOTS, Cli
from programs import Program

RUNTIMES = ("idle-*", "small-*", "bun*", "chromium-*")
NODE = "fixtures/snapshots/small-i-node22-1.heapsnapshot.xz"


@pytest.fixture
def program() -> Program:
    """Return a heap without emitters."""
    return Program()


def events_of(folder: Path, program: Program) -> tuple[Event, ...]:
    """Return the events of a heap."""
    return program.inside(folder).emitters.events


def test_what_each_listener_captures(tmp_path: Path, program: Program) -> None:
    emitter, events = program.emitter()
    code = program.code("onMessage")
    functions = [program.function("onMessage", code, scope=program.scope(1000)) for _ in range(12)]
    program.listen(events, "message", functions)
    inside = program.inside(tmp_path)
    [event] = inside.emitters.events
    assert (event.emitter, event.event, event.listeners, event.same) == (emitter, "message", 12, 12)
    assert (event.limit, event.limit_is, event.over_limit) == (10, "default", True)
    assert event.captured_bytes == 12 * (64 + 32 + 1000)
    assert inside.functions.name(event.function) == "onMessage"
    assert str(inside.functions.place(event.function)) == "/srv/app/bus.js:45"


def test_ten_listeners_are_not_over_the_limit(tmp_path: Path, program: Program) -> None:
    _, events = program.emitter()
    code = program.code("on")
    program.listen(events, "data", [program.function("on", code) for _ in range(10)])
    assert not events_of(tmp_path, program)[0].over_limit


def test_a_scope_that_others_see_too_is_not_captured(tmp_path: Path, program: Program) -> None:
    _, events = program.emitter()
    scope = program.scope(5000)
    program.listen(events, "data", [program.function("on", program.code("on"), scope=scope)])
    other = program.function("other", program.code("other"), scope=scope)
    program.made.edge(0, other, "other")
    [event] = events_of(tmp_path, program)
    assert event.captured_bytes == 64


def test_a_scope_that_the_listeners_share_is_captured_once(tmp_path: Path, program: Program) -> None:
    _, events = program.emitter()
    scope, code = program.scope(5000), program.code("on")
    program.listen(events, "data", [program.function("on", code, scope=scope) for _ in range(3)])
    [event] = events_of(tmp_path, program)
    assert event.captured_bytes == 3 * 64 + 5032


def test_a_listener_of_two_events_is_captured_by_neither(tmp_path: Path, program: Program) -> None:
    _, events = program.emitter()
    function = program.function("on", program.code("on"))
    for name in ("data", "end"):
        program.listen(events, name, [function])
    assert [event.captured_bytes for event in events_of(tmp_path, program)] == [0, 0]


def test_a_limit_that_was_set_is_not_in_older_files(tmp_path: Path, program: Program) -> None:
    code = program.code("on")
    for limited in (True, False):
        _, events = program.emitter("Raised" if limited else "Usual", limit=limited)
        program.listen(events, "data", [program.function("on", code) for _ in range(20)])
    usual, raised = events_of(tmp_path, program)
    assert (usual.limit, usual.limit_is) == (10, "default")
    assert (raised.limit, raised.limit_is, raised.over_limit) == (None, "unknown", False)


@pytest.mark.parametrize(
    ("value", "limit", "limit_is"),
    [
        ("50", 50, "set"),
        ("0", None, "none"),
        ("Infinity", None, "none"),
        ("2.5", 2, "set"),
        ("x", None, "unknown"),
    ],
)
def test_a_limit_that_the_file_tells(
    tmp_path: Path, program: Program, value: str, limit: int | None, limit_is: str
) -> None:
    emitter, events = program.emitter(limit=True)
    number = program.made.node("number", "smi number", 0)
    program.made.edge(emitter, number, "_maxListeners")
    program.made.edge(number, program.made.node("string", value, 0), "value", "internal")
    program.listen(events, "data", [program.function("on", program.code("on"))])
    [event] = events_of(tmp_path, program)
    assert (event.limit, event.limit_is) == (limit, limit_is)


def test_once_counts_by_the_function_inside(tmp_path: Path, program: Program) -> None:
    _, events = program.emitter()
    once, code = program.code("onceWrapper"), program.code("onTick")
    wrappers = []
    for _ in range(3):
        wrapper = program.function("native_bind", once)
        program.made.edge(wrapper, program.function("onTick", code, scope=program.scope(100)), "listener")
        wrappers.append(wrapper)
    program.listen(events, "tick", wrappers)
    inside = program.inside(tmp_path)
    [event] = inside.emitters.events
    assert inside.functions.name(event.function) == "onTick"
    assert (event.listeners, event.same) == (3, 3)
    assert event.captured_bytes == 3 * (2 * 64 + 132)


def test_objects_around_a_function_have_no_limit(tmp_path: Path, program: Program) -> None:
    _, events = program.emitter()
    array = program.made.object("Array", holder=events, key="data")
    code = program.code("on")
    for index in range(11):
        entry = program.made.node("object", "EE")
        program.made.edge(array, entry, index, "element")
        program.made.edge(entry, program.function("on", code), "fn")
    [event] = events_of(tmp_path, program)
    assert (event.listeners, event.limit, event.limit_is) == (11, None, "none")


def test_few_listeners_of_many_emitters_are_one_row(tmp_path: Path, program: Program) -> None:
    code = program.code("onEnd")
    for _ in range(40):
        _, events = program.emitter("Socket")
        program.listen(events, "end", [program.function("onEnd", code) for _ in range(2)])
    [event] = events_of(tmp_path, program)
    assert (event.emitters, event.listeners, event.most, event.over_limit) == (40, 80, 2, False)


def test_an_event_may_be_a_number(tmp_path: Path, program: Program) -> None:
    _, events = program.emitter()
    program.made.edge(events, program.function("on", program.code("on")), 7, "element")
    assert events_of(tmp_path, program)[0].event == "7"


def test_event_targets(tmp_path: Path, program: Program) -> None:
    made = program.made
    target = made.object("EventTarget")
    table = made.node("array", "", 100)
    made.edge(made.object("Map", holder=target, key="<symbol kEvents>"), table, "table", "internal")
    made.edge(table, made.node("string", "abort"), "5", "internal")
    before = made.node("object", "Object")
    made.edge(table, before, "6", "internal")
    code = program.code("onAbort")
    for _ in range(4):
        listener = made.node("object", "Listener")
        made.edge(before, listener, "next")
        made.edge(listener, program.function("onAbort", code), "callback")
        before = listener
    [event] = events_of(tmp_path, program)
    assert (event.emitter, event.event, event.listeners) == (target, "abort", 4)
    assert (event.store, event.limit_is) == ("", "unknown")
    assert event.captured_bytes == 4 * (16 + 64)


def test_listeners_of_elements_go_by_function_and_tag(tmp_path: Path, program: Program) -> None:
    made, code = program.made, program.code("onClick")
    for index in range(6):
        part = made.object("Object")
        for name in ("<div class>" if index else "<p>", "blink::EventTargetData", "V8EventListener"):
            inner = made.node("native", name)
            made.edge(part, inner, 1, "element")
            part = inner
        made.edge(part, program.function("onClick", code), 1, "element")
    inside = program.inside(tmp_path)
    rows = [
        (inside.owners.node(event.emitter), event.emitters, event.listeners, event.event)
        for event in inside.emitters.events
    ]
    assert rows == [("<div>", 5, 5, None), ("<p>", 1, 1, None)]


def test_the_process_of_node_listens(cli: Cli) -> None:
    document = json.loads(cli("heap", "listeners", NODE, "--json").out)
    rows = {row["event"]: row for row in document["rows"]}
    assert {name: row["listener_count"] for name, row in rows.items()} == {
        "warning": 1,
        "newListener": 2,
        "removeListener": 2,
    }
    assert rows["warning"]["function"] == "onWarning"
    assert rows["warning"]["package"] == "(runtime)"
    assert rows["warning"]["event_path"] == "process._events.warning"
    assert document["totals"] == {"event_count": 3, "listener_count": 5, "over_limit_count": 0}


def test_an_event_fits_a_terminal(
    tmp_path: Path, program: Program, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, events = program.emitter("MessageBus")
    code = program.code("onMessage")
    program.listen(events, "message", [program.function("onMessage", code) for _ in range(2000)])
    path = program.made.write(tmp_path / "made.heapsnapshot")
    [row] = [line for line in cli("heap", "listeners", path).out.splitlines() if "message" in line]
    assert "2 000" in row
    assert "125 KiB" in row
    assert "onMessage bus.js:45" in row


@pytest.mark.parametrize(
    "path", [path for name in RUNTIMES for path in sorted(SNAPSHOTS.glob(f"{name}.xz"))]
)
def test_no_event_of_a_runtime_is_over_its_limit(path: Path) -> None:
    assert Inside(memdoctor.load(str(path))).emitters.over_limit == 0
