"""Signatures: each format is known by its own and by no other's; hostile inputs harm no reader."""

import time
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.errors import InputError
from memdoctor.readers import signatures
from reading import records, text

from conftest import HEAPDUMPS, ROOT

TABLES = ROOT / "fixtures" / "tables"
READERS = (
    *("node_report", "console_table", "prometheus", "heapdump_breakdown"),
    *("size_table", "csv_table", "size_lines"),
)
FIXTURES = {
    "csv.csv": "csv_table",
    "console-table.txt": "console_table",
    "size-lines.txt": "size_lines",
    "prometheus.txt": "prometheus",
    "cc-32893-table.md": "size_table",
    "cc-58067-breakdown.txt": "heapdump_breakdown",
    "hand-written.txt": "size_table",
}


def _fitting(head: bytes) -> list[str]:
    return [reader for reader in READERS if getattr(signatures, f"is_{reader}")(head)]


@pytest.mark.parametrize("name", sorted(FIXTURES))
def test_the_first_that_fits_is_the_right_one(name: str) -> None:
    assert _fitting((TABLES / name).read_bytes())[:1] == [FIXTURES[name]]


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures" / "reports").glob("*.json")), ids=str)
def test_reports(path: Path) -> None:
    assert _fitting(path.read_bytes()) == ["node_report"]


@pytest.mark.parametrize("path", sorted(HEAPDUMPS.glob("*.json")), ids=lambda path: path.name)
def test_diagnostics_are_left_to_their_reader(path: Path) -> None:
    assert _fitting(path.read_bytes()) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "We looked at rss, heapUsed, external and more.\n",
        '2026-11-20T09:00:00Z INFO memory {"rss":45084672,"heapTotal":5349376,"heapUsed":4256144}\n' * 3,
        "{\n  rss: '41.6 MB',\n  heapTotal: '5.1 MB',\n  heapUsed: '4.06 MB',\n}\n",
        "name,total,used\na,1,2\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "┌─┐\n│ a │ 1 │\n└─┘\n",
        "go_goroutines 7\nprocess_open_fds 7\n",
        "process_resident_memory_bytes is a metric\n",
    ],
)
def test_other_texts_fit_nothing(content: str) -> None:
    assert _fitting(content.encode()) == []


HOSTILE = {
    "a line of digits": b"rss: " + b"9" * 300_000,
    "a line of words": b"rss heapUsed " * 25_000,
    "a line of commas": b"rss,heapUsed\n" + b"," * 300_000,
    "a line of bars": b"| rss | heapUsed |\n" + b"|" * 300_000,
    "a line of box bars": "┌\n│ (index) │ rss │ heapUsed │\n".encode() + "│".encode() * 100_000,
    "a line of quotes": b'rss,heapUsed\n"' + b'""' * 150_000 + b"\n1,2\n",
    "a line of braces": b"process_resident_memory_bytes{" + b'a="\\"' * 60_000,
    "a line of labels": b"process_resident_memory_bytes{" + b'a="b",' * 50_000 + b"} 1",
    "a line of spaces": b"RSS: 1 GB" + b" " * 300_000 + b"\nJS heap: 1 GB",
    "parentheses": b"| rss | heapUsed |\n| 1 MB " + b"(" * 9_000 + b" | 2 |",
    "many bad rows": b"rss,heapUsed\n" + b"NaN,x\n" * 50_000 + b"1,2\n",
    "many tables": b"| rss | heapUsed |\n| x | y |\n\n" * 10_000,
    "many boxes": "┌\n│ (index) │ rss │ heapUsed │\n│ 0 │ x │ y │\n└\n".encode() * 5_000,
    "many processes": b"".join(b'process_open_fds{pid="%d"} 1\n' % n for n in range(20_000)),
    "a table of fields": b"| Metric | Value |\n| rss | 1 |\n" + b"| other | 1 |\n" * 50_000,
    "binary": bytes(range(256)) * 1000,
    "carriage returns": b"rss,heapUsed\r1,2\r" * 1000,
    "surrogates": b"\xed\xa0\x80rss,heapUsed\n1,2\n",
    "a deep report": b'{"header": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_inputs_end_soon_and_in_order(kind: str, tmp_path: Path) -> None:
    path = text(tmp_path / "a", HOSTILE[kind])
    started = time.perf_counter()
    _fitting(HOSTILE[kind][: 64 * 1024])
    for reader in READERS:
        try:
            _, problems = records(reader, path)
        except InputError:
            continue
        assert len(problems) < 60
    assert time.perf_counter() - started < 10


FRAGMENTS = st.sampled_from(
    [*chain.from_iterable(path.read_text().splitlines()[:4] for path in sorted(TABLES.iterdir()))]
)


@given(st.lists(FRAGMENTS | st.text(max_size=30), max_size=12).map("\n".join))
def test_any_mixture_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    path = text(tmp_path_factory.mktemp("mixed") / "a", content.encode("utf-8", "replace") or b" ")
    _fitting(path.read_bytes())
    for reader in READERS:
        try:
            samples, problems = records(reader, path)
        except InputError:
            continue
        assert all(sample.place.startswith(f"{path}") for sample in samples)
        assert all(problem.place or "further" in problem.message for problem in problems)
