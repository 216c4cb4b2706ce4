"""What makes a finding the same in two runs: its rule, and a name that survives new pids, files and times.

| about | the same if |
|---|---|
| a worker of PM2, or of a log that names it | the worker is |
| a process | its program is; without one any is, those of one file first, then the nearest in size |
| a holder in a heap | `Class.field` is, and what it holds; of objects without a field the class |
| processes of a machine | the program is; orphans are counted by program |
| a case | the rule is; so is what holds for several workers and for one of them |
"""

from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.baselines import KnownFinding
from memdoctor.baselines.names import stable
from memdoctor.findings import Confidence, Finding
from memdoctor.text import file_name

ORPHANS = "orphaned-process"


@dataclass(frozen=True, slots=True)
class Key:
    """The same for the same finding of two runs; `name` may hold stand-ins of a redacted report."""

    rule: str
    figure: str | None
    topic: str
    name: str


def key_of(finding: Finding | KnownFinding, sources: Sequence[str], *, with_topic: bool) -> Key:
    """Return the key of a finding, of this report or of an earlier one."""
    subject = finding.subject if isinstance(finding, Finding) else finding
    owner = subject.worker or (subject.process if subject.kind != "processes" else None) or subject.name
    name = _name(finding.rule, subject.kind, owner, finding.confidence, sources)
    return Key(finding.rule, subject.figure, _topic(finding.topic or "") if with_topic else "", name)


def _name(rule: str, kind: str, owner: str, confidence: str, sources: Sequence[str]) -> str:
    if kind == "case":
        return ""
    if rule == ORPHANS:  # told together; how sure it is depends on what the looks could see
        return confidence if confidence == Confidence.POSSIBLE else "sure"
    if kind == "processes" and owner in sources:
        return file_name(owner)  # a file of a pid
    return stable(owner, () if kind in {"holder", "processes"} else sources)


def _topic(topic: str) -> str:
    return "" if topic.isdigit() else stable(topic)  # the id of an object
