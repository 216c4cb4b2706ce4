"""`pstree`: parents from the drawing, in every style of it, moved, cut off or with lines missing."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.errors import InputError
from reading import text

from process_reading import PS, found

CAPTURE = PS / "pstree_p.txt"


def _parents(path: Path) -> dict[int, int | None]:
    return {pid: process.ppid for pid, process in found("pstree", path).processes.items()}


def test_the_parents_are_those_the_system_had() -> None:
    evidence = [json.loads(line) for line in (PS / "evidence.jsonl").read_text().splitlines()]
    parents = _parents(CAPTURE)
    both = [row for row in evidence if row["pid"] in parents]
    assert len(both) > 80
    # Between the two looks a parent ended and left children; none was told wrong otherwise.
    assert [row["pid"] for row in both if parents[row["pid"]] != row["ppid"]] == []


def test_threads_are_no_processes() -> None:
    told = found("pstree", CAPTURE)
    raw = CAPTURE.read_text()
    threads = {int(pid) for pid in re.findall(r"\}\((\d+)\)", raw)}
    everything = {int(pid) for pid in re.findall(r"\((\d+)\)", raw)}
    assert set(told.processes) == everything - threads
    assert told.processes[8842].name == "PM2 v6.0.14: Go"
    assert told.processes[8842].threads == 11
    assert told.processes[32479].threads == 1
    assert (told.tables[0].system, told.tables[0].whole) == ("linux", True)
    assert told.messages == ["pstree has names of threads, not of programs, and no memory figures"]
    assert told.processes[8842].place == f"{CAPTURE}:{raw[: raw.index('PM2 v6')].count(chr(10)) + 1}"


def test_arguments() -> None:
    told = found("pstree", PS / "pstree_pal.txt")
    assert {pid: process.ppid for pid, process in told.processes.items()} == {
        11199: None,
        11202: 11199,
        11204: 11202,
        11200: 11199,
        11211: 11199,
        11201: 11199,
    }
    node = told.processes[11200]
    assert node.argv == ("node", "-e", "setTimeout(()=>{},4000)", "--", "a", "b", "--x")
    assert (node.threads, node.exact, node.cut) == (7, False, False)
    assert told.tables[0].whole is False


def test_lines_of_utf_8() -> None:
    assert _parents(PS / "pstree_pU.txt") == {
        11199: None,
        11202: 11199,
        11204: 11202,
        11200: 11199,
        11212: 11199,
        11201: 11199,
    }


NESTED = """\
a(1)-+-b(2)-+-c(3)---d(4)-+-e(5)
     |      |             `-f(6)
     |      `-g(7)
     `-h(8)
"""


@pytest.mark.parametrize(
    ("content", "parents"),
    [
        ("a(1)---b(2)---c(3)\n", {1: 0, 2: 1, 3: 2}),
        ("a(1)-+-b(2)-+-c(3)\n     |      `-d(4)\n     `-e(5)\n", {1: 0, 2: 1, 3: 2, 4: 2, 5: 1}),
        (NESTED, {1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 2, 8: 1}),
        ("a(1)-+-b(2)-+-c(3)\n     |      `-d(4)\n", {1: 0, 2: 1, 3: 2, 4: 2}),  # cut off below
        ("(sd-pam)(1)-+-x y(z)(2)\n            `-k(3,33,root)\n", {1: 0, 2: 1, 3: 1}),
        ("?()-+-a(1)\n    `-kthreadd(2)---rcu(3)\n", {1: 0, 2: 0, 3: 2}),
        ("a(7)---b(8)\n\nc(9)---d(10)\n", {7: None, 8: 7, 9: None, 10: 9}),
        ("$ pstree -p\na(1)---b(2)\n", {1: 0, 2: 1}),
        ("aa,1\n  |-bb,2 x,3 (4)\n  |   `-cc,5\n  `-(dd,6)\n", {1: 0, 2: 1, 5: 2, 6: 1}),
        ("x,1\n |-p,2\n |  `-sleep,5\n `-d,6\n", {1: 0, 2: 1, 5: 2, 6: 1}),
    ],
)  # fmt: skip
def test_drawings(content: str, parents: dict[int, int | None], tmp_path: Path) -> None:
    assert _parents(text(tmp_path / "a.txt", content)) == parents


def test_moved_by_a_longer_name(tmp_path: Path) -> None:
    content = CAPTURE.read_text().replace("PM2 v6.0.14: Go", "x").replace("init(1)", "a-long-new-name(1)")
    assert _parents(text(tmp_path / "a.txt", content)) == _parents(CAPTURE)


def test_missing_lines_leave_parents_unknown_never_wrong(tmp_path: Path) -> None:
    whole = (PS / "pstree_pU.txt").read_text().splitlines(keepends=True)
    right = _parents(PS / "pstree_pU.txt")
    for gap in range(len(whole)):
        path = text(tmp_path / "a.txt", "".join(whole[:gap] + whole[gap + 1 :]))
        told = _parents(path)
        assert all(told[pid] in (right[pid], None) for pid in told)


def test_several_drawn_as_one(tmp_path: Path) -> None:
    told = found("pstree", text(tmp_path / "a.txt", "a(1)-+-3*[b(2)]\n     `-4*[{a}(3)]\n"))
    assert told.processes[1].threads == 5
    assert "several processes drawn as one: only one is taken (2 times)" in told.messages
    assert told.tables[0].whole is None


def test_threads_are_not_known_where_none_are_shown(tmp_path: Path) -> None:
    assert found("pstree", text(tmp_path / "a.txt", "a(1)---b(2)\n")).processes[2].threads is None


def test_lines_that_are_cut_off(tmp_path: Path) -> None:
    content = "a(1)-+-bash(9143)---bash(+\n     |-{a}(12+\n     `-c(14)\n"
    told = found("pstree", text(tmp_path / "a.txt", content))
    assert {pid: process.ppid for pid, process in told.processes.items()} == {1: 0, 9143: 1, 14: 1}
    assert "a line is cut off: what it held is left out (2 times)" in told.messages
    cut = found("pstree", text(tmp_path / "b.txt", "node,1 server.js --a...\n  `-b,2 x\n")).processes
    assert (cut[1].argv, cut[1].cut, cut[2].cut) == (("node", "server.js", "--a"), True, False)


def test_kernel_threads(tmp_path: Path) -> None:
    told = found("pstree", text(tmp_path / "a.txt", "(kthreadd,2)\n  |-(cpuhp/0,19)\n  `-(hwrng,52)\n"))
    assert all(process.is_kernel for process in told.processes.values())
    ordinary = found("pstree", text(tmp_path / "b.txt", "init(1)---node(2)---claude(3)\n"))
    assert not any(process.is_kernel for process in ordinary.processes.values())


@pytest.mark.parametrize("content", ["init-+-cron\n     `-sshd\n", "x\n", "a(0)---b(99999999999)\n"])
def test_without_ids(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="id"):
        found("pstree", text(tmp_path / "a.txt", content))


_PIECES = st.sampled_from(
    [
        *("a(1)", "b(2)", "{c}(3)", ",4 x", "2*[", "]", "+", "\n"),
        *("-+-", "---", "     |-", "     `-", " | ", "├─", "└─", "│ ", "─┬─"),
    ]
)


@given(st.lists(_PIECES | st.text(max_size=4), min_size=1, max_size=40).map("".join))
def test_any_drawing(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    path = text(tmp_path_factory.mktemp("any") / "a", content.encode("utf-8", "replace") or b" ")
    try:
        told = found("pstree", path)
    except InputError:
        return
    assert all(
        process.ppid is None or process.ppid in {0, *told.processes} for process in told.processes.values()
    )
