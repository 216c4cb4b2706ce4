"""Text from a file never steers a terminal, breaks Markdown, or leaves with a secret."""

import re
from pathlib import Path

import pytest

from memdoctor.config import FORMATS

from builders import GIB, bun, write
from conftest import Cli
from html_pages import without_scripts

EVIL = "\x1b[31mred\x07\x9b1m [bold]x[/bold] \u202eevil\u2066 \ud800 <img src=x onerror=alert(1)> `|` \r\n"


def _evil(tmp_path: Path) -> Path:
    made = bun(
        external=3 * GIB,
        rss=GIB,
        buffers=3 * GIB,
        trigger=EVIL,
        platform=EVIL,
        ccVersion=EVIL * 30,
        nodeVersion=EVIL,
        timestamp=EVIL,
        protectedObjectTypeCounts={"StatWatcher": 300, EVIL: 400},
        v8HeapSpaces=[{"name": EVIL, "used": 1}],
        analysis={"potentialLeaks": [EVIL]},
    )
    text = write(tmp_path / "plain.json", made).read_text().replace("\\ud800", "")
    path = tmp_path / "e\x1b[32mvil [red]name.json"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("extra", [[], ["-v"], ["--color", "always"]])
def test_nothing_from_a_file_steers_the_terminal(
    name: str, extra: list[str], tmp_path: Path, cli: Cli
) -> None:
    outcome = cli("analyze", _evil(tmp_path), tmp_path / "miss\x1b[2Jing", "-f", name, *extra)
    assert outcome.code == 2
    text = without_scripts(outcome.out) if name == "html" else outcome.out
    text = re.sub(r"\x1b\[[0-9;]*m", "", text) if "--color" in extra else text
    for output in (text, outcome.err):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", output)
    assert "Traceback" not in outcome.err


def test_markup_in_a_name_is_only_text(tmp_path: Path, cli: Cli) -> None:
    assert "[red]name" in cli("analyze", _evil(tmp_path), "-f", "concise").out


def test_markdown_holds_no_live_html_and_mentions_nobody(tmp_path: Path, cli: Cli) -> None:
    made = bun(external=3 * GIB, rss=GIB, trigger="<script>x</script> @everyone #12 **bold**")
    out = cli("analyze", write(tmp_path / "dump.json", made), "-f", "markdown").out
    assert "<script>" not in out
    assert "@everyone" not in out
    assert "**bold**" not in out


SECRETS = {
    "id": "0a1b2c3d-1111-2222-3333-444455556666",
    "token": "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "bearer": "Bearer abcdefghijklmnop",
    "key": "sk-ant-REDACTMEREDACTME",
    "environment": "ANTHROPIC_AUTH_TOKEN=hunter2hunter2",
    "password": "password: correcthorse",
    "credentials": "https://joe:secretpw@example.org/x",
    "linux home": "/home/joedoe/project/dump.json",
    "mac home": "/Users/joedoe/project/dump.json",
    "windows home": "C:\\Users\\joedoe\\project\\dump.json",
    "email": "joe.doe@example.org",
}
_MUST_NOT_APPEAR = (
    "0a1b2c3d-1111",
    "ghp_abc",
    "abcdefghijklmnop",
    "sk-ant",
    "hunter2",
    "correcthorse",
    "secretpw",
    "joedoe",
    "joe.doe@",
)


@pytest.mark.parametrize("form", [name for name, form in FORMATS.items() if form.shared])
@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_reaches_a_shareable_format(kind: str, form: str, tmp_path: Path, cli: Cli) -> None:
    secret = SECRETS[kind]
    made = bun(external=3 * GIB, rss=GIB, sessionId=SECRETS["id"], trigger=secret, platform=secret)
    path = write(tmp_path / "dump.json", made)
    out = cli("analyze", path, secret, "-f", form).out
    out = re.sub(r"<script>.*?</script>", "", out, flags=re.DOTALL)  # the library; the data of plots stays
    for part in _MUST_NOT_APPEAR:
        assert part not in out


def test_the_home_folder_and_the_user_of_a_path_are_replaced(tmp_path: Path, cli: Cli) -> None:
    folder = tmp_path / "home" / "joedoe"
    folder.mkdir(parents=True)
    made = bun(external=3 * GIB, rss=GIB, trigger="joedoe asked")
    path = write(folder / "dump.json", made)
    out = cli("analyze", path, "-f", "markdown").out
    assert "joedoe" not in out
    assert "asked" in out
