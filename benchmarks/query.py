"""How long queries take on a snapshot of 300 MB after it is loaded, beside a loop in Python.

`python benchmarks/query.py` makes the snapshot with Node, and asks each query in a process of its own, the
best of several. The loop adds up the same classes over the same columns, as lists.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from heap import make

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
    database.ask("SELECT count(*) FROM nodes")
    start = time.perf_counter()
    database.ask(sys.argv[1], 100)
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


def seconds(program: str, query: str, file: Path, runs: int) -> float:
    """Return the best time of a query."""
    call = [sys.executable, "-c", program, query, str(file)]
    return min(float(subprocess.run(call, capture_output=True, check=True).stdout) for _ in range(runs))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="runs of each query")
    parser.add_argument("--folder", type=Path, help="where the snapshot is kept; else a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        file = make(options.folder or Path(temporary), "sessions", 180_000)
        for name, query in QUERIES.items():
            best = seconds(_ASK, query, file, options.runs)
            print(f"| {name} | {best:.2f} s | {'yes' if best <= BUDGET else '**no**'} |", flush=True)
        print(f"| bytes by class, a loop in Python | {seconds(_LOOP, '', file, options.runs):.2f} s | |")


if __name__ == "__main__":
    main()
