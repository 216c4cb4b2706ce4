"""What is expected of planted processes, and what the analyses found of them."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from memdoctor.analysis.processes import machine as kinds
from memdoctor.analysis.processes.known import is_service
from memdoctor.analysis.processes.machine import Machine
from memdoctor.config import Settings
from memdoctor.engine import diagnose
from memdoctor.findings import Confidence, Report
from memdoctor.model import Case, Process

from planting import Identity, Plants
from runtimes import NODE

INNOCENT, GONE = "innocent", "gone"
NEVER: frozenset[Confidence] = frozenset()
WEAK = frozenset({Confidence.POSSIBLE})
SURE = frozenset({Confidence.CERTAIN, Confidence.LIKELY})
ANY = frozenset(Confidence)
ALL_VIEWS = ("one look", "window", "in 2 h")


@dataclass(frozen=True)
class Found:
    """What one process was found to be: a kind and how sure, or nothing."""

    kind: str | None = None
    confidence: Confidence | None = None
    reasons: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"{self.kind} {self.confidence or ''}".strip() if self.kind else "-"


@dataclass(frozen=True)
class View:
    """One look at the machine, or one window, judged."""

    name: str
    case: Case

    @cached_property
    def machine(self) -> Machine:
        return Machine(self.case)

    @cached_property
    def report(self) -> Report:
        return diagnose(self.case, Settings())

    def process(self, identity: Identity) -> Process | None:
        pid, start = identity
        found = self.machine.tree.by_pid.get(pid)
        return found if found is not None and found.start_ticks == start else None

    def older(self, name: str, seconds: float) -> "View":
        """Return the same look, as it would be if all processes had stayed as they are for so long."""
        *before, last = self.case.tables
        aged = [one if one.age is None else replace(one, age=one.age + seconds) for one in last.processes]
        return View(name, replace(self.case, tables=(*before, replace(last, processes=tuple(aged)))))


Judge = Callable[[View, Plants, "Row"], Iterator[Found]]


def verdict(view: View, plants: Plants, row: "Row") -> Iterator[Found]:
    """Yield what `memdoctor ps` says of each process of the row."""
    for identity in plants.known[row.role]:
        told = view.machine.verdicts.get(identity[0])
        if view.process(identity) is None:
            yield Found(GONE)
        else:
            yield Found(told.kind, told.confidence, told.reasons) if told else Found()


def blamed_for_zombies(view: View, plants: Plants, row: "Row") -> Iterator[Found]:
    """Yield the zombies of which a parent is said to be the cause."""
    [(pid, _)] = plants.known[row.role]
    said = any(f.rule == "zombies" and f"(pid {pid})" in f.subject.name for f in view.report.findings)
    groups = [one for one in view.machine.zombies if one.parent is not None and one.parent.pid == pid]
    if not said or not groups:
        yield Found()
    for group in groups:
        for _ in group.children:
            yield Found(kinds.ZOMBIE, Confidence.CERTAIN)


def blamed_for_loop(view: View, plants: Plants, row: "Row") -> Iterator[Found]:
    """Yield whether a parent is said to start something again and again."""
    [(pid, _)] = plants.known[row.role]
    levels = [one.confidence for one in view.machine.loops if one.parent_pid == pid]
    yield Found(kinds.RESPAWN, levels[0]) if levels else Found()


def conflict(view: View, plants: Plants, row: "Row") -> Iterator[Found]:
    """Yield whether the processes are in conflict over a port."""
    pids = {pid for pid, _ in plants.known[row.role]}
    if any(view.process(one) is None for one in plants.known[row.role]):
        yield Found(GONE)
    levels = [c.confidence for c in view.machine.conflicts if pids & {one.pid for one in c.listeners}]
    yield Found("port-conflict", levels[0]) if levels else Found()


def stale_executable(view: View, plants: Plants, row: "Row") -> Iterator[Found]:
    """Yield whether a process is said to run what is deleted."""
    for identity in plants.known[row.role]:
        process = view.process(identity)
        said = {f.subject.name: f.confidence for f in view.report.findings if f.rule == "stale-executable"}
        is_told = process is not None and process.exe_deleted and process.exe in said
        yield Found("stale-executable", said[process.exe or ""]) if is_told and process else Found()


def stale_pid_file(view: View, plants: Plants, row: "Row") -> Iterator[Found]:
    """Yield whether a file of the home folder is said to be stale; the row's role is its name."""
    path = str(plants.home / row.role)
    said = [f for f in view.report.findings if f.rule == "stale-pidfile" and f.subject.name == path]
    assert path in {one.place for one in view.case.pid_files}
    yield Found("stale-pidfile", said[0].confidence) if said else Found()


@dataclass(frozen=True)
class Row:
    """A labelled process, or several with one role.

    `levels` are the confidences that are right; of what is innocent those that are forgiven.
    """

    name: str
    plant: Callable[[Plants], None]
    role: str
    expected: str = INNOCENT
    levels: frozenset[Confidence] = NEVER
    needs: tuple[str, ...] = ()
    judge: Judge = verdict
    views: tuple[str, ...] = ALL_VIEWS

    def found(self, view: View, plants: Plants) -> list[Found]:
        """Return what was found of each process."""
        return list(self.judge(view, plants, self))

    def is_right(self, found: list[Found]) -> bool:
        """Whether that is what was expected."""
        return bool(found) and all(self._is_right(one) for one in found)

    def _is_right(self, found: Found) -> bool:
        if self.expected == INNOCENT:
            return found.kind is None or (found.kind != GONE and found.confidence in self.levels)
        return found.kind == self.expected and found.confidence in self.levels

    @property
    def expected_words(self) -> str:
        levels = "any" if self.levels == ANY else "|".join(one for one in Confidence if one in self.levels)
        if self.expected == INNOCENT:
            return f"at most {levels}" if levels else "nothing"
        return f"{self.expected} {levels}"


def words(found: list[Found]) -> str:
    """Return what was found of several processes, equal ones together."""
    texts = [one.words for one in found]
    return ", ".join(f"{texts.count(t)} × {t}" if texts.count(t) > 1 else t for t in dict.fromkeys(texts))


@cache
def missing(need: str) -> str | None:
    """Return why something cannot be had on this machine, None if it can."""
    if need == "node":
        return None if NODE else "no node on this machine"
    if need == "session":
        groups = Path("/proc/self/cgroup")
        lines = groups.read_text(encoding="utf-8").splitlines() if groups.exists() else []
        served = any(is_service(line) for line in lines)
        return "these tests run in a service: what they start counts as its own" if served else None
    if shutil.which(need) is None:
        return f"no {need} on this machine"
    if need == "unshare":
        call = ("unshare", "-pf", "--mount-proc", "true")
        done = subprocess.run(call, check=False, capture_output=True, env=dict(os.environ))
        return None if done.returncode == 0 else "no permission for a namespace of processes"
    return None
