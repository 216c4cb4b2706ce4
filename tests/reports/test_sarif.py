"""SARIF: it is what the standard says, its places are real, and its results are known again."""

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from memdoctor.rules.registry import load

import sarif_schema
from builders import GIB, bun, write
from ci_cases import CASES, hostile_files, hostile_log
from conftest import HEAPDUMPS, Cli

MAIN = "fixtures/heapdumps/phantom-external.json"
OFFICIAL = os.environ.get("MEMDOCTOR_TEST_SARIF_SCHEMA")


def _log(cli: Cli, *arguments: str | Path) -> Any:
    return json.loads(cli("analyze", *arguments, "-f", "sarif").out)


def _run(cli: Cli, *arguments: str | Path) -> Any:
    return sarif_schema.check(_log(cli, *arguments))


@pytest.mark.parametrize("name", CASES)
def test_it_is_sarif(name: str, cli: Cli) -> None:
    run = _run(cli, *CASES[name])
    for result in run["results"]:
        for location in (*result["locations"], *result["relatedLocations"]):
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert Path(uri).is_file()


@pytest.mark.skipif(OFFICIAL is None, reason="MEMDOCTOR_TEST_SARIF_SCHEMA names no schema file")
@pytest.mark.parametrize("name", CASES)
def test_it_fits_the_official_schema(name: str, cli: Cli) -> None:
    schema = json.loads(Path(OFFICIAL or "").read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(_log(cli, *CASES[name]))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda log: log.update(version="2.0.0"),
        lambda log: log["runs"][0].pop("tool"),
        lambda log: log["runs"][0]["results"][0].pop("message"),
        lambda log: log["runs"][0]["results"][0].update(level="info"),
        lambda log: log["runs"][0]["results"][0].update(more=1),
        lambda log: log["runs"][0]["results"][0].update(ruleIndex=-1),
        lambda log: log["runs"][0]["results"][0]["locations"][0]["physicalLocation"].pop(
            "artifactLocation"
        ),
        lambda log: log["runs"][0]["artifacts"][0]["location"].update(uri="a b"),
        lambda log: log["runs"][0]["artifacts"][0]["location"].update(uri="/tmp/x"),
        lambda log: log["runs"][0]["invocations"][0].pop("executionSuccessful"),
    ],
)
def test_the_schema_of_the_tests_refuses_what_is_no_sarif(spoil: Any, cli: Cli) -> None:
    log = _log(cli, MAIN)
    spoil(log)
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        sarif_schema.check(log)


def test_a_rule_has_its_documentation_as_help(cli: Cli) -> None:
    for rule in _run(cli, MAIN)["tool"]["driver"]["rules"]:
        loaded = load(rule["id"])
        assert rule["help"]["markdown"] == loaded.documentation.strip()
        assert "What to do:" in rule["help"]["text"]
        assert "##" not in rule["help"]["text"]
        assert rule["shortDescription"]["text"] == loaded.card.summary


def test_a_result_has_its_numbers_and_where_they_are_from(cli: Cli) -> None:
    result = _run(cli, MAIN)["results"][0]
    assert (result["ruleId"], result["level"]) == ("external-not-resident", "warning")
    assert result["message"]["text"].startswith(
        "3.02 GiB of the reported external is not in RAM\n- external"
    )
    [location] = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {
        "uri": MAIN,
        "uriBaseId": "%SRCROOT%",
        "index": 0,
    }
    assert location["logicalLocations"][0] == {
        "fullyQualifiedName": "#/memoryUsage/external",
        "kind": "value",
    }
    evidence = result["properties"]["evidence"]
    assert [one["derived"] for one in evidence] == [False, False, False, True]
    assert {one["rule"] for one in result["properties"]["explains"]} >= {"buffer-dominated"}
    assert result["properties"]["impact_bytes"] == 3238541571


def test_what_was_compared_says_whether_it_is_new(tmp_path: Path, cli: Cli) -> None:
    known = tmp_path / "known.json"
    cli("analyze", HEAPDUMPS / "node22-cc-fresh.json", "-f", "json", "-o", known)
    run = _run(cli, HEAPDUMPS / "node22-heap-large.json", "--baseline", known)
    states = {one["ruleId"]: one["baselineState"] for one in run["results"]}
    assert states["worse-than-baseline"] == "updated"
    assert "new" in states.values()
    assert not any(
        "baselineState" in one for one in _run(cli, HEAPDUMPS / "node22-heap-large.json")["results"]
    )


def test_a_line_of_a_log_is_a_region(cli: Cli) -> None:
    results = _run(cli, *CASES["pm2"])["results"]
    [loop] = [one for one in results if one["ruleId"] == "crash-loop"]
    place = loop["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "fixtures/cases/broken-worker/pm2.log"
    lines = Path(place["artifactLocation"]["uri"]).read_text().splitlines()
    assert "exited with code [1]" in lines[place["region"]["startLine"] - 1]


def test_what_was_not_read_is_a_notification(cli: Cli) -> None:
    outcome = cli("analyze", *CASES["partly-read"], "-f", "sarif")
    assert outcome.code == 2
    [invocation] = json.loads(outcome.out)["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    [notification] = invocation["toolExecutionNotifications"]
    assert notification["level"] == "error"
    assert notification["message"]["text"].startswith("No such file")


def test_standard_input_is_no_file(cli: Cli) -> None:
    dump = (HEAPDUMPS / "phantom-external.json").read_bytes()
    run = sarif_schema.check(json.loads(cli("analyze", "-", "-f", "sarif", stdin=dump).out))
    assert run["artifacts"] == []
    assert run["results"]
    assert all("physicalLocation" not in one["locations"][0] for one in run["results"])
    assert run["results"][0]["locations"][0]["logicalLocations"][0]["kind"] == "stdin"


def test_a_problem_of_what_is_no_file_is_at_no_file(cli: Cli) -> None:
    log = json.loads(cli("analyze", "-", "--assume", "x=5/day", "-f", "sarif", stdin=b"nothing").out)
    [invocation] = sarif_schema.check(log)["invocations"]
    for notification in invocation["toolExecutionNotifications"]:
        assert [*notification["locations"][0]] == ["logicalLocations"]
    assert "file=" not in cli("analyze", "-", "-f", "github", stdin=b"nothing").out


def test_files_elsewhere_are_relative_to_nothing_and_tell_of_no_home(tmp_path: Path, cli: Cli) -> None:
    dump = bun(external=3 * GIB, rss=GIB)
    home = tmp_path / "home" / "joedoe"
    home.mkdir(parents=True)
    run = _run(cli, write(tmp_path / "a b.json", dump), write(home / "b.json", dump))
    assert "joedoe" not in json.dumps(run)
    assert run["artifacts"][0]["location"]["uri"].startswith("file:///")
    assert run["artifacts"][0]["location"]["uri"].endswith("/a%20b.json")
    assert run["artifacts"][1]["location"]["uri"].endswith("b.json")


@pytest.mark.parametrize("form", ["sarif", "github", "junit", "markdown"])
def test_a_file_below_the_working_folder_goes_by_its_name_from_there(
    form: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "home" / "joedoe" / "project"
    (folder / "runs").mkdir(parents=True)
    path = write(folder / "runs" / "x.json", bun(external=3 * GIB, rss=GIB))
    monkeypatch.chdir(folder)
    for name in (path, "runs/x.json", "./runs/x.json"):
        out = cli("analyze", name, "-f", form).out
        assert "runs/x.json" in out
        assert str(tmp_path) not in out
        assert "joedoe" not in out


def _prints(run: Any) -> dict[str, str]:
    return {one["partialFingerprints"]["memdoctorFinding/v1"]: one["ruleId"] for one in run["results"]}


def test_fingerprints_do_not_depend_on_numbers_order_or_time(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.json", bun(external=3 * GIB, rss=GIB))
    write(tmp_path / "b.json", bun(external=4 * GIB, rss=GIB))
    before = _run(cli, "a.json", "b.json")
    write(tmp_path / "a.json", bun(external=3 * GIB + 5000, rss=GIB + 4096))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    after = _run(cli, "b.json", "a.json")
    assert _prints(before) == _prints(after)
    assert len(_prints(before)) == len(before["results"])


def test_fingerprints_do_not_depend_on_pids_sessions_and_times_in_names(tmp_path: Path, cli: Cli) -> None:
    listing = Path("fixtures/ps/evidence.jsonl").read_text()
    path = tmp_path / "20261120T100000Z_ps.jsonl"
    path.write_text(listing)
    before = _prints(_run(cli, path))
    assert {"leaked-children", "orphaned-process", "same-session", "zombies"} <= set(before.values())
    later = tmp_path / "20261121T110000Z_ps.jsonl"
    later.write_text(re.sub(r"\b32(?=[0-9]{3}\b)", "42", listing).replace("9c3f8849", "aaaaaaaa"))
    path.unlink()
    assert before == _prints(_run(cli, later))


def test_hostile_names_and_contents_are_text(tmp_path: Path, cli: Cli) -> None:
    run = _run(cli, *hostile_files(tmp_path))
    assert len(run["artifacts"]) >= 5
    sarif_schema.check(_log(cli, hostile_log(tmp_path), tmp_path / "app-error.log"))


def test_a_uri_leads_to_its_file_whatever_its_name(
    tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {path.name for path in hostile_files(tmp_path)}
    uris = {unquote(one["location"]["uri"]) for one in _run(cli, tmp_path)["artifacts"]}
    assert {name for name in names if name.isprintable()} <= uris
    assert not any(set(uri) & set("\n\u202e\u2066\udcff") for uri in uris)


def test_workers_of_one_name_but_for_their_number_are_two(tmp_path: Path, cli: Cli) -> None:
    lines = [
        f"2026-11-20T00:{number:02}:{10 * worker:02}: PM2 log: App [w-{worker}:{worker}] {what}"
        for number in range(12)
        for worker in (1, 2)
        for what in ("exited with code [1] via signal [SIGINT]", "starting in -fork mode-")
    ]
    path = tmp_path / "pm2.log"
    path.write_text("\n".join(lines) + "\n")
    both = _workers(_run(cli, path))
    path.write_text("\n".join(line for line in lines if "w-2" in line) + "\n")
    assert both.keys() == {"w-1", "w-2"}
    assert _workers(_run(cli, path)) == {"w-2": both["w-2"]}


def _workers(run: Any) -> dict[str, str]:
    return {
        one["properties"]["subject"]["worker"]: one["partialFingerprints"]["memdoctorFinding/v1"]
        for one in run["results"]
    }


def test_what_top_left_out_is_counted(cli: Cli) -> None:
    run = _run(cli, MAIN, "--top", "1")
    assert len(run["results"]) == 1
    assert sum(run["properties"]["left_out"].values()) == 10
