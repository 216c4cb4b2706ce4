"""Secrets planted in every kind of input are in no copy; and the audit finds them, without showing them."""

import json
from pathlib import Path

import pytest

from memdoctor.redaction import Redactor

from conftest import FIXTURES, Cli

PLANTED = {
    "token": "ghp_Zk81LmQp04TtVvXx55Yy66Zz77Aa88Bb99Cc",
    "bearer": "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0cGF5bG9hZA.Zm9vYmFyc2ln",
    "password": "Tr0ub4dor-and-3",
    "key": "sk-ant-api03-aVeryPrivateKey42",
    "aws": "AKIAIOSFODNN7EXAMPLE",
    "cookie": "connect.sid=s%3AZ9y8X7w6v5u4t3s2r1",
    "user": "mustermann",
    "project": "geheimprojekt",
    "host": "db-internal.musterfirma.example",
    "mail": "erika@musterfirma.example",
    "pin": "48151623",
}
# What must not be left, also in parts.
PIECES = (
    *PLANTED.values(), "Zk81LmQp04", "c2VjcmV0cGF5bG9hZA", "Tr0ub4dor", "aVeryPrivateKey42", "IOSFODNN7",
    "Z9y8X7w6v5", "musterfirma", "erika",
)  # fmt: skip
HOME = f"/home/{PLANTED['user']}/{PLANTED['project']}/server.js"
URL = f"postgres://admin:{PLANTED['password']}@{PLANTED['host']}:5432/{PLANTED['project']}"
ENVIRONMENT = {
    "API_TOKEN": PLANTED["token"], "HOME": f"/home/{PLANTED['user']}", "DATABASE_URL": URL,
    "PIN": PLANTED["pin"], "AWS_ACCESS_KEY_ID": PLANTED["aws"], "MAIL": PLANTED["mail"],
}  # fmt: skip


def _report() -> str:
    report = json.loads((FIXTURES / "reports" / "node22.json").read_text(encoding="utf-8"))
    report["environmentVariables"] = ENVIRONMENT
    report["header"] |= {
        "cwd": HOME,
        "host": PLANTED["host"],
        "commandLine": ["node", HOME, f"--key={PLANTED['key']}"],
    }
    return json.dumps(report, indent=2)


def _listing() -> str:
    argv = f"--token {PLANTED['token']} --password={PLANTED['password']}"
    rows = [
        f"{PLANTED['user'][:8]}+ 4711 1 Ssl 09:02 node {HOME} {argv}",
        f"root 4712 1 Ssl 09:02 psql {URL} -H 'Authorization: Bearer {PLANTED['bearer']}'",
        f"root 4713 1 Ssl 09:02 curl -u {PLANTED['mail']}:{PLANTED['password']} https://{PLANTED['host']}/",
    ]
    return "\n".join(["USER PID PPID STAT START COMMAND", *rows, ""])


def _log() -> str:
    return (
        f"2026-11-20T09:25:07Z error: request to {URL} failed, Authorization: Bearer {PLANTED['bearer']}\n"
        f"2026-11-20T09:25:08Z Cookie: {PLANTED['cookie']}; api_key={PLANTED['key']}, {PLANTED['mail']}\n"
        f"Error: Cannot find module '/home/{PLANTED['user']}/{PLANTED['project']}/x.js'\n"
        f"    at Object.<anonymous> ({HOME}:1:1)\n"
        "2026-11-20T09:25:09Z Error: listen EADDRINUSE: address already in use :::3000\n"
    )


def _jlist() -> str:
    monit = {"memory": 50_000_000, "cpu": 1}
    env = {
        "name": PLANTED["project"], "pm_exec_path": HOME, "status": "online", "restart_time": 3,
        "pm_uptime": 1795166481854, "env": ENVIRONMENT, **ENVIRONMENT,
        "args": ["--token", PLANTED["token"]], "username": PLANTED["user"], "axm_monitor": {},
    }  # fmt: skip
    app = {"pid": 4711, "name": PLANTED["project"], "pm2_env": env, "pm_id": 0, "monit": monit}
    return json.dumps([app])


def _recording() -> str:
    look = {
        "at": "2026-11-21T09:47:40.536615+00:00",
        "pid": 22667,
        "start": 8210820,
        "program": HOME,
        "rss": 3289088,
    }
    begin = {"memdoctor": "recording", "version": 1, "at": look["at"], "interval": 6.0}
    return f"{json.dumps(begin)}\n{json.dumps(look | {'family': PLANTED['project']})}\n"


def _diagnostics() -> str:
    document = json.loads((FIXTURES / "heapdumps" / "phantom-external.json").read_text(encoding="utf-8"))
    document |= {
        "cwd": HOME,
        "env": ENVIRONMENT,
        "cookie": PLANTED["cookie"],
        "password": int(PLANTED["pin"]),
    }
    return json.dumps(document | {"note": f"Bearer {PLANTED['bearer']} {URL} {PLANTED['key']}"})


def _snapshot() -> str:
    strings = ["", "Object", HOME, URL, *ENVIRONMENT.values(), *PLANTED.values()]
    meta = {
        "node_fields": ["type", "name", "id", "self_size", "edge_count"],
        "node_types": [["hidden", "string", "object", PLANTED["key"]], "string", *["number"] * 3],
        "edge_fields": ["type", "name_or_index", "to_node"],
        "edge_types": [["context", "element", "property", "internal"], "string_or_number", "node"],
    }
    header = {"title": PLANTED["project"], "meta": meta, "node_count": 2, "edge_count": 1, "note": HOME}
    rows = {"nodes": [0, 0, 1, 0, 1, 1, 3, 3, 32, 0], "edges": [2, 2, 5]}
    return json.dumps({"snapshot": header, **rows, "strings": strings, "more": {"a": [HOME, URL]}})


def _describe() -> str:
    text = (FIXTURES / "pm2" / "v6" / "07_describe_leaky.txt").read_text(encoding="utf-8")
    return text.replace("leaky", PLANTED["project"]).replace("/srv/", f"/home/{PLANTED['user']}/")


INPUTS = {
    "report.json": _report, "ps.txt": _listing, "app.log": _log, "jlist.json": _jlist,
    "watch.jsonl": _recording,
    "diagnostics.json": _diagnostics, "heap.heapsnapshot": _snapshot, "describe.txt": _describe,
}  # fmt: skip


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("options", [(), ("--keep-names",)])
def test_no_planted_secret_is_in_a_copy(
    name: str, options: tuple[str, ...], cli: Cli, tmp_path: Path
) -> None:
    file, copy = tmp_path / name, tmp_path / f"copy-{name}"
    file.write_text(INPUTS[name](), encoding="utf-8")
    outcome = cli("redact", file, "-o", copy, *options)
    assert (outcome.code, outcome.err) == (0, "")
    left = copy.read_text(encoding="utf-8")
    assert [
        piece for piece in PIECES if piece in left or piece in outcome.out.replace(str(tmp_path), "")
    ] == []


@pytest.mark.parametrize("name", [name for name in INPUTS if name not in {"describe.txt", "watch.jsonl"}])
def test_the_audit_finds_them_and_shows_none(name: str, cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(INPUTS[name](), encoding="utf-8")
    for options in ((), ("--json",)):
        outcome = cli("redact", "--audit", file, *options)
        assert (outcome.code, outcome.err) == (1, "")
        shown = outcome.out.replace(str(tmp_path), "")
        assert [piece for piece in PIECES if piece in shown] == []
    found = json.loads(outcome.out)["suspicions"]
    assert len(found) >= 4
    assert all(len(one["preview"]) <= 4 and one["length"] > 0 and one["count"] > 0 for one in found)
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


def test_the_audit_is_silent_where_nothing_is(cli: Cli, tmp_path: Path) -> None:
    outcome = cli("redact", "--audit", FIXTURES / "heapdumps" / "phantom-external.json")
    assert outcome.code == 0
    assert outcome.out.startswith("Nothing looks like a secret.")


@pytest.mark.parametrize("name", INPUTS)
def test_the_audit_of_a_copy_finds_no_token(name: str, cli: Cli, tmp_path: Path) -> None:
    """Stand-ins look like no secret; what is told by its key alone still is one by its key."""
    file, copy = tmp_path / name, tmp_path / f"copy-{name}"
    file.write_text(INPUTS[name](), encoding="utf-8")
    cli("redact", file, "-o", copy)
    found = json.loads(cli("redact", "--audit", copy, "--json").out)["suspicions"]
    assert not [one for one in found if one["preview"][:3] in {"ghp", "eyJ", "sk-", "AKI"}]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("worker --password hunter2x --port 80", "hunter2x"),
        ("psql admin:hunter2x@db/x", "hunter2x"),
        ("GET https://host/y?sig=abcdef4711", "abcdef4711"),
        ("https://hooks.slack.com/services/T0/B0/Zy9x", "T0/B0/Zy9x"),
        ("redis-cli -a hunter2x ping", "hunter2x"),
        ("mysql -phunter2x db", "hunter2x"),
        ("curl -u ann:hunter2x host", "hunter2x"),
        ("postmaster is erika@musterfirma.example", "erika@musterfirma.example"),
    ],
)
def test_what_a_report_leaves_out_is_in_no_copy_and_audited(
    text: str, secret: str, cli: Cli, tmp_path: Path
) -> None:
    assert secret not in Redactor().redact(text)
    file, copy = tmp_path / "app.log", tmp_path / "copy.log"
    line = f"2026-11-20T09:25:10Z error: {text}\n"
    file.write_text(line + "2026-11-20T09:25:11Z RangeError: Invalid array length\n", encoding="utf-8")
    found = json.loads(cli("redact", "--audit", file, "--json").out)["suspicions"]
    assert len(secret) in [one["length"] for one in found]
    assert cli("redact", file, "-o", copy).code == 0
    assert secret not in copy.read_text(encoding="utf-8")


def test_the_audit_lists_numbers_of_an_environment_and_options_in_lists(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    report = json.loads(_report())
    report["environmentVariables"] = {"PIN": 87654321}
    report["header"]["commandLine"] = ["node", "x.js"]
    file.write_text(json.dumps(report), encoding="utf-8")
    found = json.loads(cli("redact", "--audit", file, "--json").out)["suspicions"]
    assert ("environment value", 8) in {(one["kind"], one["length"]) for one in found}
