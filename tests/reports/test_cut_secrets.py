"""Wherever a text is cut, nothing that is shared has half of a secret, at any length of what is around."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.config import FORMATS
from memdoctor.cuts import beginning, whole_words, without_middle
from memdoctor.redaction import Redactor

from conftest import FIXTURES, Cli
from snapshots import Snapshot

USER = "zebediah"
SECRETS = {
    "user": USER,
    "token": "ghp_Zq8vT3xYwK1mNp5rS7uB9cD2eF4gH6jL0aQw",
    "mail": "bob.quux@zqplumxk.com",
    "key": "AKIAIOSFODNN7QWERTYU",
    "IPv4": "10.77.66.55",
    "IPv6": "2001:db8:85a3::8a2e:370:7334",
    "id": "4f2d9c1e-7b3a-4d8e-9f10-a1b2c3d4e5f6",
    "host": "db-zq7.xjquilk.internal",
}
_LIBRARY = re.compile(r"<script[^>]*>[^<]{9}(?:(?!</script>).){99999,}?</script>", re.DOTALL)  # of plots
_PIECE = 6  # characters; shorter ones are found by chance
FORMS = [
    *(["-f", name] for name, form in FORMATS.items() if form.shared),
    *(["-f", name, "--redact"] for name in ("json", "jsonl", "concise", "terminal")),
]
VIEWS = ("classes", "dominators", "strings", "collections", "closures", "handles", "detached", "external")


def left(text: str, secret: str) -> list[str]:
    """Return which pieces of a secret a text has; what parts words in Markdown is no help."""
    plain = _LIBRARY.sub("", text).replace("\u200b", "").replace("\\", "")
    pieces = {secret[start : start + _PIECE] for start in range(len(secret) - _PIECE + 1)}
    return sorted(piece for piece in pieces if piece not in ".internal" and piece in plain)


def around(secret: str, lengths: range) -> Iterator[str]:
    """Yield texts with the secret at every place, at their end and before more."""
    for length in lengths:
        yield f"{'v' * length} {secret}" + ("" if length % 2 else f" {'w' * 60}")


def _listing(texts: list[str]) -> str:
    head = "USER PID PPID SID STAT RSS ELAPSED COMMAND\nroot 1 0 1 S 9000 12-03:00:00 /sbin/init\n"
    row = "{} {} 1 {} S 900000 03:00:00 node /srv/a.js --data {}\n"
    glued = [text.replace(" ", "-") for text in texts] if USER in texts[0] else texts
    return head + "".join(row.format(USER, 100 + n, 90 + n, text) for n, text in enumerate(glued))


def _jlist(texts: list[str]) -> str:
    apps = json.loads(gzip.decompress((FIXTURES / "pm2/v6/06_jlist.txt.gz").read_bytes()))
    made = []
    for number, text in enumerate(texts):
        app = json.loads(json.dumps(apps[number % len(apps)]))
        app |= {"name": text, "pm_id": number, "pid": 1000 + number}
        app["pm2_env"] |= {"name": text, "pm_id": number, "pm_exec_path": f"/home/{USER}/a.js"}
        made.append(app)
    return json.dumps(made)


def _log(texts: list[str]) -> str:
    block = (
        "2026-11-20T09:25:52Z Error: Cannot find module '{0}'\nRequire stack:\n- /home/{1}/x.js\n\n"
        "Node.js v22.1.0\n2026-11-20T09:25:53Z /srv/x.js:3\n    throw new Error('x');\n    ^\n\n"
        "Error: failed with {0} and more\n    at Object.<anonymous> (/srv/x.js:3:9)\n\nNode.js v22.1.0\n"
        "(node:1) MaxListenersExceededWarning: Possible EventEmitter memory leak detected. 11 {0} "
        "listeners added to [{0}]. Use emitter.setMaxListeners() to increase limit\n"
    )
    return "".join(block.format(text, USER) for text in texts)


INPUTS: dict[str, tuple[Callable[[list[str]], str], range]] = {
    "ps.txt": (_listing, range(60)),
    "jlist.json": (_jlist, range(150, 204, 3)),
    "app-error.log": (_log, range(10, 204, 13)),
}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("name", INPUTS)
def test_no_half_leaves(kind: str, name: str, tmp_path: Path, cli: Cli) -> None:
    written, lengths = INPUTS[name]
    path, users = tmp_path / name, tmp_path / "users.txt"
    path.write_text(written(list(around(SECRETS[kind], lengths))), encoding="utf-8")
    users.write_text(_listing(["x"]), encoding="utf-8")
    for form in FORMS:
        outcome = cli("analyze", path, users, *form)
        assert outcome.code in {0, 1}, outcome.err
        assert not left(outcome.out + outcome.err, SECRETS[kind]), form


@pytest.mark.parametrize("kind", [kind for kind in SECRETS if kind != "user"])
def test_no_half_leaves_a_heap(kind: str, tmp_path: Path, cli: Cli) -> None:
    path = _heap(list(around(SECRETS[kind], range(0, 60, 5)))).write(tmp_path / "a.heapsnapshot")
    calls = [["heap", view, str(path), "--top", "0"] for view in VIEWS] + [["analyze", str(path)]]
    for call in calls:
        for form in FORMS:
            if call[0] == "heap" and form[1] not in {"markdown", "json", "jsonl", "concise", "terminal"}:
                continue
            outcome = cli(*call, *form)
            assert outcome.code == 0, outcome.err
            assert not left(outcome.out + outcome.err, SECRETS[kind]), (call[:2], form)


def _heap(names: list[str]) -> Snapshot:
    """Return a heap whose classes, fields, functions and keys are all called by the names."""
    heap = Snapshot()
    root = heap.global_object()
    for name in names:
        holder = heap.object(name, 64, holder=root, key=name)
        for number in range(3):
            held = heap.object(name, 2_000, holder=holder, key=f"{name}" if not number else f"x{number}")
            heap.edge(held, heap.node("string", f"{number} {name}", 3_000), name)
            buffer = heap.node("object", "ArrayBuffer", 64)
            data = heap.node("native", "system / JSArrayBufferData", 50_000)
            heap.edge(buffer, data, "backing_store", "internal")
            heap.edge(held, buffer, name)
            heap.edge(held, heap.node("native", "Detached HTMLDivElement", 400, detachedness=2), name)
            heap.edge(held, heap.node("closure", name, 64), name, "context")
            heap.edge(held, heap.node("object", "Map", 64), name)
    return heap


_TEXTS = st.builds(
    lambda before, secret, after: before + secret + after,
    st.text("va -./", max_size=60).map(lambda text: text + " "),
    st.sampled_from([secret for kind, secret in SECRETS.items() if kind not in {"user"}]),
    st.text("wz -./", max_size=60).map(lambda text: " " + text),
)


@given(_TEXTS, st.integers(1, 120), st.integers(1, 60))
def test_a_cut_leaves_a_secret_whole_or_nothing_of_it(text: str, most: int, tail: int) -> None:
    cuts = [beginning(text, most), whole_words(text, most)]
    if most + tail < len(text):
        cuts.append(without_middle(text, most, tail))
    for cut in cuts:
        assert cut == text or "…" in cut
        assert len(cut) <= max(most + tail + 1, most)
        assert not any(
            left(Redactor().clean(cut), secret) for kind, secret in SECRETS.items() if secret in text
        )


@given(st.text("va-./", max_size=30), st.integers(0, 30), st.sampled_from(["zebediah", "anna-maria.k"]))
def test_of_a_known_name_that_is_cut_anywhere_nothing_is_left(before: str, end: int, user: str) -> None:
    text = f"{before}-{user}-x"
    cut = text[: len(before) + 1 + min(end, len(user))] + "…" + user[-min(end, len(user) - 1) :]
    cleaned = Redactor(user=user).clean(cut)
    assert all(user[:length] not in cleaned for length in range(3, len(user)))
    assert all(user[-length:] not in cleaned for length in range(3, len(user)) if end)


@pytest.mark.parametrize(
    ("cut", "redacted"),
    [
        ("at bob.quux@zqpl…", "at <user-1>@<host-1>…"),
        ("at bob.quux@…", "at <email-1>…"),
        ("api-ghp_Zq7…", "api-<token-1>…"),
        ("db-10.77.66.…", "db-<address-1>…"),
        ("my-long-app-na…", "my-long-app-na…"),
    ],
)
def test_what_a_source_has_cut_shows_no_half_of_a_known_form(cut: str, redacted: str) -> None:
    assert Redactor().clean(cut) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("client_sk-ant-api03-QwErTyUiOpAsDfGh", "client_<token-1>"),
        ("client_ghp_Zq7XwKabcD", "client_<token-1>"),
        ("xxxAKIAIOSFODNN7QWERTYU", "xxx<token-1>"),
        ("cacheghp_Zq8vT3xYwK1mNp5rS7uB9cD2eF4gH6jL0aQw", "cache<token-1>"),
        ("my_npm_package_name tcp_sk_rebuild_header task-list-of-the-app", None),
        ("held by 10.77.66.55.10.77.66.55", "held by <address-1>.<address-1>"),
        ("10.77.66.55.10.77.66.56buffer", "<address-1>.<address-2>buffer"),
        ("hits.10.77.66.55.5", "hits.<address-1>"),
        ("fd00:1::5.fd00:1::5: it grows", "<address-1>.<address-1>: it grows"),
        ("1.3.6.1.5.5.7.3.1 libx-1.2.3.4rc1", None),
    ],
)
def test_secrets_that_are_glued_to_names(text: str, redacted: str | None) -> None:
    assert Redactor().clean(text) == (redacted or text)
