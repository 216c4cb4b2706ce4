"""Listings of `ps` as they come: in any encoding, with what stands around them, cut off; and their time."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from memdoctor.errors import InputError
from ps_reading import listing, processes

from process_reading import PS

_EF = "UID        PID  PPID  C STIME TTY          TIME CMD\n"
_Written = Callable[[str], str | bytes]


def test_several_listings_with_what_stands_around_them() -> None:
    content = (
        "What I see:\n"
        "$ ps -ef\n"
        f"{_EF}"
        "dev         12     1  0 09:02 ?        00:00:49 node a\n"
        "# an hour later\n"
        "\n"
        "$ ps -eo pid,args\n"
        "  PID COMMAND\n"
        "   12 node a\n"
        "   13 node b\n"
        "dev@host:~$ \n"
        "  PID COMMAND\n"
    )
    found = listing(content)
    assert [(table.place, [one.place for one in table.processes]) for table in found.tables] == [
        ("a.txt:3", ["a.txt:4"]),
        ("a.txt:8", ["a.txt:9", "a.txt:10"]),
    ]
    unfit = [problem.place for problem in found.problems if "does not fit" in problem.message]
    assert unfit == ["a.txt:11"]


_DECODED = "a byte order mark or UTF-16: decoded"
_QUOTED = "quotation marks before each line: taken out"


def _full() -> str:
    return (PS / "ps_axo_full.txt").read_text(encoding="utf-8")


def _tabbed(text: str) -> str:
    """Return a text with tabs between its columns."""
    return re.sub(r"(?m)^.*? 2026 |^ +PID .*", lambda found: re.sub(" +", "\t", found[0]), text)


def _coloured(text: str) -> str:
    return "".join(f"\x1b[1m{line[:5]}\x1b[0m{line[5:]}\x1b[K\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (lambda text: text.replace("\n", "\r\n"), []),
        (lambda text: text.rstrip("\n"), []),
        (lambda text: text.encode("utf-16"), [_DECODED]),
        (lambda text: text.encode("utf-16-le"), [_DECODED]),
        (lambda text: text.encode("utf-16-be"), [_DECODED]),
        (lambda text: text.encode("utf-8-sig"), [_DECODED]),
        (_coloured, ["terminal colours: taken out"]),
        (
            lambda text: re.sub("^", "> ", text, flags=re.MULTILINE),
            [_QUOTED],
        ),
        (lambda text: re.sub("(?m)^", ">> ", text), [_QUOTED]),
        (_tabbed, []),
        (lambda text: re.sub("(?m)$", "   ", text), []),
    ],
    ids=[
        "crlf",
        "end",
        "utf16",
        "utf16le",
        "utf16be",
        "bom",
        "colours",
        "quoted",
        "quoted-twice",
        "tabs",
        "spaces",
    ],
)
def test_as_it_comes(written: _Written, said: list[str]) -> None:
    plain, other = listing(_full()), listing(written(_full()))
    assert other.messages == said
    assert set(other.processes) == set(plain.processes)
    assert [one for one in other.processes.values() if one != plain.processes[one.pid]] == []
    assert other.tables == plain.tables


def test_bytes_that_are_no_text() -> None:
    found = listing(b"  PID COMMAND\n   12 mini \xff\xfe\x80bin\n   13 b\n")
    assert [one.argv for one in found.processes.values()] == [("mini", "\ufffd\ufffd\ufffdbin"), ("b",)]
    assert found.messages[0] == "bytes that are no text: replaced"


def test_a_line_of_a_hundred_kilobytes() -> None:
    words = ["-e", "x" * 50_000, *(["y"] * 25_000)]
    found = processes(f"  PID COMMAND\n   12 node {' '.join(words)}\n   13 b\n")
    assert found[12].argv == ("node", *words)
    assert found[13].argv == ("b",)


@pytest.mark.parametrize(
    ("content", "unfit"),
    [
        ("  PID RSS CMD\n   12 9 a\n   13\n", (3, 1)),
        ("  PID RSS CMD\n    x 9 a\n   12 9 a\n    0 9 b\n   -5 9 c\n", (2, 3)),
        ("  PID RSS CMD\n2147483648 9 a\n2147483647 9 a\n99999999999999999999 9 a\n", (2, 2)),
        ("  PID RSS CMD\n   12 ? a\n   14 - b\n", None),
    ],
)
def test_rows_that_do_not_fit_are_said_once_with_their_first_line(
    content: str, unfit: tuple[int, int] | None
) -> None:
    found = listing(content)
    told = [problem for problem in found.problems if "does not fit" in problem.message]
    assert [problem.place for problem in told] == ([f"a.txt:{unfit[0]}"] if unfit else [])
    assert all(("times)" in problem.message) == (unfit is not None and unfit[1] > 1) for problem in told)
    assert len(found.processes) == content.count("\n") - 1 - (unfit[1] if unfit else 0)


def test_problems_have_an_end() -> None:
    found = listing("  PID CMD\n    1 a\n" + "x y\n" * 1000)
    assert len(found.problems) < 60


@pytest.mark.parametrize(
    "content", ["", "\n", "x\n", "PID CMD\n", "PID CMD\nx y\n", "12 node a\n13 node b\n", "\0" * 999]
)
def test_no_listing_in_it(content: str) -> None:
    with pytest.raises(InputError, match="no heading that names the columns") as raised:
        listing(content)
    assert "--columns" in raised.value.help


_WIDE = "dev      {:>5}  0.0  0.0   2920  1792 ?        S    00:20   0:00 {}"
_AUX = "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"


def _rows(*commands: str) -> str:
    return _AUX + "".join(f"{_WIDE.format(100 + i, command)}\n" for i, command in enumerate(commands))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_rows_that_end_at_one_column_are_cut(width: int) -> None:
    commands = [f"{word} --x {word * 50}" for word in ("node", "claude", "bun")]
    content = "".join(f"{line[:width]}\n" for line in _rows(*commands, "sh").splitlines())
    found = listing(content)
    assert {pid: one.cut for pid, one in found.processes.items()} == {
        100: True,
        101: True,
        102: True,
        103: False,
    }
    assert f"lines end at column {width}: arguments are cut off" in found.messages


@pytest.mark.parametrize(
    "command",
    [
        "claude --resume {0:08x}-536b-4fb9-855c-7725b3{0:06x}",
        "/usr/bin/python3 fake_listen.py {0:05} 10.0.0.{0:03}:8080",
        "node worker.js",
        "/usr/bin/containerd-shim-runc-v2 -namespace moby -id {1} -address /run/containerd/containerd.sock",
    ],
    ids=["sessions", "ports", "same", "containers"],
)
def test_two_hundred_rows_of_one_command_are_not_cut(command: str) -> None:
    ids = [hashlib.sha256(bytes([number])).hexdigest() for number in range(200)]
    content = _rows("/sbin/init", *(command.format(number, ids[number]) for number in range(200)))
    found = listing(content)
    assert len({len(line) for line in content.splitlines()[2:]}) == 1
    assert not [one.pid for one in found.processes.values() if one.cut]
    assert not [message for message in found.messages if "cut" in message]


def test_wide_characters_are_cut_at_fewer() -> None:
    """What `COLUMNS=80 ps aux` prints of these: a wide character takes two columns."""
    cut = ["観察者観察者観", "node --x aaaaaa", "claude --resume", "bun run yyyyyyy"]
    assert {len(row) for row in _rows(*cut).splitlines()[2:]} == {80}
    found = processes(_rows(*cut, "sh"))
    assert [one.cut for one in found.values()] == [True, True, True, True, False]


def test_names_in_brackets_that_are_cut() -> None:
    commands = {
        12: "[claude-code-with-a-long-name] <defunct>",
        13: "/root/.pyenv/versions/3.11.7/bin/python",
        14: "node /srv/www/app/of/mine/server.js",
        15: "/x[claude-code-with-a-long-name] <defunct>",
    }
    row = "dev      {:>5}   100  0 00:12 ?        00:00:00 {}"
    rows = [row.format(pid, command)[:80] for pid, command in commands.items()]
    found = processes(f"{_EF}" + "\n".join(rows))
    assert [one.cut for one in found.values()] == [True] * 4
    assert (found[12].name, found[12].argv) == ("claude-code-with-a-long-name", None)
    assert found[15].argv == ("/x[claude-code-with-a-long-name]"[:32],)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["Fri Nov 20 09:02:54 2026 21:32"], True),
        (["Fri Nov 20 09:02:54 2026 1292"] * 3, True),
        (
            [
                "Fri Nov 20 09:02:54 2026 21:32",
                "Fri Nov 20 09:02:55 2026 21:31",
                "Mon Jan  5 09:02:55 2026 21:31",
            ],
            True,
        ),
        (["Fri Nov 20 09:02:54 2026 21:32", "Mon Jan  5 09:02:55 2026 21:31"], False),
        (["Fri Nov 20 09:02:54 2026 -"], False),
        (["金 11月 20 09:02:54 2026 21:32"], False),
        (["Fri Nov 20 09:02:54 2026 999999999999999"], False),
        (["Fri Dec 31 23:59:59 2099 999999-23:59:59"], False),
    ],
)
def test_when_it_was_taken(rows: list[str], expected: bool) -> None:
    lines = [f"{100 + i} {row} node\n" for i, row in enumerate(rows)]
    [table] = listing("  PID                  STARTED     ELAPSED COMMAND\n" + "".join(lines)).tables
    taken = (datetime(2026, 11, 20, 9, 24, 26, tzinfo=UTC), "start and age of its processes")
    assert (table.at, table.time_from) == (taken if expected else (None, None))


@pytest.mark.parametrize(
    ("content", "system"),
    [
        ("  PID TTY COMMAND\n    1 ?   /sbin/init\n    2 ?   [kthreadd]\n", "linux"),
        (
            "  PID TTY COMMAND\n    1 ?   /sbin/init\n    2 ?   [kthreadd]\n    9 ?   node -e a ?? b\n",
            "linux",
        ),
        ("  PID  SESS COMMAND\n    1     1 /sbin/init\n    2     0 [kthreadd]\n", "linux"),
        ("  PID TT       COMMAND\n    1 ??       /sbin/launchd\n", "macos"),
        ("  PID TTY COMMAND\n    9 ?   node -e a ?? b\n", None),
        ("  PID COMMAND\n    9 node -e a ?? b\n", None),
        ("  PID COMMAND\n    9 node\n", None),
    ],
)
def test_the_system(content: str, system: str | None) -> None:
    [table] = listing(content).tables
    assert table.system == system
    assert not any(one.cpu_is_recent for one in table.processes)  # there is no CPU
