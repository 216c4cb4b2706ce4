"""`memdoctor pm2`, and `analyze` on what PM2 and logs tell, as a person types it."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

import golden_files
from conftest import FIXTURES, Cli

PM2, LOGS = "fixtures/pm2", "fixtures/logs"
SEED = f"{PM2}/seed-timeline.txt"
APPS = f"{PM2}/v6/06_jlist.txt.gz"
SCHEMA = json.loads((files("memdoctor.reports") / "report.schema.json").read_text(encoding="utf-8"))

GOLDENS = {
    "pm2-seed": [SEED],
    "pm2-seed-color": [SEED, "--color", "always"],
    "pm2-seed-verbose": [SEED, "-v"],
    "pm2-seed-markdown": [f"{PM2}/seed-timeline.md", "-f", "markdown"],
    "pm2-apps": [APPS],
    "pm2-apps-json": [f"{PM2}/v6/07_describe_leaky.txt", "--json"],
    "pm2-apps-jsonl": [f"{PM2}/v6/07_describe_clust.txt", "-f", "jsonl"],
    "pm2-apps-older": [f"{PM2}/v4/06_jlist.txt.gz", "-q"],
    "pm2-timeline": [f"{PM2}/timeline"],
    "pm2-timeline-of-one": [f"{PM2}/timeline", "leaky"],
    "pm2-timeline-concise": [f"{PM2}/timeline", "-f", "concise"],
    "pm2-timeline-markdown": [f"{PM2}/timeline", "leakfast", "-f", "markdown"],
    "pm2-fail-on": [f"{PM2}/timeline", "leakfast", "-q", "--fail-on", "error"],
    "pm2-stale": [f"{PM2}/stale"],
    "pm2-log": [f"{LOGS}/pm2-v6.log"],
    "pm2-log-older": [f"{LOGS}/pm2-v4.log", "-v"],
    "pm2-log-listeners": [f"{LOGS}/listeners-repeated.err"],
    "pm2-log-out-of-memory": [f"{LOGS}/oom-node22.err", "-v"],
    "pm2-log-of-several": [f"{LOGS}/{name}-node22.err" for name in ("missing", "port-any", "rejection")],
    "pm2-trace-gc": [f"{LOGS}/trace-gc-leak-node22.out"],
    "pm2-trace-gc-for-machines": [f"{LOGS}/trace-gc-nvp-node22.out", "-v"],
    "error-pm2-no-app": [f"{PM2}/v6/01_jlist_empty.txt"],
    "error-pm2-message": [f"{PM2}/v6/07_describe_unknown.txt"],
    "error-pm2-app": [APPS, "leakey"],
    "error-pm2-for": [APPS, "--for", "10s"],
    "error-pm2-time": ["--for", "soon"],
}


@pytest.mark.parametrize("name", GOLDENS)
def test_output(name: str, cli: Cli) -> None:
    arguments = ["pm2", *GOLDENS[name]]
    golden_files.check(name, arguments, cli(*arguments))


def test_without_a_daemon_it_says_so_and_starts_none(cli: Cli) -> None:
    """What other daemons run here is in the help, so it is no golden."""
    nobody = cli("pm2", "--home", PM2)
    assert (nobody.code, nobody.out) == (2, "")
    assert "error: PM2 does not run: nobody answers at fixtures/pm2/rpc.sock\n" in nobody.err
    nowhere = cli("pm2", "--home", "fixtures/pm3")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "error: PM2 is not used here: there is no fixtures/pm3\n" in nowhere.err
    assert "memdoctor starts no PM2" in nowhere.err
    assert not (FIXTURES / "pm3").exists()


@pytest.mark.parametrize(
    "path", [*(FIXTURES / "pm2").glob("v?/*"), *(FIXTURES / "logs").glob("*.*")], ids=lambda path: path.name
)
def test_every_report_fits_the_schema(path: Path, cli: Cli) -> None:
    outcome = cli("pm2", path, "--json")
    jsonschema.validate(json.loads(outcome.out), SCHEMA, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("path", [SEED, APPS, f"{PM2}/timeline", f"{LOGS}/pm2-v6.log"])
def test_analyze_tells_the_same(path: str, cli: Cli) -> None:
    by_pm2, by_analyze = (json.loads(cli(command, path, "--json").out) for command in ("pm2", "analyze"))
    assert by_pm2["findings"] == by_analyze["findings"]
    assert by_pm2["overview"] == by_analyze["overview"]
