"""Redacted listings, documents and logs analyse as their originals do, line by line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.readers.opening import open_input
from memdoctor.redacting.built_in import is_built_in, words
from memdoctor.redacting.stand_ins import StandIns
from memdoctor.redacting.texts import Texts

from conftest import FIXTURES, Cli

_NO_INPUT = (".md", ".js", ".mjs", ".gz")
ALL = [
    path
    for path in sorted(FIXTURES.rglob("*"))
    if path.is_file() and path.suffix not in _NO_INPUT and "snapshots" not in path.parts
]
FOLDERS = ("cases/broken-worker", "pm2/stale", "pm2/near-limit", "pm2/timeline", "ps/respawn", "series")
_ELSEWHERE = {
    "busybox_ps.txt": "bytes that are no text are signs that say so in the copy: no problem is left",
    "busybox_ps_o.txt": "the same",
    "cc-79815.json": "a class that the reporter's build alone has: its count has another name",
}


def _texts() -> Texts:
    return Texts(StandIns(lambda text: is_built_in(text) or text.lower() in words()))


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, int | float]]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in {"sources", "generated_at"}:
                yield from _leaves(item, f"{place}/{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{place}/{index}")
    elif isinstance(value, int | float):
        yield place, value


def _numbers(cli: Cli, file: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int | float]:
    """Return all numbers of a report by their place. The folder is no part of it."""
    monkeypatch.chdir(file.parent)
    outcome = cli("analyze", file.name, "--json", "--top", "0")
    return dict(_leaves(json.loads(outcome.out)))


def _copy(cli: Cli, file: Path, target: Path) -> Path | None:
    """Return a redacted copy; None of what no reader knows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    outcome = cli("redact", file, "-o", target)
    assert outcome.code in (0, 2)
    assert (outcome.code == 0) == target.exists()
    return target if outcome.code == 0 else None


@pytest.mark.parametrize("file", ALL, ids=[str(path.relative_to(FIXTURES)) for path in ALL])
def test_numbers_and_lines_stay(
    file: Path, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = _copy(cli, file, tmp_path / file.name)
    if copy is None:
        return
    before, after = file.read_bytes(), copy.read_bytes()
    assert before.count(b"\n") == after.count(b"\n")
    encoding = "utf-16" if before[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    lines = [text.decode(encoding, "replace").split("\n") for text in (before, after)]
    assert [len(line) for line in lines[0]] == [len(line) for line in lines[1]]
    if _is_json(before):
        assert _is_json(after)
    if file.name not in _ELSEWHERE:
        assert _numbers(cli, file, monkeypatch) == _numbers(cli, copy, monkeypatch)


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("folder", FOLDERS)
def test_cases_of_several_files_analyse_the_same(
    folder: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same worker has the same stand-in in all files of a call."""
    files = [path for path in sorted((FIXTURES / folder).iterdir()) if path.suffix not in _NO_INPUT[:3]]
    assert cli("redact", *files, "-o", tmp_path / "copies").code == 0
    reports = []
    for where in (FIXTURES / folder, tmp_path / "copies"):
        monkeypatch.chdir(where)
        report = json.loads(cli("analyze", *(file.name for file in files), "--json", "--top", "0").out)
        rules = sorted((one["rule"], one["severity"], one["confidence"]) for one in report["findings"])
        reports.append((rules, sorted(value for _, value in _leaves(report))))
    assert reports[0] == reports[1]


def test_words_of_one_text_keep_apart() -> None:
    texts = _texts()
    redacted = texts.redact("alpha beta alpha gamma Alpha bob", json=False).split()
    assert redacted[0] == redacted[2]
    assert len(set(redacted)) == 5
    assert [len(word) for word in redacted] == [5, 4, 5, 5, 5, 3]


@pytest.mark.parametrize(
    "kept",
    [
        "2026-11-20T09:25:07.123Z",
        "node:internal/modules/cjs/loader:1554:14",
        "v22.1.0 127.0.0.1:3000 12.4.254.21-node.33"[:7],
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "Fri Nov 20 09:19:44 2026",
        "1,459,088 K 4.91 GiB 12.5% 0:04 SIGABRT EADDRINUSE",
    ],
)
def test_figures_times_and_known_messages_stay(kept: str) -> None:
    assert _texts().redact(kept, json=False) == kept


def test_ids_and_addresses_stay_ids_and_addresses() -> None:
    text = "9c3f8849-536b-4fb9-855c-7725b3edd77b 10.20.30.144 deadbeef00112233 fe80:1:2:3:4:5:6:7"
    redacted = _texts().redact(text, json=False)
    for before, after in zip(text.split(), redacted.split(), strict=True):
        assert before != after
        assert len(before) == len(after)
    address = redacted.split()[1]
    assert all(0 <= int(part) <= 255 for part in address.split("."))


@given(st.dictionaries(st.text(), st.text() | st.integers(0, 10**12) | st.none() | st.lists(st.text())))
def test_json_stays_json(document: dict[str, Any]) -> None:
    for ascii_only in (True, False):
        text = json.dumps(document, ensure_ascii=ascii_only)
        redacted = _texts().redact(text, json=True)
        assert len(redacted) == len(text)
        again = json.loads(redacted)
        assert len(again) <= len(document)


@given(st.text(max_size=300))
def test_the_length_stays(text: str) -> None:
    assert len(_texts().redact(text, json=False)) == len(text)


@given(st.lists(st.text(min_size=3, max_size=8), unique=True, max_size=60))
def test_no_two_texts_have_one_stand_in(texts: list[str]) -> None:
    stand_ins = StandIns(lambda _: False)
    drawn = {stand_ins.letters(text, len(text)) for text in texts}
    assert len(drawn) == len(texts)
    assert drawn == {stand_ins.letters(text, len(text)) for text in texts}


def test_many_short_texts_keep_apart() -> None:
    stand_ins = StandIns(lambda _: False)
    texts = [chr(0x4E00 + a) + chr(0x4E00 + b) + "x" for a in range(120) for b in range(60)]
    assert len({stand_ins.letters(text, 3) for text in texts}) == len(texts)


def test_other_encodings_stay(cli: Cli, tmp_path: Path) -> None:
    listing = "USER PID PPID STAT COMMAND\r\nerika 4711 1 S /home/erika/secretapp --token=abcdef123456\r\n"
    for encoding in ("utf-8-sig", "utf-16"):
        file, copy = tmp_path / encoding, tmp_path / f"{encoding}.copy"
        file.write_bytes(listing.encode(encoding))
        assert cli("redact", file, "-o", copy).code == 0
        text = copy.read_bytes().decode(encoding)
        assert len(text) == len(listing)
        assert not [word for word in ("erika", "secretapp", "abcdef123456") if word in text]
        assert copy.read_bytes()[:2] == file.read_bytes()[:2]


def test_lines_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    from memdoctor.redacting.document import pieces

    file = tmp_path / "long.txt"
    file.write_text("wörter " * 3_000_000, encoding="utf-8")
    with open_input(str(file)) as opened:
        read = list(pieces(opened))
    assert len(read) > 1
    assert "".join(read) == file.read_text(encoding="utf-8")
    assert file.stat().st_size > 8 << 20


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("peer ::ffff:203.0.113.77", ["203.0.113"]),
        ("2001:470:26::307:1:5 2001:470::26:307", ["2001:470", "26:307", "26::307", "307:1:5"]),
        ("2001:db8:85a3::8a2e:370:7334", ["2001:db8", "85a3:", "8a2e:370", ":7334"]),
        ("client-203.0.113.5 x_203.0.113.5_y req.ip.203.0.113.5 203.0.113.5.", ["203.0.113"]),
        ("ip-172-31-5-9.ec2.internal 00-16-3e-12-34-56", ["172-31", "00-16-3e"]),
        ('{"token":"12345678","pwd":"22334455","auth":"66554433"}', ["12345678", "22334455", "66554433"]),
        ('{"token":12345678,"session_token":"1122334455"}', ["12345678", "1122334455"]),
        ('{"sessionId":"9988776655","privateKey":"1234567890"}', ["9988776655", "1234567890"]),
        ('["--password","11223344",\n"--api-key","55667788"]', ["11223344", "55667788"]),
        ('["-u","bob:471147"]', ["471147"]),
        (
            '{"env":{"PIN":87654321,"A":"12345678"},"DB_PASS":471147114}',
            ["87654321", "12345678", "471147114"],
        ),
        ("EMMA ERIKA EMPLOYEE EACMECORP SIGRID", ["EMMA", "ERIKA", "EMPLOYEE", "EACMECORP", "SIGRID"]),
        ("curl -u bob:471147 --pin 87654321", ["471147", "87654321"]),
        ("/x?code=4321123&sig=99911122&otp=441155", ["4321123", "99911122", "441155"]),
    ],
)
@pytest.mark.parametrize("json_too", [False, True])
def test_nothing_of_a_secret_stays(text: str, secrets: list[str], json_too: bool) -> None:
    redacted = _texts().redact(text, json=json_too)
    assert [secret for secret in secrets if secret in redacted] == []
    assert len(redacted) == len(text)


@pytest.mark.parametrize(
    "kept",
    [
        "v8-12.4.254.21-node.33 V8 12.4.254.21 netmask 255.0.0.0",
        "listen EADDRINUSE: address already in use :::3000 ENOENT SIGTERM EAI_AGAIN",
        '"constrained_memory": 18446744073709551615, "glibcVersionRuntime": "2.36"',
        '"osMachine": "x64", "core_file_size_blocks": {"soft": 0}, "autorestart": true, "axm_dynamic": {}',
    ],
)
def test_versions_masks_codes_and_keys_of_documents_stay(kept: str) -> None:
    assert _texts().redact(kept, json=True) == kept


def test_an_address_of_ipv4_is_the_same_within_one_of_ipv6() -> None:
    mapped, plain, glued = (
        _texts().redact("::ffff:203.0.113.77 203.0.113.77 x_203.0.113.77", json=False).split()
    )
    assert mapped == f"::ffff:{plain}"
    assert glued == f"x_{plain}"


@pytest.mark.parametrize("address", ["fd00::2", "fe80::1", "2001:4860:4860::8888"])
def test_the_port_behind_an_address_is_none_of_it(address: str, cli: Cli, tmp_path: Path) -> None:
    file, copy = tmp_path / "a.err", tmp_path / "b.err"
    file.write_text(
        f"Error: listen EADDRINUSE: address already in use {address}:3000\n"
        "    at listenInCluster (node:net:1994:12) {\n"
        "  code: 'EADDRINUSE',\n  errno: -98,\n  syscall: 'listen',\n"
        f"  address: '{address}',\n  port: 3000\n}}\n"
        "\nNode.js v22.14.0\n",
        encoding="utf-8",
    )
    assert cli("redact", file, "-o", copy).code == 0
    assert address not in copy.read_text(encoding="utf-8")
    rules = [
        [
            (one["rule"], one["severity"])
            for one in json.loads(cli("analyze", name, "--json").out)["findings"]
        ]
        for name in (file, copy)
    ]
    assert rules[0] == rules[1]
    assert "port-in-use" in {rule for rule, _ in rules[0]}


def test_a_key_of_several_lines_keeps_its_lines() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\r\nabcd\n-----END RSA PRIVATE KEY-----\nafter"
    redacted = _texts().redact(key, json=False)
    assert [len(line) for line in redacted.split("\n")] == [len(line) for line in key.split("\n")]
    assert not [piece for piece in ("MIIE", "abcd", "RSA") if piece in redacted]


@pytest.mark.parametrize("user", ["alicew", "ERIKA", "alice.wood", "ann_smith"])
def test_a_user_has_one_stand_in(user: str) -> None:
    column, home, mail = _texts().redact(f"{user} /home/{user}/x {user}@host", json=False).split()
    assert home == f"/home/{column}/x"
    assert mail.startswith(f"{column}@")
    assert user not in column


def test_a_copy_of_a_real_report_has_its_keys(cli: Cli, tmp_path: Path) -> None:
    """All but those of its environment."""
    for name in ("node22.json", "node22-oom.json"):
        assert cli("redact", FIXTURES / "reports" / name, "-o", tmp_path / name).code == 0
        before, after = (
            json.loads((folder / name).read_text(encoding="utf-8"))
            for folder in (FIXTURES / "reports", tmp_path)
        )
        for document in (before, after):
            document.pop("environmentVariables", None)
        assert list(_places(before)) == list(_places(after))


def _places(value: Any, place: str = "") -> Iterator[str]:
    items = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in items:
        yield f"{place}/{key}"
        yield from _places(item, f"{place}/{key}")
