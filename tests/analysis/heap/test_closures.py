"""Functions by their code, and what the scopes that only they see retain."""

import json
from pathlib import Path

import pytest

import memdoctor
from memdoctor.analysis.heap.functions.closures import Closure
from memdoctor.analysis.heap.inside import Inside

from conftest import SNAPSHOTS, Cli
from programs import Program
from snapshots import Snapshot

NODE = "fixtures/snapshots/small-i-node22-1.heapsnapshot.xz"
BUN = "fixtures/snapshots/bun-g-1.heapsnapshot.xz"
JSC = "fixtures/snapshots/bunjsc-a-1.jsc.json.xz"


@pytest.fixture
def program() -> Program:
    """Return a heap without functions."""
    return Program()


def rows(inside: Inside) -> dict[tuple[str | None, bool], Closure]:
    """Return the rows by the name of the function, and whether its calls are suspended."""
    return {(inside.functions.name(row.function), row.suspended): row for row in inside.closures.rows}


def test_each_with_a_scope_of_its_own(tmp_path: Path, program: Program) -> None:
    code = program.code("poll")
    for _ in range(5):
        program.made.edge(0, program.function("poll", code, scope=program.scope(500)), f"of{_}")
    row = rows(program.inside(tmp_path))["poll", False]
    assert (row.count, row.scopes, row.shared_scopes) == (5, 5, 0)
    assert row.scopes_bytes == 5 * 532
    assert row.functions_bytes == row.retained_bytes == 5 * (532 + 64)


def test_one_scope_of_all_is_counted_once(tmp_path: Path, program: Program) -> None:
    code, scope = program.code("poll"), program.scope(500)
    for index in range(5):
        program.made.edge(0, program.function("poll", code, scope=scope), f"of{index}")
    row = rows(program.inside(tmp_path))["poll", False]
    assert (row.scopes, row.scopes_bytes, row.functions_bytes) == (1, 532, 5 * 64)
    assert row.retained_bytes == 532 + 5 * 64


def test_a_scope_inside_another_is_not_counted_twice(tmp_path: Path, program: Program) -> None:
    outer = program.scope(500)
    made, code = program.made, program.code("poll")
    inner = program.function("poll", code, scope=program.scope(100, previous=outer))
    made.edge(0, program.function("poll", code, scope=outer), "first")
    made.edge(outer, inner, "inner", "context")
    row = rows(program.inside(tmp_path))["poll", False]
    assert (row.scopes, row.scopes_bytes) == (2, 532 + 132 + 64)


def test_what_several_functions_see_is_in_no_row(tmp_path: Path, program: Program) -> None:
    scope = program.scope(500)
    for name in ("get", "set"):
        program.made.edge(0, program.function(name, program.code(name), scope=scope), name)
    inside = program.inside(tmp_path)
    for name in ("get", "set"):
        row = rows(inside)[name, False]
        assert (row.scopes, row.shared_scopes, row.retained_bytes) == (0, 1, 64)
    assert (inside.closures.shared_scopes, inside.closures.shared_scopes_bytes) == (1, 532)


def test_a_bound_function_is_the_one_inside(tmp_path: Path, program: Program) -> None:
    inner = program.function("poll", program.code("poll"))
    bound = program.function("native_bind", program.code("native_bind"))
    again = program.function("native_bind", program.code("native_bind"))
    program.made.edge(bound, inner, "bound_function", "internal")
    program.made.edge(again, bound, "bound_function", "internal")
    program.made.edge(0, again, "again")
    inside = program.inside(tmp_path)
    assert {key: row.count for key, row in rows(inside).items()} == {("poll", False): 3}
    assert str(inside.functions.place(again)) == "/srv/app/bus.js:45"


def test_functions_bound_to_each_other_end(tmp_path: Path, program: Program) -> None:
    one, two = (program.function("f", program.code("f")) for _ in range(2))
    program.made.edge(one, two, "bound_function", "internal")
    program.made.edge(two, one, "bound_function", "internal")
    assert sum(row.count for row in program.inside(tmp_path).closures.rows) == 2


def test_suspended_calls_go_by_their_function(tmp_path: Path, program: Program) -> None:
    made, function = program.made, program.function("streamRows", program.code("streamRows"))
    made.edge(0, function, "streamRows")
    for index in range(4):
        call = made.object("Generator", 200, key=f"of{index}")
        made.edge(call, function, "function", "internal")
        made.edge(call, program.scope(1000), "context", "internal")
        made.edge(call, made.node("array", "", 80), "parameters_and_registers", "internal")
    found = rows(program.inside(tmp_path))
    suspended, plain = found["streamRows", True], found["streamRows", False]
    assert (suspended.count, suspended.scopes, suspended.scopes_bytes) == (4, 4, 4 * 1032)
    assert suspended.function == plain.function == function
    assert suspended.retained_bytes == 4 * (200 + 80 + 1032)
    assert (plain.count, plain.scopes) == (1, 0)


def test_without_code_by_name_and_place(tmp_path: Path) -> None:
    made = Snapshot()
    for index, (name, line) in enumerate([("get", 4), ("get", 4), ("get", 9), ("set", 4)]):
        function = made.node("closure", name, 8)
        made.edge(0, function, f"of{index}")
        made.locations += [function * len(made.node_fields), 3, line, 1]
    inside = Inside(memdoctor.load(str(made.write(tmp_path / "made.heapsnapshot"))))
    assert sorted(row.count for row in inside.closures.rows) == [1, 1, 2]


def test_functions_of_bun_go_by_their_executable(tmp_path: Path) -> None:
    made = Snapshot()
    executables = [made.node("code", "FunctionExecutable", 0) for _ in range(2)]
    for index in range(6):
        function = made.node("closure", "poll", 32)
        made.edge(0, function, f"of{index}")
        made.edge(function, executables[index % 2], "", "internal")
        scope = made.node("object", "system / JSLexicalEnvironment", 100)
        made.edge(function, scope, "", "internal")
    inside = Inside(memdoctor.load(str(made.write(tmp_path / "made.heapsnapshot"))))
    assert [(row.count, row.scopes, row.scopes_bytes) for row in inside.closures.rows] == [(3, 3, 300)] * 2


@pytest.mark.parametrize("path", sorted(SNAPSHOTS.glob("*.xz")), ids=lambda path: path.name.split(".")[0])
def test_every_function_is_in_one_row(path: Path) -> None:
    inside = Inside(memdoctor.load(str(path)))
    counted = sum(row.count for row in inside.closures.rows if not row.suspended)
    assert counted == len(inside.functions.nodes)
    assert len(inside.closures.rows) == inside.closures.count
    for row in inside.closures.rows:
        assert row.scopes_bytes <= row.retained_bytes <= inside.total
        assert row.functions_bytes <= row.retained_bytes
        assert (row.scope is None) == (row.scopes == 0)


def test_the_view_tells_where_a_function_is(cli: Cli) -> None:
    document = json.loads(cli("heap", "closures", NODE, "--json", "--top", "1000").out)
    row = next(row for row in document["rows"] if row["function"] == "internalBinding")
    assert row["package"] == "(runtime)"
    assert row["file"] == "node:internal/bootstrap/realm"
    assert row["place"].startswith("realm:")
    assert (row["count"], row["scope_count"]) == (1, 1)
    assert row["scopes_bytes"] < row["retained_bytes"]


@pytest.mark.parametrize("file", [NODE, BUN, JSC])
def test_rows_go_by_what_they_retain(cli: Cli, file: str) -> None:
    sizes = [
        row["retained_bytes"] for row in json.loads(cli("heap", "closures", file, "--json").out)["rows"]
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) > 100
