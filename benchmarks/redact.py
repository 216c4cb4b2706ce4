"""How fast a copy of a heap snapshot is made, beside what a person would write: Python's json, in and out.

`python benchmarks/redact.py` makes a snapshot of about 300 MB with Node and prints seconds and the peak of
private memory of `memdoctor redact`, of `--audit`, and of the peer, which replaces every string in a loaded
document. --write puts the table into docs/redact.md.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from into_docs import put
from startup import ROOT, memdoctor, processor

from heap import MiB, Result, make, run

PAGE = ROOT / "docs" / "redact.md"
MARK = "speed"
SNAPSHOTS = (("sessions", 35_000), ("sessions", 180_000))
LONGEST, MEMORY = 15.0, 1.0  # seconds and share of the file that 300 MB may take
PEER = """
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    snapshot = json.load(file)
known = {}
for index, text in enumerate(snapshot["strings"]):
    snapshot["strings"][index] = known.setdefault(text, f"{len(known):0{len(text)}d}")
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(snapshot, file)
"""


def results(file: Path, folder: Path) -> Iterator[tuple[str, Result]]:
    """Yield each way with what it takes: the better of two times, the memory of a run of its own."""
    copy = folder / "copy.heapsnapshot"
    ours: list[str | Path] = [*memdoctor(), "redact", file, "-o", copy, "--force"]
    ways: tuple[tuple[str, list[str | Path]], ...] = (
        ("memdoctor redact", ours),
        ("memdoctor redact --keep-names", [*ours, "--keep-names"]),
        ("json.load, json.dump", [sys.executable, "-c", PEER, file, copy]),
    )  # fmt: skip
    for name, command in ways:
        watched = run(command, folder, watch=True)
        times = [run(command, folder, watch=False).seconds for _ in range(2)]
        best = min((one for one in times if one is not None), default=None)
        yield name, Result(best, watched.private)


def row(name: str, size: int, result: Result) -> str:
    """Return one line of the table."""
    memory = f"{result.private / MiB:.0f} | {result.private / size:.2f}"
    if result.seconds is None:
        return f"| {size / 1e6:.0f} MB | {name} | did not finish | | {memory} | |"
    met = ""
    if name.startswith("memdoctor"):
        fits = result.seconds <= LONGEST * size / 300e6 + 2 and result.private <= MEMORY * size
        met = "yes" if fits else "**no**"
    speed = size / 1e6 / result.seconds
    return f"| {size / 1e6:.0f} MB | {name} | {result.seconds:.1f} | {speed:.0f} | {memory} | {met} |"


def table(folder: Path) -> str:
    """Measure everything, printing each line as it comes."""
    lines = [
        "| file | way | seconds | MB/s | private MiB | ÷ file | as it should be |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for kind, count in SNAPSHOTS:
        file = make(folder, kind, count)
        for name, result in results(file, folder):
            lines.append(row(name, file.stat().st_size, result))
            print(lines[-1], flush=True)
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where snapshots are kept; else a temporary one")
    parser.add_argument("--write", action="store_true", help="write the table into docs/redact.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        measured = f"{table(folder)}\n\n{processor()}, two cores; the snapshots are made by Node."
    if arguments.write:
        put(measured, PAGE, MARK)


if __name__ == "__main__":
    main()
