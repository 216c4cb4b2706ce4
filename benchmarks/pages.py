"""How large a page is, how long it takes to be written, and until Chromium has drawn it.

`python benchmarks/pages.py` makes a snapshot of about 300 MB with Node and prints sizes and seconds, beside
a page that plotly's own Python package writes with as many boxes. --write puts the table into docs/html.md.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from into_docs import put
from startup import ROOT, memdoctor, processor

from heap import make, run

sys.path.insert(0, str(ROOT / "tests"))

from browser import Page, chromium

PAGE = ROOT / "docs" / "html.md"
MARK = "speed"
SESSIONS, TRIES = 180_000, 3
LARGEST, LONGEST = 6e6, 2.0  # bytes, seconds until it is drawn
PEER = """
import sys
import plotly.graph_objects as go
count = 900
parents = [""] + [f"n{(number - 1) // 3}" for number in range(1, count)]
ids = [f"n{number}" for number in range(count)]
tree = go.Icicle(ids=ids, labels=ids, parents=parents, values=[1] * count, maxdepth=6)
go.Figure(tree).write_html(sys.argv[1])
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """A page: its bytes, seconds to write it, seconds until it is drawn."""

    name: str
    size: int
    written: float
    opened: float

    @property
    def row(self) -> str:
        """One line of the table."""
        fits = self.size <= LARGEST and self.opened <= LONGEST
        met = ("yes" if fits else "**no**") if self.name.startswith("memdoctor") else ""
        times = f"{self.written:.1f} s | {self.opened:.2f} s"
        return f"| {self.name} | {self.size / 1e6:.2f} MB | {times} | {met} |"


def opened(tab: Page, path: Path) -> float:
    """Return the best time in which a page was drawn."""
    best = float("inf")
    for _ in range(TRIES):
        begin = time.perf_counter()
        tab.open(path)
        tab.wait("document.querySelector('.main-svg .slice, .main-svg .trace')")
        best = min(best, time.perf_counter() - begin)
    return best


def measured(folder: Path) -> Iterator[Measured]:
    """Yield the pages, each with what it takes."""
    snapshot = make(folder, "sessions", SESSIONS)
    size = f"{snapshot.stat().st_size / 1e6:.0f} MB"
    page = folder / "page.html"
    series = ROOT / "fixtures" / "series" / "node22-heap-leak.json"
    ways: tuple[tuple[str, list[str | Path]], ...] = (
        (f"memdoctor, a snapshot of {size}", [*memdoctor(), "analyze", snapshot, "-f", "html", "-o", page]),
        ("memdoctor, a series of dumps", [*memdoctor(), "analyze", series, "-f", "html", "-o", page]),
        ("plotly's own page, 900 boxes", [sys.executable, "-c", PEER, page]),
    )
    with chromium() as tab:
        for name, command in ways:
            seconds = run(command, folder, watch=False).seconds
            if seconds is not None:
                yield Measured(name, page.stat().st_size, seconds, opened(tab, page))


def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/html.md")
    parser.add_argument("--folder", type=Path, help="where snapshots are kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        rows = [one.row for one in measured(folder)]
    head = ["| Page | Size | Written in | Opened in | Within 6 MB and 2 s |", "|---|---:|---:|---:|---|"]
    table = "\n".join([*head, *rows, "", f"On {processor()}."])
    print(table)
    if asked.write:
        put(table, PAGE, MARK)


if __name__ == "__main__":
    main()
