"""An earlier report, as far as a later one is compared with it. Nothing in it is trusted, only compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number of an earlier report, and where it stands there. `reported`: not derived from others."""

    label: str
    value: float
    unit: str
    place: str
    reported: bool = True


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding of an earlier report."""

    rule: str
    severity: str
    confidence: str
    kind: str
    name: str
    source: str | None
    process: str | None
    worker: str | None
    figure: str | None
    topic: str | None  # None in a report that does not tell it
    impact: KnownNumber | None
    numbers: tuple[KnownNumber, ...]


@dataclass(frozen=True, slots=True)
class KnownSample:
    """A sample of an earlier report, by its JSON names."""

    process: str
    worker: str | None
    source: str
    figures: Mapping[str, KnownNumber]


@dataclass(frozen=True, slots=True)
class KnownLevel:
    """One figure of a process over so many looks of an earlier report."""

    looks: int
    median: KnownNumber
    high: KnownNumber
    end: KnownNumber


@dataclass(frozen=True, slots=True)
class KnownSampled:
    """A sampled process of an earlier report: those of its samples that it shows, and its levels."""

    process: str
    worker: str | None
    source: str
    samples: tuple[KnownSample, ...]
    levels: Mapping[str, KnownLevel]


@dataclass(frozen=True, slots=True)
class KnownGrowth:
    """What an earlier report says of one metric of one process."""

    process: str
    metric: str
    high: float | None


@dataclass(frozen=True, slots=True)
class KnownProcess:
    """A process of a machine in an earlier report."""

    program: str
    kind: str | None
    confidence: str | None
    memory: float | None
    is_kernel: bool
    place: str


@dataclass(frozen=True, slots=True)
class KnownEpisode:
    """A crash loop in an earlier report: whose, and when it began."""

    worker: str
    first_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class KnownHeap:
    """All bytes of a snapshot in an earlier report, and whether it was judged by what is in it."""

    source: str
    total: KnownNumber
    judged: bool  # of a series only the last is


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier report. `at` is when it was made, None where it does not tell."""

    name: str
    at: datetime | None
    sources: tuple[str, ...] = ()
    findings: tuple[KnownFinding, ...] = ()
    samples: tuple[KnownSample, ...] = ()
    sampled: tuple[KnownSampled, ...] = ()
    growth: tuple[KnownGrowth, ...] = ()
    processes: tuple[KnownProcess, ...] = ()
    heaps: tuple[KnownHeap, ...] = ()
    episodes: tuple[KnownEpisode, ...] = ()
    left_out: int = 0  # findings that it counts and does not show
    has_levels: bool = True  # of all samples; an older one tells none
    cut: frozenset[str] = frozenset()  # tables that it does not show as a whole
    machines: int = 1  # of which it lists processes

    @property
    def title(self) -> str:
        """What it is called in a sentence: its day, or its file."""
        return self.name if self.at is None else f"{self.at:%Y-%m-%d}"
