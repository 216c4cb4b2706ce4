"""What the documents say is what the program does."""

import doctest
import importlib
import json
import os
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import memdoctor

import docs_commands
from conftest import ROOT, Cli

_README = (ROOT / "README.md").read_text(encoding="utf-8")


_SESSION = re.compile(r"```console\n\$ memdoctor (.+?)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", docs_commands.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_session_in_the_docs_is_real(page: Path, cli: Cli) -> None:
    text = page.read_text(encoding="utf-8")

    def real(match: re.Match[str]) -> str:
        return f"```console\n$ memdoctor {match[1]}\n{cli(*shlex.split(match[1])).out}```"

    with_real_sessions = _SESSION.sub(real, text)
    if os.environ.get("UPDATE_GOLDENS") == "1":
        page.write_text(with_real_sessions, encoding="utf-8")
    assert _SESSION.findall(with_real_sessions) == _SESSION.findall(text)


_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def test_the_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/generate_docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", docs_commands.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_local_links_lead_somewhere(page: Path) -> None:
    prose = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_example_settings_are_settings() -> None:
    from memdoctor.config import checked

    blocks = re.findall(r"```toml\n(.*?)```", _README, re.DOTALL)
    assert blocks
    for block in blocks:
        table = tomllib.loads(block)
        checked(table.get("tool", {}).get("memdoctor", table), "README.md")


def test_the_examples_in_docstrings() -> None:
    failed = 0
    for module in pkgutil.walk_packages(memdoctor.__path__, "memdoctor."):
        if not module.name.endswith("__main__"):
            failed += doctest.testmod(importlib.import_module(module.name)).failed
    failed += doctest.testmod(memdoctor).failed
    assert failed == 0


def test_the_table_of_signs_is_that_of_the_code() -> None:
    from memdoctor.analysis.processes.signs import SIGNS

    page = (ROOT / "docs" / "processes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| (−?\d+) \|", page, re.MULTILINE)
    assert len(rows) == len(SIGNS)
    for sign, (text, points) in zip(SIGNS, rows, strict=True):
        assert text.startswith(sign.text)
        assert int(points.replace("−", "-")) == sign.points


_CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
_WORKFLOWS = re.findall(r"```yaml\n(.*?)```", _CI, re.DOTALL)
_OF_CI = sorted(
    set(re.findall(r"^[^$]*?(memdoctor (?:analyze|ps|pm2) fixtures/.*-f .*)$", _CI, re.MULTILINE))
)


def test_the_examples_of_ci_are_yaml() -> None:
    github, gitlab, *_ = map(yaml.safe_load, _WORKFLOWS)
    steps = github["jobs"]["memory"]["steps"]
    assert all(("run" in step) != ("uses" in step) for step in steps)
    assert any(step.get("with", {}).get("sarif_file") == "memory.sarif" for step in steps)
    assert gitlab["memory"]["artifacts"]["reports"]["junit"] == "memory.xml"


@pytest.mark.parametrize("line", _OF_CI)
def test_the_commands_of_ci_run(
    line: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    outcome = cli(*shlex.split(line)[1:])
    assert (outcome.code, outcome.err) == (0, "")
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert bool(outcome.out) != bool(written)


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "guide").iterdir()), ids=lambda page: page.stem)
def test_a_case_of_the_guide_says_where_its_files_come_from(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "\nThe files: " in text
    made = re.compile(r"^\| ([^|]+) \| made by hand", re.MULTILINE)
    for path in sorted(set(re.findall(r"fixtures/[\w./-]+", text))):
        folder = ROOT / path if (ROOT / path).is_dir() else (ROOT / path).parent
        readme = next(
            one / "README.md" for one in (folder, *folder.parents) if (one / "README.md").is_file()
        )
        base = readme.parent
        for names in made.findall(readme.read_text(encoding="utf-8")):
            by_hand = {file for name in names.split(", ") for file in base.glob(name.replace("\\", ""))}
            assert ROOT / path not in {*by_hand, *(file.parent for file in by_hand)} - {base}, path


_REPORTS = {
    "dump": ["fixtures/heapdumps/phantom-external.json"],
    "series": ["fixtures/series/node20-heap-limit.json"],
    "snapshots": sorted(str(path) for path in (ROOT / "fixtures" / "snapshots").glob("small-a-*.xz")),
    "machine": ["fixtures/ps/evidence.jsonl"],
    "workers": ["fixtures/cases/late-module", "fixtures/pm2/timeline"],
    "recording": ["fixtures/recordings/spawner.jsonl"],
    "logs": ["fixtures/logs"],
}


@pytest.mark.parametrize("name", _REPORTS)
def test_every_field_of_a_report_is_on_a_page(name: str, cli: Cli) -> None:
    inputs = ROOT / "docs" / "inputs"
    fields = (ROOT / "docs" / "json-fields.md").read_text(encoding="utf-8")
    details = "".join((inputs / page).read_text(encoding="utf-8") for page in ("log.md", "trace-gc.md"))

    def unknown(value: Any, page: str, within: str) -> Iterator[str]:
        for key, one in value.items() if isinstance(value, dict) else ():
            if within != "cut" and not re.search(rf"[`.]{re.escape(key)}`", page):  # there a key is a table
                yield key
            yield from unknown(one, details if key == "detail" else page, key)
        for one in value if isinstance(value, list) else ():
            yield from unknown(one, page, within)

    report = json.loads(cli("analyze", *_REPORTS[name], "--json").out)
    assert set(unknown(report, fields, "")) == set()


def test_what_is_measured_stands_in_its_place() -> None:
    found = {}
    for page in sorted((ROOT / "docs").glob("*.md")):
        for mark, text in re.findall(
            r"<!-- (\w+) -->\n(.*?)<!-- /\1 -->", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            found[page.name, mark] = text.strip()
    assert {("html.md", "speed"), ("sql.md", "speed"), ("performance.md", "startup")} <= found.keys()
    assert all(found.values())
