"""-f html without a browser: what stands in the page, and what must not."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from importlib import util
from pathlib import Path

import pytest

from memdoctor.reports.case_report.blocks import Code, Words, table
from memdoctor.reports.html.blocks import written

import golden_files
from conftest import ROOT, Cli, Outcome
from html_pages import CASES, MAIN, outline, page, plots, seen, without_scripts

MARKUP = "</script><img src=x onerror=alert(1)><!-- <b>bold</b> &amp; <a href='http://x.invalid'>x</a>"

RESTS = {"the rest", "itself"}


def _markup(cli: Cli, tmp_path: Path, *arguments: str | Path) -> str:
    return page(cli, tmp_path / "page.html", *arguments).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "told"), [("main", seen), ("mixed", outline), ("series", outline)])
def test_what_is_seen_without_scripts(
    name: str, told: Callable[[str], str], cli: Cli, tmp_path: Path
) -> None:
    arguments = [
        word.relative_to(ROOT).as_posix() if isinstance(word, Path) else word for word in CASES[name]
    ]
    text = told(_markup(cli, tmp_path, *arguments))
    golden_files.check(f"html-{name}", [*arguments, "-f", "html"], Outcome(0, text, ""))


@pytest.mark.parametrize("name", CASES)
def test_a_page_is_one_small_file_that_may_ask_nobody(name: str, cli: Cli, tmp_path: Path) -> None:
    markup = _markup(cli, tmp_path, *CASES[name])
    assert len(markup.encode()) < 6_000_000
    own = without_scripts(markup)
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", own)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', own)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "script-src 'sha256-" in policy[1]
    for script in re.findall(r"<script>(.*?)</script>", markup, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]


def test_boxes_below_a_box_sum_up_to_it(cli: Cli, tmp_path: Path) -> None:
    for name in ("series", "processes"):
        trees = [plot for plot in plots(_markup(cli, tmp_path, *CASES[name])).values() if plot["tree"]]
        assert len(trees) == 1
        trace = trees[0]["traces"][0]
        totals = dict(zip(trace["ids"], trace["values"], strict=True))
        below: dict[str, int] = {}
        for parent, value in zip(trace["parents"], trace["values"], strict=True):
            below[parent] = below.get(parent, 0) + value
        assert below.pop("") == totals["n0"]
        assert below == {parent: totals[parent] for parent in below}


def test_the_tree_has_the_numbers_of_the_view(cli: Cli, tmp_path: Path) -> None:
    snapshot = CASES["series"][3]
    rows = json.loads(cli("heap", "dominators", snapshot, "--top", "30", "--json").out)["rows"]
    tree = next(p for p in plots(_markup(cli, tmp_path, "analyze", snapshot)).values() if p["tree"])
    values = set(tree["traces"][0]["values"])
    assert {row["retained_bytes"] for row in rows if row["depth"] < 3} <= values


def test_growth_has_its_line_its_interval_and_the_collections(cli: Cli, tmp_path: Path) -> None:
    plot = plots(_markup(cli, tmp_path, "analyze", "fixtures/series/node22-heap-leak.json"))
    names = [trace.get("name", "") for trace in plot["Memory over time"]["traces"]]
    assert "floor of JS heap, fitted:<br>+2 963 MiB/h [2 836, 3 022]" in names
    assert "after a collection (derived)" in names


def test_text_of_a_file_is_text(cli: Cli, tmp_path: Path) -> None:
    document = json.loads(MAIN.read_text()) | {"trigger": MARKUP}
    dump = tmp_path / f"{MARKUP.replace('/', '∕')}.json"
    dump.write_text(json.dumps(document))
    own = without_scripts(_markup(cli, tmp_path, "analyze", dump, "--no-redact"))
    assert "&lt;img src=x onerror=alert(1)&gt;" in own
    assert not re.search(r"<(?:img|b>|a href='|!--)", own)


def test_it_is_redacted_unless_asked_otherwise(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "joedoe"
    folder.mkdir(parents=True)
    dump = folder / "dump.json"
    dump.write_text(json.dumps(json.loads(MAIN.read_text()) | {"nodeVersion": "joe.doe@example.org"}))
    assert "joe.doe@example.org" not in _markup(cli, tmp_path, "analyze", dump)
    assert "joe.doe@example.org" in _markup(cli, tmp_path, "analyze", dump, "--no-redact")


def test_quiet_is_the_answer_without_a_plot(cli: Cli) -> None:
    outcome = cli("analyze", MAIN, "-f", "html", "-q")
    assert 'class="answer"' in outcome.out
    assert len(outcome.out) < 20_000


def test_nothing_read_is_told_as_everywhere(cli: Cli, tmp_path: Path) -> None:
    outcome = cli("analyze", tmp_path / "missing.json", "-f", "html", "-o", tmp_path / "page.html")
    assert (outcome.code, outcome.out) == (2, "")
    assert "error:" in outcome.err
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Not read, or not trusted" in page
    assert "missing.json" in page


def test_no_view_of_a_heap_is_a_page(cli: Cli) -> None:
    outcome = cli("heap", "classes", CASES["series"][1], "-f", "html")
    assert outcome.code == 2
    assert "memdoctor analyze writes html" in outcome.err


def test_without_the_extra_it_says_how_to_get_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    outcome = cli("analyze", MAIN, "-f", "html")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "error: memdoctor[html] is not installed",
        'help: pip install "memdoctor[html]" brings plotly',
    ]


def test_a_cell_stands_by_what_is_read_in_it_not_by_its_markup() -> None:
    rows: list[tuple[Words, ...]] = [
        (Code("pid 12345"), "< 0.1 % < 0.1 % < 0.1 %"),
        ("a longer text than stays on a line", "3"),
    ]
    cells = re.findall(
        r"<td([^>]*)>", written([table([("what", True), ("how much", False)], rows, 2, "rows")])
    )
    assert cells == [' class="short"', ' class="number"', "", ' class="number"']


def test_a_title_ends_with_a_whole_word(cli: Cli, tmp_path: Path) -> None:
    markup = _markup(cli, tmp_path, *CASES["series"])
    found = re.search(r"<title>Memory investigation: (.*?)</title>", markup)
    answer = re.search(r'<p class="answer">(.*?)</p>', markup)
    assert found is not None
    assert answer is not None
    assert len(found[1]) < len(answer[1])
    words, mark = found[1][:-1], found[1][-1]
    assert mark == "…"
    assert answer[1].startswith(words)
    assert words.endswith(" ")


def test_each_plot_and_table_of_a_snapshot_says_of_which(cli: Cli, tmp_path: Path) -> None:
    *_, last, _, _ = CASES["series"]
    markup = _markup(cli, tmp_path, *CASES["series"])
    titles = re.findall(r"<(?:figcaption|h4)>(.*?)</", markup)
    told = [title for title in titles if Path(str(last)).name in title]
    assert [title.split(maxsplit=1)[0] for title in told] == ["What", "Who", "Classes"]


def test_a_name_has_one_colour_and_each_line_one_of_its_own(cli: Cli, tmp_path: Path) -> None:
    drawn = plots(_markup(cli, tmp_path, *CASES["series"]))
    looks: dict[str, set[tuple[str, ...]]] = {}
    for title in ("Entries of what grows, snapshot by snapshot", "What it retains, snapshot by snapshot"):
        for trace in drawn[title]["traces"]:
            look = (trace["line"]["color"]["css"], trace["line"]["dash"], trace["marker"]["symbol"])
            looks.setdefault(trace["name"], set()).add(look)
    assert all(len(one) == 1 for one in looks.values())
    for part in zip(*(one.pop() for one in looks.values()), strict=True):
        assert len(set(part)) == len(looks)


def _light(color: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_lines_stand_out_from_the_page_light_and_dark(cli: Cli, tmp_path: Path) -> None:
    blocks = re.findall(r":root \{(.*?)\}", _markup(cli, tmp_path, "analyze", MAIN), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        colors = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        page_light = _light(colors["page"])
        lines = [_light(color) for name, color in colors.items() if name.startswith("line-")]
        assert len(lines) == 8
        for line in lines:
            darker, lighter = sorted((line, page_light))
            assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_the_table_of_the_tree_has_its_largest_branches(cli: Cli, tmp_path: Path) -> None:
    snapshot = CASES["series"][3]
    markup = _markup(cli, tmp_path, "analyze", snapshot)
    values = next(plot for plot in plots(markup).values() if plot["tree"])["traces"][0]
    own = (
        one for one, name in zip(values["values"], values["customdata"], strict=True) if name not in RESTS
    )
    largest = sorted(own, reverse=True)[:80]
    told = re.search(r"<summary>The 80 largest of 450 branches as a table</summary>(.*?)</details>", markup)
    assert told is not None
    found = re.findall(r'data-value="(\d+)">[^<]*iB?</td>', told[1])
    assert sorted(map(int, found), reverse=True) == [one for one in largest if one >= 1000]
    assert "… and 370 more." in told[1]
