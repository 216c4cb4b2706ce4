"""Whoever follows docs/extending.md to the letter has a rule, a reader and a format that work."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from page_files import files_of

_PAGE = ROOT / "docs" / "extending.md"
_TEXT = _PAGE.read_text(encoding="utf-8")
_EDIT = re.compile(r"^```diff\n--- (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_COMMANDS = re.findall(r"^```sh\n(.*?)^```$", _TEXT, re.DOTALL | re.MULTILINE)[-1].splitlines()
_NEEDED = (
    "src",
    "tests",
    "scripts",
    "docs",
    "fixtures",
    "pyproject.toml",
    "README.md",
    "CONTRIBUTING.md",
    "benchmarks",
)
_TOOLS = Path(sys.executable).parent
_SAID = {
    "memdoctor explain many-threads": "warning[many-threads], family memory",
    "memdoctor analyze fixtures/proc/many-threads.txt": "warning[many-threads] 3",
    "memdoctor analyze fixtures/proc/many-threads.txt -f tally": "1 warning many-threads",
}

pytestmark = pytest.mark.skipif(
    not all((_TOOLS / tool).exists() for tool in ("ruff", "mypy", "lint-imports"))
    or not (ROOT / "src").is_dir(),
    reason="follows the page with the tools of the extra dev, in a checkout",
)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a copy of the repository in which the page was followed."""
    folder = tmp_path_factory.mktemp("followed")
    for name in _NEEDED:
        if (ROOT / name).is_dir():
            left = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.c")
            shutil.copytree(ROOT / name, folder / name, ignore=left)
        else:
            shutil.copy(ROOT / name, folder / name)
    for file in files_of(_PAGE):
        assert not (folder / file.name).exists(), file.name
        file.write(folder)
    for name, lines in _EDIT.findall(_TEXT):
        _edit(folder / name, lines.splitlines())
    yield folder
    shutil.rmtree(folder)


def _edit(path: Path, lines: list[str]) -> None:
    """Change a file as a diff says; what it takes as given stands there once."""
    before = "\n".join(line[1:] for line in lines if line[:1] in (" ", "-"))
    after = "\n".join(line[1:] for line in lines if line[:1] in (" ", "+"))
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, (path, before)
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_the_commands_of_the_page_pass(followed: Path) -> None:
    for command in _COMMANDS:
        printed = _run(command, followed)
        assert _SAID.get(command, "") in printed, command


def _run(command: str, folder: Path) -> str:
    """Run a line of the page in the copy, and return what it printed."""
    environment = {
        **os.environ,
        "PATH": f"{_TOOLS}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    # The memdoctor that is installed may be another one: the module of the copy is asked.
    words = (
        command.replace("memdoctor ", "python -m memdoctor ", 1)
        if command.startswith("memdoctor")
        else command
    )
    done = subprocess.run(
        ["bash", "-c", words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_what_the_page_writes_is_written(followed: Path) -> None:
    assert "# many-threads" in (followed / "docs/rules/many-threads.md").read_text(encoding="utf-8")
    assert "VmRSS" in (followed / "src/memdoctor/redacting/words.txt").read_text(encoding="utf-8")
    assert (followed / "tests/golden/rule-many-threads.txt").is_file()


def test_the_goldens_that_the_page_names_are_those_that_change(followed: Path) -> None:
    changed = {
        path.stem
        for path in (followed / "tests" / "golden").iterdir()
        if not (ROOT / "tests" / "golden" / path.name).exists()
        or path.read_bytes() != (ROOT / "tests" / "golden" / path.name).read_bytes()
    }
    assert {"rule-many-threads", "explain-list", "ci-junit-main", "ci-junit-mixed"} <= changed
    assert not {name for name in changed if name.startswith(("main", "steady", "growing"))}
