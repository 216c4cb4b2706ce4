"""What a rule may say: findings, each with its evidence; and the report that carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from memdoctor.model import Problem, Source


class Severity(StrEnum):
    """error: it harms now; warning: something is wrong with it; info: about the evidence or a value."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure a finding is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One number and where it comes from: a place in an input, or a formula over such numbers."""

    label: str
    value: float | int | str | None
    unit: str = ""
    pointer: str | None = None
    formula: str | None = None

    @property
    def derived(self) -> bool:
        """Whether the number was computed rather than read."""
        return self.formula is not None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's name card. Names never change meaning and are never used again.

    `explains` names rules that state the same fact from another side: where both speak of one
    subject, the other's finding is folded into this one's.
    """

    name: str
    family: str
    severity: Severity
    summary: str
    explains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a sample, one of its numbers, a process, or the whole case."""

    kind: str  # sample, figure, process, case
    name: str
    source: str | None = None  # none for what is not in one source
    process: str | None = None  # the engine fills it in where it is a sample's
    figure: str | None = None  # for kind figure: its key in `SampleOverview.figures`, or runtime


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement, how sure, from which numbers, and what to do."""

    rule: str
    family: str
    severity: Severity
    confidence: Confidence
    subject: Subject
    message: str
    note: str  # the message in a few words, to stand beside the number or in a fold
    evidence: tuple[Evidence, ...]
    why: str
    help: str
    impact: int | None = None  # bytes
    topic: str = ""  # tells findings of one rule on one subject apart
    explains: tuple[str, ...] = ()
    samples: int = 1  # in how many samples of the process it holds; this is the worst of them
    folded: bool = False  # another finding explains it


def whom(finding: Finding) -> str:
    """Return whom a finding is about: its process, or its subject where that is none."""
    return finding.subject.process or finding.subject.name


@dataclass(frozen=True, slots=True)
class SampleOverview:
    """One sample's numbers by their JSON name, reported and derived, in the order of the report."""

    source: str
    place: str
    process: str
    at: datetime | None
    pid: int | None
    platform: str | None
    writer: str | None
    document: str
    trigger: str | None
    runtime: str | None
    runtime_evidence: tuple[Evidence, ...]
    heap_limit_kind: str | None  # v8, fabricated, machine-memory
    figures: Mapping[str, Evidence]
    object_counts: Mapping[str, int]  # the largest, by type name
    protected_counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Growth:
    """The verdict on one metric of one process over time.

    Slopes are in the metric's unit (bytes, count) per second, `low` and `high` their 90 % interval.
    `points` are (seconds, value), `floors` the lowest of each part of the time where those decided.
    """

    process: str
    metric: str
    unit: str
    verdict: str  # growing, steady, plateau, decelerating, step, shrinking, rising-uncollected, refused
    per_second: float | None
    low: float | None
    high: float | None
    confidence: str | None  # low, medium, high
    samples: int
    span_seconds: float | None
    reason: str
    difference: float
    points: tuple[tuple[float, float], ...]
    floors: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class HeapOverview:
    """One heap snapshot: its numbers by their JSON name, and the largest of its classes by retained size.

    All numbers are derived: sums over the nodes of the file, as DevTools makes them.
    """

    source: str
    figures: Mapping[str, Any]  # with the format: v8, jsc
    classes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of a case before any opinion, in time order."""

    samples: tuple[SampleOverview, ...] = ()
    heaps: tuple[HeapOverview, ...] = ()
    growth: tuple[Growth, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer; every format is a function of it."""

    tool: Mapping[str, str]
    generated_at: datetime
    sources: tuple[Source, ...]
    overview: Overview
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    answer: str
    exit_code: int
    fail_on: str = "never"
    counts: Mapping[str, int] = field(default_factory=dict)  # findings by severity, before --top
    leading: Mapping[str, int] = field(default_factory=dict)  # the same without folded ones
