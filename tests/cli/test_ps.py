"""`memdoctor ps` as a person types it: on listings, and on this machine."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import golden_files
from conftest import FIXTURES, Cli

PS = "fixtures/ps"
EVIDENCE = f"{PS}/evidence.jsonl"
HEAVY = f"{PS}/heavy.txt"
SCHEMA = json.loads((files("memdoctor.reports") / "report.schema.json").read_text(encoding="utf-8"))

GOLDENS = {
    "ps": [EVIDENCE],
    "ps-color": [EVIDENCE, "--color", "always"],
    "ps-verbose": [f"{PS}/ps_axo_full.txt", "-v"],
    "ps-quiet": [EVIDENCE, "-q"],
    "ps-concise": [EVIDENCE, "-f", "concise"],
    "ps-markdown": [EVIDENCE, "-f", "markdown"],
    "ps-markdown-orphans": [EVIDENCE, "-f", "markdown", "--orphans"],
    "ps-json": [HEAVY, "--json"],
    "ps-jsonl": [HEAVY, "-f", "jsonl"],
    "ps-orphans": [EVIDENCE, "--orphans", "-q"],
    "ps-orphans-verbose": [EVIDENCE, "--orphans", "-v", "--select", "orphaned-process"],
    "ps-zombies": [f"{PS}/ps_ef.txt", "--zombies", "--select", "zombies"],
    "ps-duplicates": [EVIDENCE, "--duplicates", "--select", "duplicate-daemon"],
    "ps-tree": [HEAVY, "--tree"],
    "ps-family": [f"{PS}/macos_ps_axo.txt", "--family", "MCP", "--show-args"],
    "ps-sort": [f"{PS}/ps_aux.txt", "--sort", "cpu", "--top", "3", "--select", "growth"],
    "ps-top-all": [HEAVY, "--top", "0"],
    "ps-fail-on": [EVIDENCE, "--fail-on", "error", "-q"],
    "ps-macos": [f"{PS}/macos_ps_aux.txt"],
    "ps-windows": [f"{PS}/cim.json"],
    "ps-tasklist": [f"{PS}/tasklist.txt"],
    "ps-pstree": [f"{PS}/pstree_p.txt"],
    "ps-sockets-alone": [f"{PS}/ss_ltnp.txt"],
    "ps-cut": [f"{PS}/ps_aux_cols80.txt"],
    "ps-respawn": [f"{PS}/respawn"],
    "error-ps-no-heading": [f"{PS}/ps_eo_noheader.txt"],
    "error-ps-columns": [f"{PS}/ps_eo_noheader.txt", "--columns", "pid,rss,args"],
    "error-ps-unknown-column": [f"{PS}/ps_eo_noheader.txt", "--columns", "pid,elapsd,args"],
    "error-ps-sort": [HEAVY, "--sort", "memry"],
    "error-ps-for": [HEAVY, "--for", "10s"],
    "error-ps-time": ["--for", "soon"],
    "error-ps-missing": [f"{PS}/ps_ef.text"],
}


@pytest.mark.parametrize("name", GOLDENS)
def test_output(name: str, cli: Cli) -> None:
    arguments = ["ps", *GOLDENS[name]]
    golden_files.check(name, arguments, cli(*arguments))


def test_a_listing_without_heading_with_its_columns(cli: Cli) -> None:
    outcome = cli("ps", f"{PS}/ps_eo_noheader.txt", "--columns", "pid,etime,args", "--json")
    report = json.loads(outcome.out)
    assert outcome.code == 0
    assert len(report["overview"]["processes"]) == 112


def test_analyze_reads_listings_too(cli: Cli) -> None:
    by_ps, by_analyze = (json.loads(cli(command, EVIDENCE, "--json").out) for command in ("ps", "analyze"))
    assert by_ps["findings"] == by_analyze["findings"]
    assert by_ps["overview"] == by_analyze["overview"]


@pytest.mark.parametrize("name", sorted(path.name for path in (FIXTURES / "ps").glob("*.*")))
def test_every_report_fits_the_schema(name: str, cli: Cli) -> None:
    outcome = cli("ps", f"{PS}/{name}", "--json")
    jsonschema.validate(json.loads(outcome.out), SCHEMA, cls=jsonschema.Draft202012Validator)


def test_all_rows_are_in_json_and_those_asked_for(cli: Cli) -> None:
    everything = json.loads(cli("ps", EVIDENCE, "--json").out)
    orphans = json.loads(cli("ps", EVIDENCE, "--orphans", "--json").out)
    lines = (FIXTURES / "ps" / "evidence.jsonl").read_text().splitlines()
    assert len(everything["overview"]["processes"]) == len(lines)
    rows = everything["overview"]["processes"]
    kinds = [row["kind"] for row in rows]
    levels = [row["confidence"] for row in rows if row["kind"] == "orphan"]
    assert {row["kind"] for row in orphans["overview"]["processes"]} == {"orphan", "orphan-descendant"}
    assert len(orphans["overview"]["processes"]) == 16
    assert everything["summary"]["processes"] == {
        "orphans": {level: levels.count(level) for level in ("certain", "likely", "possible")},
        "orphan_descendants": kinds.count("orphan-descendant"),
        "leaked_children": kinds.count("leaked-child"),
        "duplicates": kinds.count("duplicate"),
        "zombies": kinds.count("zombie"),
        "respawn_loops": 0,
    }


SECRETS = {
    "--token": "tok-4711-aaaa",
    "--api-key": "k3y-of-mine",
    "--password": "hunter2hunter2",
}


def test_secrets_of_command_lines_are_masked_unless_asked_for(cli: Cli, tmp_path: Path) -> None:
    words = " ".join(f"{name} {value}" for name, value in SECRETS.items())
    urls = "https://me:s3cr3tpw@example.org/x DATABASE_PASSWORD=pgpass1 --auth=abcd1234"
    path = tmp_path / "ps.txt"
    path.write_text(f"  PID  PPID   RSS COMMAND\n   77     1  1000 node /srv/app.js {words} {urls}\n")
    hidden = [*SECRETS.values(), "s3cr3tpw", "pgpass1", "abcd1234"]
    for form in (
        ["--json"],
        ["-f", "markdown"],
        ["-f", "jsonl"],
        ["--family", "app.js"],
        ["-f", "concise", "-v"],
    ):
        out = cli("ps", path, *form).out
        assert not [secret for secret in hidden if secret in out], form
    shown = cli("ps", path, "--show-args", "--json").out
    assert all(secret in shown for secret in hidden)


def test_control_characters_and_markup_never_reach_the_terminal(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "ps.txt"
    nasty = "node /srv/\x1b]0;title\x07[bold red]x[/].js \x1b[31m \u202e \x9b2J --resume <b>a</b>"
    path.write_text(f"  PID  PPID   RSS COMMAND\n   77     1  1000 {nasty}\n", encoding="utf-8")
    for form in (
        [],
        ["--tree"],
        ["-f", "concise"],
        ["-f", "markdown"],
        ["--json"],
        ["--tree", "--show-args"],
    ):
        out = cli("ps", path, *form).out
        assert not set(out) & {"\x1b", "\x07", "\x9b", "\u202e"}, form


def _memdoctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "memdoctor", "ps", *arguments]
    return subprocess.run(call, capture_output=True, text=True, timeout=60, check=False)


def _this_machine(*arguments: str) -> dict[str, Any]:
    done = _memdoctor(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA, cls=jsonschema.Draft202012Validator)
    return report


def test_this_machine() -> None:
    report = _this_machine()
    rows = {row["pid"]: row for row in report["overview"]["processes"]}
    mine = rows[os.getpid()]
    assert mine["ppid"] == os.getppid()
    assert mine["rss_bytes"] > 1 << 20
    assert mine["started_at"] is not None
    assert report["sources"] == [
        {"name": "this machine", "kind": "live", "format": report["sources"][0]["format"], "size": None}
    ]


def test_pss_of_all_is_what_the_system_says() -> None:
    rows = {row["pid"]: row for row in _this_machine("--pss")["overview"]["processes"]}
    rollup = Path(f"/proc/{os.getpid()}/smaps_rollup")
    if not rollup.exists():
        pytest.skip("no /proc/PID/smaps_rollup here")
    sizes = dict(line.split(":") for line in rollup.read_text().splitlines()[1:])
    pss = int(sizes["Pss"].split()[0]) * 1024
    assert rows[os.getpid()]["pss_bytes"] == pytest.approx(pss, rel=0.5)
    assert rows[os.getpid()]["uss_bytes"] <= rows[os.getpid()]["pss_bytes"]


def test_a_window_measures_cpu() -> None:
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        rows = {row["pid"]: row for row in _this_machine("--for", "2500ms")["overview"]["processes"]}
    finally:
        busy.kill()
        busy.wait()
    assert rows[busy.pid]["cpu_is_recent"]
    assert rows[busy.pid]["cpu_percent"] > 20
