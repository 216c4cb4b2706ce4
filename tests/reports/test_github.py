"""Workflow commands: read as GitHub's runner reads them, nothing of a file is one."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.reports import github
from memdoctor.text import without_commands

from builders import GIB, bun, write
from ci_cases import CASES, CONTENTS, hostile_files, hostile_log
from conftest import Cli

LEVELS = ("error", "warning", "notice")


@dataclass(frozen=True)
class _Command:
    name: str
    properties: dict[str, str]
    message: str


def _command(line: str) -> _Command | None:
    """Return the command in a line, by the rules of the runner; None where there is none."""
    line = line.lstrip()
    if line.startswith("::") and "::" in line[2:]:
        head, _, data = line[2:].partition("::")
        name, _, words = head.partition(" ")
        pairs = (word.partition("=")[::2] for word in words.split(",") if "=" in word)
        return _Command(name, {key.strip(): _property(value) for key, value in pairs}, _data(data))
    old = re.search(r"##\[(\w[\w-]*)([^\]]*)\](.*)", line)
    return _Command(old[1], {}, old[3]) if old else None


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _property(text: str) -> str:
    return _data(text.replace("%3A", ":").replace("%2C", ","))


def _told(out: str) -> tuple[list[_Command], list[str]]:
    """Return the commands and the plain lines of an output."""
    pairs = [(line, _command(line)) for line in out.splitlines()]
    return [found for _, found in pairs if found], [line for line, found in pairs if not found]


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_annotated_within_the_limits(name: str, cli: Cli) -> None:
    commands, plain = _told(cli("analyze", *CASES[name], "-f", "github").out)
    for level in LEVELS:
        assert len([one for one in commands if one.name == level]) <= github.MOST
    assert {one.name for one in commands} <= set(LEVELS)
    assert all(Path(one.properties["file"]).is_file() or "not read" in one.properties["title"]
               for one in commands if "file" in one.properties)  # fmt: skip
    assert plain


def test_a_warning_tells_its_numbers_and_what_to_do(cli: Cli) -> None:
    commands, plain = _told(cli("analyze", *CASES["main"], "-f", "github").out)
    first = commands[0]
    assert first.name == "warning"
    assert first.properties == {"file": CASES["main"][0], "title": "external-not-resident"}
    lines = first.message.splitlines()
    assert lines[0] == "3.02 GiB of the reported external is not in RAM"
    assert f"- RSS 277 MiB ({CASES['main'][0]}#/memoryUsage/rss)" in lines
    assert any(line.startswith("What to do: ") for line in lines)
    assert plain[0].startswith("The JS heap is small and healthy")


def test_a_line_of_a_log_is_named(cli: Cli) -> None:
    commands, _ = _told(cli("analyze", *CASES["pm2"], "-f", "github").out)
    loop = commands[0].properties
    assert (loop["title"], loop["line"]) == ("crash-loop", "27")


def test_of_many_the_last_says_how_many_more(tmp_path: Path, cli: Cli) -> None:
    for number in range(25):
        write(tmp_path / f"{number}.json", bun(external=3 * GIB, rss=GIB, pid=number))
    commands, _ = _told(cli("analyze", tmp_path, "-f", "github", "--min-severity", "warning").out)
    assert len([one for one in commands if one.name == "warning"]) == github.MOST
    assert commands[-1].properties == {"title": "memdoctor"}
    assert commands[-1].message.startswith("16 more warnings")


def test_nothing_of_a_file_is_a_command(tmp_path: Path, cli: Cli) -> None:
    files = list(hostile_files(tmp_path))
    outcomes = [
        cli("analyze", *files, tmp_path / "::error::none\n::error::x", "-f", "github"),
        cli("analyze", hostile_log(tmp_path), tmp_path / "app-error.log", "-f", "github"),
    ]
    titles = {"not read", "memdoctor"}
    for outcome in outcomes:
        commands, plain = _told(outcome.out)
        assert commands
        for one in commands:
            assert one.name in LEVELS
            assert one.properties["title"] in titles or re.fullmatch(r"[a-z-]+", one.properties["title"])
            assert set(one.properties) <= {"file", "line", "title"}
        assert plain


@pytest.mark.parametrize("form", ["terminal", "concise", "markdown", "json", "jsonl", "junit", "sarif"])
def test_in_a_workflow_no_format_holds_a_command(
    form: str, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.chdir(tmp_path)
    names = [path.name for path in hostile_files(tmp_path)]
    for arguments in ([*names, "::error::none"], [hostile_log(tmp_path), "app-error.log"]):
        outcome = cli("analyze", *arguments, "-f", form, "-v")
        assert [_command(line) for line in (outcome.out + outcome.err).splitlines() if _command(line)] == []


_TEXTS = st.text() | st.lists(
    st.sampled_from(["%", "25", "0A", "0D", "3A", "\n", "\r", ":", ",", "::", "x"])
).map("".join)


@given(_TEXTS, _TEXTS)
def test_whatever_is_told_comes_out_as_it_went_in(title: str, message: str) -> None:
    line = github.command("error", title, message)
    assert len(line.splitlines()) == 1 or not {"\r", "\n"} & set(line)
    found = _command(line)
    assert found == _Command("error", {"title": title}, message.strip())


@given(st.text(alphabet=":# [x\n\t"))
def test_a_text_without_commands_has_none(text: str) -> None:
    assert [line for line in without_commands(text).split("\n") if _command(line)] == []


def test_the_contents_that_are_tried_are_commands() -> None:
    assert [_command(line) for line in CONTENTS.splitlines()[:2]] != [None, None]
