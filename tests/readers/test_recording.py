"""Recordings of watch: read back, cut anywhere, hostile."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.readers.case import read_case

from conftest import Cli
from recordings import MIB, heading, look, series, written


def test_every_key_is_read(tmp_path: Path) -> None:
    line = look(
        5,
        rss=7 * MIB,
        pss=6 * MIB,
        uss=5 * MIB,
        swap=4,
        left=3,
        cpu=2.5,
        descriptors=11,
        threads=12,
        processes=13,
        runtime="node",
        heap_limit=256 * MIB,
        memoryUsage={"heapUsed": 21, "heapTotal": 22, "external": 23, "arrayBuffers": 24},
        heapStatistics={"heap_size_limit": 25},
    )
    path = written(tmp_path / "rec", line)
    [sample] = read_case([str(path)]).samples
    assert (sample.rss, sample.pss, sample.uss, sample.swap) == (7 * MIB, 6 * MIB, 5 * MIB, 4)
    assert (sample.memory_left, sample.cpu_seconds, sample.file_descriptors) == (3, 2.5, 11)
    assert (sample.threads, sample.processes, sample.requested_heap_limit) == (12, 13, 256 * MIB)
    assert (sample.heap_used, sample.heap_total, sample.external, sample.array_buffers) == (21, 22, 23, 24)
    assert (sample.heap_limit, sample.uptime, sample.pid, sample.program) == (25, 125.0, 4242, "app.js")
    assert sample.places["rss"] == f"{path}:2#/rss"
    assert sample.places["heap_used"] == f"{path}:2#/memoryUsage/heapUsed"


@pytest.mark.parametrize("lines", [1, 2, 30])
def test_what_is_left_of_a_cut_begin_is_still_one(lines: int, tmp_path: Path) -> None:
    whole = written(tmp_path / "rec", *series(lambda number: 100 + number)).read_text().splitlines(True)
    path = tmp_path / "rest"
    path.write_text("".join(whole[lines:]))
    case = read_case([str(path)])
    assert len(case.samples) == 61 - lines
    assert case.problems == ()


def test_it_may_end_at_any_byte(tmp_path: Path) -> None:
    whole = written(tmp_path / "rec", *series(lambda number: 100, count=3)).read_bytes()
    path = tmp_path / "cut"
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        case = read_case([str(path)])
        complete = max(whole[:end].count(b"\n") - 1, 0)
        assert len(case.samples) in {complete, complete + 1}  # all but the last line feed may be there
        if len(case.samples) == complete and not whole[:end].endswith(b"\n"):
            assert case.problems


def test_a_line_that_is_none_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "rec", look(0), look(5))
    path.write_text(
        path.read_text() + '{"at":"2026\n' + json.dumps(heading()) + "\n" + json.dumps(look(10))
    )
    case = read_case([str(path)])
    assert len(case.samples) == 3
    [problem] = case.problems
    assert problem.place == f"{path}:4"


@pytest.mark.parametrize(
    "values",
    [
        {"rss": "many"},
        {"rss": -1.5},
        {"rss": 1e300},
        {"at": "yesterday"},
        {"at": None},
        {"pid": "x"},
        {"program": 7, "family": []},
        {"memoryUsage": 7, "heapStatistics": {"heap_size_limit": "x"}},
        {"uptime": -5},
        {"cpu": float(2**60)},
    ],
)
def test_values_that_are_none(values: dict[str, object], tmp_path: Path) -> None:
    path = written(tmp_path / "rec", look(0), look(5) | values)
    case = read_case([str(path)])
    assert len(case.samples) in {1, 2}
    assert case.problems or values == {"uptime": -5} or "memoryUsage" in values


def test_nothing_in_a_name_steers_a_terminal(cli: Cli, tmp_path: Path) -> None:
    path = written(tmp_path / "rec", *series(lambda number: 100, program="\x1b[31m[bold]x\x07" * 50))
    outcome = cli("analyze", str(path))
    assert outcome.code == 0
    assert "\x1b" not in outcome.out
    assert "\x07" not in outcome.out


@given(
    st.lists(
        st.dictionaries(st.text(max_size=9), st.integers() | st.text() | st.none(), max_size=4), max_size=5
    )
)
def test_any_objects(lines: list[dict[str, object]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "rec", look(0), *lines)
        assert len(read_case([str(path)]).samples) >= 1
