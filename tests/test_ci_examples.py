"""The examples of docs/ci.md do what the page says."""

import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from memdoctor.config import checked

from conftest import FIXTURES, HEAPDUMPS, ROOT, Cli
from runtimes import needs_node, pytest_beside_node

_PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
_HEALTH = (ROOT / "docs" / "health-check.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", _PAGE, re.DOTALL)


@pytest.mark.parametrize("block", _blocks("toml"))
def test_the_settings_are_settings(block: str) -> None:
    checked(tomllib.loads(block), "docs/ci.md")


def test_the_workflow_keeps_a_baseline_and_compares(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [workflow] = [block for block in _blocks("yaml") if "baseline" in block]
    on_request, on_main = re.findall(r"run: memdoctor (.+)", workflow)
    monkeypatch.chdir(tmp_path)
    shutil.copy(HEAPDUMPS / "node22-cc-fresh.json", "dump.json")
    assert cli(*shlex.split(on_main)).code == 0
    assert cli(*shlex.split(on_request)).code == 0
    shutil.copy(HEAPDUMPS / "node22-heap-large.json", "dump.json")
    assert cli(*shlex.split(on_request)).code == 1


def test_a_baseline_is_written_and_compared_with(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [block] = [block for block in _blocks("sh") if "--baseline" in block]
    first, second = re.findall(r"^memdoctor ([^#\n]+)", block, re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dumps").mkdir()
    shutil.copy(HEAPDUMPS / "node22-cc-fresh.json", "dumps/a.json")
    assert cli(*shlex.split(first)).code == 0
    assert cli(*shlex.split(second)).code == 0
    shutil.copy(HEAPDUMPS / "node22-heap-large.json", "dumps/a.json")
    assert cli(*shlex.split(second)).code == 1


@needs_node
def test_the_test_of_a_service_passes_and_finds_its_leak(tmp_path: Path) -> None:
    for block in (*_blocks("js"), *_blocks("python")):
        name = block.split("\n", maxsplit=1)[0].strip("/# ")
        (tmp_path / name).write_text(block)
    healthy = pytest_beside_node(tmp_path, "test_memory.py")
    assert healthy.returncode == 0, healthy.stdout
    leaking = pytest_beside_node(tmp_path, "test_memory.py", KEEP="1")
    assert leaking.returncode == 1
    assert "over the budget of 30.0 MiB" in leaking.stdout


def test_the_health_check_is_the_line_of_the_page(cli: Cli) -> None:
    lines = re.findall(r"^memdoctor (pm2 worker --budget .+)$", _HEALTH, re.MULTILINE)
    assert len(lines) == 1
    looks = sorted((FIXTURES / "pm2" / "near-limit").iterdir())
    outcome = cli("pm2", *looks, *shlex.split(lines[0])[1:])
    assert outcome.code == 1
    assert "worker: used ÷ limit of the heap: 94 %, over the budget of 90 %." in _HEALTH.replace("\n", " ")
    assert outcome.out.replace("\n", " ").startswith("worker: used ÷ limit of the heap: 94 %, over")
