"""Compare memdoctor with what DevTools computes, on every snapshot of a folder that has an `oracle/`.

`python benchmarks/oracle.py FOLDER` walks over the folder: beside `name.heapsnapshot` (also .xz) it looks
for `oracle/name/` with `nodes.npz` (per node in file order: id, self_size_adjusted, retained_size,
distance, dominator_ordinal, detachedness, class_idx into `class_names.json`) and `summary.json`
(statistics, aggregates by class key, interface definitions, groups of duplicate strings).
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

import memdoctor
from memdoctor.heap.duplicates import DuplicateString, duplicate_strings
from memdoctor.heap.graph import HeapGraph
from memdoctor.heap.strings import units

_COLUMNS = {
    "id": "node_id",
    "self_size_adjusted": "shallow_size",
    "retained_size": "retained_size",
    "distance": "distance",
    "dominator_ordinal": "dominator",
    "detachedness": "detachedness",
}


def differences(graph: HeapGraph, oracle: Path) -> dict[str, int]:
    """Return, for each thing that is compared, how many of its items differ from DevTools."""
    with np.load(oracle / "nodes.npz") as columns:
        found = {
            ours: int(
                np.count_nonzero(columns[theirs].astype(np.int64) != getattr(graph, ours).astype(np.int64))
            )
            for theirs, ours in _COLUMNS.items()
        }
        names = json.loads((oracle / "class_names.json").read_bytes())
        theirs = [names[index] for index in columns["class_idx"]]
    ours = [graph.class_names[index] for index in graph.class_id]
    found["class name"] = sum(map(str.__ne__, theirs, ours))
    summary = json.loads((oracle / "summary.json").read_bytes())
    found["aggregates"] = _rows_apart(_their_rows(summary), _our_rows(graph))
    found["interfaces"] = _interfaces_apart(summary, graph)
    found["statistics"] = _statistics_apart(summary["statistics"], graph)
    found["duplicate strings"] = _duplicates_apart(summary["duplicates"], graph)
    return found


def _their_rows(summary: dict[str, Any]) -> Counter[tuple[object, ...]]:
    return Counter(
        (key, row["name"], row["count"], row["self"], row["maxRet"], row["distance"])
        for key, row in summary["aggregates"].items()
    )


def _our_rows(graph: HeapGraph) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            ",".join(map(str, (*(row.location or ("",)), row.name))),
            row.name,
            row.count,
            row.shallow_bytes,
            row.retained_bytes,
            row.distance,
        )
        for row in graph.classes
    )


def _rows_apart(theirs: Counter[tuple[object, ...]], ours: Counter[tuple[object, ...]]) -> int:
    return max((theirs - ours).total(), (ours - theirs).total())


def _interfaces_apart(summary: dict[str, Any], graph: HeapGraph) -> int:
    theirs = [
        (one["name"], tuple(one["properties"]), one["count"]) for one in summary["interfaceDefinitions"]
    ]
    ours = [(one.name, one.properties, one.count) for one in graph.interfaces]
    return sum(map(tuple.__ne__, theirs, ours)) + abs(len(theirs) - len(ours))


def _statistics_apart(theirs: dict[str, Any], graph: HeapGraph) -> int:
    ours = graph.statistics
    pairs = (
        (theirs["total"], ours.total),
        (theirs["native"]["total"], ours.native),
        (theirs["native"]["typedArrays"], ours.typed_arrays),
        (theirs["v8heap"]["total"], ours.v8_heap),
        (theirs["v8heap"]["code"], ours.code),
        (theirs["v8heap"]["strings"], ours.strings),
        (theirs["v8heap"]["jsArrays"], ours.arrays),
        (theirs["v8heap"]["system"], ours.system),
    )
    return sum(one != other for one, other in pairs)


def _duplicates_apart(theirs: dict[str, Any], graph: HeapGraph) -> int:
    """Compare the totals, and the groups that DevTools would show first.

    Where V8 does not say what it cut off, DevTools takes equal beginnings for equal strings. memdoctor
    also wants equal sizes; what it counts without that is what is compared here.
    """
    ours = list(duplicate_strings(graph, as_devtools=True))
    pairs = (
        (theirs["groups"], len(ours)),
        (theirs["total_count"], sum(one.count for one in ours)),
        (theirs["total_self"], sum(one.shallow_bytes for one in ours)),
        (round(theirs["wasted_self"], 6), round(sum(_waste(one) for one in ours), 6)),
    )
    apart = sum(one != other for one, other in pairs)
    found = Counter((units(one.text), one.count, one.shallow_bytes, one.retained_bytes) for one in ours)
    shown = Counter((one["len"], one["count"], one["self"], one["retained"]) for one in theirs["top"])
    return int(apart + (shown - found).total())


def _waste(group: DuplicateString) -> float:
    return group.shallow_bytes * (group.count - 1) / group.count


def main() -> int:
    """Compare every snapshot of the folder; return 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    worst, compared = 0, 0
    for oracle in sorted(options.folder.rglob("oracle/*/nodes.npz")):
        name = oracle.parent.name
        base = oracle.parent.parent.parent
        snapshot = next(iter(sorted(base.glob(f"{name}.heapsnapshot*"))), None)
        if snapshot is None:
            print(f"{name:30} no snapshot")
            continue
        compared += 1
        found = differences(memdoctor.load(snapshot), oracle.parent)
        wrong = {key: count for key, count in found.items() if count}
        print(f"{name:30} {wrong or 'equal'}")
        worst = max(worst, *found.values())
    print(f"{compared} snapshots compared")
    return int(worst > 0 or not compared)


if __name__ == "__main__":
    sys.exit(main())
