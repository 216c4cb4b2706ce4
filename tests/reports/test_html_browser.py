"""-f html in a real Chromium: everything is drawn and works, nothing is asked for, text stays text."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import CHROMIUM, Page, chromium
from conftest import Cli
from hostile_heap import NAMES, hostile_heap
from html_pages import CASES, page

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

FACES = (
    *("<img src=x onerror=alert(1)>", "<b>bold</b>", "</script><script>alert(2)</script>", "<!--"),
    *('<a href="javascript:alert(3)">link</a>', "$x^2$", "%{x}", "a<br>b", "&lt;b&gt;", "{css}", "--page"),
)
SECTIONS = {
    "main": {"What is wrong", "Next steps", "Memory", "System", "Artefacts"},
    "series": {"What is wrong", "Heap", "Root causes", "Ruled out", "How sure each claim is"},
    "processes": {"What is wrong", "Processes", "Root causes"},
    "pm2": {"What is wrong", "Workers", "Growth"},
    "mixed": {"Memory", "Workers", "Growth", "Processes", "Timeline"},
    "recording": {"Watched processes", "Growth", "Timeline"},
    "log": {"What is wrong", "Workers"},
}
PLOTS = {"main": 1, "series": 5, "processes": 1, "pm2": 8, "mixed": 3, "recording": 2, "log": 0}
TREE = "figure:has(.way)"
COLUMN = (
    "[...document.querySelectorAll('.sortable tbody tr:not([hidden])')].map(r => r.cells[{}].textContent)"
)


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def written(cli: Cli, folder: Path) -> "Written":
    return Written(cli, folder)


class Written:
    """The pages of the cases, each made once."""

    def __init__(self, cli: Cli, folder: Path) -> None:
        self._cli, self._folder = cli, folder

    def __getitem__(self, name: str) -> Path:
        path = self._folder / f"{name}.html"
        return path if path.exists() else page(self._cli, path, *CASES[name])


def _is_quiet(tab: Page) -> None:
    """Nothing was asked for, nothing went wrong, nothing popped up."""
    assert (tab.requests, tab.errors, tab.dialogs) == ([], [], [])


@pytest.mark.parametrize("name", CASES)
def test_every_section_and_every_plot_is_there(name: str, tab: Page, written: Written) -> None:
    tab.open(written[name])
    titles = set(tab.run("[...document.querySelectorAll('h2')].map(h => h.textContent)"))
    assert titles >= SECTIONS[name]
    assert tab.run("document.querySelector('.answer').textContent.length") > 20
    assert tab.run("document.querySelectorAll('figure .main-svg').length > 0") == bool(PLOTS[name])
    assert tab.run("[...document.querySelectorAll('figure')].length") == PLOTS[name]
    assert tab.run("document.documentElement.scrollWidth") == 1280
    tab.resize(360)
    tab.wait("[...document.querySelectorAll('.main-svg')].every(svg => svg.clientWidth < 360)")
    assert tab.run("document.documentElement.scrollWidth") == 360
    _is_quiet(tab)


def _way(tab: Page) -> list[str]:
    way: list[str] = tab.run(
        f"[...document.querySelectorAll('{TREE} .way button')].map(b => b.textContent)"
    )
    return way


def test_a_click_in_the_tree_opens_it_and_the_way_leads_back(tab: Page, written: Written) -> None:
    tab.open(written["series"])
    assert len(_way(tab)) == 1
    box = "[...document.querySelectorAll('.slice')].find(s => s.textContent.startsWith('TimersList'))"
    tab.run(f"{box}.setAttribute('id', 'wanted')")
    tab.click("#wanted path")
    tab.wait(f"document.querySelectorAll('{TREE} .way button').length > 1")
    assert _way(tab)[-1].startswith("TimersList")
    tab.wait("![...document.querySelectorAll('.slice')].some(s => s.textContent.startsWith('FrameStore'))")
    tab.run(f"document.querySelector('{TREE} .way button').click()")
    tab.wait("[...document.querySelectorAll('.slice')].some(s => s.textContent.startsWith('FrameStore'))")
    assert len(_way(tab)) == 1
    _is_quiet(tab)


def test_classes_are_sorted_and_searched(tab: Page, written: Written) -> None:
    tab.open(written["series"])
    tab.run("document.querySelectorAll('.sortable th button')[1].click()")
    counts = [int(text.replace(" ", "")) for text in tab.run(COLUMN.format(1))]
    assert counts == sorted(counts, reverse=True)
    assert tab.run("document.querySelectorAll('.sortable th')[1].getAttribute('aria-sort')") == "descending"
    tab.run("document.querySelectorAll('.sortable th button')[1].click()")
    assert [int(text.replace(" ", "")) for text in tab.run(COLUMN.format(1))] == sorted(counts)
    tab.run("document.querySelector('.filter input').focus()")
    tab.call("Input.insertText", text="timer")
    names = tab.run(COLUMN.format(0))
    assert names
    assert all("timer" in name.lower() for name in names)
    assert f"{len(names)} of " in tab.run("document.querySelector('.classes [role=status]').textContent")


def test_it_is_dark_where_that_is_wished_and_light_on_paper(tab: Page, written: Written) -> None:
    page_color = "getComputedStyle(document.body).backgroundColor"
    tick_color = "getComputedStyle(document.querySelector('.xtick text')).fill"
    tab.open(written["main"])
    assert (tab.run(page_color), tab.run(tick_color)) == ("rgb(255, 255, 255)", "rgb(27, 31, 36)")
    tab.show(scheme="dark")
    tab.wait(f"{tick_color} === 'rgb(230, 233, 237)'")
    assert tab.run(page_color) == "rgb(20, 23, 27)"
    tab.show(media="print", scheme="dark")
    tab.wait(f"{tick_color} === 'rgb(27, 31, 36)'")
    assert tab.run(page_color) == "rgb(255, 255, 255)"
    tab.run("dispatchEvent(new Event('beforeprint'))")
    assert not tab.run("document.querySelector('details:not([open])')")
    assert tab.run("document.querySelector('figure .main-svg').getBoundingClientRect().width") <= 680
    tab.run("dispatchEvent(new Event('afterprint'))")
    assert tab.run("!!document.querySelector('details:not([open])')")


def test_without_scripts_the_page_still_tells_all(tab: Page, written: Written) -> None:
    tab.open(written["series"], scripts=False)
    text = tab.run("document.body.innerText")
    for words in ("Over 3 snapshots", "TimersList", "What is wrong", "Classes", "as a table"):
        assert words in text
    drawn = tab.run(
        "[...document.querySelectorAll('.drawing, .filter, th button')].map(d => d.offsetHeight)"
    )
    assert not any(drawn)


def test_without_scripts_a_plot_over_time_has_its_numbers(tab: Page, written: Written) -> None:
    tab.open(written["recording"], scripts=False)
    tab.click("figure summary")
    shown = tab.run("[...document.querySelectorAll('figure details[open] tbody tr')].map(r => r.innerText)")
    assert len(shown) == 26
    assert shown[0].split("\t") == ["the first look", "44.7 MiB"]


def test_without_scripts_nothing_is_promised_that_scripts_do(tab: Page, written: Written) -> None:
    for name in ("series", "main"):
        tab.open(written[name], scripts=False)
        text = tab.run("document.body.innerText")
        assert "Without JavaScript no plot is drawn" in text
        assert "click" not in text
        bare = "figure:not(:has(details))"
        assert not any(tab.run(f"[...document.querySelectorAll('{bare}')].map(one => one.offsetHeight)"))
    tab.open(written["series"])
    assert "Without JavaScript" not in tab.run("document.body.innerText")
    assert "A click opens it" in tab.run("document.body.innerText")


def test_on_paper_every_row_is_there(tab: Page, written: Written) -> None:
    tab.open(written["series"], media="print", width=680)
    tab.run("dispatchEvent(new Event('beforeprint'))")
    rows = "[...document.querySelectorAll('.sortable tbody tr')].map(row => row.offsetHeight > 0)"
    shown = tab.run(rows)
    assert len(shown) > 100
    assert all(shown)
    overflow = "[...document.querySelectorAll('.scroll')].map(one => getComputedStyle(one).overflowX)"
    assert set(tab.run(overflow)) == {"visible"}
    assert tab.run("document.querySelector('.classes [role=status]').offsetHeight") > 0


def test_a_print_redraws_each_plot_once(tab: Page, written: Written) -> None:
    tab.open(written["series"])
    tab.run(
        "window.drawn = 0;"
        "Plotly.react = (real => (...all) => { window.drawn += 1; return real(...all); })(Plotly.react); 0"
    )
    tab.show(media="print")
    tab.run("dispatchEvent(new Event('beforeprint'))")
    tab.wait("matchMedia('print').matches")
    assert tab.run("window.drawn") == PLOTS["series"]


def test_tables_fit_a_phone_or_show_that_they_scroll(tab: Page, written: Written) -> None:
    for name in ("main", "series"):
        tab.open(written[name], width=360)
        tab.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        tables = "[...document.querySelectorAll('.finding .scroll')]"
        wide = f"{tables}.map(one => one.scrollWidth - one.clientWidth)"
        assert set(tab.run(wide)) == {0}
    right = "[...document.querySelectorAll('.sortable th')].find(one => one.textContent === 'retained')"
    assert tab.run(f"{right}.getBoundingClientRect().right") < 360
    shade = "getComputedStyle(document.querySelector('.classes .scroll')).backgroundImage"
    assert "linear-gradient" in tab.run(shade)


def test_hostile_names_are_text(tab: Page, cli: Cli, tmp_path: Path) -> None:
    names = [*FACES, *(name for name in NAMES if len(name) < 1_000)]
    heap = hostile_heap(names).write(tmp_path / "hostile.heapsnapshot")
    path = page(cli, tmp_path / "page.html", "analyze", heap)
    assert "s3cret" not in path.read_text(encoding="utf-8")
    tab.open(path)
    drawn = "document.querySelector('figure .slice').ownerSVGElement"
    for what in ("img", "b", "script:not([type]) ~ script ~ script ~ script", "iframe"):
        assert tab.run(f"document.querySelectorAll('{what}').length") == 0, what
    assert tab.run(f"{drawn}.querySelectorAll('a').length") == 0
    assert tab.run("document.querySelectorAll('a:not([href^=\"#\"])').length") == 0
    labels = tab.run("[...document.querySelectorAll('.slice')].map(s => s.textContent).join('\\n')")
    for name in ("<img src=x onerror=alert(1)>", "<b>bold</b>", "$x^2$", "%{x}"):
        assert name in labels
    _is_quiet(tab)
