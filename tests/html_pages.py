"""Pages of `-f html` as the tests look at them: what a reader sees of them, and which there are."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

from conftest import FIXTURES, HEAPDUMPS, SERIES, SNAPSHOTS, Cli

MAIN = HEAPDUMPS / "phantom-external.json"
MIXED = (
    *(MAIN, SERIES / "node22-heap-leak.json", FIXTURES / "ps" / "evidence.jsonl"),
    *(FIXTURES / "logs" / "missing-node22.err", FIXTURES / "pm2" / "v6" / "06_list.txt"),
)
CASES: dict[str, tuple[str | Path, ...]] = {
    "main": ("analyze", MAIN),
    "series": ("analyze", *sorted(SNAPSHOTS.glob("leaks-node20-*.heapsnapshot.xz")), "--every", "5m"),
    "processes": ("ps", FIXTURES / "ps" / "evidence.jsonl"),
    "pm2": ("pm2", FIXTURES / "pm2" / "timeline"),
    "mixed": ("analyze", *MIXED),
    "recording": ("analyze", FIXTURES / "recordings" / "leak-and-sawtooth.jsonl"),
    "log": ("analyze", FIXTURES / "logs" / "missing-node22.err"),
}


def page(cli: Cli, path: Path, *arguments: str | Path) -> Path:
    """Write the page of a command, and return where it is."""
    outcome = cli(*arguments, "-f", "html", "-o", path)
    assert (outcome.code, outcome.err, outcome.out) == (0, "", "")
    return path


def without_scripts(markup: str) -> str:
    """Return a page without its scripts, its data and its style."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", markup, flags=re.DOTALL)


def seen(markup: str) -> str:
    """Return the text of a page, with `#` before headings and bars between cells."""
    markup = without_scripts(markup).partition("<body>")[2]
    markup = re.sub(r"<h(\d)>", lambda match: f"\n\n{'#' * int(match[1])} ", markup)
    markup = re.sub(r"</t[hd]>(?=<t)", " | ", markup)
    markup = re.sub(r"<(?:tr|p|li|summary|figcaption|table)\b[^>]*>", "\n", markup)
    lines = (line.strip() for line in unescape(re.sub(r"<[^>]*>", "", markup)).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def outline(markup: str) -> str:
    """Return the headings, plots, folds and columns of a page, a line each."""
    shown = re.compile(r"<(h[1-6]|figcaption|summary|thead)\b[^>]*>(.*?)</\1>", re.DOTALL)
    lines = []
    for name, inner in shown.findall(without_scripts(markup)):
        words = re.sub(r"<[^>]*>", "", re.sub(r"</th>(?=<th)", " | ", inner))
        lines.append(f"{name} {words}".strip())
    return unescape("\n".join(lines)) + "\n"


def figures(markup: str) -> dict[str, str]:
    """Return the figures of a page by their titles, as markup."""
    found = re.findall(r"<figure>(.*?)</figure>", markup, re.DOTALL)
    return {unescape(re.findall(r"<figcaption>(.*?)</figcaption>", one)[0]): one for one in found}


def plots(markup: str) -> dict[str, Any]:
    """Return the data of the plots by their titles."""
    data = r"<script [^>]*plot-data[^>]*>(.*?)</script>"
    return {
        title: json.loads(re.findall(data, figure, re.DOTALL)[0])
        for title, figure in figures(markup).items()
    }


def notes(markup: str) -> dict[str, str]:
    """Return what stands between the title and the drawing of each figure."""
    between = r"</figcaption>(.*?)<(?:nav|div)\b"
    return {
        title: unescape(re.sub(r"<[^>]*>", " ", re.findall(between, figure, re.DOTALL)[0])).strip()
        for title, figure in figures(markup).items()
    }
