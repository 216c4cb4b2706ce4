"""How fast a heap snapshot is opened, beside the tools that npm gives, in one run on files it makes itself.

`python benchmarks/heap.py` makes snapshots with Node (about 10, 60, 300, 700 MB and 1.6 GB of sessions,
and lists and points), gives each to memdoctor and to its peers, and prints a table: the best of several
runs of the whole process, and its peak of private memory in a run of its own. --write puts it into
docs/performance.md. The peers are installed with npm into --folder; without npm they are left out.
"""

import argparse
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from into_docs import put
from startup import ROOT, memdoctor, processor

PAGE = ROOT / "docs" / "performance.md"
MARK = "heap"
HERE = Path(__file__).parent
PACKAGES = ("@vscode/v8-heap-parser@0.1", "@memlab/heap-analysis@2")
PEERS = ("v8-heap-parser", "memlab", "JSON.parse alone")
# Kind, count, about how many MB that gives, and in how many seconds it is to be opened.
SNAPSHOTS = (
    ("sessions", 4_000, 10, 0.35),
    ("sessions", 35_000, 60, 0.35),
    ("points", 600_000, 160, None),
    ("list", 1_000_000, 160, None),
    ("sessions", 180_000, 300, None),
    ("sessions", 420_000, 700, None),
    ("sessions", 950_000, 1600, 4.0),
)
LONGEST = 120.0  # seconds for one run; a peer that takes longer does not finish
MiB = 1 << 20


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool took for a file: seconds (None: it failed, or did not finish) and bytes."""

    seconds: float | None
    private: int


def make(folder: Path, kind: str, count: int) -> Path:
    """Return a snapshot of that many things, made now if it is not there."""
    file = folder / f"{kind}-{count}.heapsnapshot"
    if not file.exists():
        heap = "--max-old-space-size=16000"
        subprocess.run(["node", heap, HERE / "make_snapshot.js", kind, str(count), file], check=True)
    return file


def peers(folder: Path) -> tuple[str, ...]:
    """Install the peers and return their names; none where npm is missing or fails."""
    if shutil.which("npm") is None:
        return ()
    env = os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"}
    call: list[str | Path] = [
        "npm",
        "install",
        "--prefix",
        folder,
        "--no-save",
        "--no-package-lock",
        "--loglevel=error",
        *PACKAGES,
    ]
    done = subprocess.run([*call, *PACKAGES], env=env, stdout=subprocess.DEVNULL, check=False)
    return PEERS if done.returncode == 0 else ()


def run(command: Sequence[str | Path], folder: Path, *, watch: bool) -> Result:
    """Run a command to its end; with `watch`, look at its private memory all along, which slows it down."""
    nowhere = subprocess.DEVNULL
    env = os.environ | {"NODE_PATH": str(folder / "node_modules")}
    start = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    peak = 0
    while child.poll() is None and time.perf_counter() - start < LONGEST:
        if watch:
            peak = max(peak, private_bytes(child.pid))
        time.sleep(0.002)
    seconds = time.perf_counter() - start
    if child.poll() is None:
        child.kill()
    return Result(seconds if child.wait() == 0 else None, peak)


def private_bytes(pid: int) -> int:
    """Return the anonymous memory of a process now, as Linux tells it; 0 elsewhere."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines() if line.startswith("RssAnon"))
    return next((int(line[1]) * 1024 for line in lines), 0)


def measure(file: Path, tool: str, folder: Path, runs: int) -> Result:
    """Return the best time of a tool for a file, and its peak in a run of its own."""
    if tool == "memdoctor":
        command: list[str | Path] = [*memdoctor(), "heap", "classes", file, "--json"]
    else:
        command = ["node", "--max-old-space-size=16000", HERE / "heap_peers.js", tool, file]
    watched = run(command, folder, watch=True)
    if watched.seconds is None:
        return watched
    times = [run(command, folder, watch=False).seconds for _ in range(runs if watched.seconds < 20 else 1)]
    return Result(min((one for one in times if one is not None), default=None), watched.private)


def rows(folder: Path, tools: Sequence[str], runs: int, most: int) -> Iterator[str]:
    """Yield the lines of the table, and print each result as it comes."""
    for kind, count, megabytes, budget in SNAPSHOTS:
        if megabytes > most:
            continue
        file = make(folder, kind, count)
        size = file.stat().st_size
        for tool in tools:
            result = measure(file, tool, folder, runs)
            line = row(f"{kind}, {size / 1e6:.0f} MB", tool, size, result, budget)
            print(line, flush=True)
            yield line


def row(name: str, tool: str, size: int, result: Result, budget: float | None) -> str:
    """Return one line: time, speed, memory, and for memdoctor whether that is what it should be."""
    memory = f"{result.private / MiB:.0f} | {result.private / size:.2f}"
    if result.seconds is None:
        return f"| {name} | {tool} | did not finish | | {memory} | |"
    speed = size / 1e6 / result.seconds
    met = ""
    if tool == "memdoctor":
        least = 300 if size >= 250e6 else 0
        least = 400 if size >= 650e6 else least
        fits = result.private <= 1.3 * size + 80 * MiB
        met = "yes" if speed >= least and result.seconds <= (budget or LONGEST) and fits else "**no**"
    return f"| {name} | {tool} | {result.seconds:.2f} | {speed:.0f} | {memory} | {met} |"


def main() -> None:
    """Measure, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each tool on each file")
    parser.add_argument("--most", type=int, default=2000, help="leave out files above so many MB")
    parser.add_argument(
        "--folder", type=Path, help="where snapshots and peers are kept; else a temporary one"
    )
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        lines = list(rows(folder, ("memdoctor", *peers(folder)), options.runs, options.most))
    machine = f"{processor()}, {os.cpu_count()} cores, {platform.system()}"
    text = "\n".join(
        (
            f"{datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}. "
            f"Best of {options.runs} runs of the whole process.",
            "",
            "| snapshot | tool | seconds | MB/s | private peak, MiB | × file | as it should be |",
            "|---|---|---:|---:|---:|---:|---|",
            *lines,
        )
    )
    if options.write:
        put(text, PAGE, MARK)


if __name__ == "__main__":
    main()
