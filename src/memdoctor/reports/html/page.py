"""The page: the answer first, then what is wrong, what to do, the numbers, and what they do not say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from memdoctor.findings import Report
from memdoctor.reports import layout
from memdoctor.reports.case_report import evidence
from memdoctor.reports.case_report.room import Room
from memdoctor.reports.case_report.sections import TO_LOOK_AT
from memdoctor.reports.html import heap, heap_series, memory, over_time, processes, workers
from memdoctor.reports.html.blocks import written
from memdoctor.reports.html.document import document
from memdoctor.reports.html.markup import Html, join, tag
from memdoctor.reports.html.plot import Plot, figure
from memdoctor.reports.render import Style

_ROOM = Room(rows=1_000, findings=200, evidence=100, text=2_000)
_NO_SCRIPT = "Without JavaScript no plot is drawn; their numbers stand in the tables."


def _nothing(report: Report) -> Html:
    del report
    return Html("")


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What stands above the words of a part of the evidence: plots, and below them what no plot is."""

    plots: tuple[Callable[[Report], Iterator[Plot]], ...] = ()
    beside: Callable[[Report], Html] = _nothing


_DRAWN = {
    evidence.MEMORY: _Drawn((memory.plots,)),
    evidence.WORKERS: _Drawn((workers.plots,)),
    evidence.HEAP: _Drawn((heap_series.plots, heap.plots), heap.classes),
    evidence.GROWTH: _Drawn((over_time.plots,)),
    evidence.PROCESSES: _Drawn((processes.plots,), processes.unplotted),
}


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    markup: Html
    has_plots: bool = False


def render(report: Report, style: Style) -> str:
    """Return the report as one HTML file that needs nothing beside it; quiet, only its answer."""
    sections = [] if style.detail < 0 else list(_sections(report))
    has_plots = any(one.has_plots for one in sections)
    header = _answer(report, sections, has_plots=has_plots)
    return document(report, header, join(*(one.markup for one in sections)), has_plots=has_plots)


def _answer(report: Report, sections: Sequence[_Section], *, has_plots: bool) -> Html:
    links = (tag("li", tag("a", one.title, href=f"#{_anchor(one.title)}")) for one in sections)
    contents = tag("nav", tag("ul", *links), class_="contents", aria_label="sections")
    return tag(
        "header",
        tag("h1", "Memory investigation"),
        tag("p", report.answer, class_="answer"),
        tag("p", layout.tally(report, detail=1), class_="tally"),
        *((tag("noscript", tag("p", _NO_SCRIPT)),) if has_plots else ()),
        *((contents,) if sections else ()),
    )


def _sections(report: Report) -> Iterator[_Section]:
    for told in TO_LOOK_AT:
        if told is evidence.evidence:
            yield from _evidence(report)
        else:
            for one in told(report, _ROOM):
                yield _Section(one.title, _framed(one.title, written(one.blocks)))


def _evidence(report: Report) -> Iterator[_Section]:
    """Yield each part of the evidence as a section of its own, what is drawn above what is said."""
    shorter = heap.without_classes(report)
    for part in evidence.PARTS:
        drawn = _DRAWN.get(part, _Drawn())
        figures = [figure(plot) for make in drawn.plots for plot in make(report)]
        inner = (*figures, drawn.beside(report), written(part.told(shorter, _ROOM)))
        if any(inner):
            yield _Section(part.title, _framed(part.title, *inner), bool(figures))


def _framed(title: str, *inner: Html) -> Html:
    return tag("section", tag("h2", title), *inner, id=_anchor(title))


def _anchor(title: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in title.lower())
