"""The proof: what is planted in inputs of every kind is in nothing that leaves the machine."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from memdoctor.config import FORMATS

import planted
from conftest import FIXTURES, Cli, Outcome
from runtimes import NODE, needs_node

SHARED = [["-f", name] for name, form in FORMATS.items() if form.shared]
MADE_SO = [["-f", "json", "--redact"], ["-f", "jsonl", "--redact"], ["-f", "concise", "--redact", "-v"]]
MADE_SO += [["--redact", "-v"]]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return planted.inputs(tmp_path_factory.mktemp("planted"))


def left(outcome: Outcome) -> list[str]:
    """Return what of that which was planted is in an output; what parts words in Markdown is no help."""
    out = outcome.out.replace("\u200b", "").replace("\\_", "_").replace("\\", "").replace("\n", "")
    text = f"{out} {outcome.out} {outcome.err}".lower()
    return [piece for piece in planted.PIECES if piece.lower() in text]


@pytest.mark.parametrize("form", [*SHARED, *MADE_SO], ids=" ".join)
def test_nothing_planted_leaves(form: list[str], calls: dict[str, list[str]], cli: Cli) -> None:
    for name, call in calls.items():
        if call[0] == "heap" and form[1] not in {"markdown", "json", "jsonl", "concise", "-v"}:
            continue  # a view has no findings to write in a format for them
        words = [word for word in form if word != "-v" or call[0] != "heap"]
        outcome = cli(*call, *words)
        assert outcome.code in {0, 2}, outcome.err
        assert not left(outcome), (name, left(outcome))
        assert "Traceback" not in outcome.err


def test_it_is_there_where_nothing_is_removed(calls: dict[str, list[str]], cli: Cli) -> None:
    """Else the test above would prove nothing."""
    seen = [piece for call in calls.values() for piece in left(cli(*call, "-f", "json", "--no-redact"))]
    never_kept = {planted.VALUE}  # of environments
    assert set(planted.PIECES) - set(seen) <= never_kept


@pytest.mark.parametrize("form", ["json", "markdown"])
def test_usage_errors_are_redacted_too(form: str, cli: Cli) -> None:
    for words in (
        ["heap", planted.URL, "x"],
        ["analyze", "--every", planted.URL],
        [f"/home/{planted.USER}"],
    ):
        assert not left(cli(*words, "-f", form, "--redact")), words


@needs_node
def test_a_real_node_gives_nothing_away(tmp_path: Path, cli: Cli) -> None:
    kept = f"{{secret: {json.dumps(planted.ALL)} + process.pid, home: {json.dumps(planted.HOME)}}}"
    program = f"const kept = {kept}; process.report.writeReport('report.json');"
    program += "require('v8').writeHeapSnapshot('a.heapsnapshot'); console.log(kept.secret.length)"
    environment = {"HOME": f"/home/{planted.USER}", "TOKEN": planted.TOKEN, "V": planted.VALUE}
    subprocess.run(
        [str(NODE), "-e", program], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    files = [tmp_path / "report.json", tmp_path / "a.heapsnapshot"]
    for call in (["analyze", *files], ["heap", "strings", files[1], "--show-strings", "--top", "0"]):
        outcome = cli(*call, "-f", "markdown")
        assert outcome.code == 0, outcome.err
        assert not left(outcome)


# What the words of a report say in numbers; a stand-in has a number of its own.
_STAND_IN = re.compile(r"<[a-z]+-\d+>")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
_TOLD = frozenset({"message", "note", "why", "help", "answer"})
READ = sorted(
    path
    for folder in (
        "heapdumps",
        "series",
        "reports",
        "recordings",
        "ps",
        "logs",
        "tables",
        "pasted",
        "pm2/v6",
    )
    for path in (FIXTURES / folder).iterdir()
    if path.is_file() and path.name != "README.md"
)


def test_numbers_stay_in_every_fixture(cli: Cli) -> None:
    """A redacted report has the numbers of the one that is not, in its figures and in its words."""
    for path in READ:
        as_it_is, cleaned = (
            cli("analyze", path, "--json", wish).out for wish in ("--no-redact", "--redact")
        )
        assert _numbers(json.loads(cleaned)) == _numbers(json.loads(as_it_is)), path


def _numbers(value: object, key: str = "") -> list[object]:
    if isinstance(value, dict):
        return [number for key, item in value.items() if key != "removed" for number in _numbers(item, key)]
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item, key)]
    if not isinstance(value, str):
        return [value]
    return list(_NUMBERS.findall(_STAND_IN.sub("", value))) if key in _TOLD else []


@pytest.mark.parametrize("name", ["small-a-node12-*", "chromium-detached-1*", "bun-g-*", "leaks-node20-*"])
def test_names_of_classes_and_fields_stay(name: str, cli: Cli) -> None:
    folder = Path("fixtures/snapshots")  # a relative name stays, so that all is comparable
    files = sorted(folder.glob(f"{name}.heapsnapshot.xz"))
    as_it_is, cleaned = (
        json.loads(cli("analyze", *files, "--every", "5m", "--json", wish).out)
        for wish in ("--no-redact", "--redact")
    )
    assert cleaned["summary"].pop("removed") == {}
    assert cleaned == as_it_is
