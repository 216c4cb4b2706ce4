"""How long each view of a heap takes, beyond opening the snapshot and computing retained sizes.

`python benchmarks/views.py` makes a snapshot of 300 MB and one of a list of a million links with Node and
measures every view in processes of its own, the best of several. --write puts the table into
docs/performance.md.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from into_docs import put

from heap import PAGE, make
from memdoctor.analysis.heap.view import NEEDS_TARGET, VIEWS
from memdoctor.units import grouped

MARK = "views"
SNAPSHOTS = (("sessions", 180_000), ("list", 1_000_000))
BUDGET = 1.0  # seconds for a view; retainers of the largest class have two

_MEASURE = """
import sys, time
import memdoctor
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.view import Ask
from memdoctor.analysis.heap.views import view_of
from memdoctor.model import Source

view, file = sys.argv[1:]
inside = Inside(memdoctor.load(file))
inside.counts
rows = [row for row in inside.graph.classes if not row.name.startswith("(")]
largest = max(rows, key=lambda row: row.count).name
node = f"@{inside.graph.node_id[inside.graph.of_class(largest)[0]]}"
what = {"retainers": largest, "node": node}.get(view)
start = time.perf_counter()
view_of(view, Source(file, "path"), inside, Ask(what, most=25))
print(time.perf_counter() - start)
"""


def seconds(view: str, file: Path, runs: int) -> float:
    """Return the best time of a view beyond loading."""
    call = [sys.executable, "-c", _MEASURE, view, str(file)]
    return min(float(subprocess.run(call, capture_output=True, check=True).stdout) for _ in range(runs))


def rows(folder: Path, runs: int) -> Iterator[str]:
    """Yield the lines of the table, and print each as it comes."""
    files = [make(folder, kind, count) for kind, count in SNAPSHOTS]
    for view in VIEWS:
        times = [seconds(view, file, runs) for file in files]
        budget = 2 * BUDGET if view in NEEDS_TARGET else BUDGET
        met = "yes" if max(times) <= budget else "**no**"
        line = f"| `{view}` | {' | '.join(f'{time:.2f}' for time in times)} | {met} |"
        print(line, flush=True)
        yield line


def main() -> None:
    """Measure, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each view on each file")
    parser.add_argument("--folder", type=Path, help="where snapshots are kept; else a temporary one")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        lines = list(rows(options.folder or Path(temporary), options.runs))
    heads = " | ".join(f"{kind}, {grouped(count)}" for kind, count in SNAPSHOTS)
    text = "\n".join((f"| view | {heads} | as it should be |", "|---|---:|---:|---|", *lines))
    if options.write:
        put(text, PAGE, MARK)


if __name__ == "__main__":
    main()
