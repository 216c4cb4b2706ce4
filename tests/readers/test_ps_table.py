"""`ps` in every form and language, whatever stands around it, and what can only be told in part."""

from datetime import UTC, datetime

import pytest

from ps_reading import listing, process, processes

_AUX = "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
_EF = "UID        PID  PPID  C STIME TTY          TIME CMD\n"
_BSD = "USER    PID  %CPU %MEM    VSZ   RSS TT  STAT STARTED      TIME COMMAND\n"
_AT = datetime(2026, 11, 20, 9, 2, 54, tzinfo=UTC)


def _told(content: str) -> tuple[str | None, str | None, tuple[str, ...] | None]:
    """Return state, name and arguments of the only process."""
    one = process(content)
    return one.state, one.name, one.argv


@pytest.mark.parametrize(
    "drawn",
    [
        *("node a", " \\_ node a", "     \\_ node a", " |   \\_ node a", " |       |   \\_ node a"),
        *(" |           \\_ node a", "  node a", "        node a", "|   \\_ node a", "\\_ node a"),
    ],
)
def test_forests(drawn: str) -> None:
    assert process(f"{_EF}dev        12    11  0 09:02 ?        00:00:00 {drawn}\n").argv == ("node", "a")
    assert process(f"  PID TTY      STAT   TIME COMMAND\n   12 ?        S      0:00 {drawn}\n").argv == (
        "node",
        "a",
    )


def test_a_forest_of_every_kind() -> None:
    content = (
        "  PID  PGID   SID TTY          TIME CMD\n"
        "    2     0     0 ?        00:00:00 kthreadd\n"
        "    7     7     7 ?        00:00:00   bash\n"
        "    8     7     7 pts/0    00:00:01     tmux: server\n"
    )
    found = processes(content)
    assert [one.argv for one in found.values()] == [("kthreadd",), ("bash",), ("tmux:", "server")]
    drawn = " |   \\_ "
    assert _told(f"{_AUX}dev 8 0,0 0,0 0 0 ? Z 09:02 0:00 {drawn}[claude] <defunct>\n") == (
        "Z",
        "claude",
        None,
    )
    assert process(f"{_AUX}dev 8 0,0 0,0 9 9 ? S 09:02 0:00 {drawn}grep | \\_ x\n").argv == (
        "grep",
        "|",
        "\\_",
        "x",
    )


def test_columns_in_any_order() -> None:
    content = (
        "   RSS    ELAPSED   PGID TT       S   PPID    PID    SID USER     COMMAND\n"
        " 46720 2-03:04:05     20 pts/1    S     11     12     10 dev      node  a\n"
    )
    told = process(content)
    assert (told.pid, told.ppid, told.pgid, told.sid, told.user) == (12, 11, 20, 10, "dev")
    assert (told.rss, told.age, told.tty, told.state) == (46_720 * 1024, 183_845.0, "pts/1", "S")
    assert (told.argv, told.place, told.exact) == (("node", "a"), "a.txt:2", False)


def test_all_sizes_and_times() -> None:
    content = (
        "PID RSS PSS USS SWAP NLWP TIME %CPU %MEM SZ WCHAN CMD\n7 10 9 8 7 6 1-00:00:05 99.5 1.5 3 - x\n"
    )
    told = process(content)
    assert (told.rss, told.pss, told.uss, told.swap, told.threads) == (10_240, 9216, 8192, 7168, 6)
    assert (told.cpu_seconds, told.cpu_share, told.memory_share) == (86_405.0, 0.995, 0.015)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "PID   PPID  RSS  COMMAND          COMMAND\n"
            "   12    11  46m tmux: server     {tmux: server} tmux -L work\n",
            (12, 11, "tmux: server", ("tmux", "-L", "work"), 46 << 20),
        ),
        (
            "  PID COMMAND           RSS COMMAND\n22471 tmux: server    11472 /usr/bin/tmux new\n",
            (22471, None, "tmux: server", ("/usr/bin/tmux", "new"), 11_472 * 1024),
        ),
        (
            "COMMAND           PID   RSS  PPID\ntmux: server    22471 11472     1\n",
            (22471, 1, "tmux: server", None, 11_472 * 1024),
        ),
        (
            "COMMAND                       PID   RSS\n[npm run dev] <defunct>     22470     0\n",
            (22470, None, "[npm run dev] <defunct>", None, 0),
        ),
        (
            "  PID UCOMM             RSS\n   12 launchd          2048\n",
            (12, None, "launchd", None, 2 << 20),
        ),
        (
            "  PID   RSS UCOMM           \n   12  2048 launchd         \n",
            (12, None, "launchd", None, 2 << 20),
        ),
    ],
)
def test_a_name_in_the_middle(content: str, expected: tuple[object, ...]) -> None:
    told = process(content)
    assert (told.pid, told.ppid, told.name, told.argv, told.rss) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Fri Nov 20 09:02:54 2026", _AT),
        ("Fri Nov  6 09:02:54 2026", _AT.replace(day=6)),
        ("Fri 20 Nov 09:02:54 2026", _AT),
        ("Fri Nov 20 09:02:54 2026    ", _AT),
    ],
)
def test_start_in_full(written: str, expected: datetime) -> None:
    content = f"  PID  PPID                  STARTED   RSS COMMAND\n   12    11 {written}  2048 node a\n"
    told = process(content)
    assert (told.started_at, told.rss, told.argv) == (expected, 2 << 20, ("node", "a"))


@pytest.mark.parametrize(
    ("written", "true"),
    [
        ("Fr 20 Nov 09:02:54 2026", _AT),  # German
        ("Fr 20 Mär 09:02:54 2026", _AT.replace(month=3)),
        ("金 11月 20 09:02:54 2026", _AT),  # Japanese
        ("五 11月 20 09:02:54 2026", _AT),  # Chinese
        ("ven. nov. 20 09:02:54 2026", _AT),  # French
        ("mar. nov. 24 09:02:54 2026", _AT.replace(day=24)),  # a Tuesday, not a March
        ("mar 24 nov 09:02:54 2026", _AT.replace(day=24)),  # Spanish, Italian
        ("pe marras 20 09:02:54 2026", _AT),  # Finnish: the "dead moon" is November
        ("пт ноя 20 09:02:54 2026", _AT),
        ("T6 Th11 20 09:02:54 2026", _AT),  # Vietnamese: the sixth day
    ],
)
def test_start_in_another_language_is_right_or_left_out(written: str, true: datetime) -> None:
    content = f"  PID                  STARTED   RSS COMMAND\n   12 {written}  2048 node a\n"
    found = listing(content)
    told = found.processes[12]
    assert (told.rss, told.argv) == (2 << 20, ("node", "a"))
    assert told.started_at in (None, true)
    said = [problem.place for problem in found.problems if "language" in problem.message]
    assert said == (["a.txt:2"] if told.started_at is None else [])


def test_start_in_japanese_is_left_out() -> None:
    content = "  PID                  STARTED COMMAND\n   12 金 11月 20 09:02:54 2026 node a\n"
    found = listing(content)
    assert (found.processes[12].started_at, found.processes[12].argv) == (None, ("node", "a"))
    assert "start times in a language that is not read: left out" in found.messages


@pytest.mark.parametrize(
    "start",
    [
        *("09:19", "09:19:44", "Oct31", "2025", "9:41AM", "Wed11AM", "12Dec25", "二03下午", "-"),
        *("Oct 31", "  Oct  3"),  # what ps -o start and bsdstart write of yesterday
    ],
)
def test_a_short_start_is_no_moment(start: str) -> None:
    heading = "  PID    START TTY          TIME   RSS CMD"
    told = process(f"{heading}\n   12 {start:>8} ?        00:00:09  3072 node a\n")
    assert (told.started_at, told.tty, told.cpu_seconds) == (None, "", 9.0)
    assert (told.rss, told.argv) == (3 << 20, ("node", "a"))
    told = process(f"  PID  STARTED   RSS CMD\n   12 {start:>8}  3072 node 10:11:12\n")
    assert (told.rss, told.argv) == (3 << 20, ("node", "10:11:12"))


@pytest.mark.parametrize(
    "ages", ["51:32    3092", "3092   51:32", "51:32", "3092", "0:51:32", "00-00:51:32"]
)
def test_ages(ages: str) -> None:
    heading = " ".join(["ELAPSED"] * len(ages.split()))
    assert process(f"  PID {heading} COMMAND\n   12 {ages} node\n").age == 3092.0


@pytest.mark.parametrize("user", ["verylon+", "12345", "dev", "_www", "DOMAIN\\dev", "用户"])
def test_users(user: str) -> None:
    told = process(f"{_AUX}{user:<8}    12  0.0  0.0   2344  1012 ?        S    09:23   0:00 claude\n")
    assert (told.user, told.pid) == (user, 12)


def test_freebsd_with_commas() -> None:
    content = (
        f"{_BSD}"
        "root     11 197,9  0,0      0    32 -   RNL  11Nov26 6319:44,71 [idle]\n"
        "dev     812   0,3  1,5  90000 33120 5   IJ   -          0:00,99 node: title (node)\n"
        "dev     813   0,0  0,0      0     0 -   Z    -          0:00,00 <defunct>\n"
    )
    found = processes(content)
    idle, node, dead = (found[pid] for pid in (11, 812, 813))
    assert (idle.cpu_share, idle.cpu_seconds, idle.tty, idle.state) == (1.979, 379_184.71, "", "R")
    assert (idle.name, idle.argv) == ("idle", None)
    assert (node.memory_share, node.cpu_seconds, node.tty, node.state) == (0.015, 0.99, "5", "I")
    assert node.argv == ("node:", "title", "(node)")
    assert (dead.state, dead.argv, dead.is_kernel) == ("Z", None, False)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("[claude] <defunct>", "claude"),
        ("[npm run dev] <defunct>", "npm run dev"),
        ("[Web Content] <defunct>", "Web Content"),
        ("[kworker/0:1] <defunct>", "kworker/0:1"),
        ("(node)", "node"),
        ("[sh]", "sh"),
    ],
)
def test_zombies(command: str, name: str) -> None:
    row = "root         {}  0.0  0.0      0     0 ?        Z    09:23   0:00 {}\n"
    assert _told(_AUX + row.format(12, command)) == ("Z", name, None)
    assert not process(_AUX + row.format(12, command)).is_kernel
    if "<defunct>" in command:  # without a column for the state, too
        told = process(f"  PID COMMAND\n   12 {command}\n")
        assert (told.state, told.name, told.argv, told.is_kernel) == ("Z", name, None, False)


def test_who_looks_for_zombies_is_none() -> None:
    row = "root         12  0.0  0.0   2592  1684 pts/0    S+   09:23   0:00 grep <defunct>\n"
    assert _told(_AUX + row) == ("S", None, ("grep", "<defunct>"))


def test_no_arguments_and_threads_of_the_kernel() -> None:
    content = (
        "  PID  PPID STAT   RSS COMMAND\n"
        "    1     0 Ss    9000 /sbin/init\n"
        "    2     0 S        0 [kthreadd]\n"
        "    9     2 I<       0 [kworker/u8:2-events_unbound]\n"
        "   12     1 S      980 [mini]\n"
        "   13     1 R        4 (sd-pam)\n"
    )
    found = processes(content)
    assert {pid for pid, one in found.items() if one.is_kernel} == {2, 9}
    assert [(one.name, one.argv) for one in found.values()] == [
        (None, ("/sbin/init",)),
        ("kthreadd", None),
        ("kworker/u8:2-events_unbound", None),
        ("mini", None),
        (None, ("(sd-pam)",)),
    ]
    assert listing(content).tables[0].system == "linux"


def test_the_second_process_of_a_container_is_none_of_the_kernel() -> None:
    content = (
        "  PID  PPID STAT   RSS COMMAND\n"
        "    1     0 Ss    2000 bwrap --unshare-pid -- node server.js\n"
        "    2     1 Sl   50000 node server.js\n"
        "    9     2 Sl   60000 claude --resume x\n"
    )
    assert not [one.pid for one in processes(content).values() if one.is_kernel]


@pytest.mark.parametrize(
    "title",
    [
        *(
            "PM2 v6.0.14: God Daemon (/home/dev/.pm2)",
            "npm exec @upstash/context7-mcp@latest",
            "redis-server *:6379",
        ),
        *(
            "/Applications/My App.app/My App",
            "mini наблюдатель-観察者-🚀",
            "(sd-pam)",
            "[a] b]",
            "-bash",
            'it\'s "x" `y`',
        ),
        *("a <b", "sh -c x > y", "node -e a ?? b", "{a} b {c}", "PID COMMAND x", "12 12"),
    ],
)
def test_titles(title: str) -> None:
    found = process(f"{_AUX}dev          12  0.0  0.0   2344  1012 ?        S    09:23   0:00 {title}  \n")
    name, bare = ("a", "b {c}") if title.startswith("{") else (None, title)
    assert (found.name, found.argv, found.state) == (name, tuple(bare.split()), "S")


def test_threads_are_one_process() -> None:
    content = (
        "UID        PID  PPID   LWP  C NLWP STIME TTY          TIME CMD\n"
        "dev         12     1    12  0    3 09:02 ?        00:00:49 node a\n"
        "dev         12     1    13  0    3 09:02 ?        00:00:01 node a\n"
        "dev         12     1    14  0    3 09:02 ?        00:00:02 node a\n"
        "dev         15    12    15  0    1 09:02 ?        00:00:00 sh\n"
    )
    found = listing(content)
    assert {pid: (one.ppid, one.threads, one.place) for pid, one in found.processes.items()} == {
        12: (1, 3, "a.txt:2"),
        15: (12, 1, "a.txt:5"),
    }
    assert found.problems == []
