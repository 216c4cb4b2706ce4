"""The JSON report: its schema holds for every input, and its numbers are those of the documents."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import memdoctor

from conftest import HEAPDUMPS, SERIES, Cli

MAIN = HEAPDUMPS / "phantom-external.json"
SCHEMA = json.loads((Path(memdoctor.__file__).parent / "reports" / "report.schema.json").read_text())
_VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def _json(cli: Cli, *arguments: str | Path) -> Any:
    report = json.loads(cli("analyze", *arguments, "--json").out)
    _VALIDATOR.validate(report)
    return report


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "path", sorted([*HEAPDUMPS.glob("*.json"), *SERIES.glob("*.json")]), ids=lambda path: path.stem
)
def test_every_report_fits_the_schema(path: Path, cli: Cli) -> None:
    _json(cli, path)


@pytest.mark.parametrize("inputs", [["missing.json"], [HEAPDUMPS], [MAIN, "missing.json", HEAPDUMPS]])
def test_reports_of_other_calls_fit_the_schema(inputs: list[str | Path], cli: Cli) -> None:
    _json(cli, *inputs)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report.pop("summary"),
        lambda report: report["findings"][0].update(severity="bad"),
        lambda report: report["findings"][0]["evidence"][0].pop("derived"),
        lambda report: report["overview"]["samples"][0].update(rss_bytes="much"),
        lambda report: report["overview"]["samples"][0]["derived"].update(js_heap_bytes=-1),
        lambda report: report.update(more=1),
        lambda report: report.update(schema_version=2),
    ],
)
def test_the_schema_refuses_what_is_wrong(spoil: Any, cli: Cli) -> None:
    report = _json(cli, MAIN)
    spoil(report)
    with pytest.raises(jsonschema.ValidationError):
        _VALIDATOR.validate(report)


def test_the_main_dump(cli: Cli) -> None:
    report = _json(cli, MAIN)
    [sample] = report["overview"]["samples"]
    assert sample["runtime"] == "bun"
    assert sample["heap_limit_kind"] == "fabricated"
    assert sample["rss_bytes"] == 290684928
    assert sample["peak_rss_bytes"] == 1244069888
    assert sample["heap_limit_bytes"] == 12440698880
    assert sample["derived"]["js_heap_bytes"] == 118501521
    lead = report["findings"][0]
    assert (lead["rule"], lead["severity"], lead["impact_bytes"]) == (
        "external-not-resident",
        "warning",
        3238541571,
    )
    assert lead["evidence"][0] == {
        "label": "external",
        "value": 3392535811,
        "unit": "bytes",
        "pointer": f"{MAIN}#/memoryUsage/external",
        "derived": False,
        "formula": None,
    }
    assert report["summary"]["warning"] == 4
    assert report["summary"]["exit_code"] == 0
    assert report["summary"]["answer"].endswith("take a second in 10 minutes.")


def test_a_series_has_a_verdict_on_each_metric(cli: Cli) -> None:
    report = _json(cli, SERIES / "node20-descriptors.json")
    growth = {one["metric"]: one for one in report["overview"]["growth"]}
    assert list(growth) == ["js_heap", "external", "array_buffers", "rss", "handles", "file_descriptors"]
    assert growth["js_heap"]["verdict"] == "steady"
    assert growth["js_heap"]["bytes_per_second"] == growth["js_heap"]["per_second"]
    descriptors = growth["file_descriptors"]
    assert (descriptors["verdict"], descriptors["unit"]) == ("growing", "count")
    assert descriptors["bytes_per_second"] is None
    assert descriptors["low"] <= descriptors["per_second"] <= descriptors["high"]
    assert descriptors["per_second"] == pytest.approx(1.5, rel=0.01)  # three each 2 s
    [finding] = [one for one in report["findings"] if one["family"] == "growth"]
    assert finding["subject"] == {
        "kind": "process",
        "name": descriptors["process"],
        "source": None,
        "process": descriptors["process"],
        "figure": None,
        "worker": None,
    }
    assert descriptors["process"] == report["overview"]["samples"][0]["process"]


def test_a_refused_rate_is_null_and_has_its_reason(cli: Cli) -> None:
    growth = _json(cli, HEAPDUMPS / "node-12208.json")["overview"]["growth"]
    assert {one["verdict"] for one in growth} == {"refused"}
    assert {one["per_second"] for one in growth} == {None}
    assert {one["reason"] for one in growth} == {"the samples carry no time"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda growth: growth.update(verdict="leaking"),
        lambda growth: growth.update(per_second=None),
        lambda growth: growth.update(verdict="refused"),
        lambda growth: growth.update(metric="JS heap"),
        lambda growth: growth.pop("reason"),
        lambda growth: growth.update(points=[]),
    ],
)
def test_the_schema_refuses_a_wrong_growth(spoil: Any, cli: Cli) -> None:
    report = _json(cli, SERIES / "node22-heap-leak.json")
    spoil(report["overview"]["growth"][0])
    with pytest.raises(jsonschema.ValidationError):
        _VALIDATOR.validate(report)


def test_json_keeps_what_the_terminal_folds(cli: Cli) -> None:
    report = _json(cli, MAIN)
    rules = {finding["rule"] for finding in report["findings"]}
    assert set(report["findings"][0]["explains"]) <= rules
    assert report["findings"][0]["explains"]


def test_findings_are_ordered_by_severity_then_impact(cli: Cli) -> None:
    findings = _json(cli, HEAPDUMPS)["findings"]
    ranks = {"error": 0, "warning": 1, "info": 2}
    keys = [(ranks[finding["severity"]], -(finding["impact_bytes"] or 0)) for finding in findings]
    assert keys == sorted(keys)


def test_top_limits_the_findings_but_not_the_counts(cli: Cli) -> None:
    report = _json(cli, MAIN, "--top", "2")
    assert len(report["findings"]) == report["summary"]["shown"] == 2
    assert report["summary"]["findings"] == 11


def test_what_is_selected_changes_the_findings_not_the_answer(cli: Cli) -> None:
    whole, part = _json(cli, MAIN), _json(cli, MAIN, "--select", "single-dump")
    assert [finding["rule"] for finding in part["findings"]] == ["single-dump"]
    assert part["summary"]["answer"] == whole["summary"]["answer"]


def test_json_lines_hold_the_same(cli: Cli) -> None:
    report = _json(cli, MAIN)
    lines = [json.loads(line) for line in cli("analyze", MAIN, "-f", "jsonl").out.splitlines()]
    of = {kind: [line for line in lines if line.pop("type") == kind] for kind in ("summary",)}
    assert of["summary"] == [report["summary"]]
    assert len(lines) == 1 + 1 + len(report["findings"]) + 1  # sample, levels, findings, summary
    series = SERIES / "node22-heap-leak.json"
    lines = [json.loads(line) for line in cli("analyze", series, "-f", "jsonl").out.splitlines()]
    growth = [line for line in lines if line.pop("type") == "growth"]
    assert growth == _json(cli, series)["overview"]["growth"]


def test_two_runs_are_equal(cli: Cli) -> None:
    assert cli("analyze", HEAPDUMPS, "--json") == cli("analyze", HEAPDUMPS, "--json")
