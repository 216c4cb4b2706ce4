"""What a rule may say: findings, each with its evidence; and the report that carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from memdoctor.model import Problem, Source
from memdoctor.overviews import (
    AppOverview,
    Compared,
    EpisodeOverview,
    EventOverview,
    FamilyOverview,
    Growth,
    HeapInside,
    HeapOverview,
    LevelsOverview,
    LogOverview,
    Moment,
    NestedGrowth,
    WatchedOverview,
    heaps_alone,
    heaps_judged,
)


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
    """One number and where it comes from: a place in an input, or a formula over such numbers.

    `label` names it. `value` is the number, or a word; None is unknown. `unit` is bytes, seconds, share,
    ratio, bytes/s, MiB/h, or what is counted. `pointer` is where it was read, such as
    `dump.json#/memoryUsage/rss`; of a derived number `formula` says how it was made.
    """

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
    """A rule's name card: `name` and `family`, `severity` of its findings, `summary` in a line.

    Names never change meaning. `explains` names rules that state the same fact: where both speak of one
    subject, the other's finding is folded into this one's. `documentation` is of a caller's own rule.
    """

    name: str
    family: str
    severity: Severity
    summary: str
    explains: tuple[str, ...] = ()
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a sample, one of its numbers, a process, or the whole case."""

    kind: str  # sample, figure, process, processes, worker, snapshot, holder, case
    name: str  # of a holder: Class.field
    source: str | None = None  # none for what is not in one source
    process: str | None = None  # the engine fills it in where it is a sample's
    figure: str | None = None  # for kind figure: its key in `SampleOverview.figures`, or runtime
    worker: str | None = None  # whose process it is, the same over all its restarts
    pid: int | None = None  # of the one process of a machine that it is about


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement, how sure, from which numbers, and what to do.

    - `rule`, `family`, `severity`, `confidence`: what says it, how bad that is, how sure
    - `subject`: what it is about. `message`: the statement; `note`: the same in a few words, to stand
      beside a number. `evidence`: the numbers it stands on. `why` it matters, `help`: what to do
    - `impact`: bytes, None where not known. `topic` tells findings of one rule on one subject apart
    - `samples`: in how many samples of the process it holds; this is the worst of them
    - `explains`: rules that state the same fact; `folded`: another finding explains this one
    - `change`: against a baseline: new or worse, else None
    """

    rule: str
    family: str
    severity: Severity
    confidence: Confidence
    subject: Subject
    message: str
    note: str
    evidence: tuple[Evidence, ...]
    why: str
    help: str
    impact: int | None = None
    topic: str = ""
    explains: tuple[str, ...] = ()
    samples: int = 1
    folded: bool = False
    change: str | None = None

    @property
    def statement(self) -> str:
        """The message, with the worker before it where there is one."""
        worker = self.subject.worker
        return self.message if worker is None else f"{worker}: {self.message}"


def worst_first(finding: Finding) -> tuple[int, int]:
    """Return what findings are sorted by: the most severe first, of these those about most bytes."""
    return finding.severity.rank, -(finding.impact or 0)


def whom(finding: Finding) -> str:
    """Return whom a finding is about: its process, its subject where that is none.

    A holder is in one heap, processes are of one machine: the same name in another means another one.
    """
    subject = finding.subject
    if subject.kind == "holder":
        return f"{subject.source}#{subject.name}"
    if subject.kind == "processes":
        return f"{subject.source}#{subject.process or subject.name}"
    return subject.process or subject.name


@dataclass(frozen=True, slots=True)
class SampleOverview:
    """One sample's numbers by their JSON name, reported and derived, in the order of the report."""

    source: str
    place: str
    process: str
    worker: str | None
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
    system: tuple[Evidence, ...] = ()  # what it was taken on: versions, platform


@dataclass(frozen=True, slots=True)
class HeapGrowth:
    """One thing that grows between snapshots, with who holds it.

    `holder` is `Class.field`, a variable, or a class where `kind` is class. `counts` and `retained` have a
    number for each snapshot, in time order, None where it cannot be told; counts are of entries, or of the
    objects of class `entry` in the whole heap where `counted` says so. Sizes are bytes, rates per second.
    """

    holder: str
    kind: str  # collection, listeners, detached-dom, closures, buffers, strings, handles, object, class
    collection: str | None  # Map, Set, Array …: what the entries are in
    collections: int
    entry: str
    counted: str  # entries, objects
    counts: tuple[int | None, ...]
    retained: tuple[int | None, ...]
    growth_bytes: int
    share: float  # of all growth
    entry_bytes: int | None  # retained by one, on average
    entry_bytes_p95: int | None
    verdict: str
    monotonicity: float
    confidence: Confidence
    counts_per_second: float | None
    bytes_per_second: float | None
    path: str
    holder_id: int | None
    entry_id: int
    function: str | None = None  # the function that is called, with its place
    nested: tuple[NestedGrowth, ...] = ()
    held_by: tuple[str, ...] = ()  # what may hold it, where the file has no edge to it
    also: tuple[str, ...] = ()  # where the same objects are, too, or as many in another field of one object

    @property
    def rises(self) -> bool:
        """Whether there is anything to tell: not of what has stopped growing."""
        return self.verdict not in ("plateau", "steady")

    @property
    def is_counted(self) -> bool:
        """Whether growth shows in the numbers of entries."""
        return (self.added or 0) > 0

    @property
    def added(self) -> int | None:
        """How many more there are in the last snapshot than in the first."""
        first, last = self.counts[0], self.counts[-1]
        return None if first is None or last is None else last - first


@dataclass(frozen=True, slots=True)
class HeapSeriesOverview:
    """Several snapshots as one series: their order and what told it, and what grows between them.

    `times` are seconds since the first; `span_seconds` is None where they carry no rate. `by` is what
    objects were compared by: ids, names, or nothing where they are of several processes.
    """

    sources: tuple[str, ...]
    order_by: str  # ids, time, names, size
    times: tuple[float, ...] | None
    time_from: str | None
    span_seconds: float | None
    by: str
    common_ids: int
    kept_ids: int
    totals: tuple[int, ...]
    growth: tuple[HeapGrowth, ...]
    bookkeeping_bytes: int = 0  # growth of what remembers objects without keeping them
    doubt: str | None = None

    @property
    def total_growth(self) -> int:
        """By how many bytes the heap has grown from the first to the last snapshot."""
        return self.totals[-1] - self.totals[0]


@dataclass(frozen=True, slots=True)
class ProcessOverview:
    """One process: what it is, what it costs, and what is wrong with it.

    `kind` is orphan, orphan-descendant, leaked-child, duplicate, zombie, respawn-loop, or None. `command`
    is its command line, shortened, with secrets masked. `depth` is how deep it stands in a tree that is
    shown.
    """

    source: str
    place: str
    pid: int
    ppid: int | None
    started_at: datetime | None
    user: str | None
    state: str | None
    program: str
    family: str | None
    command: str | None
    kind: str | None
    confidence: Confidence | None
    reasons: tuple[str, ...]
    rss: int | None
    pss: int | None
    uss: int | None
    swap: int | None
    threads: int | None
    cpu_share: float | None  # of one core
    cpu_is_recent: bool  # measured or reported for now, else an average since the start
    age: float | None
    unseen: tuple[str, ...] = ()
    is_kernel: bool = False
    worker: str | None = None  # that PM2 runs in it
    depth: int = 0

    @property
    def memory(self) -> int | None:
        """PSS, or RSS where that is not known."""
        return self.rss if self.pss is None else self.pss


@dataclass(frozen=True, slots=True)
class ProcessesOverview:
    """The processes of one machine. `listing` is what is shown: families or processes.

    `counts` are numbers of processes by kind, orphans by how sure that is.
    """

    source: str
    title: str
    live: bool
    at: datetime | None
    time_from: str | None
    looks: int
    span_seconds: float | None
    memory_total: int | None
    memory_available: int | None
    swap_total: int | None
    swap_used: int | None
    processes: tuple[ProcessOverview, ...]
    families: tuple[FamilyOverview, ...]
    counts: Mapping[str, Any]
    listing: str = "families"
    most: int | None = None  # rows that are shown: None as many as fit, 0 all


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of a case before any opinion, in time order.

    `unexplained` are workers whose ends no error explains, `without_error_log` those whose errors no log
    of the case would hold.
    """

    samples: tuple[SampleOverview, ...] = ()
    heaps: tuple[HeapOverview, ...] = ()
    growth: tuple[Growth, ...] = ()
    heap_series: HeapSeriesOverview | None = None
    inside: HeapInside | None = None  # the last snapshot, where it is to be drawn
    processes: ProcessesOverview | None = None  # of the first machine
    other_machines: tuple[ProcessesOverview, ...] = ()  # the others, where listings are of several
    apps: tuple[AppOverview, ...] = ()
    timeline: tuple[Moment, ...] = ()
    episodes: tuple[EpisodeOverview, ...] = ()
    events: tuple[EventOverview, ...] = ()
    logs: tuple[LogOverview, ...] = ()
    watched: tuple[WatchedOverview, ...] = ()
    levels: tuple[LevelsOverview, ...] = ()
    unexplained: tuple[str, ...] = ()
    without_error_log: tuple[str, ...] = ()

    @property
    def machines(self) -> tuple[ProcessesOverview, ...]:
        """The processes of each machine, each by itself."""
        return (() if self.processes is None else (self.processes,)) + self.other_machines

    @property
    def heaps_alone(self) -> tuple[HeapOverview, ...]:
        """The snapshots that are in no series."""
        return heaps_alone(self.heaps, self._in_series)

    @property
    def heaps_judged(self) -> tuple[HeapOverview, ...]:
        """The snapshots that were judged by what is in them: those in no series, and the last of one."""
        return heaps_judged(self.heaps, self._in_series)

    @property
    def _in_series(self) -> tuple[str, ...]:
        return () if self.heap_series is None else self.heap_series.sources


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer; every format is a function of it.

    - `exit_code`: 0; 1 for a finding of the severity `fail_on` or worse; 2 where an input was not read
    - `answer`: the case in plain words
    - `findings`: by severity, then by impact. `overview`: the numbers before any opinion
    - `sources`: inputs that were read. `problems`: what could not be read or trusted
    - `counts`: findings by severity, before `top` cuts; `leading`: the same without folded ones
    - `silent`: rules that were asked and found nothing, whatever is shown
    - `compared`: the baseline. `removed`: what has stand-ins, by kind; None if it is not redacted
    - `min_severity`: what is milder is not shown; `some_rules`: not all were asked; `own_rules`: yours
    - `tool`: `name` and `version` of memdoctor. `generated_at`: when, in UTC
    """

    tool: Mapping[str, str]
    generated_at: datetime
    sources: tuple[Source, ...]
    overview: Overview
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    answer: str
    exit_code: int
    fail_on: str = "never"
    counts: Mapping[str, int] = field(default_factory=dict)
    leading: Mapping[str, int] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    removed: Mapping[str, int] | None = None
    compared: Compared | None = None
    min_severity: str = "info"
    some_rules: bool = False
    own_rules: tuple[Rule, ...] = ()
