"""84 labelled processes of one machine: what is found of them, from live evidence and from listings."""

import json
from collections import Counter

import pytest

from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.processes.orphans import CERTAIN, LIKELY
from memdoctor.findings import Confidence
from memdoctor.readers.case import read_case

from conftest import FIXTURES

PS = FIXTURES / "ps"
TRUTH = {row["pid"]: row for row in json.loads((PS / "truth.json").read_text())}
ORPHANS = {pid for pid, row in TRUTH.items() if row["verdict"] in ("orphan", "orphan-descendant")}
WITH_PARENTS = ["ps_ef", "ps_axjf", "ps_axo_full", "ps_eo_command", "ps_lstart_C", "busybox_ps_o"]


def _machine(*names: str) -> Machine:
    return Machine(read_case([str(PS / name) for name in names]))


def _found(machine: Machine) -> set[int]:
    """Return the labelled processes that are certain or likely orphans, or were started by one."""
    found: set[int] = set()
    for orphan in machine.orphans:
        if orphan.is_sure:
            found |= {orphan.process.pid, *(one.pid for one in orphan.descendants)}
    return found & set(TRUTH)


def _labels(pids: set[int]) -> list[str]:
    return sorted(TRUTH[pid]["label"] for pid in pids)


def test_there_are_84_labelled_processes() -> None:
    assert (len(TRUTH), len(ORPHANS)) == (84, 16)


def test_live_evidence_finds_all_orphans_and_nothing_else() -> None:
    machine = _machine("evidence.jsonl")
    found = _found(machine)
    assert _labels(found - ORPHANS) == []
    assert _labels(ORPHANS - found) == []
    levels = Counter(orphan.confidence for orphan in machine.orphans)
    # And what they started. Of the likely one the parent lives: a subreaper that is not known as one.
    assert levels == {Confidence.CERTAIN: 12, Confidence.LIKELY: 1}


@pytest.mark.parametrize("name", WITH_PARENTS)
def test_a_listing_finds_most_and_says_likely(name: str) -> None:
    machine = _machine(f"{name}.txt")
    found = _found(machine)
    assert len(found & ORPHANS) / len(found) >= 0.92
    assert len(found & ORPHANS) / len(ORPHANS) >= 0.69
    # What a listing cannot tell apart: a job that nohup keeps.
    assert _labels(found - ORPHANS) == ["nohup_claude_p"]
    assert all(orphan.confidence is not Confidence.CERTAIN for orphan in machine.orphans)
    assert all(orphan.caps for orphan in machine.orphans if orphan.is_sure)


def test_every_orphan_has_reasons_that_add_up() -> None:
    for orphan in _machine("evidence.jsonl").orphans:
        assert orphan.signs
        assert orphan.points == sum(sign.points for sign in orphan.signs)
        assert orphan.points >= (CERTAIN if orphan.confidence is Confidence.CERTAIN else LIKELY)


@pytest.mark.parametrize("name", ["evidence.jsonl", "ps_axo_full.txt", "ps_ef.txt"])
def test_the_other_kinds(name: str) -> None:
    machine = _machine(name)
    kinds = {pid: verdict.kind for pid, verdict in machine.verdicts.items()}
    labelled = {
        kind: {pid for pid, row in TRUTH.items() if row["verdict"] == kind and pid in machine.tree.by_pid}
        for kind in ("leaked-child", "duplicate", "zombie")
    }
    for kind, pids in labelled.items():
        assert {pid for pid, found in kinds.items() if found == kind} == pids, kind


def test_a_parent_with_children_is_not_among_its_duplicates() -> None:
    [group] = _machine("evidence.jsonl").duplicates
    assert group.keeper is not None
    assert TRUTH[group.keeper.pid]["label"] == "daemon_with_leaked_children"


def test_ports_of_unrelated_processes_and_no_other() -> None:
    conflicts = _machine("ps_axo_full.txt", "ss_ltnp.txt").conflicts
    assert {conflict.port for conflict in conflicts} == {37790, 38010}


def test_loops_are_told_from_twenty_looks() -> None:
    machine = _machine("respawn")
    found = {
        (machine.program(loop.parent).name if loop.parent else None, loop.program.name)
        for loop in machine.loops
    }
    assert found == {("respawn.js", "node"), ("reaploop.sh", "node")}


def test_two_listings_of_one_moment_complete_each_other() -> None:
    both = _machine("ps_aux.txt", "ps_ef.txt")
    # ps aux has the memory and ps -ef the parents.
    worker = both.tree.by_pid[32512]
    assert (worker.ppid, worker.rss) == (1, _machine("ps_aux.txt").tree.by_pid[32512].rss)
    assert len(_found(both) & ORPHANS) == 12
