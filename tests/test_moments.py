"""Listings of one moment, in one file or in several, in any order: one look that tells what all tell."""

import json
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import memdoctor

from conftest import FIXTURES, Cli

PS = FIXTURES / "ps"
AUX, CUT, EF = PS / "ps_aux.txt", PS / "ps_aux_cols80.txt", PS / "ps_ef.txt"
NO_PARENTS = "it does not name parents: orphans and leaked children cannot be told"
NAMES = ("orders", "carts", "prices", "search", "mails", "images", "stock", "users")
SERVICES = [f"node /srv/shop/packages/{name}-service/build/main.js --log {name}.log" for name in NAMES]


def _summary(cli: Cli, *inputs: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cli("ps", *inputs, "--json").out)["summary"]["processes"]
    return found


def _messages(*inputs: Path) -> list[str]:
    return [problem.message for problem in memdoctor.analyze(*inputs).problems]


def _sql(cli: Cli, sql: str, *inputs: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(cli("query", sql, *inputs, "-f", "json").out)["rows"]
    return rows


def _aux(commands: Sequence[str], columns: int | None = None, cpu: str = "0:01") -> str:
    """Return what `ps aux` prints, its lines cut off at a column."""
    rows = ["USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"]
    rows += [
        f"root      {pid}  0.1  0.2  45112 15184 ?        Ss   09:02   {cpu} {command}"
        for pid, command in enumerate(commands, 2000)
    ]
    return "".join(f"{row[:columns]}\n" for row in rows)


def test_two_forms_in_one_file_are_the_look_that_they_are_as_two_files(cli: Cli, tmp_path: Path) -> None:
    apart = _summary(cli, EF, AUX)
    assert (apart["orphans"]["likely"], apart["leaked_children"]) == (12, 12)
    for index, order in enumerate(((EF, AUX), (AUX, EF))):
        both = tmp_path / f"{index}.txt"
        both.write_text("".join(path.read_text(encoding="utf-8") for path in order), encoding="utf-8")
        assert _summary(cli, both) == apart
        [twin] = [message for message in _messages(both) if "same moment" in message]
        assert f"{index}.txt:" in twin  # by its place: the file alone would name itself


def test_the_same_form_again_in_one_file_is_a_later_look(cli: Cli, tmp_path: Path) -> None:
    both = tmp_path / "both.txt"
    both.write_text(_aux(SERVICES[:7]) + _aux(SERVICES), encoding="utf-8")
    rows = _sql(cli, "SELECT look, count(*) AS n FROM processes GROUP BY look ORDER BY look", both)
    assert [row["n"] for row in rows] == [7, 8]


def test_of_two_looks_a_listing_completes_the_one_that_it_follows(cli: Cli, tmp_path: Path) -> None:
    other = "UID PID PPID C STIME TTY TIME CMD\n" + "".join(
        f"root {pid} 1 0 09:02 ? 00:00:01 {command}\n" for pid, command in enumerate(SERVICES, 2000)
    )
    file = tmp_path / "looks.txt"
    file.write_text(_aux(SERVICES) + _aux(SERVICES, cpu="0:05") + other, encoding="utf-8")
    sql = "SELECT DISTINCT cpu_seconds, look FROM processes WHERE ppid = 1"
    assert _sql(cli, sql, file) == [{"cpu_seconds": 5.0, "look": 1}]


def test_a_listing_that_is_cut_off_takes_nothing_from_a_whole_one(cli: Cli) -> None:
    summaries = [_summary(cli, *order) for order in permutations((AUX, CUT))]
    assert summaries[0] == summaries[1]
    assert summaries[0]["duplicates"] == _summary(cli, AUX)["duplicates"] == 5
    for order in permutations((AUX, CUT)):
        assert cli("ps", *order, "--fail-on", "error", "-q").code == 1
        assert any(message.startswith("taken for the same moment") for message in _messages(*order))


@pytest.mark.parametrize("columns", [90, 100, 120])
@pytest.mark.parametrize("turned", [False, True])
def test_whole_command_lines_are_taken(columns: int, turned: bool, cli: Cli, tmp_path: Path) -> None:
    texts = [_aux(SERVICES), _aux(SERVICES, columns)]
    for index, text in enumerate(reversed(texts) if turned else texts):
        (tmp_path / f"{index}.txt").write_text(text, encoding="utf-8")
    rows = _sql(cli, "SELECT command FROM processes WHERE look = 0 ORDER BY pid", tmp_path)
    assert [row["command"] for row in rows] == SERVICES


def test_what_has_gone_on_since_is_another_look_though_it_is_cut_off(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(_aux(SERVICES), encoding="utf-8")
    (tmp_path / "b.txt").write_text(_aux(SERVICES, 90, cpu="9:30"), encoding="utf-8")
    assert not any("same moment" in message for message in _messages(tmp_path))
    rows = _sql(cli, "SELECT count(DISTINCT look) AS looks FROM processes", tmp_path)
    assert rows == [{"looks": 2}]


@pytest.mark.parametrize("order", list(permutations((EF, AUX))))
def test_zombies_have_the_parent_that_one_listing_of_the_moment_names(order: tuple[Path, ...]) -> None:
    [found] = [one for one in memdoctor.analyze(*order).findings if one.rule == "zombies"]
    assert "server.js (pid 32535) has 4 zombies" in found.message


def test_a_listing_lacks_no_parents_that_another_of_its_moment_names(tmp_path: Path) -> None:
    for order in permutations((EF, AUX)):
        messages = _messages(*order)
        assert NO_PARENTS not in messages
        left = "it does not name parents: another listing of its moment does, but not those of 2 processes"
        assert messages.count(left) == 1
    assert NO_PARENTS in _messages(AUX)
    assert _messages(AUX, CUT).count(NO_PARENTS) == 2
