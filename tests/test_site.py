"""The docs as a site: built strictly, whole, and of use from a folder, with nothing from another host."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import browser
from conftest import ROOT

pytest.importorskip("mkdocs")
_LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "embed": "src"}


class _Page(HTMLParser):
    """What a page loads, where it leads, and which anchors it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if name := given.get("id"):
            self.anchors.add(name)
        if tag in _LOADS and (load := given.get(_LOADS[tag])):
            self.loads.append(load)
        if tag == "a" and (link := given.get("href")):
            self.links.append(link)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site, built as CI builds it."""
    folder = tmp_path_factory.mktemp("site")
    done = _built(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


def _built(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=source, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    """Return the parsed pages by their path."""
    return {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_page_is_there_and_in_the_navigation(site: Path, pages: dict[Path, _Page]) -> None:
    start = site / "index.html"
    led_to = {start, *((site / link).resolve() for link in pages[start].links)}
    for page in (ROOT / "docs").rglob("*.md"):
        assert site / page.relative_to(ROOT / "docs").with_suffix(".html") in led_to, page


def test_what_a_page_loads_stands_beside_it(site: Path, pages: dict[Path, _Page]) -> None:
    for path, page in pages.items():
        for load in page.loads:
            assert (path.parent / unquote(load).partition("?")[0]).is_file(), (path, load)
    for sheet in site.rglob("*.css"):
        assert not re.findall(
            r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")
        ), sheet


def test_links_and_anchors_lead_somewhere(site: Path, pages: dict[Path, _Page]) -> None:
    for path, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:|//", link):
                continue
            target, _, anchor = unquote(link).partition("#")
            place = (path.parent / target).resolve() if target else path
            assert place.is_file(), (path, link)  # a browser shows a folder as a list of files
            if anchor and place in pages:
                assert anchor in pages[place].anchors, (path, link)


def test_a_page_in_no_section_is_an_error(tmp_path: Path) -> None:
    for name in ("docs", "scripts", "mkdocs.yml", "CONTRIBUTING.md", "CHANGELOG.md"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    (tmp_path / "docs" / "forgotten.md").write_text("# Forgotten\n")
    done = _built(tmp_path, tmp_path / "site")
    assert done.returncode != 0
    assert "forgotten.md" in done.stderr


@pytest.fixture(scope="module")
def tab() -> Iterator[browser.Page]:
    """Return a tab of a real Chromium."""
    with browser.chromium() as page:
        yield page


def test_pages_open_from_a_folder_without_an_error(
    site: Path, pages: dict[Path, _Page], tab: browser.Page
) -> None:
    def scripts(path: Path) -> list[Path]:
        return [(path.parent / load).resolve() for load in pages[path].loads if load.endswith(".js")]

    assert len({tuple(scripts(path)) for path in pages}) == 1
    for path in {path.parent: path for path in pages}.values():
        tab.open(path)
        assert (tab.errors, tab.requests) == ([], []), path


def test_the_search_finds_a_page_from_a_folder(site: Path, tab: browser.Page) -> None:
    tab.open(site / "rules" / "zombies.html")
    action = tab.run("document.querySelector('#rtd-search-form').action")
    tab.call("Page.navigate", url=f"{action}?q=sawtooth")
    tab.wait("document.querySelector('#mkdocs-search-results article a')")
    found = tab.run("[...document.querySelectorAll('#mkdocs-search-results a')].map(a => a.href)")
    assert any("/growth.html" in link for link in found)
    assert all(Path(unquote(urlsplit(link).path)).is_file() for link in found)
    assert (tab.errors, tab.requests) == ([], [])


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("external-not-resident", "external-not-resident"),
        ("growth: floors", "What growth means here"),  # a colon is syntax of the index
        ("<img src=x onerror=alert(1)>", ""),
        ("xyzzyplugh", "No results found"),
    ],
)
def test_the_search_answers_as_one_types(asked: str, shown: str, site: Path, tab: browser.Page) -> None:
    tab.open(site / "search.html")
    tab.wait("!document.querySelector('#mkdocs-search-results').textContent.includes('Searching')")
    box = "document.querySelector('#mkdocs-search-query')"
    tab.run(f"{box}.value = {json.dumps(asked)}, {box}.dispatchEvent(new Event('input'))")
    assert shown in tab.run("document.querySelector('#mkdocs-search-results').textContent")
    assert (tab.errors, tab.requests, tab.dialogs) == ([], [], [])


def test_home_is_a_page(site: Path, tab: browser.Page) -> None:
    tab.open(site / "rules" / "zombies.html")
    home = tab.run("document.querySelector('a.icon-home').href")
    assert home == (site / "index.html").as_uri()
