"""Watch: look, record, judge by the same analysis as a report does, and stop when it is time."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from memdoctor.analysis.measurements import Measurements
from memdoctor.config import Settings
from memdoctor.engine import findings_of
from memdoctor.errors import CaptureError
from memdoctor.findings import Finding, Overview
from memdoctor.live.sampling.clock import Clock
from memdoctor.live.sampling.recorder import Recorder
from memdoctor.live.sampling.sampler import Sampler
from memdoctor.model import Case, Problem, Sample, Source
from memdoctor.readers.parts.recording import samples_of
from memdoctor.readers.parts.thinning import Thinned

GROWING = "growing"  # what --until takes besides rules
FAMILIES_OF_RECORDINGS = ("growth", "memory")
_SHARE = 0.002  # of one core, for judging
_MOST_SAMPLES = 400  # of one process, while it is watched: the recording has all
_PATIENCE = 10.0  # seconds for something to take the place of what has ended


@dataclass(frozen=True, slots=True)
class Moment:
    """A look: its lines, the CPU of each pid since the last look, and the latest verdict on all so far."""

    lines: Sequence[Mapping[str, Any]]
    cpu_shares: Mapping[int, float]
    judged: Overview
    left: float | None  # seconds


class Watch:
    """Looks at some processes, one after the other, and what they say together."""

    def __init__(
        self,
        sampler: Sampler,
        settings: Settings,
        clock: Clock,
        *,
        source: Source,
        recorder: Recorder | None = None,
        earlier: Sequence[Sample] = (),
    ) -> None:
        # What is shown may be less than what is found.
        self._settings = replace(settings, select=(), ignore=(), min_severity="info")
        self._sampler, self._clock = sampler, clock
        self._source, self._recorder = source, recorder
        self._samples = Thinned(_MOST_SAMPLES)
        for sample in earlier:
            self._samples.add(sample)
        self._problems: dict[Problem, None] = {}
        self._lines_before = 0
        self._used: dict[object, tuple[float, float]] = {}  # uptime and CPU time at the last look
        self._judged, self._findings, self._judge_again = Overview(), tuple[Finding, ...](), 0.0
        self._begin = self._clock.now()
        self.stopped_by: str | None = None  # why it ended before its time
        self.failure: CaptureError | None = None  # why it is not recorded any more

    def run(
        self, interval: float, seconds: float | None, until: str | None, *, is_shown: bool = True
    ) -> Iterator[Moment]:
        """Yield each look, until the time is over, `until` holds, or nobody is there any more.

        `until` is GROWING or the name of a rule; `interval` and `seconds` are times. Nothing is judged
        where neither `until` asks for it, nor is it shown.
        """
        begin = due = self._clock.seconds()
        empty_since: float | None = None
        while True:
            lines = self._look()
            if is_shown or until is not None:
                self._judge(until)
            now = self._clock.seconds()
            left = None if seconds is None else max(begin + seconds - now, 0.0)
            yield Moment(lines, self._cpu_shares(lines), self._judged, left)
            empty_since = None if lines else empty_since if empty_since is not None else now
            self.stopped_by = self._reason_to_stop(
                until, None if empty_since is None else now - empty_since
            )
            if self.failure is not None or self.stopped_by is not None or left == 0.0:
                return
            due = max(due + interval, self._clock.seconds())
            wait = due - self._clock.seconds()
            self._clock.sleep(wait if left is None else min(wait, left))

    def case(self) -> Case:
        """Return what is kept of all looks as a case."""
        thinned = self._samples.problems(self._source.name)
        return Case((self._source,), tuple(self._samples.samples()), problems=(*self.problems, *thinned))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be seen of the processes."""
        hidden = self._sampler.hidden
        if not hidden:
            return tuple(self._problems)
        count = "1 process" if len(hidden) == 1 else f"{len(hidden)} processes"
        message = f"PSS, USS or open files of {count} are not visible"
        return (*self._problems, Problem(self._source.name, message, "run it as root to see them"))

    def _look(self) -> list[dict[str, Any]]:
        lines = self._sampler.look()
        before = self._lines_before
        if self._recorder is not None:
            before = self._recorder.lines
            try:
                self._recorder.write(lines)
            except CaptureError as error:
                self.failure = error
        for number, line in enumerate(lines, start=before + 1):
            place = f"{self._source.name}:{number}" if self._recorder else _place(line)
            for record in samples_of(line, self._source.name, place):
                if isinstance(record, Sample):
                    self._samples.add(record)
                else:  # the same of a process at each look
                    self._problems.setdefault(replace(record, place=f"pid {line['pid']}"))
        self._lines_before = before + len(lines)
        return lines

    def _cpu_shares(self, lines: Sequence[Mapping[str, Any]]) -> dict[int, float]:
        """Return the CPU of each process since its last look, as a share of one core."""
        shares: dict[int, float] = {}
        used: dict[object, tuple[float, float]] = {}
        for line in lines:
            key, uptime, cpu = (line["pid"], line.get("start")), line["uptime"], line.get("cpu")
            if cpu is None:
                continue
            used[key] = uptime, cpu
            before = self._used.get(key)
            if before is not None and uptime > before[0]:
                shares[line["pid"]] = max(cpu - before[1], 0.0) / (uptime - before[0])
        self._used = used
        return shares

    def _judge(self, until: str | None) -> None:
        """Judge the looks so far; not yet again where that would cost too much."""
        started = time.perf_counter()
        if started < self._judge_again:
            return
        measurements = Measurements(self.case(), self._settings.thresholds)
        if until is not None:
            self._findings = tuple(findings_of(measurements, self._settings))
        self._judged = Overview(growth=measurements.growth, watched=measurements.watched)
        ended = time.perf_counter()
        self._judge_again = ended + (ended - started) / _SHARE

    def _reason_to_stop(self, until: str | None, empty: float | None) -> str | None:
        """Return why it is over; `empty` is for how many seconds nobody has been there."""
        now = {one.process for one in self._judged.watched if one.last_at >= self._begin}
        if until is not None and any(_is_meant(one, until, now) for one in self._findings):
            return until
        return "all have ended" if empty is not None and empty >= _PATIENCE else None


def _place(line: Mapping[str, Any]) -> str:
    """Return where a look stands that is not recorded."""
    return f"pid {line['pid']} at {line['at'][11:23]}Z"


def _is_meant(finding: Finding, until: str, processes: Collection[str]) -> bool:
    """Whether a finding about a watched process is what was waited for: of growth more than a hint."""
    if finding.subject.process not in processes:
        return False
    if until == GROWING:
        return finding.rule.startswith("growing-") and finding.severity != "info"
    return finding.rule == until
