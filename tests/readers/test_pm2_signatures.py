"""Signatures of what PM2 prints: each is known by its own alone, and takes nothing of other readers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.errors import InputError
from memdoctor.readers import pm2_signatures, sniff
from memdoctor.readers.opening import HEAD

from conftest import ROOT
from pm2_reading import PM2, READERS, in_text, of_text, plain, read

SIGNATURES = {
    "pm2_json": pm2_signatures.is_pm2_json,
    "pm2_describe": pm2_signatures.is_describe,
    "pm2_list": pm2_signatures.is_list,
    "pm2_messages": pm2_signatures.is_message,
}
MESSAGES = ("07_env.txt", "07_id.txt", "07_pid.txt", "10_save.txt", "07_describe_unknown.txt")
FILES = sorted(path for folder in ("v4", "v6", "timeline") for path in (PM2 / folder).iterdir())


def _reader(name: str) -> str:
    if "jlist" in name or "pretty" in name or "dump" in name:
        return "pm2_json"
    if name in MESSAGES:
        return "pm2_messages"
    return "pm2_describe" if "describe" in name else "pm2_list"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_is_known_by_its_own(path: Path) -> None:
    content = plain(str(path.relative_to(PM2)))
    for head in (content.encode(), b"\n" + content.encode(), b"\xef\xbb\xbf" + content.encode()):
        assert next(sniff.candidates(head[:HEAD])) == _reader(path.name)
    assert next(sniff.candidates(content.encode("utf-16")[:HEAD])) == _reader(path.name)


OTHERS = sorted(
    path
    for path in (ROOT / "fixtures").rglob("*.*")
    if path.is_file() and path.suffix not in {".md", ".xz", ".gz", ".mjs"}
    if not {"pm2", "cases"} & set(path.parts)
)


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_of_others_is_taken(path: Path) -> None:
    head = path.read_bytes()[:HEAD]
    assert [name for name, fits in SIGNATURES.items() if fits(head)] == []


@pytest.mark.parametrize(
    "text",
    [
        "hello world",
        "7",
        "{}",
        "[1, 2",
        '[{"pid": 1, "ppid": 2, "cmdline": ["node", "pm2"]}]',
        '{"apps": [{"name": "shop", "script": "shop.js", "exec_mode": "cluster"}]}',
        "┌───┐\n│ (index) │ Values │\n│ rss │ 1024 │\n└───┘\n",
        "  PID TTY          TIME CMD\n    1 ?        00:00:01 PM2 v6: God Daemon\n",
        "2026-11-20T09:13:24: PM2 log: App [leaky:0] online\n",
        "[TAILING] Tailing last 15 lines for [all] processes\nPM2        | [PM2] done\n",
        "[PM2] x\n0|leaky  | out of memory\n",
        "[PM2][WORKER] Process 4 restarted\n2026-11-20T09:13:24: PM2 log: App [a:4] online\n",
        "-------------\nnotes\n",
    ],
)
def test_nothing_else_is_taken(text: str) -> None:
    assert [name for name, fits in SIGNATURES.items() if fits(text.encode())] == []


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("07_env.txt", "it may hold secrets"),
        ("07_id.txt", "as pm2 id prints it"),
        ("07_pid.txt", "as pm2 pid prints them"),
        ("10_save.txt", "what PM2 says of a command"),
        ("07_describe_unknown.txt", "PM2 knows no app of that name"),
    ],
)
def test_what_is_no_look_gets_a_clear_answer(file: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        read(f"v6/{file}")
    assert error.value.help


@pytest.mark.parametrize(
    "text",
    [
        "[PM2][ERROR] Process or Namespace shop not found\n",
        "[PM2] Spawning PM2 daemon with pm2_home=/root/.pm2\n[PM2][WARN] shop doesn't exist\n",
    ],
)
def test_a_name_that_pm2_does_not_know(text: str) -> None:
    with pytest.raises(InputError, match="no app of that name"):
        of_text(text)


def test_a_reload_prints_no_list() -> None:
    text = "Use --update-env to update environment variables\n[PM2] Applying action reloadProcessId\n"
    with pytest.raises(InputError, match="what PM2 says of a command"):
        of_text(text)


def test_secrets_of_an_environment_are_in_no_answer() -> None:
    with pytest.raises(InputError) as error:
        of_text("unique_id: 7\nPM2_HOME: '/x'\nTOKEN: 'hunter2'\n")
    assert "hunter2" not in f"{error.value.message} {error.value.help} {error.value.place}"


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for fits in SIGNATURES.values():
        assert fits(data) in (True, False)
    with pytest.raises(InputError):
        in_text("pm2_messages", data)


@pytest.mark.parametrize("reader", READERS)
def test_what_is_too_large_is_refused(reader: str) -> None:
    with pytest.raises(InputError) as error:
        in_text(reader, b"[PM2] \n" * 2_500_000)
    assert error.value.help
