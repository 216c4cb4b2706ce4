"""What holds of every page: boxes sum up, and no text becomes markup."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from memdoctor.findings import ProcessOverview
from memdoctor.reports.case_report.blocks import Code, table
from memdoctor.reports.html.blocks import written
from memdoctor.reports.html.markup import tag
from memdoctor.reports.html.process_tree import ProcessTree
from memdoctor.reports.html.tree import Branch, tree

MiB = 1 << 20
# What HTML cannot hold, escaped or not: it reads line ends as one kind, and no lone surrogates.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"))


def _sums_up(trace: dict[str, Any]) -> None:
    """Fail unless the boxes below each box are as large as it is."""
    totals = dict(zip(trace["ids"], trace["values"], strict=True))
    assert len(totals) == len(trace["ids"])
    below: dict[str, int] = {}
    for parent, value in zip(trace["parents"], trace["values"], strict=True):
        below[parent] = below.get(parent, 0) + value
    assert below.pop("") == totals["n0"]
    assert below == {parent: totals[parent] for parent in below}


@st.composite
def heaps(draw: st.DrawFn) -> list[Branch]:
    """Return the top of a dominator tree: each box has its own bytes, and what is below it."""
    count = draw(st.integers(1, 40))
    parents = [None, *(draw(st.integers(0, number - 1)) for number in range(1, count))]
    own = [draw(st.integers(0, MiB)) for _ in range(count)]
    unseen = [draw(st.integers(0, MiB)) for _ in range(count)]
    totals = [mine + hidden for mine, hidden in zip(own, unseen, strict=True)]
    for number in range(count - 1, 0, -1):
        totals[parents[number] or 0] += totals[number]
    rows = zip(totals, own, parents, strict=True)
    return [Branch("Box", total, mine, parent, "", "rest") for total, mine, parent in rows]


@given(heaps())
def test_boxes_of_any_heap_sum_up(branches: list[Branch]) -> None:
    _sums_up(dict(tree("heap", branches).traces[0]))


@st.composite
def machines(draw: st.DrawFn) -> list[ProcessOverview]:
    """Return processes in the order of their tree, some without a memory, some of one program."""
    depths = [0]
    for _ in range(draw(st.integers(1, 60))):
        depths.append(draw(st.integers(0, depths[-1] + 1)))
    memory = st.none() | st.integers(0, MiB)
    return [_process(number, depth, draw(memory)) for number, depth in enumerate(depths)]


def _process(number: int, depth: int, memory: int | None) -> ProcessOverview:
    known = {
        "pid": number,
        "program": f"tool-{number % 4}",
        "depth": depth,
        "rss": memory,
    }
    unknown = dict.fromkeys(
        (name for name in ProcessOverview.__dataclass_fields__ if name not in known), None
    )
    return ProcessOverview(**{**unknown, **known, "reasons": ()})  # type: ignore[arg-type]


@given(machines(), st.integers(1, 8), st.integers(0, 4))
def test_boxes_of_any_machine_sum_up_whatever_has_no_box(
    rows: list[ProcessOverview], apart: int, groups: int
) -> None:
    branches = list(ProcessTree(rows).branches("RSS", apart, groups))
    trace = dict(tree("machine", branches).traces[0])
    _sums_up(trace)
    assert branches[0].total == sum(one.memory or 0 for one in rows)


class _Read(HTMLParser):
    """What a browser makes of markup: elements with their attributes, and the text of all."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXTS, TEXTS)
def test_text_is_read_back_as_it_was(text: str, value: str) -> None:
    read = _Read(tag("p", text, title=value))
    assert (read.elements, read.text) == ([("p", [("title", value)])], text)


@given(TEXTS)
def test_text_in_a_cell_is_read_back_as_it_was(text: str) -> None:
    cells = [(Code(f"a{text}"), f"b{text}")]
    read = _Read(written([table([("one", True), ("two", False)], cells, 1, "rows")]))
    assert read.text == f"onetwoa{text}b{text}"
    assert [name for name, _ in read.elements] == [
        "div",
        "table",
        *["thead", "tr", "th", "th", "tbody", "tr", "td", "code", "td"],
    ]
