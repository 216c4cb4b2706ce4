"""The unit of an answer's column: that of the column it is, or none."""

import json

import pytest

from conftest import Cli

DUMP = "fixtures/heapdumps/phantom-external.json"


@pytest.mark.parametrize(
    ("sql", "units"),
    [
        ("SELECT rss, uptime, pid FROM samples", ["bytes", "seconds", None]),
        ("SELECT max(rss), avg(uptime) AS mean, count(rss) FROM samples", ["bytes", "seconds", None]),
        ("SELECT s.rss AS uptime FROM samples s", ["bytes"]),
        ("SELECT rss / 1024 AS rss FROM samples", [None]),
        ("SELECT *, rss / 1024 AS kilobytes FROM (SELECT rss FROM samples)", [None, None]),
        ("SELECT COLUMNS('^pid|^threads') + 0, rss FROM samples", [None, None, None]),
        ("SELECT COLUMNS('^uptime$') AS rss FROM samples", [None]),
        ("SELECT unnest({'rss': pid, 'x': 1}), rss FROM samples", [None, None, None]),
        ("SELECT rss FROM samples UNION ALL SELECT uptime FROM samples", [None]),
        ("WITH samples AS (SELECT 1 AS rss) SELECT rss FROM samples", [None]),
        ("SELECT rss FROM samples AS s(rss)", [None]),
        ("SELECT time, min(time) FROM samples GROUP BY 1", ["UTC", "UTC"]),
    ],
)
def test_units(sql: str, units: list[str | None], cli: Cli) -> None:
    outcome = cli("query", sql, DUMP, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert [column["unit"] for column in json.loads(outcome.out)["columns"]] == units


@pytest.mark.parametrize(
    ("star", "unit"),
    [
        ("*", "bytes"),
        ("samples.*", "bytes"),
        ("* EXCLUDE (pid)", "bytes"),
        ("* EXCLUDE (rss), rss / 1024 AS rss", None),
        ("* EXCLUDE (rss), peak_rss AS rss", "bytes"),
        ("* REPLACE (rss / 1024 AS rss)", None),
        ("samples.* REPLACE (rss / 1e9 AS rss)", None),
        ("* EXCLUDE (rss) RENAME (pid AS rss)", None),
        ("COLUMNS(*)", None),
    ],
)
def test_a_star_keeps_the_units_of_what_it_keeps(star: str, unit: str | None, cli: Cli) -> None:
    outcome = cli("query", f"SELECT {star} FROM samples", DUMP, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    found = {column["name"]: column["unit"] for column in json.loads(outcome.out)["columns"]}
    assert found["rss"] == unit
