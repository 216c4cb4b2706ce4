"""`listener-pileup`: what trips it, and what does not."""

from pathlib import Path

import pytest

import memdoctor
from memdoctor.findings import Finding

from programs import Program


@pytest.fixture
def program() -> Program:
    """Return a heap without emitters."""
    return Program()


def findings(folder: Path, program: Program) -> list[Finding]:
    """Return what the rule finds in the heap."""
    path = program.made.write(folder / "made.heapsnapshot")
    return list(memdoctor.analyze(path, select=("listener-pileup",)).findings)


def piled_up(program: Program, count: int, size: int = 100, *, limit: bool = False) -> None:
    """Add an emitter with so many listeners of one function."""
    _, events = program.emitter("MessageBus", limit=limit)
    code = program.code("onMessage")
    functions = [program.function("onMessage", code, scope=program.scope(size)) for _ in range(count)]
    program.listen(events, "message", functions)


def test_over_the_limit(tmp_path: Path, program: Program) -> None:
    piled_up(program, 200, 4000)
    program.made.object("Rest", 10_000_000)
    [finding] = findings(tmp_path, program)
    assert finding.severity == "info"
    assert finding.subject.name == "MessageBus._events.message"
    assert finding.message == (
        "200 listeners are on MessageBus._events.message, above the limit of 10; all of them onMessage "
        "(bus.js:45)"
    )
    assert finding.impact == 200 * (64 + 32 + 4000)
    numbers = {item.label: item.value for item in finding.evidence}
    assert numbers["listeners"] == numbers["of one function"] == 200
    assert numbers["limit"] == 10
    assert numbers["captured by each"] == 4096
    assert "no error" in finding.why


def test_a_large_part_of_the_heap_is_a_warning(tmp_path: Path, program: Program) -> None:
    piled_up(program, 200, 4000)
    [finding] = findings(tmp_path, program)
    assert finding.severity == "warning"


@pytest.mark.parametrize(("count", "found"), [(10, 0), (11, 1)])
def test_the_default_limit(tmp_path: Path, program: Program, count: int, found: int) -> None:
    piled_up(program, count)
    assert len(findings(tmp_path, program)) == found


@pytest.mark.parametrize(("count", "found"), [(99, 0), (100, 1)])
def test_a_limit_that_is_not_in_the_file(tmp_path: Path, program: Program, count: int, found: int) -> None:
    program.emitter()  # an emitter that shows how one without a limit is written
    piled_up(program, count, limit=True)
    told = findings(tmp_path, program)
    assert len(told) == found
    assert all("limit of" not in finding.message for finding in told)


def test_many_functions_on_an_emitter_without_a_known_limit(tmp_path: Path, program: Program) -> None:
    program.emitter()
    _, events = program.emitter("Hub", limit=True)
    functions = [program.function(f"on{index}", program.code(f"on{index}")) for index in range(150)]
    program.listen(events, "data", functions)
    assert findings(tmp_path, program) == []


def test_one_listener_on_each_of_many_emitters(tmp_path: Path, program: Program) -> None:
    code = program.code("onEnd")
    for _ in range(300):
        _, events = program.emitter("Socket")
        program.listen(events, "end", [program.function("onEnd", code)])
    assert findings(tmp_path, program) == []


def test_emitters_of_one_class_are_one_finding(tmp_path: Path, program: Program) -> None:
    for count in (20, 30, 12):
        piled_up(program, count)
    [finding] = findings(tmp_path, program)
    assert finding.message.startswith(
        "30 listeners are on MessageBus._events.message, above the limit of 10"
    )
    assert finding.message.endswith("; 2 more such emitters")
    assert finding.impact == 62 * (64 + 32 + 100)
    assert finding.samples == 1
