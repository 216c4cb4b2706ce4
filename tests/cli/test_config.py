"""Settings: flags over environment over file; what makes no sense is said with its place."""

import json
from pathlib import Path

import pytest

from builders import document, write
from conftest import HEAPDUMPS, Cli

MAIN = HEAPDUMPS / "phantom-external.json"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _fail_on(cli: Cli, *arguments: str) -> str:
    return str(json.loads(cli("analyze", MAIN, "--json", *arguments).out)["summary"]["fail_on"])


def test_flags_go_before_environment_before_file(
    folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _fail_on(cli) == "never"
    (folder / "memdoctor.toml").write_text('fail_on = "info"')
    assert _fail_on(cli) == "info"
    monkeypatch.setenv("MEMDOCTOR_FAIL_ON", "warning")
    assert _fail_on(cli) == "warning"
    assert _fail_on(cli, "--fail-on", "error") == "error"


def test_pyproject_has_a_section(folder: Path, cli: Cli) -> None:
    (folder / "pyproject.toml").write_text('[tool.memdoctor]\nfail_on = "error"\n')
    assert _fail_on(cli) == "error"


def test_the_nearest_folder_upwards_counts(folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "memdoctor.toml").write_text('fail_on = "error"')
    (folder / "pyproject.toml").write_text("[tool.other]\n")
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert _fail_on(cli) == "error"


def test_lists_come_from_files_and_environment(
    folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rules() -> set[str]:
        findings = json.loads(cli("analyze", MAIN, "--json").out)["findings"]
        return {finding["rule"] for finding in findings}

    (folder / "memdoctor.toml").write_text('select = ["single-dump", "rate-is-average"]')
    assert rules() == {"single-dump", "rate-is-average"}
    monkeypatch.setenv("MEMDOCTOR_SELECT", "too-young, single-dump")
    assert rules() == {"single-dump"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('fail_onn = "info"', "did you mean fail_on?"),
        ('fail_on = "warn"', "did you mean warning?"),
        ("fail_on = 3", "cannot be 3"),
        ("top = -1", "a whole number"),
        ("top = true", "a whole number"),
        ("select = 3", "a list of rules or families"),
        ("select = [3]", "a list of rules or families"),
        ('select = ["nothing-like-it"]', "there is no rule or family"),
        ("fail_on = ", "memdoctor.toml cannot be read"),
        ("\x00", "memdoctor.toml cannot be read"),
    ],
)
def test_what_makes_no_sense_is_said(text: str, words: str, folder: Path, cli: Cli) -> None:
    (folder / "memdoctor.toml").write_text(text)
    outcome = cli("analyze", write(folder / "dump.json", document()))
    assert outcome.code == 2
    assert outcome.out == ""
    assert words in outcome.err


def test_a_broken_pyproject_of_somebody_else_is_left_alone(folder: Path, cli: Cli) -> None:
    (folder / "pyproject.toml").write_text("= broken")
    assert cli("analyze", MAIN).code == 0


def test_redaction_is_a_setting(folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder / "dump.json", document(trigger="token=abcdefgh1"))

    def is_redacted(*arguments: str) -> bool:
        outcome = cli("analyze", path, "--json", *arguments)
        assert ("removed: 1 secret" in outcome.err.replace("1 home folder, ", "")) == (
            "abcdefgh1" not in outcome.out
        )
        return "abcdefgh1" not in outcome.out

    assert not is_redacted()
    (folder / "memdoctor.toml").write_text("redact = true")
    assert is_redacted()
    assert not is_redacted("--no-redact")
    monkeypatch.setenv("MEMDOCTOR_REDACT", "0")
    assert not is_redacted()
    assert is_redacted("--redact")
    monkeypatch.setenv("MEMDOCTOR_REDACT", "perhaps")
    assert cli("analyze", path).code == 2
