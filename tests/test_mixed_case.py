"""One worker that breaks and is mended: looks of PM2, its error log, pm2.log and `ps`, read together."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import FIXTURES, Cli

CASE = FIXTURES / "cases" / "broken-worker"
FILES = sorted(path.name for path in CASE.iterdir())
LOOKS = [name for name in FILES if name.endswith("_jlist.json")]
ERRORS, DAEMON, LISTING = "mail-worker-error.log", "pm2.log", "20261120T005605Z_ps.txt"
WORKER, OTHER = "mail-worker", "api"

Report = dict[str, Any]


def _report(cli: Cli, folder: Path) -> Report:
    outcome = cli("analyze", folder, "--json")
    assert outcome.code == 0
    assert outcome.err == ""
    report: Report = json.loads(outcome.out)
    return report


@pytest.fixture
def whole(cli: Cli) -> Report:
    """Return the report on all files."""
    return _report(cli, CASE)


def _by_rule(report: Report) -> dict[str, Any]:
    """Return the findings about a worker, by rule."""
    found = [one for one in report["findings"] if one["subject"]["kind"] == "worker"]
    assert len({one["rule"] for one in found}) == len(found)
    return {one["rule"]: one for one in found}


def _evidence(finding: dict[str, Any]) -> dict[str, tuple[Any, str | None]]:
    """Return what a finding shows: under each label the value, and where it stands as file:line."""
    return {
        one["label"]: (one["value"], one["pointer"] and one["pointer"].rpartition("/")[2])
        for one in finding["evidence"]
    }


def _line(place: str | None) -> str:
    """Return the line of the case that a place names."""
    file, _, number = str(place).rpartition(":")
    return (CASE / file).read_text(encoding="utf-8").splitlines()[int(number) - 1]


def _growth(report: Report) -> set[str]:
    return {one["rule"] for one in report["findings"] if one["family"] == "growth"}


def test_what_is_found_is_found_of_one_worker(whole: Report) -> None:
    found = _by_rule(whole)
    assert set(found) == {"crash-loop", "missing-module", "listener-warning"}
    assert {one["subject"]["name"] for one in found.values()} == {WORKER}
    assert {one["subject"]["worker"] for one in found.values()} == {WORKER}
    told = {event["worker"] for event in whole["overview"]["events"] if event["kind"] != "daemon-start"}
    assert told == {WORKER, OTHER}


def test_ten_crashes_for_want_of_a_module_that_healed(whole: Report) -> None:
    loop = _by_rule(whole)["crash-loop"]
    assert loop["severity"] == "warning"
    assert (
        "10 crashes in 1 min 26 s: cannot find ./lib/send-queue, healed after 1 min 33 s" in loop["message"]
    )
    [episode] = whole["overview"]["episodes"]
    assert (episode["worker"], episode["exits"], episode["cause"]) == (WORKER, 10, "missing-module")
    assert (episode["first_at"], episode["last_at"]) == ("2026-11-20T00:43:23Z", "2026-11-20T00:44:49Z")
    assert (episode["healed_after_seconds"], episode["by"]) == (93.0, "window")


def test_the_restart_that_a_person_asked_for_is_no_crash(whole: Report) -> None:
    exits = [event for event in whole["overview"]["events"] if event["kind"] == "exit"]
    assert [event["detail"]["stopped"] for event in exits] == [True, *[False] * 10]
    assert _evidence(_by_rule(whole)["crash-loop"])["restarts by PM2"][0] == 11


def test_evidence_leads_to_the_lines_that_tell_it(whole: Report) -> None:
    found = _by_rule(whole)
    shown = _evidence(found["crash-loop"])
    assert _line(shown["first"][1]) == (
        "2026-11-20T00:43:23: PM2 log: App [mail-worker:3] exited with code [1] via signal [SIGINT]"
    )
    assert _line(shown["last"][1]).startswith("2026-11-20T00:44:49: PM2 log: App [mail-worker:3] exited")
    assert _line(shown["cause"][1]).endswith("Error: Cannot find module './lib/send-queue'")
    assert "Cannot find module" in _line(_evidence(found["missing-module"])["module"][1])
    warned = _evidence(found["listener-warning"])
    assert set(warned) == {"message", "drain"}
    for name, (value, place) in warned.items():
        assert value == "11 listeners, limit 10"
        assert "(node:5310) MaxListenersExceededWarning: " in _line(place)
        assert f"11 {name} listeners added to [Connection]" in _line(place)


def test_the_loop_explains_the_missing_module(whole: Report) -> None:
    found = _by_rule(whole)
    assert "missing-module" in found["crash-loop"]["explains"]
    assert found["missing-module"]["folded"] is True
    assert found["missing-module"]["severity"] == "warning"


def test_it_is_one_app_with_one_last_look(whole: Report) -> None:
    [app] = [app for app in whole["overview"]["apps"] if app["worker"] == WORKER]
    assert (app["name"], app["pm_id"], app["pid"], app["status"]) == (WORKER, 3, 5310, "online")
    assert (app["looks"], app["restarts"], app["unstable_restarts"]) == (7, 11, 0)
    assert app["source"].endswith(LOOKS[-1])
    assert len(whole["overview"]["apps"]) == 2


def test_no_growth_is_claimed_and_no_series_goes_across_a_restart(whole: Report) -> None:
    assert _growth(whole) == set()
    judged = [one for one in whole["overview"]["growth"] if one["process"].startswith(WORKER)]
    assert {one["process"] for one in judged} == {f"{WORKER}, pid 5310"}
    assert {one["samples"] for one in judged} == {6}
    assert {one["verdict"] for one in judged} == {"steady"}


def test_the_timeline_brings_looks_and_logs_in_one_order(whole: Report) -> None:
    rows = [row for row in whole["overview"]["timeline"] if row["worker"] == WORKER]
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert {Path(row["place"].split("#")[0]).name.split(":")[0] for row in rows} == {*LOOKS, ERRORS, DAEMON}
    told = [row["event"] for row in rows]
    assert told.count("ended with code 1") == 10
    assert told.index("stopped on request") < told.index("ended with code 1") < told.index("a new process")


def test_its_process_is_its_own(whole: Report) -> None:
    assert "stale-pm2-pid" not in _by_rule(whole)
    assert 5310 in {row["pid"] for row in whole["overview"]["processes"]}


def test_a_process_that_started_later_is_not_the_worker(cli: Cli, tmp_path: Path) -> None:
    folder = shutil.copytree(CASE, tmp_path / "case")
    listing = (CASE / LISTING).read_text(encoding="utf-8")
    assert listing.count(" 00:44:56 2026 ") == 1
    (folder / LISTING).write_text(listing.replace(" 00:44:56 2026 ", " 00:51:17 2026 "), encoding="utf-8")
    found = _by_rule(_report(cli, folder))
    assert set(found) == {"crash-loop", "missing-module", "listener-warning", "stale-pm2-pid"}
    assert found["stale-pm2-pid"]["subject"]["name"] == WORKER
    places = {place for _, place in _evidence(found["stale-pm2-pid"]).values() if place}
    assert f"{LISTING}:7" in places
    assert "5310" in _line(f"{LISTING}:7")


# What each finding needs: without that file it must not be there.
NEEDS = {"missing-module": ERRORS, "listener-warning": ERRORS}


@pytest.mark.parametrize("missing", FILES)
def test_without_one_of_the_files_the_rest_is_still_told(missing: str, cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(CASE, folder, ignore=shutil.ignore_patterns(missing))
    report = _report(cli, folder)
    found = _by_rule(report)
    assert set(found) == {"crash-loop", *(rule for rule, file in NEEDS.items() if file != missing)}
    assert {one["subject"]["name"] for one in found.values()} == {WORKER}
    assert [app["worker"] for app in report["overview"]["apps"]] == [OTHER, WORKER]
    assert report["overview"]["apps"][1]["looks"] == len(set(LOOKS) - {missing})
    assert _growth(report) == set()
    assert missing not in json.dumps(report)
    [episode] = report["overview"]["episodes"]
    assert episode["exits"] == 10
    assert episode["cause"] == ("unknown" if missing == ERRORS else "missing-module")
    if missing != DAEMON:
        assert episode["healed_after_seconds"] == 93.0
        assert found["crash-loop"]["severity"] == "warning"


def test_without_looks_the_log_proves_no_healing(cli: Cli, tmp_path: Path) -> None:
    """The daemon's log ends with the start that lasted, and the last line of the error log comes later."""
    shutil.copy(CASE / DAEMON, tmp_path)
    loop = _by_rule(_report(cli, tmp_path))["crash-loop"]
    assert loop["severity"] == "error"
    assert "healing is not proven" in loop["message"]
    shutil.copy(CASE / ERRORS, tmp_path)
    assert "healed after 1 min 33 s" in _by_rule(_report(cli, tmp_path))["crash-loop"]["message"]


@pytest.mark.parametrize("file", FILES)
def test_each_file_alone_is_read(file: str, cli: Cli) -> None:
    report = _report(cli, CASE / file)
    assert _growth(report) == set()
    names = {one["subject"]["name"] for one in report["findings"] if one["subject"]["kind"] == "worker"}
    assert names <= {WORKER, OTHER, ERRORS}
