"""`many-handles`: what trips it, and what does not."""

from pathlib import Path

import pytest

import memdoctor
from memdoctor.findings import Finding

from conftest import SNAPSHOTS
from programs import Program

RULES = ("listener-pileup", "closure-retention", "many-handles")


def heap_of_timers(count: int) -> Program:
    """Return a heap in which so many timers are held in one place."""
    program = Program()
    made, timer = program.made, program.class_("Timeout", file="node:internal/timers")
    made.object("Rest", 10_000_000)
    array = made.object("Array", holder=made.object("Poller"), key="timers")
    code = program.code("poll")
    for index in range(count):
        node = program.instance(timer, "Timeout", 1000)
        made.edge(array, node, index, "element")
        made.edge(node, program.function("poll", code), "_onTimeout")
    return program


def findings(folder: Path, program: Program) -> list[Finding]:
    """Return what the rule finds in the heap."""
    path = program.made.write(folder / "made.heapsnapshot")
    return list(memdoctor.analyze(path, select=("many-handles",)).findings)


def test_many(tmp_path: Path) -> None:
    [finding] = findings(tmp_path, heap_of_timers(500))
    assert finding.severity == "info"
    assert finding.subject.name == "Poller.timers"
    assert finding.message == "500 Timeout are held; all by Poller.timers; all call poll (bus.js:45)"
    assert finding.impact == 500 * 1064


def test_a_large_part_of_the_heap_is_a_warning(tmp_path: Path) -> None:
    [finding] = findings(tmp_path, heap_of_timers(5000))
    assert finding.severity == "warning"


def test_not_so_many(tmp_path: Path) -> None:
    assert findings(tmp_path, heap_of_timers(499)) == []


def test_nobody_holds_them(tmp_path: Path) -> None:
    program = Program()
    promise = program.class_("Promise")
    for _ in range(600):
        program.instance(promise, "Promise")
    [finding] = findings(tmp_path, program)
    assert finding.message == "600 Promise are held"
    assert finding.subject.name == "Promise"


RUNTIMES = ("idle-*", "small-*", "bun*", "chromium-*")


@pytest.mark.parametrize(
    "path", [path for name in RUNTIMES for path in sorted(SNAPSHOTS.glob(f"{name}.xz"))]
)
def test_nothing_is_found_in_what_a_runtime_has_of_its_own(path: Path) -> None:
    assert memdoctor.analyze(path, select=RULES).findings == ()
