"""--trace-gc in all its forms, and the last collections before a heap was full."""

from pathlib import Path

import pytest

from memdoctor.model import COLLECTIONS, OUT_OF_MEMORY, TRACE_GC, Collection
from memdoctor.readers.case import read_case

from log_reading import LOGS, Told, told, told_in, wrapped

MIB = 1 << 20
_FULL = (
    "[{pid}:{isolate}] {ms:8d} ms: {kind} 50.1 (74.3) -> {after} (83.1) MB, {pooled}95.21 / 0.00 ms  "
    "(average mu = 0.296, current mu = 0.107) task; scavenge might not succeed"
)
_NUMBERS = {"scavenges", "full", "first", "last", "pause"}


def _line(
    after: str = "46.2", ms: int = 366, pid: int = 7, isolate: str = "0xf8a6000", kind: str = "Mark-Compact"
) -> str:
    return _FULL.format(pid=pid, isolate=isolate, ms=ms, kind=kind, after=after, pooled="pooled: 0 MB, ")


def _numbers(found: Told) -> dict[str, float]:
    [event] = found.of(COLLECTIONS)
    return {name: value for name, value in event.detail.items() if name in _NUMBERS}


@pytest.mark.parametrize(
    ("name", "pid", "used", "total", "scavenges"),
    [
        ("trace-gc-node14.out", 22836, ["9.5", "25.0", "19.7", "19.9"], "28.7", 13),
        ("trace-gc-node18.out", 23087, ["15.5", "26.9", "17.7", "20.7"], "33.7", 13),
        ("trace-gc-node22.out", 23331, ["12.1", "30.0", "20.1", "12.4"], "29.9", 9),
    ],
)
def test_each_full_collection_is_a_sample(
    name: str, pid: int, used: list[str], total: str, scavenges: int
) -> None:
    found = told(LOGS / name)
    raw = (LOGS / name).read_text().splitlines()
    lines = [number for number, line in enumerate(raw, start=1) if " ms: Mark-" in line]
    assert [sample.heap_used for sample in found.samples] == [round(float(mib) * MIB) for mib in used]
    first = found.samples[0]
    assert first.heap_total == round(float(total) * MIB)
    assert (first.document, first.pid, first.after_collection) == (TRACE_GC, pid, True)
    assert (first.resolution, first.at) == (104858, None)
    assert [mark.runtime for mark in first.marks] == ["node"]
    assert [sample.place for sample in found.samples] == [f"{LOGS / name}:{line}" for line in lines]
    assert set(first.places) == {"heap_used", "heap_total", "uptime", "pid"}
    assert first.uptime == int(raw[lines[0] - 1].split("]")[1].split(" ms:")[0]) / 1000
    assert {sample.series for sample in found.samples} == {
        f"pid {pid}, isolate {raw[0].split(':')[1].split(']')[0]}"
    }
    assert _numbers(found)["scavenges"] == scavenges
    assert _numbers(found)["full"] == len(lines)


def test_the_collections_of_an_isolate_are_one_event() -> None:
    found = told(LOGS / "trace-gc-leak-node22.out")
    [event] = found.events
    assert (event.pid, event.line, event.last_line, event.at) == (7826, 1, 96, None)
    assert _numbers(found) == {"scavenges": 93, "full": 3, "first": 0.143, "last": 20.083, "pause": 0.16501}
    assert event.detail["collections"][1] == Collection(
        since_start=2.649,
        kind="Mark-Compact",
        before=round(35.5 * MIB),
        after=round(31.8 * MIB),
        committed_before=66 * MIB,
        committed_after=round(65.6 * MIB),
        pause=0.00568,
        mu=0.978,
        current_mu=0.985,
    )


def test_without_a_full_collection_there_is_no_sample_but_an_event() -> None:
    found = told(LOGS / "trace-gc-verbose-node22.out")
    assert found.samples == []
    assert _numbers(found) == {"scavenges": 4, "full": 0, "first": 0.051, "last": 0.063, "pause": None}
    found = told(LOGS / "trace-gc-minor-node20.out")
    assert found.samples == []
    assert _numbers(found)["scavenges"] == 10


@pytest.mark.parametrize(
    ("name", "line", "used", "pause"),
    [
        ("trace-gc-nvp-node14.out", 8, 10649032, 0.0032),
        ("trace-gc-nvp-node22.out", 8, 12607136, 0.0092),
    ],
)
def test_pairs_of_names_and_values_are_exact(name: str, line: int, used: int, pause: float) -> None:
    found = told(LOGS / name)
    [sample] = found.samples
    assert (sample.heap_used, sample.heap_total, sample.resolution) == (used, None, None)
    assert sample.place == f"{LOGS / name}:{line}"
    assert _numbers(found)["pause"] == pause
    assert _numbers(found)["scavenges"] == 7


@pytest.mark.parametrize(
    "line",
    [
        _line(),
        _line(kind="Mark-sweep"),
        _line(kind="Mark-Compact (reduce)"),
        _line(kind="Mark-sweep (reduce)"),
        _line(isolate="000001F5A7B3C0D0"),
        _line(isolate="0xf8a6000:0"),
        _line().replace("pooled: 0 MB, ", ""),
        _line().replace("pooled: 0 MB, ", "pooled: 1.5 MB, "),
        _line().replace("366 ms", "366.5 ms"),
    ],
)
def test_every_form_of_a_full_collection(line: str, tmp_path: Path) -> None:
    [sample] = told_in(line + "\n", tmp_path).samples
    assert (sample.heap_used, sample.heap_total) == (round(46.2 * MIB), round(83.1 * MIB))


def test_two_decimals_are_finer(tmp_path: Path) -> None:
    [sample] = told_in(_line("46.25") + "\n", tmp_path).samples
    assert (sample.heap_used, sample.resolution) == (round(46.25 * MIB), 10486)


@pytest.mark.parametrize(
    "kind", ["Scavenge", "Scavenge (interleaved)", "Minor Mark-Compact", "Minor Mark-sweep"]
)
def test_collections_of_the_young_generation_are_no_floor(kind: str, tmp_path: Path) -> None:
    found = told_in(_line(kind=kind) + "\n", tmp_path)
    assert found.samples == []
    assert _numbers(found)["scavenges"] == 1


@pytest.mark.parametrize(
    "prefix",
    ["2026-11-20T09:13:24.500Z ", "[2026-11-20 09:13:24,500] ", "0|leaky    | 2026-11-20T09:13:24.500: "],
)
def test_a_clock_before_the_lines_is_the_time(prefix: str, tmp_path: Path) -> None:
    found = told_in(wrapped(_line() + "\n" + _line(ms=1366), lambda line: prefix + line), tmp_path)
    assert [str(sample.at) for sample in found.samples] == ["2026-11-20 09:13:24.500000+00:00"] * 2
    assert found.events[0].at == found.samples[0].at == found.events[0].last_at
    assert "at" in found.samples[0].places


def test_a_time_before_other_lines_is_none_of_a_collection(tmp_path: Path) -> None:
    found = told_in(f"2026-11-20T09:13:24Z started\n{_line()}\n", tmp_path)
    assert [sample.at for sample in found.samples] == [None]


def test_isolates_are_apart_and_so_are_restarts(tmp_path: Path) -> None:
    lines = [_line(ms=ms, isolate=isolate) for ms in (100, 200) for isolate in ("0xaaaa", "0xbbbb")]
    found = told_in(
        "\n".join([*lines, _line(ms=9_000, isolate="0xaaaa"), _line(ms=90, isolate="0xaaaa")]), tmp_path
    )
    assert [(event.line, event.detail["full"], event.detail["last"]) for event in found.events] == [
        (1, 3, 9.0),
        (2, 2, 0.2),
        (6, 1, 0.09),
    ]
    assert len({sample.series for sample in found.samples}) == 2


def test_only_the_last_collections_are_kept(tmp_path: Path) -> None:
    text = "".join(_line(f"{index}.0", ms=index * 100) + "\n" for index in range(1, 31))
    found = told_in(text, tmp_path)
    assert len(found.samples) == 30
    kept = found.events[0].detail["collections"]
    assert [one.after for one in kept] == [index * MIB for index in range(19, 31)]
    assert found.events[0].detail["pause"] == pytest.approx(30 * 0.09521)


@pytest.mark.parametrize(
    ("name", "line", "pid", "message", "after", "mu"),
    [
        (
            "oom-node14.err",
            7,
            22753,
            "Ineffective mark-compacts near heap limit",
            [41.2, 41.4],
            [0.108, 0.05],
        ),
        (
            "oom-promotion-node14.err",
            9,
            22761,
            "MarkCompactCollector: young object promotion failed",
            [32, 47.7],
            [0.766, 0.532],
        ),
        ("oom-node18.err", 9, 23003, "Reached heap limit", [33.4, 45], [0.714, 0.32]),
        ("oom-node22.err", 9, 23255, "Reached heap limit", [46.2], [0.296]),
        (
            "oom-ineffective-node22.err",
            8,
            23263,
            "Ineffective mark-compacts near heap limit",
            [38.4, 38.4],
            [0.105, 0.085],
        ),
    ],
)
def test_the_last_collections_before_a_heap_was_full(  # noqa: PLR0917
    name: str, line: int, pid: int, message: str, after: list[float], mu: list[float | None]
) -> None:
    found = told(LOGS / name)
    [event] = found.events
    assert (event.kind, event.line, event.pid) == (OUT_OF_MEMORY, line, pid)
    assert event.detail["message"] == f"{message} Allocation failed - JavaScript heap out of memory"
    collections = event.detail["collections"]
    assert [one.after for one in collections] == [round(mib * MIB) for mib in after]
    assert [one.mu for one in collections] == mu
    assert found.samples == []  # they are no trace


_DEAD = (LOGS / "oom-node22.err").read_text()


@pytest.mark.parametrize(
    "prefix", ["", "0|leaky    | ", "2026-11-20T09:13:24.123Z ", "Nov 20 09:13:24 host node[23255]: "]
)
def test_a_full_heap_behind_any_prefix(prefix: str, tmp_path: Path) -> None:
    [event] = told_in(wrapped(_DEAD, lambda line: prefix + line), tmp_path).events
    assert (event.kind, event.pid, event.line) == (OUT_OF_MEMORY, 23255, 9)
    assert [one.pause for one in event.detail["collections"]] == [0.09521]


def test_the_list_of_collections_may_be_empty_or_missing(tmp_path: Path) -> None:
    start, end = _DEAD.index("[23255"), _DEAD.index("<--- JS")
    for text in (_DEAD[:start] + _DEAD[end:], _DEAD[_DEAD.index("FATAL") :]):
        [event] = told_in(text, tmp_path).events
        assert event.detail["collections"] == ()
        assert event.detail["message"].startswith("Reached heap limit")


def test_a_log_that_ends_before_the_error_is_named(tmp_path: Path) -> None:
    [event] = told_in(_DEAD[: _DEAD.index("<--- JS")], tmp_path).events
    assert event.kind == OUT_OF_MEMORY
    assert event.detail["message"] == ""
    assert len(event.detail["collections"]) == 1


def test_every_place_where_a_fatal_error_is_cut_off(tmp_path: Path) -> None:
    for end in range(len("\n<--- Last few GCs --->\n\n") + 90, len(_DEAD), 13):
        assert [event.kind for event in told_in(_DEAD[:end], tmp_path).events] in ([], [OUT_OF_MEMORY])


def test_two_fatal_errors_keep_their_collections(tmp_path: Path) -> None:
    other = (LOGS / "oom-node18.err").read_text()
    found = told_in(_DEAD + other + _DEAD, tmp_path)
    assert [event.pid for event in found.events] == [23255, 23003, 23255]
    assert [len(event.detail["collections"]) for event in found.events] == [1, 2, 1]


def test_a_trace_before_a_fatal_error_is_counted_apart(tmp_path: Path) -> None:
    trace = "".join(_line(f"{index}.0", ms=index * 10, pid=23255) + "\n" for index in range(1, 20))
    found = told_in(trace + _DEAD, tmp_path)
    assert len(found.samples) == 19
    assert {event.kind for event in found.events} == {COLLECTIONS, OUT_OF_MEMORY}
    assert found.of(COLLECTIONS)[0].detail["full"] == 19


def test_collections_in_a_log_of_the_program(tmp_path: Path) -> None:
    text = f"2026-11-20T09:13:24Z GET / took 5 ms: ok\n{_line()}\n" * 3
    assert len(told_in(text, tmp_path).samples) == 3


def test_a_case_reads_a_trace_as_a_log() -> None:
    case = read_case([str(LOGS / "trace-gc-leak-node22.out")])
    assert [source.format for source in case.sources] == ["log"]
    assert [sample.after_collection for sample in case.samples] == [True] * 3
    assert case.problems == ()
