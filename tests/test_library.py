"""The library, through what `import memdoctor` offers, and the examples of its page."""

import os
import re
import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.config import FORMATS
from memdoctor.readers.fingerprint import with_fingerprint

from conftest import FIXTURES, HEAPDUMPS, ROOT, SNAPSHOTS, Cli
from page_files import PageFile, files_of, with_printed
from runtimes import needs_node, pytest_beside_node

_PAGE = ROOT / "docs" / "library.md"
_FILES = {file.name: file for file in files_of(_PAGE)}
_PRINTS = [file for file in _FILES.values() if file.printed is not None]
_DUMP = HEAPDUMPS / "phantom-external.json"


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


def test_every_name_is_there_and_on_the_page() -> None:
    page = _PAGE.read_text(encoding="utf-8")
    for name in memdoctor.__all__:
        assert getattr(memdoctor, name) is not None
        assert name in dir(memdoctor)
        assert name in page or name == "__version__"
    with pytest.raises(AttributeError):
        getattr(memdoctor, "nothing")  # noqa: B009 - mypy knows that it is not there


_PRIVATE = FIXTURES / "ps" / "evidence.jsonl"


@pytest.mark.parametrize("form", FORMATS)
def test_a_redacted_report_is_that_of_the_command_line(
    form: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(at.timestamp())))
    monkeypatch.chdir(ROOT)
    private = _PRIVATE.relative_to(ROOT)
    report = replace(memdoctor.analyze(private, redact=True), generated_at=at)
    assert "/home/dev" not in repr(report)
    assert report.removed is not None
    assert report.removed["home folder"]
    if FORMATS[form].is_document:  # the command line adds hashes of the inputs
        report = replace(report, sources=tuple(map(with_fingerprint, report.sources)))
    printed = cli("analyze", private, "-f", form, "--redact").out
    assert memdoctor.render(report, form) == printed


def test_a_report_is_as_it_is_unless_it_is_to_be_redacted() -> None:
    report = memdoctor.analyze(_PRIVATE)
    assert "/home/dev" in memdoctor.render(report, "json")
    assert "/home/dev" not in memdoctor.render(report, "markdown")
    assert report.removed is None


def test_command_lines_are_whole_where_that_is_asked_for_and_nothing_is_redacted() -> None:
    def words(**settings: Any) -> str:
        return memdoctor.render(memdoctor.analyze(_PRIVATE, **settings), "json")

    assert len(words(show_arguments=True)) > len(words())
    assert words(show_arguments=True, redact=True).replace("\n", "").count("/home/dev") == 0


def test_what_html_draws_is_asked_for() -> None:
    title = "Who retains the heap: the dominator tree"
    snapshot = SNAPSHOTS / "bun-a-1.heapsnapshot.xz"
    assert title in memdoctor.render(memdoctor.analyze(snapshot, drawn=True), "html")
    assert title not in memdoctor.render(memdoctor.analyze(snapshot), "html")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        *(
            ({"every": value}, f"'every' in the call cannot be {re.escape(repr(value))}")
            for value in ("10m", float("nan"), float("inf"), -600, 0, True, 1e300, [600])
        ),
        ({"top": 1.5}, "'top' in the call cannot be 1.5"),
        ({"top": float("inf")}, "'top' in the call cannot be inf"),
        ({"top": -1}, "'top' in the call cannot be -1"),
        ({"redact": "perhaps"}, "'redact' in the call cannot be 'perhaps'"),
        ({"drawn": 1}, "'drawn' in the call cannot be 1"),
        ({"format": "html"}, "'format' is no setting of analyze"),
        ({"color": "always"}, "'color' is no setting of analyze"),
        ({"fial_on": "error"}, "unknown setting 'fial_on' in the call"),
        ({"thresholds": {5: 1}}, "unknown threshold 5 in the call"),
        ({"select": 5}, "'select' in the call cannot be 5"),
        ({"baseline": b"x"}, "'baseline' in the call cannot be b'x'"),
        ({"baseline": Path("no-such")}, "baseline no-such cannot be read"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_told_by_its_name(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(memdoctor.UsageError, match=message) as told:
        memdoctor.analyze(_DUMP, **settings)
    assert told.value.help


@pytest.mark.parametrize("inputs", [[], [5], [b"dump.json"]])
def test_what_is_no_input_is_told(inputs: list[Any]) -> None:
    with pytest.raises(memdoctor.UsageError, match=r"nothing to analyze|an input cannot be"):
        memdoctor.analyze(*inputs)


def test_settings_that_are_not_set_may_be_none() -> None:
    report = memdoctor.analyze(_DUMP, top=None, baseline=None, redact=None)
    assert report.findings == memdoctor.analyze(_DUMP).findings


def test_a_snapshot_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.heapsnapshot"
    damaged.write_text('{"snapshot":{"meta":{"node_fields":[')
    for path in (tmp_path / "none.heapsnapshot", tmp_path, ROOT / "README.md", damaged):
        with pytest.raises(memdoctor.InputError) as told:
            memdoctor.load(path)
        assert told.value.message.startswith(f"{path}: ")
        assert told.value.place


def test_a_format_that_does_not_exist_is_told() -> None:
    with pytest.raises(memdoctor.UsageError, match="there is no format 'jsn'") as told:
        memdoctor.render(memdoctor.analyze(_DUMP), "jsn")
    assert told.value.help == "did you mean json?"


_MISTAKES = """import memdoctor

memdoctor.analyze("x", fial_on="error")
memdoctor.analyze("x", fail_on="dire")
memdoctor.analyze("x", top="3")
memdoctor.analyse("x")
memdoctor.analyze("x", fail_on="error", select=["heap"], every=600, redact=True, drawn=True)
"""


def test_a_mistake_in_a_call_fails_mypy(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "script.py").write_text(_MISTAKES)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.findall(r"^script.py:(\d+): error", done.stdout, re.MULTILINE) == ["3", "4", "5", "6"]


@pytest.mark.parametrize("name", ["Report", "Finding", "Evidence", "Rule", "Style", "CallSettings"])
def test_the_help_of_a_record_tells_all_of_its_fields(name: str) -> None:
    kind = getattr(memdoctor, name)
    if name == "CallSettings":
        told, names = memdoctor.analyze.__doc__, list(kind.__annotations__)
    else:
        told, names = kind.__doc__, [field.name for field in fields(kind)]
    assert [name for name in names if f"`{name}`" not in str(told)] == []


def test_every_setting_is_on_the_page() -> None:
    page = _PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert set(memdoctor.CallSettings.__annotations__) <= named
