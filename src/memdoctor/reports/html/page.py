"""The page: the answer first, then what is wrong, what to do, the numbers, and what they do not say."""

from collections.abc import Callable, Iterator

from memdoctor.findings import Report
from memdoctor.reports import layout
from memdoctor.reports.case_report.artefacts import artefacts
from memdoctor.reports.case_report.blocks import Section
from memdoctor.reports.case_report.causes import causes
from memdoctor.reports.case_report.certainty import certainty
from memdoctor.reports.case_report.evidence import PARTS
from memdoctor.reports.case_report.findings import found
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.case_report.ruled_out import ruled_out
from memdoctor.reports.case_report.steps import next_steps
from memdoctor.reports.case_report.system import system
from memdoctor.reports.html import heap, heap_series, memory, over_time, processes, workers
from memdoctor.reports.html.blocks import written
from memdoctor.reports.html.document import document
from memdoctor.reports.html.markup import Html, join, tag
from memdoctor.reports.html.plot import Plot, figure
from memdoctor.reports.render import Style

_BEFORE = (found, next_steps)
_AFTER = (causes, ruled_out, system, artefacts, certainty)
_ROOM = Room(rows=1_000, findings=200, evidence=100, text=2_000)
_PLOTS: dict[str, tuple[Callable[[Report], Iterator[Plot]], ...]] = {
    "Memory": (memory.plots,),
    "Workers": (workers.plots,),
    "Heap": (heap_series.plots, heap.plots),
    "Growth": (over_time.plots,),
    "Processes": (processes.plots,),
}


def render(report: Report, style: Style) -> str:
    """Return the report as one HTML file that needs nothing beside it; quiet, only its answer."""
    parts = [] if style.detail < 0 else list(_sections(report))
    return document(report, _answer(report, parts), join(*(part for _, part in parts)))


def _answer(report: Report, parts: list[tuple[str, Html]]) -> Html:
    links = (tag("li", tag("a", title, href=f"#{_anchor(title)}")) for title, _ in parts)
    contents = tag("nav", tag("ul", *links), class_="contents", aria_label="sections")
    return tag(
        "header",
        tag("h1", "Memory investigation"),
        tag("p", report.answer, class_="answer"),
        tag("p", layout.tally(report, detail=1), class_="tally"),
        *((contents,) if parts else ()),
    )


def _sections(report: Report) -> Iterator[tuple[str, Html]]:
    """Yield what is wrong and what to do, the evidence, and the rest, each with its title."""
    for told in _BEFORE:
        yield from map(_section, told(report, _ROOM))
    for title, part in PARTS.items():
        blocks = tuple(part(heap.without_classes(report), _ROOM))
        drawn = [figure(plot) for make in _PLOTS.get(title, ()) for plot in make(report)]
        more = heap.classes(report) if title == "Heap" else Html("")
        if blocks or drawn:
            yield title, _framed(title, *drawn, more, written(blocks))
    for told in _AFTER:
        yield from map(_section, told(report, _ROOM))


def _section(section: Section) -> tuple[str, Html]:
    return section.title, _framed(section.title, written(section.blocks))


def _framed(title: str, *inner: Html) -> Html:
    return tag("section", tag("h2", title), *inner, id=_anchor(title))


def _anchor(title: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in title.lower())
