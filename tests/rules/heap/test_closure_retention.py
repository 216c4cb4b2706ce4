"""`closure-retention`: what trips it, and what does not."""

from pathlib import Path

import pytest

import memdoctor
from memdoctor.findings import Finding

from programs import Program

CAPTURED = 100_000


@pytest.fixture
def program() -> Program:
    """Return a heap with a large object that no function has to do with."""
    made = Program()
    made.made.object("Rest", 1_000_000)
    return made


def findings(folder: Path, program: Program) -> list[Finding]:
    """Return what the rule finds in the heap."""
    path = program.made.write(folder / "made.heapsnapshot")
    return list(memdoctor.analyze(path, select=("closure-retention",)).findings)


def test_many_scopes(tmp_path: Path, program: Program) -> None:
    holder, code = program.made.object("Cache"), program.code("load")
    array = program.made.object("Array", holder=holder, key="loaders")
    for index in range(10):
        scope = program.scope(CAPTURED // 10)
        program.made.edge(array, program.function("load", code, scope=scope), index, "element")
    [finding] = findings(tmp_path, program)
    assert finding.severity == "info"
    assert finding.subject.name == "Cache.loaders"
    assert finding.message == "the 10 scopes that only load (bus.js:45) see retain 98.0 KiB"
    assert finding.impact == CAPTURED + 10 * 32


def test_one_scope_and_a_large_part(tmp_path: Path, program: Program) -> None:
    scope = program.scope(900_000)
    program.made.edge(0, program.function("load", program.code("load"), scope=scope), "load")
    [finding] = findings(tmp_path, program)
    assert finding.severity == "warning"
    assert finding.message == "the scope that load (bus.js:45) alone sees retains 879 KiB"


def test_suspended_calls(tmp_path: Path, program: Program) -> None:
    made, function = program.made, program.function("run", program.code("run"))
    call = made.object("Generator", key="call")
    made.edge(call, function, "function", "internal")
    made.edge(call, program.scope(CAPTURED), "context", "internal")
    made.edge(call, made.node("array", "", 8), "parameters_and_registers", "internal")
    [finding] = findings(tmp_path, program)
    assert "suspended calls of run" in finding.message


def test_a_small_scope(tmp_path: Path, program: Program) -> None:
    scope = program.scope(40_000)
    program.made.edge(0, program.function("load", program.code("load"), scope=scope), "load")
    assert findings(tmp_path, program) == []


def test_a_scope_of_several_functions(tmp_path: Path, program: Program) -> None:
    scope = program.scope(CAPTURED)
    for name in ("get", "set"):
        program.made.edge(0, program.function(name, program.code(name), scope=scope), name)
    assert findings(tmp_path, program) == []


def test_functions_of_the_runtime(tmp_path: Path, program: Program) -> None:
    made = program.made
    code = made.node("code", "load", 0)
    made.edge(code, made.node("code", "node:internal/modules/cjs/loader", 0), "script", "internal")
    function = made.node("closure", "load", 64)
    made.edge(0, function, "load")
    made.edge(function, code, "shared", "internal")
    made.edge(function, program.scope(CAPTURED), "context", "internal")
    made.locations += [function * len(made.node_fields), 9, 1, 1]
    assert findings(tmp_path, program) == []
