"""The queries of docs/sql.md, against what DevTools or a few lines of Python make of the same files."""

import csv
import json
import lzma
import re
import shlex
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import memdoctor

from conftest import FIXTURES, ROOT, SNAPSHOTS, Cli

PAGE = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
QUERIES = dict(re.findall(r"### (.+)\n\n```sh\nmemdoctor (query .+)\n```", PAGE))
SMALL, SERIES = "small-i-node22-1", "small-a-node12-{}"
Rows = list[dict[str, Any]]


def _document(name: str) -> Any:
    return json.loads(lzma.decompress((SNAPSHOTS / f"{name}.heapsnapshot.xz").read_bytes()))


def _nodes(name: str) -> Rows:
    """Return the nodes of a snapshot, read as plain JSON."""
    document = _document(name)
    meta = document["snapshot"]["meta"]
    fields, types = meta["node_fields"], meta["node_types"][0]
    flat, width = document["nodes"], len(fields)
    rows = [dict(zip(fields, flat[at : at + width], strict=True)) for at in range(0, len(flat), width)]
    strings = document["strings"]
    return [{**row, "type": types[row["type"]], "name": strings[row["name"]]} for row in rows]


def _by_class() -> Rows:
    summary = json.loads((SNAPSHOTS / "oracle" / SMALL / "summary.json").read_bytes())
    rows = [
        {"class_name": name, "count": one["count"], "retained_size": one["maxRet"]}
        for name, one in ((one["name"], one) for one in summary["aggregates"].values())
    ]
    return sorted(rows, key=lambda row: -row["retained_size"])[:10]


def _biggest() -> Rows:
    strings = [node for node in _nodes(SMALL) if node["type"] == "string"]
    strings.sort(key=lambda node: (-node["self_size"], node["id"]))
    return [{key: node[key] for key in ("id", "self_size")} for node in strings[:10]]


def _holders() -> Rows:
    with np.load(SNAPSHOTS / "oracle" / SMALL / "nodes.npz") as columns:
        classes = columns["class_idx"].tolist()
    names = json.loads((SNAPSHOTS / "oracle" / SMALL / "class_names.json").read_bytes())
    document, counts = _document(SMALL), Counter[tuple[str, str]]()
    meta, edges, at = document["snapshot"]["meta"], document["edges"], 0
    width, kinds = len(meta["node_fields"]), meta["edge_types"][0]
    place = meta["node_fields"].index("edge_count")
    for node in range(len(classes)):
        for _ in range(document["nodes"][node * width + place]):
            kind, name, target = edges[at : at + 3]
            at += 3
            if kinds[kind] == "property" and names[classes[target // width]] == "Map":
                counts[names[classes[node]], document["strings"][name]] += 1
    rows = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:10]
    return [{"class_name": holder, "name": name, "times": count} for (holder, name), count in rows]


def _duplicates() -> Rows:
    sizes: dict[str, list[int]] = {}
    for node in _nodes(SMALL):
        if node["type"] == "string":
            sizes.setdefault(node["name"], []).append(node["self_size"])
    several = {text: one for text, one in sizes.items() if len(one) > 1}
    whole = [one for text, one in several.items() if len(text) != 1024]  # the others may be cut
    wasted = sum(sum(one) - sum(one) // len(one) for one in whole)
    return [{"texts": len(several), "strings": sum(map(len, several.values())), "wasted": wasted}]


def _growth() -> Rows:
    counts = [
        Counter(node["name"] for node in _nodes(SERIES.format(number)) if node["type"] == "object")
        for number in (1, 3)
    ]
    rows = sorted((counts[1] - counts[0]).items(), key=lambda one: (-one[1], one[0]))
    return [{"name": name, "more": more} for name, more in rows[:10]]


def _programs() -> Rows:
    sums: dict[str, list[int]] = {}
    for line in (FIXTURES / "ps" / "heavy.txt").read_text().splitlines()[1:]:
        cells = line.split()
        script = next((word for word in cells[8:] if word.endswith(".js")), cells[8])
        sums.setdefault(script.split("/")[-1], []).append(int(cells[5]) * 1024)
    rows = [{"program": name, "processes": len(one), "rss": sum(one)} for name, one in sums.items()]
    return sorted(rows, key=lambda row: -int(str(row["rss"])))


def _restarts() -> Rows:
    seen: dict[str, list[int]] = {}
    for file in sorted((FIXTURES / "cases" / "broken-worker").glob("*_jlist.json")):
        for app in json.loads(file.read_text()):
            seen.setdefault(app["name"], []).append(app["pm2_env"]["restart_time"])
    rows = [{"name": name, "restarts": max(one) - min(one)} for name, one in seen.items()]
    return sorted(rows, key=lambda row: -int(str(row["restarts"])))


def _over_time() -> Rows:
    minutes: dict[str, list[tuple[int, int]]] = {}
    for one in json.loads((FIXTURES / "series" / "node22-heap-leak.json").read_text()):
        minute = one["timestamp"][:17] + "00Z"
        minutes.setdefault(minute, []).append((one["rss"], one["heapUsed"]))
    return [
        {"minute": minute, "rss": max(rss for rss, _ in seen), "heap": max(heap for _, heap in seen)}
        for minute, seen in sorted(minutes.items())
    ]


def _severities() -> Rows:
    report = memdoctor.analyze("fixtures/heapdumps")
    found: dict[str, list[str | None]] = {}
    for finding in report.findings:
        found.setdefault(finding.severity.value, []).append(finding.subject.source)
    return [
        {"severity": name, "findings": len(one), "dumps": len(set(one) - {None})}
        for name, one in sorted(found.items())
    ]


def _a_minute() -> Rows:
    counts: Counter[tuple[str, str]] = Counter()
    for line in (FIXTURES / "cases" / "broken-worker" / "pm2.log").read_text().splitlines():
        for sign, kind in ((" exited with code", "exit"), (" starting in -", "start")):
            if sign in line:
                counts[line[:16] + ":00Z", kind] += 1
    return [
        {"minute": minute, "kind": kind, "events": count}
        for (minute, kind), count in sorted(counts.items())
    ]


ORACLES: dict[str, Callable[[], Rows]] = {
    "Retained by class": _by_class,
    "The biggest strings": _biggest,
    "Who holds objects of a class": _holders,
    "What equal strings waste": _duplicates,
    "What has grown between two snapshots": _growth,
    "Programs by memory": _programs,
    "Restarts by app": _restarts,
    "RSS and heap over time": _over_time,
    "Findings by severity": _severities,
    "Events a minute": _a_minute,
}


def test_there_are_ten() -> None:
    assert list(QUERIES) == list(ORACLES)


@pytest.mark.parametrize("heading", ORACLES)
def test_the_answer_is_right(heading: str, cli: Cli) -> None:
    outcome = cli(*shlex.split(QUERIES[heading]), "--json")
    rows = json.loads(outcome.out)["rows"]
    expected = ORACLES[heading]()
    assert rows
    assert [{key: row[key] for key in expected[0]} for row in rows] == expected


def test_the_same_rows_are_in_csv(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "answer.csv"
    outcome = cli(*shlex.split(QUERIES["RSS and heap over time"]), "-o", file)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert [{**row, "rss": int(row["rss"]), "heap": int(row["heap"])} for row in rows] == _over_time()
    assert datetime.fromisoformat(rows[0]["minute"]).utcoffset() is not None
