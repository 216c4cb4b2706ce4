"""`memdoctor query`: what it refuses, what it writes, and what its tables are."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from memdoctor.tables.schema import SQL_TYPES, all_tables

from conftest import ROOT, Cli
from snapshots import Snapshot

DUMP = "fixtures/heapdumps/phantom-external.json"
SNAPSHOT = "fixtures/snapshots/small-i-node22-1.heapsnapshot.xz"
MIXED = (DUMP, SNAPSHOT, "fixtures/ps/heavy.txt", "fixtures/cases/broken-worker")
RUNAWAY = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3"

REFUSED = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('nodes')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM enable_logging('QueryLog')",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    "SELECT * FROM pandas_scan(1)",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM main.duckdb_databases",
    "SELECT * FROM system.main.duckdb_databases",
    "WITH tables AS (SELECT 1) SELECT * FROM information_schema.tables",
    "WITH duckdb_views AS (SELECT 1) SELECT * FROM main.duckdb_views",
    "SELECT * FROM (WITH duckdb_views AS (SELECT 1) SELECT 1), duckdb_views",
    "WITH pg_class AS (FROM pg_class) FROM pg_class",
    "WITH nodes AS (SELECT 1) SELECT * FROM pg_catalog.nodes",
    'SELECT * FROM "samples rows"',
    "WITH x AS (SELECT * FROM read_csv('/etc/passwd')) SELECT * FROM x",
    "SELECT (SELECT count(*) FROM glob('/*'))",
    "SELECT * FROM samples WHERE EXISTS (FROM read_text('/etc/passwd'))",
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    "SELECT write_log('x')",
    "COPY (SELECT 1) TO 'out.csv'",
    "COPY samples TO 'out.parquet'",
    "EXPORT DATABASE 'out'",
    "IMPORT DATABASE 'out'",
    "ATTACH 'out.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 1",
    "RESET threads",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "CREATE TABLE t AS SELECT 1",
    "CREATE MACRO f(x) AS x",
    "DROP VIEW samples",
    "DELETE FROM samples",
    "INSERT INTO samples VALUES (1)",
    "PREPARE x AS SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "BEGIN",
    "VACUUM",
    "SHOW TABLES",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW samples",
    "",
    "/* nothing */",
    "SELEKT 1",
    "SELECT 1)) TO 'out.csv' --",
    "SELECT '\udcff'",
]


def _rows(cli: Cli, sql: str, *arguments: str | Path) -> list[dict[str, Any]]:
    outcome = cli("query", sql, *arguments, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    rows: list[dict[str, Any]] = json.loads(outcome.out)["rows"]
    return rows


@pytest.mark.parametrize("sql", REFUSED, ids=lambda sql: sql[:40])
def test_what_leads_out_of_the_case_is_refused(
    sql: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = (ROOT / DUMP).resolve()
    monkeypatch.chdir(tmp_path)
    outcome = cli("query", sql, dump)
    assert outcome.code == 2
    assert outcome.out == ""
    assert re.match(r"error: .+\nhelp: .+\n\Z", outcome.err)
    assert "root:" not in outcome.err
    assert not list(tmp_path.iterdir())


def test_what_is_nested_deep_is_answered_or_refused(cli: Cli) -> None:
    outcome = cli("query", "SELECT " + "(" * 5000 + "1" + ")" * 5000, DUMP)  # by version of DuckDB
    assert (outcome.code, outcome.err[:7]) in {(0, ""), (2, "error: ")}


@pytest.mark.parametrize(
    ("sql", "error", "hint"),
    [
        ("SELECT 1 FROM node", "there is no table node", "did you mean nodes?"),
        ("SELECT slef_size FROM nodes", "there is no column slef_size in nodes", "did you mean self_size?"),
        ("SELECT rss\nFROM samples\nWHER x", "(line 3, column 6)", "--schema"),
        ("SELECT summ(rss) FROM samples", "there is no function summ (line 1, column 8)", "did you mean"),
        ("SELECT rss / 'x' FROM samples", "(line 1, column 14)", "--schema"),
    ],
)
def test_a_mistake_is_told_with_its_place(sql: str, error: str, hint: str, cli: Cli) -> None:
    outcome = cli("query", sql, DUMP, SNAPSHOT)
    assert outcome.code == 2
    first, second = outcome.err.splitlines()
    assert error in first
    assert hint in second


@pytest.mark.parametrize("name", all_tables())
@pytest.mark.parametrize("inputs", [MIXED, (DUMP,), ("fixtures/ps/heavy.txt",)], ids=len)
def test_a_table_has_the_columns_that_are_documented(name: str, inputs: tuple[str, ...], cli: Cli) -> None:
    outcome = cli("query", f"FROM {name} LIMIT 1", *inputs, "--json")
    columns = json.loads(outcome.out)["columns"]
    expected = [
        {"name": one.name, "type": SQL_TYPES[one.type], "unit": one.unit or None}
        for one in all_tables()[name].columns
    ]
    assert columns == expected
    assert columns[0]["name"] == "source"


def test_no_column_needs_quotes(cli: Cli) -> None:
    for table in all_tables().values():
        names = ", ".join(table.column_names)
        _rows(cli, f"SELECT {names}, {table.columns[-1].name} AS x FROM {table.name} LIMIT 0", DUMP)


def test_what_is_not_reported_is_null(cli: Cli) -> None:
    [row] = _rows(cli, "SELECT pss, count(pss) AS n, sum(pss) AS s FROM samples GROUP BY pss", DUMP)
    assert row == {"pss": None, "n": 0, "s": None}
    [root] = _rows(cli, "SELECT dominator, detachedness FROM nodes WHERE node = 0", SNAPSHOT)
    assert root == {"dominator": None, "detachedness": None}


def test_times_are_utc(cli: Cli, tmp_path: Path) -> None:
    line = {
        "timestamp": "2026-03-01T12:00:00+02:00",
        "rss": 5,
        "heapUsed": 3,
        "heapTotal": 4,
        "external": 1,
    }
    (tmp_path / "a.json").write_text(json.dumps(line))
    [row] = _rows(cli, "SELECT time, rss FROM samples", tmp_path / "a.json")
    assert row == {"time": "2026-03-01T10:00:00Z", "rss": 5}


def test_only_columns_that_are_named_are_computed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(graph: object) -> None:
        raise AssertionError

    monkeypatch.setattr("memdoctor.heap.dominators.dominators", never)
    assert _rows(cli, "SELECT count(*) AS n FROM nodes", SNAPSHOT)[0]["n"] > 1000
    assert _rows(cli, "SELECT class_name, sum(self_size) AS s FROM nodes GROUP BY 1 LIMIT 1", SNAPSHOT)
    for whole in ("*", "nodes", "retained_size", "COLUMNS('ret.*')"):
        with pytest.raises(AssertionError):
            cli("query", f"SELECT {whole} FROM nodes", SNAPSHOT)


def _hostile(folder: Path) -> Path:
    heap = Snapshot()
    for name in (
        "\x1b[31mred",
        "=cmd()",
        "a\0b",
        "\ud800half",
        "\u202eabc",
        "<script>",
        "x'; DROP",
        "ü€😀",
    ):
        heap.object(name, holder=heap.node("string", name, 24))
    return heap.write(folder / "evil 'x'.heapsnapshot")


@pytest.mark.parametrize("form", ["terminal", "concise", "markdown", "json", "jsonl"])
def test_texts_of_a_hostile_file_stay_texts(form: str, cli: Cli, tmp_path: Path) -> None:
    outcome = cli("query", "SELECT name, self_size FROM nodes", _hostile(tmp_path), "-f", form)
    assert outcome.code == 0
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", outcome.out.replace("\t", " "))
    assert form == "markdown" or "ü€😀" in outcome.out
    assert form != "markdown" or "<script>" not in outcome.out


def test_a_spreadsheet_executes_nothing(cli: Cli, tmp_path: Path) -> None:
    cli(
        "query",
        "SELECT name FROM nodes WHERE type = 'object'",
        _hostile(tmp_path),
        "-o",
        tmp_path / "x.csv",
    )
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()
    assert "'=cmd()" in lines


def test_redacted_contents_do_not_reach_the_query(cli: Cli, tmp_path: Path) -> None:
    heap = Snapshot()
    heap.edge(0, heap.node("string", "hunter2 is my password", 24), "pw")
    file = heap.write(tmp_path / "a.heapsnapshot")
    for sql in ("SELECT reverse(text) AS t FROM strings", "SELECT reverse(name) AS t FROM nodes"):
        assert "2retnuh" in cli("query", sql, file).out
        redacted = cli("query", sql, file, "--redact")
        assert redacted.code == 0
        assert "2retnuh" not in redacted.out
        assert "2retnuh" not in cli("query", sql, file, "-f", "markdown").out


def test_many_rows_are_counted(cli: Cli) -> None:
    assert "and 56 584 more rows; --top 0 shows all" in cli("query", "SELECT id FROM nodes", SNAPSHOT).out
    assert "and 1 more row;" in cli("query", "SELECT * FROM range(4)", DUMP, "--top", "3").out


def test_parquet_is_written_whole_or_not_at_all(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "answer.parquet"
    sql = "SELECT id, name, self_size FROM nodes; -- all"
    assert cli("query", sql, SNAPSHOT, "-o", file).code == 0
    [(count,)] = duckdb.execute(f"SELECT count(*) FROM '{file}'").fetchall()
    assert count == 56_684
    before = file.read_bytes()
    assert cli("query", "SELECT nope FROM nodes", SNAPSHOT, "-o", file).code == 2
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
    assert cli("query", "SELECT 1", file, "-o", file).code == 2


def test_what_cannot_be_read_is_told_beside_the_answer(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "cut.heapsnapshot").write_text('{"snapshot":{"meta":{"node_fields":["type"')
    outcome = cli("query", "SELECT count(*) AS n FROM nodes", tmp_path / "cut.heapsnapshot", SNAPSHOT)
    assert outcome.code == 2
    assert "56684" in outcome.out
    assert "cut.heapsnapshot" in outcome.err


def test_a_query_ends_in_time(cli: Cli) -> None:
    outcome = cli("query", RUNAWAY, DUMP, "--within", "0.2s")
    assert outcome.code == 2
    assert outcome.err.startswith("error: the query takes longer than")


def _wait_until_it_works(process: psutil.Process) -> None:
    """Wait for a second of work with DuckDB's threads beside the first one."""
    end = time.monotonic() + 60
    while process.num_threads() < 3 and time.monotonic() < end:
        time.sleep(0.05)
    before = process.cpu_times().user
    while process.cpu_times().user < before + 1 and time.monotonic() < end:
        time.sleep(0.05)
    assert time.monotonic() < end


def test_its_time_is_also_that_of_handing_on_the_rows(cli: Cli) -> None:
    outcome = cli("query", "FROM range(20000000)", DUMP, "-f", "jsonl", "--within", "0.5s")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: the query takes longer than")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_a_query() -> None:
    call = [sys.executable, "-m", "memdoctor", "query", RUNAWAY, DUMP]
    with subprocess.Popen(
        call,
        cwd=ROOT,
        stderr=subprocess.PIPE,
    ) as child:
        _wait_until_it_works(psutil.Process(child.pid))
        os.kill(child.pid, signal.SIGINT)
        assert child.wait(20) == 130
        assert child.stderr is not None
        assert child.stderr.read() == b""


def test_without_duckdb_it_says_how_to_get_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    outcome = cli("query", "SELECT 1", DUMP)
    assert outcome.code == 2
    assert outcome.err == (
        'error: memdoctor[sql] is not installed\nhelp: pip install "memdoctor[sql]" brings DuckDB\n'
    )
    assert cli("query", "--schema").code == 0


def test_the_schema_has_every_column(cli: Cli) -> None:
    tables = json.loads(cli("query", "--schema", "--json").out)["tables"]
    assert [table["table"] for table in tables] == list(all_tables())
    printed = cli("query", "--schema").out
    assert all(column in printed for table in all_tables().values() for column in table.column_names)
