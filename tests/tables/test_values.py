"""What an answer's values are: as DuckDB has them, in every form, or refused."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from conftest import ROOT, Cli
from snapshots import Snapshot

DUMP = "fixtures/heapdumps/phantom-external.json"
MANY = 3_000_000


def _value(cli: Cli, expression: str) -> Any:
    outcome = cli("query", f"SELECT {expression} AS x", DUMP, "-f", "jsonl")
    assert (outcome.code, outcome.err) == (0, "")
    return json.loads(outcome.out)["x"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("TIMESTAMP '2026-03-01 10:00:00.5'", "2026-03-01T10:00:00.5Z"),
        ("TIMESTAMPTZ '2026-03-01 10:00:00+02'", "2026-03-01T08:00:00Z"),
        ("TIMESTAMP_NS '2026-03-01 10:00:00.123456789'", "2026-03-01T10:00:00.123456789Z"),
        ("'infinity'::TIMESTAMP", "infinity"),
        ("'-infinity'::DATE", "-infinity"),
        ("DATE '2026-03-01'", "2026-03-01"),
        ("TIME '10:00'", "10:00:00"),
        ("INTERVAL '1 month 2 days 3 seconds'", "1 month 2 days 00:00:03"),
        ("TIMESTAMP '2026-03-01 10:06:51.742' - TIMESTAMP '2026-03-01 10:00:00'", "00:06:51.742"),
        ("[TIMESTAMP '2026-03-01 10:00:00']", ["2026-03-01T10:00:00Z"]),
        ("{'a': INTERVAL '1 day'}", "{'a': 1 day}"),
        ("1.10::DECIMAL(18, 3)", 1.1),
        ("1.2345678901234567890123::DECIMAL(30, 22)", "1.2345678901234567890123"),
        ("170141183460469231731687303715884105727::HUGEINT", "170141183460469231731687303715884105727"),
        ("9223372036854775807", 9223372036854775807),
        ("'inf'::DOUBLE", "inf"),
        ("'nan'::DOUBLE", "nan"),
        ("'ab'::BLOB", "6162"),
        ("NULL", None),
        ("true", True),
        ("'a' || chr(10) || 'b'", "a\\nb"),
    ],
)
def test_a_value_is_what_it_is(expression: str, value: Any, cli: Cli) -> None:
    assert _value(cli, expression) == value


def test_the_time_of_day_has_a_zone(cli: Cli) -> None:
    assert _value(cli, "now()").endswith("Z")


def test_sums_are_whole_numbers_in_parquet(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    assert cli("query", "SELECT sum(rss) AS rss FROM samples", DUMP, "-o", file).code == 0
    [(kind,)] = duckdb.execute(f"SELECT typeof(rss) FROM '{file}'").fetchall()
    assert kind == "BIGINT"
    outcome = cli("query", "SELECT 170141183460469231731687303715884105727::HUGEINT", DUMP, "-o", file)
    assert outcome.code == 2
    assert "out of range" in outcome.err


def test_a_long_answer_takes_no_memory(tmp_path: Path) -> None:
    """Two thousand rows and three million: the peak hardly differs."""

    def peak(rows: int) -> int:
        call = [sys.executable, "-m", "memdoctor", "query", f"FROM range({rows})", DUMP, "-f", "jsonl"]
        with (tmp_path / "out").open("wb") as out:
            with psutil.Popen(call, stdout=out, cwd=ROOT) as child:
                _, status, usage = _wait(child.pid)
            assert status == 0
            return int(usage.ru_maxrss) << (0 if sys.platform == "darwin" else 10)

    few, many = peak(2_000), peak(MANY)
    assert (tmp_path / "out").read_bytes().count(b"\n") == MANY
    assert many - few < 100 << 20  # rows of Python would be 300 MiB


def _wait(pid: int) -> Any:
    return os.wait4(pid, 0)


def test_wide_answers_say_what_is_not_shown(cli: Cli) -> None:
    out = cli("query", "SELECT * FROM samples", DUMP).out
    assert "\nnothing in " in out
    assert "\nno room for " in out
    shown = out.split("\n", 1)[0].split()
    assert len(shown) > 3


def test_texts_that_may_be_cut_are_not_called_equal(cli: Cli, tmp_path: Path) -> None:
    heap = Snapshot()
    for text, size in (("x" * 1024, 2000), ("x" * 1024, 5000), ("y" * 9, 24), ("y" * 9, 24)):
        heap.edge(0, heap.node("string", text, size), "s")
    file = heap.write(tmp_path / "a.heapsnapshot")
    sql = "SELECT is_cut, characters, copies, self_size, wasted FROM strings ORDER BY self_size DESC"
    rows = [
        tuple(json.loads(line).values())
        for line in cli("query", sql, file, "-f", "jsonl").out.split("\n")[:-1]
    ]
    assert rows == [(True, None, 2, 7000, None), (False, 9, 2, 48, 24)]


def test_a_large_cell_is_no_large_wait(cli: Cli) -> None:
    outcome = cli("query", "SELECT repeat('x', 20000000) AS x", DUMP)
    assert outcome.code == 0
    assert len(outcome.out) < 200
