"""How long queries take on a snapshot of 300 MB after it is loaded, beside a loop in Python.

`python benchmarks/query.py` makes the snapshot with Node, and asks each query in a process of its own, the
best of several. The loop adds up the same classes over the same columns, as lists. --write puts the table
into docs/sql.md.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from into_docs import put
from startup import ROOT, memdoctor, processor

from heap import make

PAGE = ROOT / "docs" / "sql.md"
MARK = "speed"
BUDGET = 2.0  # seconds
QUERIES = {
    "bytes by class": "SELECT class_name, sum(self_size) FROM nodes GROUP BY 1",
    "a join": "SELECT n.class_name, count(*) FROM edges e JOIN nodes n ON n.node = e.to_node GROUP BY 1",
    "two joins": "SELECT a.class_name, b.class_name, count(*) FROM edges e "
    "JOIN nodes a ON a.node = e.from_node JOIN nodes b ON b.node = e.to_node GROUP BY 1, 2",
    "retained": "SELECT class_name, max(retained_size) FROM nodes GROUP BY 1",
    "equal strings": "SELECT text, wasted FROM strings ORDER BY wasted DESC LIMIT 10",
}

_ASK = """
import sys, time
from memdoctor.analysis.measurements import Measurements
from memdoctor.readers.case import read_case
from memdoctor.tables.database import Database
from memdoctor.tables.records import Records

with Database(Records(Measurements(read_case(sys.argv[2:])), lambda: None)) as database:
    list(database.ask("SELECT count(*) FROM nodes").rows)
    start = time.perf_counter()
    list(database.ask(sys.argv[1], 100).rows)
    print(time.perf_counter() - start)
"""
_LOOP = """
import sys, time
from collections import Counter
import memdoctor

graph = memdoctor.load(sys.argv[2])
classes, sizes = graph.class_id.tolist(), graph.nodes.size.tolist()
start = time.perf_counter()
sums = Counter()
for number, size in zip(classes, sizes):
    sums[graph.class_names[number]] += size
print(time.perf_counter() - start)
"""


_FLEET = 300  # dumps


def seconds(program: str, query: str, file: Path, runs: int) -> float:
    """Return the best time of a query."""
    call = [sys.executable, "-c", program, query, str(file)]
    return min(float(subprocess.run(call, capture_output=True, check=True).stdout) for _ in range(runs))


def fleet(folder: Path) -> float:
    """Return how long it takes to write many small dumps as Parquet, the whole call."""
    dump = (ROOT / "fixtures" / "heapdumps" / "phantom-external.json").read_bytes()
    files = [folder / f"host-{number}.json" for number in range(_FLEET)]
    for file in files:
        file.write_bytes(dump)
    begin = time.perf_counter()
    call: list[str | Path] = [*memdoctor(), "query", "--to", folder / "fleet", "--each", *files]
    subprocess.run(call, capture_output=True, check=True)
    return time.perf_counter() - begin


def measured(folder: Path, runs: int) -> Iterator[str]:
    """Yield the rows of the table."""
    file = make(folder, "sessions", 180_000)
    yield f"| after loading {file.stat().st_size / 1e6:.0f} MB | Seconds | Within {BUDGET:.0f} s |"
    yield "|---|---:|---|"
    for name, query in QUERIES.items():
        best = seconds(_ASK, query, file, runs)
        yield f"| {name} | {best:.2f} | {'yes' if best <= BUDGET else '**no**'} |"
    yield f"| bytes by class, a loop in Python | {seconds(_LOOP, '', file, runs):.2f} | |"
    yield f"| {_FLEET} small dumps written as a fleet, the whole call | {fleet(folder):.1f} | |"


def main() -> None:
    """Measure and print, or write into the docs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="runs of each query")
    parser.add_argument("--write", action="store_true", help="put the table into docs/sql.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        table = "\n".join([*measured(Path(temporary), options.runs), "", f"On {processor()}."])
    print(table)
    if options.write:
        put(table, PAGE, MARK)


if __name__ == "__main__":
    main()
