"""Command lines without what is nobody's business."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.secrets import MASK, mask_words

HIDDEN = [
    ("node app.js --token abcdef123", "abcdef123"),
    ("node app.js --access-token=abcdef123", "abcdef123"),
    ("claude --api-key sk-ant-1234567890abcdef", "sk-ant-1234567890abcdef"),
    ("curl -H Authorization: Bearer abcdefghijkl https://x", "abcdefghijkl"),
    ("curl -u me:hunter2 https://x", "hunter2"),
    ("git clone https://me:gh0st@github.com/a/b", "gh0st"),
    ("psql postgres://app:pw4711@db/x", "pw4711"),
    ("mysql -phunter2 db", "hunter2"),
    ("env DB_PASSWORD=pg1 SECRET_KEY=k2 node app.js", "pg1"),
    ("env AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENG node", "wJalrXUtnFEMIK7MDENG"),
    ("server --client-secret s3cr3t --port 80", "s3cr3t"),
    ("server --passphrase open-sesame", "open-sesame"),
    ('tool --config {"apiKey":"k3y-4711"}', "k3y-4711"),
    ("tool ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
    ("tool eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIiOiIxIn0"),
    ("tool --otp=123456 --jwt abc.def --pin 4711", "4711"),
    ("redis-cli -a hunter2 ping", "hunter2"),
    ("sshpass -p hunter2 ssh host", "hunter2"),
    ("redis-server --requirepass hunter2", "hunter2"),
    ("env DBPASS=hunter2 node", "hunter2"),
    ("psql user:hunter2@db/x", "hunter2"),
    ("curl https://x/y?sig=abcdef&a=1", "abcdef"),
    ("curl https://hooks.slack.com/services/T0/B0/xyz", "xyz"),
    ("ngrok authtoken 2abc", "2abc"),
    ("tool --password 'hunter7 pass8word' x", "pass8word"),
    ('tool --token="a hunter8 b" x', "hunter8"),
    ("tool 123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0", "AAHfiqks"),
    ("tool wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "bPxRfiCY"),
    ("tool $2b$12$KIXQ4zebraHashZZZZZZZZOe", "KIXQ4zebra"),
    ("tool AbCdEfGh1234567890IjKlMnOpQr", "AbCdEfGh1234567890IjKlMnOpQr"),
]


@pytest.mark.parametrize(("command", "secret"), HIDDEN)
def test_a_secret_is_masked(command: str, secret: str) -> None:
    masked = mask_words(tuple(command.split(" ")))
    assert secret not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "command",
    [
        "node /srv/app/server.js --port 8080 --verbose",
        "claude --resume 9c3f8849-536b-4fb9-855c-7725b3edd77b",
        "python3 -m chroma_mcp --client-type persistent --data-dir /home/dev/.claude-mem/vector-db",
        "node /home/dev/.npm/_npx/eea2bd7412d4593b/node_modules/.bin/context7-mcp",
        "ssh-agent -s",
        "tool --monkey 3 --author me",
        "tool --keep-alive 30 --max-tokens 4096",
        "git clone git@github.com:a/b.git",
    ],
)
def test_what_is_no_secret_stays(command: str) -> None:
    assert mask_words(tuple(command.split(" "))) == command


@given(st.lists(st.text(max_size=30), min_size=1, max_size=20))
def test_any_words_are_taken(words: list[str]) -> None:
    assert isinstance(mask_words(tuple(words)), str)


@given(st.text(st.characters(categories=("Ll", "Lu", "Nd")), min_size=4, max_size=40))
def test_the_value_of_a_telling_option_never_stays(secret: str) -> None:
    masked = mask_words(("tool", "--password", secret, f"--token={secret}"))
    assert masked == f"tool --password {MASK} --token={MASK}"


def test_long_lines_take_linear_time() -> None:
    for word in (
        "a" * 200_000,
        "=" * 200_000,
        "token" * 40_000,
        "://" * 60_000,
        "-" * 200_000,
        "Aa1" * 70_000,
    ):
        begin = time.perf_counter()
        mask_words(("tool", word, "x"))
        assert time.perf_counter() - begin < 5
