"""`memdoctor query`: what is said beside what, and what the ending of a file means."""

import json
from pathlib import Path

import duckdb
import pytest

from memdoctor.tables.schema import all_tables

from conftest import Cli

DUMP = "fixtures/heapdumps/phantom-external.json"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "what is the query?"),
        ([DUMP], f"{DUMP} is a file: the query comes before it"),
        (["SELECT 1", DUMP, "--case", "x"], "--case means nothing beside a query"),
        (["SELECT 1", DUMP, "--each"], "--each means nothing beside a query"),
        (["SELECT 1", DUMP, "--force"], "--force means nothing beside a query"),
        (["--to", "x", "--each", "--case", "y", DUMP], "--case names one case, --each makes several"),
        (["--to", "x", DUMP, "--top", "3"], "--top means nothing beside --to"),
        (["--to", "x", DUMP, "--within", "3s"], "--within means nothing beside --to"),
        (["--to", "x", DUMP, "-o", "x.csv"], "-o means nothing beside --to"),
        (["--to", "x", "SELECT 1", DUMP], "--to takes inputs alone, and writes all of their tables"),
        (["--to", "x", DUMP, "--case", ".."], "a case cannot be called '..'"),
        (["--to", "x", DUMP, "--case", ""], "a case cannot be called ''"),
        (
            ["--to", "x", DUMP, "--case", "__HIVE_DEFAULT_PARTITION__"],
            "a case cannot be called '__HIVE_DEFAULT_PARTITION__'",
        ),
        (["--schema", "--to", "x"], "--to means nothing beside --schema"),
        (["--schema", "--top", "3"], "--top means nothing beside --schema"),
        (["--schema", DUMP], "INPUT means nothing beside --schema"),
        (["--schema", "-o", "x.parquet"], "the schema is not written as parquet"),
        (["--schema", "-o", "x.csv"], "the schema is not written as csv"),
        (["SELECT 1", DUMP, "-f", "sarif"], "an answer is no case to write as sarif"),
        (["SELECT 1", DUMP, "-o", "x.csv.gz"], "x.csv.gz would not be packed"),
        (["SELECT 1", DUMP, "-o", "x.csv", "--json"], "x.csv would be csv, not json"),
        (["SELECT 1", DUMP, "-o", "x.json", "-f", "markdown"], "x.json would be json, not markdown"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], error: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absolute = str(Path(DUMP).resolve())
    monkeypatch.chdir(tmp_path)
    outcome = cli("query", *(absolute if one == DUMP else one for one in arguments))
    assert (outcome.code, outcome.out) == (2, "")
    first, second = outcome.err.splitlines()
    assert first == f"error: {error.replace(DUMP, absolute)}"
    assert second.startswith("help: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("a.json", '{\n  "schema_version": 1'),
        ("a.jsonl", '{"rss":'),
        ("a.ndjson", '{"rss":'),
        ("a.md", "| rss |"),
        ("a.csv", "rss\n"),
        ("A.CSV", "rss\n"),
        ("a.txt", "rss\n"),
    ],
)
def test_the_ending_of_a_file_tells_the_form(name: str, beginning: str, cli: Cli, tmp_path: Path) -> None:
    outcome = cli("query", "SELECT rss FROM samples", DUMP, "-o", tmp_path / name)
    assert (outcome.code, outcome.out) == (0, "")
    lines = (tmp_path / name).read_text(encoding="utf-8")
    assert "\n".join(line.strip() for line in lines.split("\n")).startswith(beginning.replace("  ", ""))


def test_the_schema_is_written_in_forms_of_documents(cli: Cli, tmp_path: Path) -> None:
    assert cli("query", "--schema", "-o", tmp_path / "x.json").code == 0
    assert len(json.loads((tmp_path / "x.json").read_text())["tables"]) == len(all_tables())


def test_the_first_rows_are_the_first_in_every_form(cli: Cli, tmp_path: Path) -> None:
    sql = "SELECT range FROM range(10) ORDER BY range DESC"
    assert [
        json.loads(line)["range"]
        for line in cli("query", sql, DUMP, "-f", "jsonl", "--top", "2").out.split()
    ] == [9, 8]
    cli("query", sql, DUMP, "-o", tmp_path / "a.csv", "--top", "2")
    assert (tmp_path / "a.csv").read_text().split() == ["range", "9", "8"]
    cli("query", sql, DUMP, "-o", tmp_path / "a.parquet", "--top", "2")
    assert duckdb.execute(f"FROM '{tmp_path / 'a.parquet'}'").fetchall() == [(9,), (8,)]
