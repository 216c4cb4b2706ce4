"""The columns of `ps`: every heading there is, and columns that are named because there is none."""

from pathlib import Path

import pytest

from memdoctor.errors import InputError, UsageError
from memdoctor.readers.parts.processes import ps_columns
from ps_reading import listing, processes

from conftest import Cli
from process_reading import PS

_BARE = PS / "ps_eo_noheader.txt"
_KINDS = {"PID": "pid", "PPID": "ppid", "RSS": "rss", "COMMAND": "argv", "CMD": "argv", "ELAPSED": "age"}


@pytest.mark.parametrize(
    "heading",
    [
        "  PID TTY          TIME CMD",  # ps
        "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND",  # ps aux
        "UID        PID  PPID  C STIME TTY          TIME CMD",  # -ef
        "UID        PID  PPID  C    SZ   RSS PSR STIME TTY          TIME CMD",  # -eF
        "F S   UID   PID  PPID  C PRI  NI ADDR SZ WCHAN  TTY          TIME CMD",  # -el
        "S   UID   PID  PPID  C PRI  NI   RSS    SZ WCHAN  TTY          TIME CMD",  # -ely
        "UID        PID  PPID   LWP  C NLWP STIME TTY          TIME CMD",  # -eLf
        "  PID  SPID TTY          TIME CMD",  # -eT
        "  PID  PGID   SID TTY          TIME CMD",  # -ej
        "  PID CLS PRI TTY          TIME CMD",  # -ec
        "LABEL                             PID TTY      STAT   TIME COMMAND",  # axZ
        " PPID   PID  PGID   SID TTY      TPGID STAT   UID   TIME COMMAND",  # axjf
        "F   UID   PID  PPID PRI  NI    VSZ   RSS WCHAN  STAT TTY        TIME COMMAND",  # axl
        "  PID TTY      STAT   TIME  MAJFL   TRS   DRS   RSS %MEM COMMAND",  # axv
        "  UID   PID     PENDING     BLOCKED     IGNORED      CAUGHT STAT TTY        TIME COMMAND",  # axs
        "  PID     STACKP        ESP        EIP TMOUT ALARM STAT TTY        TIME COMMAND",  # axX
        "PID   USER     TIME  COMMAND",  # busybox, Alpine
        "PID   PPID  PGID  SID   USER     VSZ  RSS  STAT TT     COMMAND          COMMAND",
        "  UID   PID  PPID   C STIME   TTY           TIME CMD",  # macOS -ef
        "  UID   PID  PPID        F CPU PRI NI       SZ    RSS WCHAN     S    ADDR TTY       TIME CMD",
        "USER               PID  PPID  PGID   SESS JOBC STAT   TT       TIME COMMAND",  # macOS -axj
        "  PID STAT      TIME  SL  RE PAGEIN   VSZ    RSS   LIM     TSIZ  %CPU %MEM COMMAND",  # macOS -axv
        " UID   PID  PPID  C PRI NI      VSZ     RSS MWCHAN STAT TT        TIME COMMAND",  # FreeBSD -axl
        "USER      PID  PPID  PGID  SID JOBC STAT TT        TIME COMMAND",  # FreeBSD -axj
        "  UID   PID  PPID CPU PRI  NI   VSZ   RSS WCHAN   STAT   TT       TIME COMMAND",  # OpenBSD -axl
        "COMMAND PID",
    ],
)
def test_headings(heading: str) -> None:
    known = ps_columns.heading(heading, 3)
    assert known is not None
    assert (known.line, len(known.all)) == (3, len(heading.split()))
    for word, column in zip(heading.split(), known.all, strict=True):
        assert column.start is not None
        assert heading[column.start :].startswith(word)
        if word in _KINDS and (column is known.all[-1] or _KINDS[word] != "argv"):
            assert column.kind == _KINDS[word]


# ps L of procps 4.0.2, but for those of tests.
_PROCPS = [
    "%CPU",
    "%MEM",
    "AGID",
    "AGNI",
    "COMMAND",
    "TIME",
    "BLOCKED",
    "START",
    "C",
    "CAUGHT",
    "CGNAME",
    "CGROUP",
    "CGROUPNS",
    "CLS",
    "CMD",
    "CONTEXT",
    "CP",
    "CPUID",
    "%CUC",
    "%CUU",
    "DRS",
    "DSIZ",
    "EGID",
    "EGROUP",
    "EIP",
    "ELAPSED",
    "ESP",
    "EUID",
    "EUSER",
    "EXE",
    "F",
    "FGID",
    "FGROUP",
    "FSGID",
    "FSGROUP",
    "FSUID",
    "FSUSER",
    "FUID",
    "FUSER",
    "GID",
    "GROUP",
    "IGNORED",
    "PRI",
    "IPCNS",
    "LABEL",
    "LIM",
    "TTY",
    "SESSION",
    "STARTED",
    "LUID",
    "LWP",
    "LXC",
    "SIZE",
    "TRS",
    "MACHINE",
    "MAJFL",
    "MAJFLT",
    "MINFL",
    "MINFLT",
    "MNTNS",
    "NETNS",
    "NI",
    "NLWP",
    "NUMA",
    "OOM",
    "OOMADJ",
    "OWNER",
    "PAGEIN",
    "PENDING",
    "PGID",
    "PGRP",
    "PID",
    "PIDNS",
    "POL",
    "PPID",
    "API",
    "BAR",
    "BAZ",
    "FOO",
    "PSR",
    "PSS",
    "RBYTES",
    "RCHARS",
    "RGID",
    "RGROUP",
    "ROPS",
    "RSS",
    "RTPRIO",
    "RUID",
    "RUSER",
    "S",
    "SCH",
    "SEAT",
    "SESS",
    "P",
    "SGID",
    "SGROUP",
    "SID",
    "CATCHED",
    "SIGNAL",
    "SLICE",
    "SPID",
    "STACKP",
    "STAT",
    "STIME",
    "SUID",
    "SUPGID",
    "SUPGRP",
    "SUSER",
    "SVGID",
    "SVGROUP",
    "SVUID",
    "SVUSER",
    "SZ",
    "TGID",
    "THCNT",
    "TID",
    "TIMENS",
    "TPGID",
    "TRSS",
    "TSIZ",
    "TT",
    "UID",
    "UNIT",
    "USER",
    "USERNS",
    "USS",
    "UTSNS",
    "UUNIT",
    "VSZ",
    "WBYTES",
    "WCBYTES",
    "WCHAN",
    "WCHARS",
    "WOPS",
    "ZONE",
]


def test_every_column_of_procps_is_known_or_passed_over() -> None:
    assert [word for word in _PROCPS if ps_columns.heading(f"PID {word} COMMAND", 1) is None] == []


@pytest.mark.parametrize(
    "line",
    [
        *(
            "",
            "  ",
            "pid command",
            "PID of the COMMAND",
            "kill PID",
            "COMMAND USER",
            "the PID",
            "PIDS COMMAND",
        ),
        *(
            "12 node PID",
            "PID:",
            "PID COMMAND node",
            "PID " * 65,
            "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME",
        ),
    ],
)
def test_what_is_no_heading(line: str) -> None:
    assert ps_columns.heading(line, 1) is None


@pytest.mark.parametrize(
    "names", ["pid,etime,args", "pid, etime, args", "PID etime command", ",pid,,etime,cmd,"]
)
def test_named_columns(names: str) -> None:
    found = listing(_BARE.read_bytes(), names)
    assert len(found.processes) == 112
    claude = found.processes[32641]
    assert (claude.age, claude.argv) == (44.0, processes((PS / "ps_axo_full.txt").read_bytes())[32641].argv)
    assert _BARE.read_text().split("\n")[int(claude.place.partition(":")[2]) - 1].split()[0] == "32641"
    assert found.tables[0].place == "a.txt:1"
    assert found.messages == ["it does not name parents: orphans and leaked children cannot be told"]


def test_named_columns_of_every_kind() -> None:
    content = (
        "$ ps -eo comm=,pid=,lstart=,rss=,args=\n# mine\nnode 12 Fri Nov 20 09:19:44 2026 2048 node a  b\n"
    )
    [one] = processes(content, "comm,pid,lstart,rss,args").values()
    assert (one.pid, one.name, one.rss, one.argv) == (12, "node", 2 << 20, ("node", "a", "b"))
    assert one.started_at is not None
    assert one.place == "a.txt:3"
    [bare] = processes("  12 tmux: server  \n", "pid,comm").values()
    assert (bare.name, bare.argv) == ("tmux: server", None)


def test_a_heading_is_believed_more_than_names() -> None:
    [one] = processes("  PID  PPID COMMAND\n   12     1 node a\n", "ppid,pid,args").values()
    assert (one.pid, one.ppid) == (12, 1)


@pytest.mark.parametrize(
    ("content", "names", "message", "line"),
    [
        ("12 21:33 node\n", "pid,rss,args", "column rss is '21:33'", 1),
        ("12 21:33 node\n", "pid,ppid,args", "column ppid is '21:33'", 1),
        ("dev 21:33 node\n", "pid,etime,args", "column pid is 'dev'", 1),
        ("12 dev node\n", "pid,etime,args", "column age is 'dev'", 1),
        ("# mine\n\n12 1 a\n13 x b\n", "pid,ppid,args", "column ppid is 'x'", 4),
        ("12\n", "pid,ppid,rss", "fewer columns than the 3 that were named", 1),
        ("12 3 a\n13\n", "pid,ppid,args", "fewer columns than the 3 that were named", 2),
        (f"12 {'x' * 9000} a\n", "pid,ppid,args", f"column ppid is '{'x' * 39}…'", 1),
    ],
)
def test_wrong_columns_are_named_with_their_line(content: str, names: str, message: str, line: int) -> None:
    with pytest.raises(InputError) as raised:
        listing(content, names)
    assert (raised.value.message, raised.value.place) == (message, f"a.txt:{line}")
    assert "--columns" in raised.value.help


@pytest.mark.parametrize(
    ("names", "message", "help_line"),
    [
        ("pid,etme,args", "there is no column etme", "did you mean etime?"),
        ("pid,ppid,rsss,args", "there is no column rsss", "did you mean rss?"),
        ("pid,ARG", "there is no column ARG", "did you mean args?"),
        ("pid;args", "there is no column pid;args", ""),
        ("rss,args", "one of them must be pid", "pid"),
        ("", "one of them must be pid", "pid"),
        (",, ,", "one of them must be pid", "pid"),
    ],
)
def test_names_that_are_no_columns(names: str, message: str, help_line: str) -> None:
    with pytest.raises(UsageError) as raised:
        ps_columns.asked(names)
    assert message in raised.value.message
    assert help_line in raised.value.help


@pytest.mark.parametrize(
    ("arguments", "error", "help_line"),
    [
        ([], f"error: {_BARE}: no heading that names the columns of a listing\n", "--columns"),
        (
            ["--columns", "pid,rss,args"],
            f"error: {_BARE}: column rss is '21:33' ({_BARE}:1)\n",
            "in their order",
        ),
        (
            ["--columns", "pid,etme,args"],
            "error: --columns: there is no column etme\n",
            "did you mean etime?",
        ),
        (
            ["--columns", "etime,args"],
            "error: --columns: one of them must be pid\n",
            "pid,ppid,rss,etime,args",
        ),
    ],
)
def test_what_the_command_says(arguments: list[str], error: str, help_line: str, cli: Cli) -> None:
    outcome = cli("ps", _BARE, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(error)
    assert help_line in outcome.err


def test_the_command_reads_named_columns(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "bare.txt"
    path.write_text("    1       21:33 /sbin/init\n   12       01:00 node a\n")
    outcome = cli("ps", path, "--columns", "pid,etime,args", "--json")
    assert outcome.code == 0
    assert '"pid": 12' in outcome.out or '"pid":12' in outcome.out
