"""How long four snapshots of 300 MB take as a series, beside each of them alone.

`python benchmarks/series.py` makes them with Node and measures whole processes, the best of several, in
turn. --write puts the table into docs/performance.md.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from into_docs import put

from heap import PAGE
from memdoctor.units import MiB, percent, size

MARK = "series"
COUNTS = (165_000, 172_000, 179_000, 186_000)
BUDGET = 1.3  # times the sum of the single ones
PROGRAM = Path(__file__).with_name("series.js")
_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def make(folder: Path) -> list[Path]:
    """Return the snapshots; those that are there already are kept."""
    paths = [folder / f"sessions-{number}.heapsnapshot" for number in range(1, len(COUNTS) + 1)]
    if not all(path.exists() for path in paths):
        call = ["node", "--max-old-space-size=8000", str(PROGRAM), str(folder), *map(str, COUNTS)]
        subprocess.run(call, check=True)
    return paths


def measured(files: Sequence[Path]) -> tuple[float, int]:
    """Return the seconds that `memdoctor analyze` takes, and its peak RSS in bytes."""
    call = [sys.executable, "-c", _PEAK, sys.executable, "-m", "memdoctor", "analyze", *map(str, files)]
    start = time.perf_counter()
    done = subprocess.run(call, capture_output=True, check=True)
    return time.perf_counter() - start, int(done.stdout) * 1024


def rows(files: Sequence[Path], runs: int) -> list[str]:
    """Return the lines of the table. They take turns, so that a slow spell hits all."""
    calls = [[file] for file in files] + [list(files)]
    times: list[list[float]] = [[] for _ in calls]
    peaks = [0] * len(calls)
    for _ in range(runs):
        for index, call in enumerate(calls):
            seconds, peak = measured(call)
            times[index].append(seconds)
            peaks[index] = max(peaks[index], peak)
    best = [min(of_call) for of_call in times]
    lines = [
        f"| {file.name}, {file.stat().st_size / MiB:.0f} MiB | {seconds:.2f} | {size(peak)} |"
        for file, seconds, peak in zip(files, best, peaks, strict=False)
    ]
    alone = sum(best[:-1])
    met = "as it should be" if best[-1] <= BUDGET * alone else "**too slow**"
    lines.append(f"| the sum of these | {alone:.2f} | |")
    lines.append(f"| all four as a series | {best[-1]:.2f} | {size(peaks[-1])} |")
    lines += ["", f"That is {percent(best[-1] / alone)} of the sum; at most {percent(BUDGET)}: {met}."]
    return lines


def main() -> None:
    """Measure, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="runs of each")
    parser.add_argument("--folder", type=Path, help="where snapshots are kept; else a temporary one")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        lines = rows(make(options.folder or Path(temporary)), options.runs)
    text = "\n".join(("| snapshots | seconds | peak RSS |", "|---|---:|---:|", *lines))
    print(text)
    if options.write:
        put(text, PAGE, MARK)


if __name__ == "__main__":
    main()
