"""Whole outputs of `memdoctor query`, with exit code and stderr."""

import pytest

import golden_files
from conftest import Cli

SNAPSHOT = "fixtures/snapshots/small-i-node22-1.heapsnapshot.xz"
BY_CLASS = "SELECT class_name, sum(self_size) AS bytes, count(*) AS n FROM nodes GROUP BY 1 ORDER BY 2 DESC"
SAMPLES = "SELECT time, pid, rss, pss, process FROM samples ORDER BY time"
SERIES = "fixtures/series/node22-heap-leak.json"

GOLDENS = {
    "query": ["query", BY_CLASS, SNAPSHOT, "--top", "8"],
    "query-json": ["query", BY_CLASS, SNAPSHOT, "--json", "--top", "2"],
    "query-jsonl": ["query", SAMPLES, SERIES, "-f", "jsonl", "--top", "2"],
    "query-markdown": ["query", SAMPLES, SERIES, "-f", "markdown", "--top", "3"],
    "query-concise": ["query", SAMPLES, SERIES, "-f", "concise", "--top", "3"],
    "query-schema": ["query", "--schema"],
    "query-help": ["query", "--help"],
    "query-refused": ["query", "SELECT * FROM read_csv('/etc/passwd')", SERIES],
    "query-wrong-column": ["query", "SELECT rrs FROM samples", SERIES],
}


@pytest.mark.parametrize("name", GOLDENS)
def test_output(name: str, cli: Cli) -> None:
    golden_files.check(name, GOLDENS[name], cli(*GOLDENS[name]))
