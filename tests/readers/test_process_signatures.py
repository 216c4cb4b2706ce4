"""Signatures of listings of processes: each is known by its own alone; hostile inputs harm no reader."""

import time
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.errors import InputError
from memdoctor.readers import process_signatures
from reading import text

from conftest import ROOT
from process_reading import PS, READERS, found

SIGNATURES = ("pid_file", "process_json", "wmic", "tasklist", "listeners", "pstree", "ps_table")
OWN = {
    "evidence.jsonl": "process_json",
    "psutil.json": "process_json",
    "cim.json": "process_json",
    "wmic.csv": "wmic",
    "tasklist.txt": "tasklist",
    "tasklist_v.csv": "tasklist",
    "tasklist_none.txt": "tasklist",
    "ss_ltnp.txt": "listeners",
    "ss_ltnpe.txt": "listeners",
    "lsof.txt": "listeners",
    "netstat.txt": "listeners",
    "pstree_p.txt": "pstree",
    "pstree_pal.txt": "pstree",
    "pstree_pU.txt": "pstree",
}


def _fitting(head: bytes) -> list[str]:
    head = head[: 64 * 1024]
    return [name for name in SIGNATURES if getattr(process_signatures, f"is_{name}")(head)]


@pytest.mark.parametrize("name", sorted(OWN))
def test_each_is_known_by_its_own_alone(name: str) -> None:
    content = (PS / name).read_bytes()
    assert _fitting(content) == [OWN[name]]
    assert _fitting(content.decode().encode("utf-16")) == [OWN[name]]
    assert _fitting(b"\xef\xbb\xbf" + content) == [OWN[name]]
    assert _fitting(b"\n" + content) == [OWN[name]]


@pytest.mark.parametrize(
    "prompt", ["$ ps x", "root@box:~# ss -ltnp", "PS C:\\> tasklist /V", "# taken at noon"]
)
def test_a_prompt_before_it(prompt: str) -> None:
    for name in ("ss_ltnp.txt", "pstree_p.txt", "tasklist.txt", "wmic.csv"):
        assert _fitting(f"{prompt}\n".encode() + (PS / name).read_bytes()) == [OWN[name]]


@pytest.mark.parametrize("path", sorted(PS.glob("*ps_*.txt")), ids=lambda path: path.name)
def test_listings_of_ps(path: Path) -> None:
    named = not path.name.endswith("noheader.txt")
    assert _fitting(path.read_bytes()) == (["ps_table"] if named else [])


def test_what_is_known_of_the_processes_is_no_input() -> None:
    assert _fitting((PS / "truth.json").read_bytes()) == []


_OTHERS = sorted(
    path
    for path in (ROOT / "fixtures").rglob("*")
    if path.is_file() and PS not in path.parents and path.suffix not in {".md", ".xz"}
    if not path.name.endswith("_ps.txt")  # a listing beside what PM2 shows
)


@pytest.mark.parametrize("path", _OTHERS, ids=lambda path: path.name)
def test_what_others_read_is_left_to_them(path: Path) -> None:
    assert _fitting(path.read_bytes()) == []


@pytest.mark.parametrize(
    "content",
    [
        '{"level":30,"time":1795165200000,"pid":12,"hostname":"a","rss":45084672,"heapUsed":4256144}\n' * 3,
        '{"pid":12,"ppid":1,"memoryUsage":{"rss":45084672,"heapUsed":4256144}}',
        '{"pid":12,"port":80,"rss":45084672}',
        '[{"pid":12,"name":"a","pm2_env":{"pid":12,"ppid":1,"argv":[]},"monit":{"memory":1}}]',
        '{"processId":12,"commandLine":["node"]}',
        '{"a":{"pid":1,"ppid":2}}',
        "4711 4712",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        ".\n├── src (12)\n└── lib\n",
        "-----+-----\n a(1) | 2\n",
        "Hello,12 people\n  came,13 left\n",
        "name,total,used\na,1,2\n",
        "PID RSS\n1 2\n",
        "=== === ===\n",
        "COMMAND line of the PIDs\n",
        "",
    ],
)
def test_other_texts_fit_nothing(content: str) -> None:
    assert _fitting(content.encode()) == []


@pytest.mark.parametrize(
    "heading",
    [
        "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND",
        "UID          PID    PPID  C STIME TTY          TIME CMD",
        "  PID TTY          TIME CMD",
        "PID   USER     COMMAND",
        "    PID    PPID ARGS",
        "\x1b[1m  PID USER COMM\x1b[0m",
        "$ ps aux\nUSER PID COMMAND",
        "dev@box:~/src$ ps -ef\nUID PID PPID CMD",
    ],
)
def test_headings_of_ps(heading: str) -> None:
    row = "\nroot           1  0.0  0.0 168004 12084 ?        Ss   09:01   0:02 /sbin/init\n"
    assert _fitting((heading + row).encode()) == ["ps_table"]


HOSTILE = {
    "a line of digits": b"1" * 300_000,
    "a line of braces": b"{" * 300_000,
    "a line of brackets": b"[" * 300_000,
    "a line of quotes": b'{"pid' + b'\\"' * 150_000,
    "a line of objects": b'[{"pid":1,"ppid":0}' + b',{"pid":1,"ppid":0}' * 15_000 + b"]",
    "many objects": b'{"pid":1,"ppid":0,"argv":["a"]}\n' * 10_000,
    "many broken objects": b'{"pid":1,"ppid":0,"argv":["a"]}\n' + b'{"pid":1,"ppid":0,\n' * 15_000,
    "long arguments": b'{"pid":1,"ppid":0,"cmdline":"' + b'\\\\\\" ' * 60_000 + b'"}',
    "backslashes": b'{"ProcessId":8,"ParentProcessId":0,"CommandLine":"' + b"\\\\" * 150_000 + b'"}',
    "a row of commas": b"Node,CommandLine,ProcessId\n" + b"," * 300_000 + b"\n",
    "a heading of commas": b"Node,ProcessId" + b"," * 300_000,
    "a line of equals": b"a PID b\n" + b"=" * 300_000,
    "a rule of equals": b"a PID b\n" + b"= " * 150_000,
    "many rules": b"a PID b\n=== === ===\n" * 15_000,
    "a line of spaces": b"LISTEN" + b" " * 300_000,
    "a line of users": b"LISTEN 0 5 *:80 *:* users:(" + b'("a",pid=3,fd=3),' * 17_000,
    "many listens": b"node 44 dev 18u IPv4 1 0t0 TCP *:3000 (LISTEN) " * 7_000,
    "a chain": b"a(1)" + b"---b(2)" * 40_000,
    "a deep tree": b"a(1)" + b"-+-b(2)" * 40_000 + b"\n" + b"| " * 1000 + b"`-c(3)\n",
    "many bars": b"a(1)-+-b(2)\n" + b"|" * 300_000,
    "many branches": b"a(1)-+-b(2)\n" + b"     |-c(3)-+-d(4)\n" * 15_000,
    "parentheses": b"a(1)-+-" + b"(" * 300_000,
    "commas of a tree": b"a(1" + b",x" * 100_000 + b")---b(2)",
    "arguments of a tree": b"a,1\n  `-b,2 " + b"x,3 " * 60_000,
    "several": b"1*[" * 100_000 + b"a(1)---b(2)",
    "prompts": b"$ " * 150_000 + b"\nps\n",
    "comments": b"# x\n" * 60_000 + b"PID COMMAND\n",
    "binary": bytes(range(256)) * 1000,
    "surrogates": b"\xed\xa0\x80a(1)---b(2)\n",
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_inputs_end_soon_and_in_order(kind: str, tmp_path: Path) -> None:
    path = text(tmp_path / "a", HOSTILE[kind])
    started = time.perf_counter()
    _fitting(HOSTILE[kind])
    for reader in READERS:
        try:
            told = found(reader, path)
        except InputError:
            continue
        assert len(told.problems) < 60
    assert time.perf_counter() - started < 5


FRAGMENTS = st.sampled_from(
    [*chain.from_iterable((PS / name).read_text().splitlines()[:5] for name in sorted(OWN))]
)


@given(st.lists(FRAGMENTS | st.text(max_size=30), max_size=12).map("\n".join))
def test_any_mixture_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    path = text(tmp_path_factory.mktemp("mixed") / "a", content.encode("utf-8", "replace") or b" ")
    _fitting(path.read_bytes())
    for reader in READERS:
        try:
            told = found(reader, path)
        except InputError:
            continue
        places = [table.place for table in told.tables]
        places += [one.place for one in told.listeners] + [one.place for one in told.pid_files]
        assert all(place.startswith(str(path)) for place in places)
        assert all(problem.place for problem in told.problems)
        listed = [process for table in told.tables for process in table.processes]
        assert all(0 < process.pid < 1 << 31 for process in listed)


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = text(tmp_path_factory.mktemp("bytes") / "a", content)
    _fitting(content)
    for reader in READERS:
        try:
            found(reader, path)
        except InputError:
            continue
