"""A machine on a page: however many processes it has, each is shown or counted."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

from conftest import Cli
from html_pages import CASES, page, without_scripts

MANY = 1_200
HEADING = "  PID  PPID   RSS     ELAPSED COMMAND\n"


def _listing(count: int) -> str:
    """Return a shell that started many, of three programs, and a large one among the last."""
    rows = [f"{1:5} {0:5} {900:5} 10-00:00:00 /sbin/init\n"]
    for number in range(2, count + 1):
        memory = 90_000 if number == count else 1_000 + number
        rows.append(f"{number:5} {1:5} {memory:5}       10:00 /usr/bin/tool-{number % 3} --serve\n")
    return HEADING + "".join(rows)


def _page(cli: Cli, tmp_path: Path, listing: str) -> str:
    (tmp_path / "ps.txt").write_text(listing)
    return page(cli, tmp_path / "page.html", "ps", tmp_path / "ps.txt").read_text(encoding="utf-8")


def _boxes(markup: str) -> dict[str, Any]:
    found = re.search(r"<script [^>]*plot-data[^>]*>(.*?)</script>", markup)
    assert found is not None
    trace: dict[str, Any] = json.loads(found[1])["traces"][0]
    return trace


def test_the_table_says_how_many_processes_it_leaves_out(cli: Cli, tmp_path: Path) -> None:
    markup = _page(cli, tmp_path, _listing(MANY))
    text = unescape(re.sub(r"<[^>]*>", "\n", without_scripts(markup)))
    assert "The tree as a table, 500 of 1 200 processes" in text
    assert "… and 700 more." in text
    assert len(re.findall(r"<tr><td[^>]*>\d+</td>", markup)) == 500


def test_every_process_has_a_box_or_is_counted_in_one(cli: Cli, tmp_path: Path) -> None:
    names = _boxes(_page(cli, tmp_path, _listing(MANY)))["customdata"]
    apart = sum(bool(re.search(r" \(\d+\)$", name)) for name in names)
    grouped = [match for name in names if (match := re.fullmatch(r"(tool-\d): (\d+) processes", name))]
    assert apart == 500
    assert {match[1] for match in grouped} == {"tool-0", "tool-1", "tool-2"}
    assert apart + sum(int(match[2]) for match in grouped) == MANY


def test_programs_that_are_too_many_are_counted_in_the_rest(cli: Cli, tmp_path: Path) -> None:
    listing = re.sub(r"(?m)^ *(\d+)(.*)tool-\d", r"\1\2tool-of-\1", _listing(MANY))
    names = _boxes(_page(cli, tmp_path, listing))["customdata"]
    assert "the rest: 500 processes" in names


def test_what_something_is_wrong_with_is_in_the_table_however_small(cli: Cli, tmp_path: Path) -> None:
    dead = f"{MANY + 1:5} {2:5} {0:5}       10:00 [tool-2] <defunct>\n"
    rows = HEADING.replace("RSS", "RSS STAT") + "".join(
        re.sub(r"^(.{17})", r"\1 S   ", row) + "\n" for row in _listing(MANY).splitlines()[1:]
    )
    markup = _page(cli, tmp_path, rows + re.sub(r"^(.{17})", r"\1 Z   ", dead))
    assert re.search(rf"<tr><td[^>]*>{MANY + 1}</td>", markup)


def test_red_has_a_legend_where_something_is_red(cli: Cli, tmp_path: Path) -> None:
    told = "red: something is wrong with it"
    assert told in page(cli, tmp_path / "wrong.html", *CASES["processes"]).read_text(encoding="utf-8")
    assert told not in _page(cli, tmp_path, _listing(20))


def test_without_memory_the_page_says_why_there_is_no_plot(cli: Cli, tmp_path: Path) -> None:
    rows = "".join(f"{number:5} {1:5} /usr/bin/tool-{number}\n" for number in range(2, 9))
    markup = _page(cli, tmp_path, "  PID  PPID COMMAND\n    1     0 /sbin/init\n" + rows)
    assert "plot-data" not in markup
    assert "No memory of processes is in the listing" in markup
    assert "The tree as a table, 8 processes" in markup
