"""What is said where: paragraphs, folds, and notes beside numbers. The same for terminal and markdown."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from memdoctor.findings import Evidence, Finding, Report, SampleOverview, Severity, whom
from memdoctor.model import RECORDING, TRACE_GC, Problem
from memdoctor.units import count_of, grouped, percent, spoken

# Rows of a sample's numbers: JSON name, label, indent.
_MEMORY_ROWS = (
    ("rss_bytes", "RSS", 0),
    ("peak_rss_bytes", "peak RSS", 0),
    ("swap_bytes", "swap", 0),
    ("external_bytes", "external", 0),
    ("array_buffers_bytes", "arrayBuffers", 1),
    ("other_external_bytes", "other", 1),
    ("js_heap_bytes", "JS heap", 0),
    ("native_bytes", "native rest", 0),
)
# Rows that are shown only for what is to be said about them.
_ANNOTATED_ROWS = (
    ("uptime_seconds", "uptime"),
    ("heap_limit_bytes", "heap limit"),
    ("max_rss_bytes", "maxRSS"),
    ("private_dirty_bytes", "private"),
    ("mimalloc_reserved_bytes", "reserved"),
    ("mimalloc_committed_bytes", "committed"),
    ("reported_rate_mib_per_hour", "rate"),
    ("reported_rate_bytes_per_second", "rate"),
    ("cpu_seconds", "CPU time"),
    ("handles", "handles"),
)


_MOST_NOTES = 2  # that are told without -v
_MOST_WHOLE = 3  # findings on holders of a heap with all that is to say, so that a report fits a screen
RUNTIMES = {"bun": "Bun", "node": "Node"}
MOST_ROWS = 30  # of a table of samples
MOST_OF_ONE, SHOWN_OF_ONE = 10, 4  # of one process; beyond that many, how many are shown


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A finding with the findings that state the same fact from another side.

    A `brief` one is told in its message alone: the first ones of its kind have said the rest.
    """

    finding: Finding
    folded: tuple[Finding, ...]
    brief: bool = False


def paragraphs(report: Report, *, detail: int) -> list[Paragraph]:
    """Return what deserves a paragraph: findings that are not folded, notes only with `detail`."""
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        found[whom(finding), finding.rule].append(finding)
    leading = [finding for finding in report.findings if not finding.folded]
    told = [one for one in leading if detail > 0 or one.severity is not Severity.INFO]
    if not told and report.overview.heap_series is not None:
        # What grew is what was asked, though two snapshots prove nothing.
        told = [one for one in leading if one.rule.startswith("growing-")][:_MOST_NOTES]
    in_heaps = [one for one in told if one.subject.kind == "holder"]
    brief = in_heaps[_MOST_WHOLE:] if detail < 1 else []
    return [
        Paragraph(
            finding,
            tuple(o for rule in finding.explains for o in found[whom(finding), rule]),
            finding in brief,
        )
        for finding in told
    ]


def between(left: int, noun: str) -> str:
    """Return how many of what is shown at its ends are left out between them."""
    return f"{count_of(left, noun)} between {'is' if left == 1 else 'are'} left out"


def dumps(report: Report) -> tuple[SampleOverview, ...]:
    """Return the samples that are shown one by one: those of workers stand in their timelines."""
    apart = {TRACE_GC, RECORDING}
    return tuple(one for one in report.overview.samples if one.worker is None and one.document not in apart)


def message(finding: Finding) -> str:
    """Return what a finding states, of which worker, and in how many samples where it is more than one."""
    return finding.statement + (f" ({grouped(finding.samples)} samples)" if finding.samples > 1 else "")


def notes(report: Report, sample: SampleOverview) -> dict[str, list[str]]:
    """Return what is to be said beside the numbers of a sample, by their JSON name."""
    beside: dict[str, list[str]] = defaultdict(list)
    for finding in report.findings:
        subject = finding.subject
        if subject.name == sample.place and subject.figure:
            beside[subject.figure].append(finding.note)
    return beside


@dataclass(frozen=True, slots=True)
class Row:
    """One of a sample's memory figures, and what stands beside it."""

    label: str
    indent: int
    figure: Evidence
    remark: str


def memory_rows(sample: SampleOverview, beside: dict[str, list[str]]) -> Iterator[Row]:
    """Yield the memory figures that are known; swap and other external only if they say something."""
    for key, label, indent in _MEMORY_ROWS:
        figure = sample.figures[key]
        silent = (key == "swap_bytes" and not figure.value) or (
            key == "other_external_bytes" and not beside[key]
        )
        if figure.value is not None and not silent:
            remark = "; ".join((_origin(key, sample, beside[key]), *beside[key]))
            yield Row(label, indent, figure, remark)


def annotated_rows(sample: SampleOverview, beside: dict[str, list[str]]) -> Iterator[Row]:
    """Yield the other figures, those of which something is to be said."""
    for key, label in _ANNOTATED_ROWS:
        if beside[key]:
            yield Row(label, 0, sample.figures[key], "; ".join(beside[key]))


def _origin(key: str, sample: SampleOverview, beside: list[str]) -> str:
    figure, external = sample.figures[key], sample.figures["external_bytes"].value
    if key == "array_buffers_bytes" and isinstance(figure.value, int) and isinstance(external, int):
        return f"{percent(figure.value / external)} of external" if external else "reported"
    if figure.derived:
        return "derived" if beside else f"derived: {figure.formula}"
    return "reported"


def shown(figure: Evidence) -> str:
    """Return a value with its unit as a person reads it."""
    value = figure.value
    if value is None:
        return "unknown"
    return value if isinstance(value, str) else spoken(value, figure.unit)


def where(problem: Problem) -> str:
    """Return where a problem is: its place, with the source if the place does not name it."""
    place = problem.place
    if place is None or place.startswith(problem.source):
        return place or problem.source
    return f"{problem.source} {place}"


def title(sample: SampleOverview) -> str:
    """Return what a sample is, in one line: writer, trigger, age, runtime."""
    uptime = sample.figures["uptime_seconds"]
    what = f"{sample.writer} diagnostics" if sample.writer else sample.document
    parts = [what, sample.trigger or ""]
    if uptime.value is not None:
        parts.append(f"up {shown(uptime)}" + (" (derived)" if uptime.derived else ""))
    parts.append(f"runtime {RUNTIMES.get(sample.runtime or '', 'unknown')}")
    return ", ".join(part for part in parts if part)


def tally(report: Report, *, detail: int) -> str:
    """Return the counts in words; what another finding explains is not counted again."""
    words = []
    for severity, word in (("error", "error"), ("warning", "warning"), ("info", "note")):
        count = report.leading.get(severity, 0)
        if count:
            words.append(count_of(count, word))
    hint = " (-v shows them)" if report.leading.get("info") and detail < 1 else ""
    left = sum(report.leading.values()) - sum(not finding.folded for finding in report.findings)
    more = f", {grouped(left)} not shown (--top 0 shows all)" if left else ""
    return f"{', '.join(words) or _nothing(report)}{hint}{more}."


def _nothing(report: Report) -> str:
    """Say that nothing is shown, and of what: what nobody wanted to see may well be there."""
    if report.compared is not None:
        return "No findings"
    nothing = {"error": "No error", "warning": "No error and no warning"}.get(
        report.min_severity, "Nothing"
    )
    return f"{nothing} found{' by the rules that were asked' if report.some_rules else ''}"


def evenly(samples: tuple[SampleOverview, ...]) -> tuple[tuple[SampleOverview, ...], int]:
    """Return the samples that a table shows, the first and the last of many, and how many it leaves out.

    Of one process there are fewer: what happens between its first and last is told as growth.
    """
    one = len({sample.process for sample in samples}) == 1
    most, rows = (MOST_OF_ONE, SHOWN_OF_ONE) if one else (MOST_ROWS, MOST_ROWS)
    if len(samples) <= most:
        return samples, 0
    return samples[: rows // 2] + samples[-rows // 2 :], len(samples) - rows


# Columns of a table of samples: heading, JSON name.
COLUMNS = (
    ("up", "uptime_seconds"),
    ("RSS", "rss_bytes"),
    ("peak RSS", "peak_rss_bytes"),
    ("external", "external_bytes"),
    ("JS heap", "js_heap_bytes"),
)


def row_of_many(sample: SampleOverview) -> tuple[str, ...]:
    """Return a sample's cells: its columns and its runtime."""
    figures = (sample.figures[key] for _, key in COLUMNS)
    numbers = ("–" if figure.value is None else shown(figure) for figure in figures)
    return *numbers, RUNTIMES.get(sample.runtime or "", "–")
