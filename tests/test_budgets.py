"""Budgets: what is over, what is kept, what nobody could check; on every kind of input."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.budget_names import NAMES
from memdoctor.budgets import parse_budget

from conftest import FIXTURES, HEAPDUMPS, Cli

FRESH = str(HEAPDUMPS / "node22-cc-fresh.json")
MAIN = str(HEAPDUMPS / "phantom-external.json")
SERIES = str(FIXTURES / "series" / "node22-heap-leak.json")
STEADY = str(FIXTURES / "series" / "node22-warmup-plateau.json")
SAWTOOTH = str(FIXTURES / "series" / "node22-sawtooth.json")
RECORDING = str(FIXTURES / "recordings" / "leak-and-sawtooth.jsonl")
HEAVY = str(FIXTURES / "ps" / "heavy.txt")
MIXED = str(FIXTURES / "cases" / "broken-worker")
LEAKS = [str(path) for path in sorted((FIXTURES / "snapshots").glob("leaks-node20-*.heapsnapshot.xz"))]
TIMELINE = str(FIXTURES / "pm2" / "timeline")
LIMITED = [str(path) for path in sorted((FIXTURES / "pm2" / "near-limit").iterdir())]


def _report(cli: Cli, *arguments: str) -> dict[str, Any]:
    return dict(json.loads(cli("analyze", *arguments, "--json").out))


def _found(cli: Cli, inputs: list[str], *budgets: str) -> list[tuple[str, str, str]]:
    words = [word for budget in budgets for word in ("--budget", budget)]
    findings = _report(cli, *inputs, *words, "--select", "budget")["findings"]
    return [(one["rule"], one["severity"], one["confidence"]) for one in findings]


OVER = ("over-budget", "error", "certain")
NEAR = ("over-budget", "warning", "certain")
UNCHECKED = ("budget-not-checked", "info", "certain")


@pytest.mark.parametrize(
    ("inputs", "budget", "expected"),
    [
        ([MAIN], "rss=100MiB", OVER),
        ([MAIN], "external=1GiB", OVER),
        ([MAIN], "js_heap=100MiB..1GiB", NEAR),
        ([MAIN], "heap_of_limit=90%", UNCHECKED),
        ([MAIN], "growth=1MiB/h", UNCHECKED),
        ([SERIES], "growth=50MiB/h", OVER),
        ([SERIES], "js_heap_growth=1GiB/day..100GiB/h", NEAR),
        ([SERIES], "handles_growth=1/h", UNCHECKED),
        ([SAWTOOTH], "growth=50MiB/h", UNCHECKED),
        ([SAWTOOTH], "rss_growth=1MiB/h", UNCHECKED),
        ([STEADY], "growth=50MiB/h", UNCHECKED),
        ([RECORDING], "rss=400MiB", OVER),
        ([RECORDING], "descriptors=10", OVER),
        ([HEAVY], "processes=3", OVER),
        ([HEAVY], "total_memory=1GiB", OVER),
        ([HEAVY], "threads=3", UNCHECKED),
        ([str(FIXTURES / "ps" / "evidence.jsonl")], "orphans=0", OVER),
        ([str(FIXTURES / "ps" / "evidence.jsonl")], "orphan_memory=1MiB", OVER),
        ([str(FIXTURES / "ps" / "ps_axo_full.txt")], "zombies=0", OVER),
        ([MIXED], "restarts=5", OVER),
        (LIMITED, "heap_of_limit=80%..90%", OVER),
        (LEAKS, "listeners=100", OVER),
        (LEAKS, "entries:Tracker.pending=100", OVER),
        (LEAKS, "entries:frames=10", OVER),
        (LEAKS, "count:Timeout=100", OVER),
        (LEAKS, "retained:Timeout=100KiB", OVER),
        (LEAKS, "js_heap=1MiB", OVER),
        (LEAKS, "growth=1MiB/h", UNCHECKED),
        ([*LEAKS, "--every", "5m"], "growth=1MiB/h", ("over-budget", "error", "likely")),
        ([*LEAKS[:2], "--every", "5m"], "growth=1MiB/h", ("over-budget", "warning", "possible")),
        (LEAKS[:1], "js_heap_growth=1MiB/h", UNCHECKED),
        (LEAKS, "entries:Tracker.pendin=100", UNCHECKED),
        (LEAKS, "count:Timeoot=100", UNCHECKED),
    ],
)
def test_each_kind_of_input_is_checked(
    inputs: list[str], budget: str, expected: tuple[str, str, str], cli: Cli
) -> None:
    assert expected in _found(cli, inputs, budget)


@pytest.mark.parametrize(
    ("inputs", "budget"),
    [
        ([MAIN], "rss=1GiB"),
        ([SAWTOOTH], "growth=500MiB/h"),
        ([HEAVY], "orphans=0"),
        (LEAKS, "count:Timeout=100000"),
        (LIMITED, "heap_of_limit=99%"),
        ([TIMELINE], "restarts=1000"),
    ],
)
def test_what_is_kept_is_told_as_kept(inputs: list[str], budget: str, cli: Cli) -> None:
    assert not [one for one in _found(cli, inputs, budget) if one[0] == "over-budget"]
    assert "The budget is kept." in _report(cli, *inputs, "--budget", budget)["summary"]["answer"]


def test_a_breach_has_both_numbers_and_their_places(cli: Cli) -> None:
    report = _report(cli, MAIN, "--budget", "rss=100MiB", "--fail-on", "error", "--select", "budget")
    [finding] = report["findings"]
    rss, allowed = finding["evidence"]
    assert rss["pointer"].endswith("#/memoryUsage/rss")
    assert (allowed["value"], allowed["pointer"]) == (100 << 20, "--budget")
    assert finding["impact_bytes"] == rss["value"] - allowed["value"]
    assert report["summary"]["exit_code"] == 1
    assert "over the budget of 100 MiB" in report["summary"]["answer"]


def test_many_processes_over_one_budget_are_one_finding(cli: Cli) -> None:
    report = _report(cli, HEAVY, "--budget", "rss=500MiB", "--select", "budget")
    [finding] = report["findings"]
    assert "9 are over the budget of 500 MiB" in finding["message"]
    values = [one["value"] for one in finding["evidence"] if one["pointer"] != "--budget"]
    assert values[:3] == sorted(values[:3], reverse=True)


def test_growth_that_the_window_cannot_show_is_not_kept(cli: Cli) -> None:
    budgets = ("--budget", "growth=50MiB/h", "--budget", "rss_growth=1MiB/h")
    report = _report(cli, SAWTOOTH, *budgets, "--select", "budget")
    assert "kept" not in report["summary"]["answer"]
    assert "Not checked: growth, rss_growth" in report["summary"]["answer"]
    assert all(" would not show in 5 min 53 s" in one["message"] for one in report["findings"])


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        ("heap_usage=81%", "81.4 %, over the budget of 81.0 %"),
        ("rss=47484927B", "47 484 928 B, over the budget of 47 484 927 B"),
        ("rss=45MiB", "45.3 MiB, over the budget of 45.0 MiB"),
    ],
)
def test_a_breach_never_reads_as_none(budget: str, told: str, cli: Cli) -> None:
    [finding] = _report(cli, FRESH, "--budget", budget, "--select", "budget")["findings"]
    assert told in finding["message"]


@pytest.mark.parametrize(
    "leave", [["--ignore", "budget"], ["--ignore", "over-budget"], ["--select", "heap"]]
)
def test_a_budget_that_nothing_judges_is_an_error(
    leave: list[str], cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = cli("analyze", FRESH, "--budget", "rss=1MiB", *leave)
    assert (outcome.code, "would not be judged" in outcome.err, outcome.out) == (2, True, "")
    monkeypatch.setenv("MEMDOCTOR_BUDGET", "rss=1MiB")
    elsewhere = cli("analyze", FRESH, *leave)
    assert (elsewhere.code, "budget" in elsewhere.out) == (0, False)


def _with_status(path: Path, folder: Path, status: str) -> Path:
    """Write one app of a look of PM2 that does not run."""
    apps = json.loads(path.read_text())[:1]
    apps[0]["pid"] = 0
    apps[0]["monit"] = {"memory": 0, "cpu": 0}
    apps[0]["pm2_env"]["status"] = status
    apps[0]["pm2_env"]["axm_monitor"] = {}
    target = folder / path.name
    target.write_text(json.dumps(apps))
    return target


@pytest.mark.parametrize("status", ["errored", "stopped", "waiting restart"])
def test_an_app_that_does_not_run_keeps_no_budget(status: str, cli: Cli, tmp_path: Path) -> None:
    look = next(Path(path) for path in LIMITED if path.endswith("jlist.json"))
    line = "--budget heap_of_limit=80%..90% --select budget --fail-on error --quiet"
    outcome = cli("pm2", _with_status(look, tmp_path, status), *line.split())
    assert (outcome.code, f"worker is not running: it is {status}" in " ".join(outcome.out.split())) == (
        1,
        True,
    )
    assert "kept" not in outcome.out


def test_growth_that_is_not_sure_may_be_over(cli: Cli, tmp_path: Path) -> None:
    scenario = [
        {
            "rss": rss << 20,
            "heapUsed": 5 << 20,
            "heapTotal": 9 << 20,
            "external": 1 << 20,
            "arrayBuffers": 1,
        }
        for rss in (100, 200)
    ]
    for index, usage in enumerate(scenario):
        document = {
            "pid": 7,
            "timestamp": f"2026-11-20T10:{index * 20:02}:00Z",
            "uptimeSeconds": 600 + index * 1200,
        }
        (tmp_path / f"{index}.json").write_text(json.dumps({**document, "memoryUsage": usage}))
    found = _found(cli, [str(tmp_path)], "rss_growth=50MiB/h")
    assert found == [("over-budget", "warning", "possible")]


def test_heap_usage_says_what_it_is_not(cli: Cli) -> None:
    report = _report(cli, TIMELINE, "--budget", "heap_usage=90%", "--select", "over-budget")
    assert "no nearness to a limit" in report["findings"][0]["why"]


def test_budgets_come_from_files_and_environment_each_by_its_name(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = '[budget]\nrss = "100MiB"\nexternal = "1GiB"\n[budget.entries]\n"Cache.items" = 10\n'
    (tmp_path / "memdoctor.toml").write_text(text)
    monkeypatch.setenv("MEMDOCTOR_BUDGET", "external=2GiB, js_heap=1MiB")
    findings = _report(cli, MAIN, "--budget", "rss=200MiB", "--select", "budget")["findings"]
    allowed = [
        one for finding in findings for one in finding["evidence"] if one["label"].startswith("budget ")
    ]
    places = {one["label"]: one["pointer"] for one in allowed}
    assert places == {
        "budget rss": "--budget",
        "budget external": "MEMDOCTOR_BUDGET",
        "budget js_heap": "MEMDOCTOR_BUDGET",
        "budget entries:Cache.items": "memdoctor.toml#/budget/entries/Cache.items",
    }


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        ("rsss=5MiB", "did you mean rss?"),
        ("rss=500", "a size with its unit"),
        ("rss=-5MiB", "a size with its unit"),
        ("growth=50MiB", "growth in a time"),
        ("listeners=many", "a whole number"),
        ("heap_of_limit=90%..80%", "from less to more"),
        ("heap_of_limit=0%", "a share"),
        ("entries=5", "entries:NAME"),
        ("=5", "NAME=VALUE"),
        ("rss", "NAME=VALUE"),
        ("a\x1b[31m=5", "there is no budget"),
    ],
)
def test_a_wrong_budget_is_an_error_that_helps(budget: str, told: str, cli: Cli) -> None:
    outcome = cli("analyze", MAIN, "--budget", budget)
    assert outcome.code == 2
    assert told in outcome.err
    assert "help:" in outcome.err
    assert "\x1b" not in outcome.err


@pytest.mark.parametrize(
    "table", ["budget = 5", "budget = [true]", "[budget]\nrss = true", "[budget]\nrss = []"]
)
def test_a_wrong_table_is_an_error(
    table: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "memdoctor.toml").write_text(table)
    outcome = cli("analyze", MAIN)
    assert (outcome.code, "error:" in outcome.err) == (2, True)


@settings(deadline=None)
@given(st.sampled_from(sorted(NAMES)), st.text(max_size=20))
def test_any_text_is_a_budget_or_an_error(name: str, text: str) -> None:
    try:
        budget = parse_budget(f"{name}={text}", "--budget")
    except ValueError:
        return
    assert budget.limit >= 0
    assert budget.warn is None or budget.warn < budget.limit


def test_without_a_budget_nothing_of_it_is_loaded(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if "analysis.budgets" in name or "rules.budget" in name]:
        monkeypatch.delitem(sys.modules, name)
    assert cli("analyze", MAIN).code == 0
    assert not [name for name in sys.modules if "analysis.budgets" in name or "rules.budget." in name]


def test_the_health_check_is_one_line(cli: Cli) -> None:
    line = "--budget heap_of_limit=80%..90% --select budget --fail-on error --quiet"
    full = cli("pm2", *LIMITED, *line.split())
    assert (full.code, full.out.startswith("worker: used ÷ limit of the heap: 94 %")) == (1, True)
    unknown = cli("pm2", MIXED, *line.split())
    assert (unknown.code, "Not checked: heap_of_limit" in unknown.out) == (0, True)
