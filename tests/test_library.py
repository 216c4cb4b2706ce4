"""The library, through what `import memdoctor` offers, and the examples of its page."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import memdoctor
from memdoctor.reports.render import Style, render
from memdoctor.rules.about import about_case

from conftest import HEAPDUMPS, ROOT, SNAPSHOTS
from page_files import PageFile, files_of, with_printed
from runtimes import needs_node, pytest_beside_node

_PAGE = ROOT / "docs" / "library.md"
_FILES = {file.name: file for file in files_of(_PAGE)}
_PRINTS = [file for file in _FILES.values() if file.printed is not None]
_DUMP = HEAPDUMPS / "phantom-external.json"
_CARD = memdoctor.Rule("own-rule", "ours", memdoctor.Severity.ERROR, "of our own")


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Return a folder with the files of the page, beside the fixtures that they read."""
    for file in _FILES.values():
        file.write(tmp_path)
    for name in ("fixtures", "README.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize("file", _PRINTS, ids=lambda file: file.name)
def test_an_example_prints_what_the_page_says(file: PageFile, examples: Path) -> None:
    if "pandas" in file.text:
        pytest.importorskip("pandas")
    done = subprocess.run(
        [sys.executable, file.name], cwd=examples, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    if os.environ.get("UPDATE_GOLDENS") == "1":
        _PAGE.write_text(with_printed(_PAGE, file.name, done.stdout), encoding="utf-8")
        return
    assert done.stdout == file.printed


def test_the_examples_pass_mypy(examples: Path) -> None:
    pytest.importorskip("mypy")
    settings = "[mypy]\nstrict = True\n[mypy-pandas.*]\nignore_missing_imports = True\n"
    (examples / "mypy.ini").write_text(settings)
    names = sorted(name for name in _FILES if name.endswith(".py"))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *names], cwd=examples, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_own_rule_has_fifteen_lines() -> None:
    lines = [line for line in _FILES["large_rss.py"].text.splitlines() if line]
    assert len(lines) <= 15


@needs_node
def test_the_service_passes_and_its_leak_is_found(examples: Path) -> None:
    healthy = pytest_beside_node(examples, "test_service.py")
    assert healthy.returncode == 0, healthy.stdout
    leaking = pytest_beside_node(examples, "test_service.py", KEEP="1")
    assert leaking.returncode == 1
    assert "seen" in leaking.stdout


def test_the_attributes_of_a_graph_have_the_shapes_of_the_page() -> None:
    graph = memdoctor.load(SNAPSHOTS / "bun-a-1.heapsnapshot.xz")
    sizes = {"N": graph.node_count, "E": graph.edge_count, "N + 1": graph.node_count + 1}
    rows = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    seen = set()
    for names, shape in rows:
        for name in re.findall(r"`(\w+)`", names):
            if (
                (size := re.match(r"\((N|E|N \+ 1),\)", shape))
                and hasattr(graph, name)
                and name != "retainers"
            ):
                assert getattr(graph, name).shape == (sizes[size[1]],), name
                seen.add(name)
    assert {"retained_size", "first_edge", "edge_target", "dominator", "class_id"} <= seen


def test_every_name_is_there_and_on_the_page() -> None:
    page = _PAGE.read_text(encoding="utf-8")
    for name in memdoctor.__all__:
        assert getattr(memdoctor, name) is not None
        assert name in dir(memdoctor)
        assert name in page or name == "__version__"
    with pytest.raises(AttributeError):
        memdoctor.nothing  # noqa: B018 - it is asked for, on purpose


class _Own:
    """Of our own.

    ## When it is wrong
    Never.
    """

    RULE = _CARD

    @staticmethod
    def check(measurements: memdoctor.Measurements) -> Iterator[memdoctor.Finding]:
        """Find something in every case."""
        count = memdoctor.Evidence("samples", len(measurements.looks), formula="samples, counted")
        yield about_case(_CARD, "it is ours", note="ours", evidence=(count,), why="so", help="none")


@pytest.mark.parametrize(
    "form", ["terminal", "markdown", "json", "jsonl", "sarif", "junit", "github", "concise"]
)
def test_an_own_rule_is_in_every_format(form: str) -> None:
    report = memdoctor.analyze(_DUMP, rules=[_Own], select=["ours"])
    assert [finding.rule for finding in report.findings] == ["own-rule"]
    assert "own-rule" in render(report, form, Style(detail=1))


def test_an_own_rule_can_be_chosen_and_counts() -> None:
    assert memdoctor.analyze(_DUMP, rules=[_Own], fail_on="error").exit_code == 1
    assert memdoctor.analyze(_DUMP, rules=[_Own()], fail_on="error", ignore=["own-rule"]).exit_code == 0
    assert "Never." in memdoctor.analyze(_DUMP, rules=[_Own]).own_rules[0].documentation
    assert "own-rule" not in memdoctor.analyze(_DUMP).silent


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([object()], "object is no rule"),
        ([SimpleNamespace(RULE=_CARD, check=None)], "SimpleNamespace is no rule"),
        ([_Own, _Own], "there is a rule or family own-rule already"),
        ([SimpleNamespace(RULE=replace(_CARD, name="zombies"), check=print)], "zombies already"),
        ([SimpleNamespace(RULE=_CARD, check=lambda _: [1])], "own-rule yields int"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_told(rules: list[object], message: str) -> None:
    with pytest.raises(memdoctor.UsageError, match=message):
        memdoctor.analyze(_DUMP, rules=rules)  # type: ignore[arg-type]
