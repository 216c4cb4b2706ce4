"""A finding as plain lines, for formats that have a field for a text and no tables."""

from collections.abc import Iterator

from memdoctor.findings import Evidence, Report
from memdoctor.reports import layout
from memdoctor.reports.layout import Paragraph


def lines(paragraph: Paragraph) -> Iterator[str]:
    """Yield what a finding states, then its numbers with where they are from, the reason, and the help."""
    finding = paragraph.finding
    yield layout.message(finding)
    yield from (f"- {number(item)}" for item in finding.evidence)
    if paragraph.folded:
        yield "Also: " + "; ".join(other.note for other in paragraph.folded)
    yield f"Why: {finding.why} ({finding.confidence})"
    yield f"What to do: {finding.help}"


def number(item: Evidence) -> str:
    """Return a piece of evidence in one line, with its place or its formula."""
    origin = f"derived: {item.formula}" if item.derived else item.pointer
    return f"{item.label} {layout.shown(item)}" + (f" ({origin})" if origin else "")


def left_out(report: Report) -> dict[str, int]:
    """Return how many findings `--top` left out, by severity."""
    shown = [finding.severity.value for finding in report.findings]
    return {name: count - shown.count(name) for name, count in report.counts.items()}
