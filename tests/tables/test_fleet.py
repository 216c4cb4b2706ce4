"""Cases as Parquet beside each other: their names, and what any engine reads."""

import json
import re
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.analysis.measurements import Measurements
from memdoctor.errors import UsageError
from memdoctor.readers.case import read_case
from memdoctor.tables.fleet import Fleet, case_of_input, check_name
from memdoctor.tables.records import Records
from memdoctor.tables.schema import all_tables

from conftest import FIXTURES, ROOT, Cli

DUMP = "fixtures/heapdumps/phantom-external.json"
SNAPSHOT = "fixtures/snapshots/small-i-node22-1.heapsnapshot.xz"
TOKEN = "ghp_Zq7Xw2KfQ8nV4bT1yR6uL3mJ9sD5aH0cE7gP"


def test_a_fleet_is_asked_at_once(cli: Cli, tmp_path: Path) -> None:
    dump = json.loads((FIXTURES / "heapdumps" / "phantom-external.json").read_text())
    files = []
    for number in range(300):
        dump["memoryUsage"]["rss"] = 100_000_000 + number
        files.append(tmp_path / f"host-{number}.json")
        files[-1].write_text(json.dumps(dump))
    fleet = tmp_path / "fleet"
    outcome = cli("query", "--to", fleet, "--each", *files)
    assert (outcome.code, outcome.err) == (0, "")
    assert len(outcome.out.splitlines()) == 300
    rows = duckdb.execute(
        f"""SELECT count(DISTINCT "case"), sum(rss), any_value(typeof(time))
        FROM read_parquet('{fleet}/samples/*/*.parquet', hive_partitioning = true)"""
    ).fetchall()
    assert rows == [(300, 300 * 100_000_000 + sum(range(300)), "TIMESTAMP")]
    [sql] = re.findall(r"```sql\n(.+?)\n```", (ROOT / "docs" / "sql.md").read_text(), re.DOTALL)
    found = duckdb.execute(sql.replace("fleet/", f"{fleet}/")).fetchall()
    assert {rule: cases for rule, cases, _ in found}["external-not-resident"] == 300
    assert sorted(one.name for one in fleet.iterdir()) == sorted(all_tables())


def test_a_case_that_is_there_stays(cli: Cli, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet"
    assert cli("query", "--to", fleet, DUMP, "--case", "1").code == 0
    again = cli("query", "--to", fleet, SNAPSHOT, DUMP, "--case", "1")
    assert again.code == 2
    assert "--force" in again.err
    assert cli("query", "--to", fleet, SNAPSHOT, DUMP, "--case", "1", "--force").code == 0
    [(nodes,)] = duckdb.execute(
        f"SELECT count(*) FROM read_parquet('{fleet}/nodes/*/*.parquet')"
    ).fetchall()
    assert nodes == 56_684
    assert not [one for one in fleet.rglob("*") if one.name.startswith(".") or "before" in one.name]


def _cases(fleet: Path) -> list[str]:
    how = "hive_partitioning = true, hive_types_autocast = false"
    files = f"read_parquet('{fleet}/sources/*/*.parquet', {how})"
    rows = duckdb.execute(f'SELECT DISTINCT "case" FROM {files} ORDER BY ALL').fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("name", ["prod/web 1", "jörg", "../x", "a=b", "%2F", "…", "'; DROP", "x" * 150])
def test_a_name_is_read_back_as_it_was_given(name: str, cli: Cli, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet"
    assert cli("query", "--to", fleet, DUMP, "--case", name).code == 0
    assert _cases(fleet) == [name]
    assert list(tmp_path.iterdir()) == [fleet]


@pytest.mark.parametrize("name", ["", ".", "...", "__HIVE_DEFAULT_PARTITION__", "a\0b", "a\nb", "x" * 201])
def test_a_name_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    records = Records(Measurements(read_case([DUMP])), pytest.fail)
    with Fleet(tmp_path / "fleet") as fleet, pytest.raises(UsageError, match="a case cannot be called"):
        fleet.write(name, records)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_every_file_gives_a_name_that_can_be(text: str) -> None:
    name = case_of_input(text)
    with tempfile.TemporaryDirectory() as folder, Fleet(Path(folder)) as fleet:
        if name.isprintable() and name != "__HIVE_DEFAULT_PARTITION__":
            check_name(name)
            fleet.check(name)


def test_inputs_of_one_name_are_cases_of_their_own(cli: Cli, tmp_path: Path) -> None:
    dump = (ROOT / DUMP).read_text()
    files = [tmp_path / name for name in ("a.json", "d/a.json", "a-2.json", "e/a.json")]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text(dump)
    fleet = tmp_path / "fleet"
    assert cli("query", "--to", fleet, "--each", *files).code == 0
    assert _cases(fleet) == ["a", "a-2", "a-2-2", "a-3"]


def test_what_cannot_be_read_is_no_case(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "cut.heapsnapshot").write_text('{"snapshot":{"meta":{"node_fields":["type"')
    fleet = tmp_path / "fleet"
    outcome = cli(
        "query", "--to", fleet, "--each", tmp_path / "cut.heapsnapshot", tmp_path / "none.json", DUMP
    )
    assert outcome.code == 2
    assert [line.split(":")[0] for line in outcome.out.splitlines()] == ["case=phantom-external"]
    assert "cut.heapsnapshot" in outcome.err
    assert "none.json" in outcome.err
    assert _cases(fleet) == ["phantom-external"]


def test_nothing_is_written_where_a_later_name_is_taken(cli: Cli, tmp_path: Path) -> None:
    fleet = tmp_path / "fleet"
    assert cli("query", "--to", fleet, DUMP).code == 0
    assert cli("query", "--to", fleet, "--each", "fixtures/ps/heavy.txt", DUMP).code == 2
    assert _cases(fleet) == ["phantom-external"]


def test_a_secret_in_the_name_of_a_file_is_in_no_path(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / f"annabel-{TOKEN}.json"
    file.write_text((ROOT / DUMP).read_text())
    outcome = cli("query", "--to", tmp_path / "fleet", file, "--redact")
    assert outcome.code == 0
    written = "".join(str(path.relative_to(tmp_path)) for path in (tmp_path / "fleet").rglob("*"))
    assert TOKEN not in written + outcome.out + outcome.err
