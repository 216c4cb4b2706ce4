"""To paste into an issue: the same report as text that renders, and that reads as it stands."""

import re
from collections.abc import Iterator

from memdoctor.findings import Report, SampleOverview
from memdoctor.reports import layout
from memdoctor.reports.layout import Paragraph
from memdoctor.reports.render import Style

_ROWS_OF_MANY = ("uptime_seconds", "rss_bytes", "peak_rss_bytes", "external_bytes", "js_heap_bytes")


def render(report: Report, style: Style) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    return "\n".join(_lines(report, style)) + "\n"


def _lines(report: Report, style: Style) -> Iterator[str]:
    yield "## Memory diagnosis"
    yield ""
    yield f"**{_safe(report.answer)}**"
    samples = report.overview.samples
    if len(samples) == 1:
        yield from _one_sample(report, samples[0])
    elif samples:
        yield from _many_samples(samples)
    for paragraph in layout.paragraphs(report, detail=1):
        yield from _paragraph(paragraph)
    if report.problems:
        yield from ("", "### Not read, or not trusted", "")
        for problem in report.problems:
            yield f"- {_code(problem.place or problem.source)}: {_safe(problem.message)}"
    told = len(report.findings)
    yield from ("", layout.tally(report, detail=1, told=told))
    yield f"<sub>memdoctor {report.tool['version']}; names, ids and paths are replaced by stand-ins</sub>"


def _one_sample(report: Report, sample: SampleOverview) -> Iterator[str]:
    notes = layout.notes(report, sample)
    yield from ("", f"{_code(sample.place)}: {_safe(layout.title(sample))}")
    yield from ("", "| | | |", "|---|---:|---|")
    for key, label, _ in layout.MEMORY_ROWS:
        if sample.figures[key].value is not None:
            remark = layout.remark(key, sample, notes[key])
            yield _row(label, layout.shown(sample.figures[key]), remark)
    for key, label in layout.ANNOTATED_ROWS:
        if notes[key]:
            yield _row(label, layout.shown(sample.figures[key]), "; ".join(notes[key]))


def _many_samples(samples: tuple[SampleOverview, ...]) -> Iterator[str]:
    yield from ("", _row("sample", "up", "RSS", "peak RSS", "external", "JS heap", "runtime"))
    yield "|---|---:|---:|---:|---:|---:|---|"
    for sample in samples:
        numbers = (layout.shown(sample.figures[key]) for key in _ROWS_OF_MANY)
        yield _row(sample.place, *numbers, sample.runtime or "unknown")


def _paragraph(paragraph: Paragraph) -> Iterator[str]:
    finding = paragraph.finding
    yield from ("", f"### {finding.severity}: {_safe(finding.message)}", "")
    yield f"{_code(finding.rule)}, {finding.confidence}. {_safe(finding.why)}"
    if finding.evidence:
        yield from ("", "| number | value | from |", "|---|---:|---|")
    for item in finding.evidence:
        source = f"derived: {item.formula}" if item.derived else item.pointer or ""
        yield _row(item.label, layout.shown(item), source)
    if paragraph.folded:
        yield from ("", "Also: " + "; ".join(_safe(other.note) for other in paragraph.folded) + ".")
    yield from ("", f"**What to do:** {_safe(finding.help)}")


def _row(*cells: str) -> str:
    return "| " + " | ".join(_safe(cell) for cell in cells) + " |"


def _safe(text: str) -> str:
    """Return text that Markdown and HTML leave as it is."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_\[\]|~#!])", r"\\\1", text)
    return re.sub(r"@(?=\w)", "@\u200b", text)  # mentions nobody


def _code(text: str) -> str:
    """Return text as a code span, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"
