"""Several snapshots as one series: order, alignment, memory, verdicts, and who holds what grows."""

import itertools
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import memdoctor
from graphs_alive import GraphsAlive
from memdoctor.analysis.heap.series.alignment import Identities, align
from memdoctor.analysis.heap.series.series import ReadHeaps
from memdoctor.analysis.heap.series.verdict import judge
from memdoctor.assumptions import parse_assumption
from memdoctor.errors import InputError
from memdoctor.findings import HeapGrowth, HeapSeriesOverview, Report
from memdoctor.readers.case import read_case

from conftest import SNAPSHOTS
from snapshots import Snapshot

BUN = sorted(SNAPSHOTS.glob("bun-a-*"))
NODE12 = sorted(SNAPSHOTS.glob("small-a-node12-*"))
LEAKS = sorted(SNAPSHOTS.glob("leaks-node20-*.xz"))


def series(report: Report) -> HeapSeriesOverview:
    found = report.overview.heap_series
    assert found is not None
    return found


def growing(report: Report) -> list[tuple[str, str, str, str]]:
    return [
        (one.rule, one.subject.name, one.severity, one.confidence)
        for one in report.findings
        if one.rule.startswith("growing-")
    ]


def test_what_is_planted_is_named_with_its_numbers() -> None:
    report = memdoctor.analyze(*LEAKS)
    counts = {one.holder: (one.kind, one.entry, one.counts) for one in series(report).growth}
    assert counts == {
        "Tags.first": ("strings", "(sliced string)", (38, 125, 225)),
        "Feed._events.tick": ("listeners", "onTick()", (150, 500, 900)),
        "(scope leaks.js).undo": ("closures", "undoChange()", (150, 500, 900)),
        "Supervisor.lastError": ("object", "Error", (150, 500, 900)),
        "FrameStore.frames": ("buffers", "Buffer", (15, 50, 90)),
        "Tracker.pending": ("collection", "Ticket", (150, 500, 900)),
        "TimersList._idleNext": ("handles", "Timeout", counts["TimersList._idleNext"][2]),
    }
    timers = [count or 0 for count in counts["TimersList._idleNext"][2]]
    assert timers[-1] - timers[0] in range(750, 755)  # and those of the program itself
    assert {severity for _, _, severity, _ in growing(report)} == {"warning"}
    assert not [f for f in report.findings if f.severity == "warning" and not f.rule.startswith("growing-")]


def test_all_growth_is_shared_out() -> None:
    found = series(memdoctor.analyze(*LEAKS))
    assert 0.9 < sum(one.share for one in found.growth) <= 1
    assert found.total_growth == found.totals[-1] - found.totals[0]


def test_what_grows_inside_of_entries() -> None:
    [one] = series(memdoctor.analyze(*NODE12)).growth
    assert (one.holder, one.counts, one.confidence) == (
        "SessionManager.sessions",
        (100, 400, 900),
        "likely",
    )
    [nested] = one.nested
    assert (nested.name, nested.grown, nested.seen) == ("ActiveSession.conversationHistory", 200, 400)
    assert (nested.before, nested.after) == (8, 38)


def test_two_snapshots_name_the_same_holders_and_prove_nothing() -> None:
    all_of_them = {name for _, name, _, _ in growing(memdoctor.analyze(*LEAKS))}
    of_two = growing(memdoctor.analyze(LEAKS[0], LEAKS[2]))
    assert {name for _, name, _, _ in of_two} == all_of_them
    assert {(severity, sure) for _, _, severity, sure in of_two} == {("info", "possible")}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[1:])
def test_the_order_of_the_arguments_means_nothing(order: tuple[int, ...]) -> None:
    plain, shuffled = (memdoctor.analyze(*paths) for paths in (NODE12, [NODE12[index] for index in order]))
    assert series(plain) == series(shuffled)
    assert plain.findings == shuffled.findings
    assert plain.answer == shuffled.answer


def test_bun_is_compared_by_names_and_says_so() -> None:
    report = memdoctor.analyze(*BUN)
    found = series(report)
    assert found.by == "names"
    assert "unaligned-snapshots" in {finding.rule for finding in report.findings}
    [one] = found.growth
    assert (one.holder, one.kind, one.counts) == ("ActiveSession", "class", (100, 400, 900))
    assert one.held_by == ("SessionManager.sessions (Map)",)
    [told] = [finding for finding in report.findings if finding.rule == "growing-class"]
    assert "hypothesis" in told.why
    assert told.confidence != "certain"


def test_the_collections_of_bun_have_their_numbers() -> None:
    first, *_ = series(memdoctor.analyze(*sorted(SNAPSHOTS.glob("bun-g-*")))).growth
    assert (first.holder, first.kind, first.counts) == ("FrameStore.frames", "buffers", (50, 200, 400))


def test_no_more_than_two_graphs_are_in_memory() -> None:
    case = read_case([str(path) for path in LEAKS], None)
    graphs = GraphsAlive()
    heaps = graphs.counting(case.heaps)
    for order in itertools.permutations(range(3)):
        snapshots = [replace(heaps[index], at=None) for index in order]
        read = ReadHeaps(snapshots, None)
        found = read.series
        assert found is not None
        assert not read.problems
        assert [look.overview.source for look in found.looks] == [str(path) for path in LEAKS]
        del found, read
    assert graphs.most == 2


def test_times_by_name_and_as_told(tmp_path: Path) -> None:
    names = [
        "Heap.20261120.101500.77.0.001.heapsnapshot.xz",
        "Heap.20261120.102000.77.0.002.heapsnapshot.xz",
    ]
    for name, source in zip(names, NODE12, strict=False):
        (tmp_path / name).symlink_to(source)
    found = series(memdoctor.analyze(tmp_path))
    assert (found.times, found.time_from) == ((0.0, 300.0), "the file's name")
    assert found.growth[0].counts_per_second == pytest.approx(1.0)
    told = series(memdoctor.analyze(*NODE12, every=600))
    assert (told.times, told.time_from) == ((0.0, 600.0, 1200.0), "--every")


def test_times_that_contradict_the_ids_are_not_used(tmp_path: Path) -> None:
    for number, source in enumerate(NODE12):
        copy = tmp_path / source.name
        copy.write_bytes(source.read_bytes())
        os.utime(copy, (1e9 - 1000 * number, 1e9 - 1000 * number))
    found = series(memdoctor.analyze(tmp_path))
    assert found.growth[0].counts == (100, 400, 900)
    assert found.times is None
    assert found.doubt is not None


def test_times_of_copies_made_within_a_minute_say_nothing(tmp_path: Path) -> None:
    for number, source in enumerate(NODE12):
        copy = tmp_path / source.name
        copy.write_bytes(source.read_bytes())
        os.utime(copy, (1e9 - number, 1e9 - number))
    found = series(memdoctor.analyze(tmp_path))
    assert found.growth[0].counts == (100, 400, 900)
    assert (found.times, found.doubt) == (None, None)


def test_files_without_ids_or_times_go_by_the_numbers_in_their_names(tmp_path: Path) -> None:
    for number, source in zip((10, 2, 1), reversed(BUN), strict=False):
        copy = tmp_path / f"look-{number}.heapsnapshot.xz"
        copy.write_bytes(source.read_bytes())
        os.utime(copy, (1e9 + number % 3, 1e9 + number % 3))
    found = series(memdoctor.analyze(tmp_path))
    assert found.order_by == "names"
    assert found.growth[0].counts == (100, 400, 900)


def test_the_same_snapshot_twice_is_one(tmp_path: Path) -> None:
    copy = tmp_path / "copy.heapsnapshot.xz"
    copy.write_bytes(NODE12[0].read_bytes())
    report = memdoctor.analyze(*NODE12, copy)
    assert len(series(report).sources) == 3
    assert [problem.message for problem in report.problems if "the same snapshot" in problem.message]


def test_a_damaged_one_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    damaged = tmp_path / "cut.heapsnapshot"
    damaged.write_bytes(b'{"snapshot":{"meta":{"node_fields":["type"')
    report = memdoctor.analyze(*NODE12, damaged)
    assert len(series(report).sources) == 3
    assert report.exit_code == 2
    assert str(damaged) not in {source.name for source in report.sources}


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ((100, 400, 900, 1500), "growing"),
        ((100, 200, 300), "growing"),
        ((0, 10, 20, 30), "growing"),
        ((2000, 5400, 5400, 5400), "plateau"),
        ((2000, 5300, 5390, 5400), "plateau"),
        ((100, 100, 100, 900), "step"),
        ((100, 900, 300, 1200), "unsteady"),
        ((100, 1000, 1600, 1700), "slowing"),
        ((1000, 1010, 990, 1005), "steady"),
        ((100_000, 103_000, 106_000, 109_000), "slight"),
        ((900, 400, 100), "steady"),
        ((40, 70, 90, 100), "slowing"),
        ((0, 100, 100, 100, 200), "growing"),
        ((100, 900), "difference"),
        ((100, 100), "steady"),
    ],
)
def test_verdicts(values: tuple[int, ...], word: str) -> None:
    assert judge(values, None, counted=True).word == word


def test_the_pace_goes_by_the_times() -> None:
    values = (0, 1000, 1200)
    assert judge(values, None, counted=True).word == "slowing"
    assert judge(values, (0, 1000, 1200), counted=True).word == "growing"


def test_four_that_rise_each_time_are_certain() -> None:
    assert judge((1, 50, 100, 150), None, counted=True).confidence == "certain"
    assert judge((1, 50, 100), None, counted=True).confidence == "likely"
    assert judge((1, 150), None, counted=True).confidence == "possible"


@pytest.mark.parametrize("spread", [20, 60, 95])
@pytest.mark.parametrize("seed", range(100))
def test_a_steady_number_that_is_noisy_is_not_called_growing(seed: int, spread: int) -> None:
    generator = random.Random(seed)
    values = [2000 + generator.randint(-spread, spread) for _ in range(4)]
    assert judge(values, None, counted=True).word != "growing"


def _manager(sessions: int, *, first: int = 0, rebuilt: bool = False, linked: bool = False) -> Snapshot:
    """Return a heap in which a manager has an array of sessions, or a list of them."""
    made = Snapshot()
    top = made.global_object()
    for _ in range(150):
        made.object("Base", holder=top)
    manager = made.object("Manager", holder=top, key="manager")
    ballast = made.object("Ballast", 1 << 20, holder=top, key="ballast")
    made.edge(ballast, manager, "manager")
    holder = made.object("Array", holder=manager, key="sessions")
    if rebuilt:
        made.nodes[holder]["id"] = 1_000_001 + 2 * sessions
    for number in range(sessions):
        session = made.node("object", "Session", 500)
        made.nodes[session]["id"] = 2_001 + 2 * (first + number)
        if linked:
            made.edge(holder, session, "next" if number else "first")
            holder = session
        else:
            made.edge(holder, session, number, "element")
    return made


def _growth(folder: Path, *made: Snapshot) -> tuple[HeapGrowth, ...]:
    paths = [one.write(folder / f"s{number}.heapsnapshot") for number, one in enumerate(made)]
    return series(memdoctor.analyze(*paths, every=60)).growth


@pytest.mark.parametrize("rebuilt", [False, True])
def test_an_array_is_named_whether_it_is_kept_or_rebuilt(rebuilt: bool, tmp_path: Path) -> None:
    [one] = _growth(tmp_path, *(_manager(count, rebuilt=rebuilt) for count in (100, 200, 300)))
    assert (one.holder, one.counts, one.verdict) == ("Manager.sessions", (100, 200, 300), "growing")
    assert one.entry_bytes == 500
    assert one.entry == "Session"
    assert 100_000 <= one.growth_bytes < 100_100


def test_a_long_list_that_grows_at_its_end(tmp_path: Path) -> None:
    counts = (20_000, 30_000, 40_000)
    [one] = _growth(tmp_path, *(_manager(count, linked=True) for count in counts))
    assert one.counts == counts
    assert one.entry == "Session"
    assert one.entry_bytes == 500


def _live(sessions: int, gone: int) -> Snapshot:
    """Return a heap with live sessions: of those that there ever were, the first are gone."""
    return _manager(sessions, first=gone)


def test_entries_that_come_and_go_are_a_load(tmp_path: Path) -> None:
    [one] = _growth(tmp_path, _live(1000, 0), _live(1300, 700), _live(1600, 1400))
    assert (one.counts, one.verdict) == ((1000, 1300, 1600), "turnover")


def test_twice_as_many_are_a_leak_all_the_same(tmp_path: Path) -> None:
    [one] = _growth(tmp_path, _live(400, 0), _live(900, 300), _live(1600, 600))
    assert one.verdict == "growing"


def _state(count: int) -> Snapshot:
    """Return a heap in which a store has a state that is made anew, with a list that is copied."""
    made = Snapshot()
    top = made.global_object()
    store = made.object("Store", holder=top, key="store")
    state = made.object("Object", holder=store, key="state")
    events = made.object("Array", holder=state, key="events")
    for node in (state, events):
        made.nodes[node]["id"] = 1_000_001 + 2 * (10 * count + node)
    for number in range(count):
        event = made.node("object", "Event", 400)
        made.nodes[event]["id"] = 2_001 + 2 * number
        made.edge(events, event, number, "element")
    return made


def test_state_that_is_copied_for_each_change(tmp_path: Path) -> None:
    [one] = _growth(tmp_path, *map(_state, (200, 600, 1300)))
    assert (one.holder, one.counts, one.entry) == ("Store.state.events", (200, 600, 1300), "Event")
    assert one.verdict == "growing"


def test_two_holders_of_the_same_objects_are_one_leak(tmp_path: Path) -> None:
    def shared(count: int) -> Snapshot:
        made = _manager(count)
        sessions = [number for number, node in enumerate(made.nodes) if node["self_size"] == 500]
        other = made.object("Metrics", holder=1, key="metrics")
        tracked = made.object("Array", holder=other, key="tracked")
        made.nodes[other]["id"], made.nodes[tracked]["id"] = 900_001, 900_003
        made.nodes[tracked]["self_size"] = 16 * count
        for number, session in enumerate(sessions):
            made.edge(tracked, session, number, "element")
        return made

    [one] = _growth(tmp_path, *map(shared, (300, 900, 1800)))
    assert {one.holder, *one.also} == {"Manager.sessions", "Metrics.tracked"}
    assert one.counts == (300, 900, 1800)


def test_a_snapshot_of_another_process_is_left_out() -> None:
    report = memdoctor.analyze(*LEAKS, SNAPSHOTS / "piles-node20-1.heapsnapshot.xz")
    assert series(report).sources == tuple(map(str, LEAKS))
    assert [one.message for one in report.problems if "another process" in one.message]


def test_of_two_processes_no_growth_is_told() -> None:
    report = memdoctor.analyze(LEAKS[0], SNAPSHOTS / "piles-node20-1.heapsnapshot.xz")
    assert report.overview.heap_series is None
    assert len(report.overview.heaps) == 2
    assert not growing(report)
    assert "different processes" in report.answer


def test_a_heap_that_shrinks_may_hold_a_leak(tmp_path: Path) -> None:
    def shrinking(count: int) -> Snapshot:
        made = _manager(count)
        made.object("Burst", (500 - count) * 10_000, holder=1, key="burst")
        made.nodes[-1]["id"] = 700_001
        return made

    [one] = _growth(tmp_path, *map(shrinking, (100, 200, 300)))
    assert (one.holder, one.share) == ("Manager.sessions", 1.0)


def test_fewer_but_larger_entries_have_no_rate_below_zero(tmp_path: Path) -> None:
    def heavier(count: int, size: int) -> Snapshot:
        made = _manager(count)
        for node in made.nodes:
            node["self_size"] = size if node["self_size"] == 500 else node["self_size"]
        made.object("Newest", holder=1, key="newest")
        made.nodes[-1]["id"] = 700_001 + 2 * size
        return made

    looks = heavier(300, 500), heavier(250, 4000), heavier(200, 9000)
    paths = [one.write(tmp_path / f"s{number}.heapsnapshot") for number, one in enumerate(looks)]
    [told] = [f for f in memdoctor.analyze(*paths, every=600).findings if f.rule.startswith("growing-")]
    assert "retains" in told.message
    assert "−" not in told.why


def test_references_that_keep_nothing_are_told_only_if_nothing_else_grows(tmp_path: Path) -> None:
    def references(count: int) -> Snapshot:
        made = _manager(count)
        for node in made.nodes:
            if node["self_size"] == 500:
                node["name"] = made.text("WeakRef")
        return made

    [one] = _growth(tmp_path, *map(references, (100, 200, 300)))
    assert (one.holder, one.entry) == ("Manager.sessions", "WeakRef")


@pytest.mark.parametrize(
    ("text", "name", "value", "seconds"),
    [
        ("sessions=100/day", "sessions", 100, 86_400),
        ("jobs=2.5/min", "jobs", 2.5, 60),
        ("entries=5000", "entries", 5000, None),
        ("total=54GB", "total", 54 << 30, None),
        ("limit=1.5GiB", "limit", 3 << 29, None),
    ],
)
def test_assumptions(text: str, name: str, value: float, seconds: float | None) -> None:
    found = parse_assumption(text)
    assert (found.name, found.value, found.seconds) == (name, value, seconds)


@pytest.mark.parametrize(
    "text",
    ["", "many", "sessions", "sessions=", "sessions=0", "x=5/fortnight", "total=54", "limit=0GB", "a=-1"],
)
def test_what_is_no_assumption_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_assumption(text)


def test_what_a_holder_does_not_explain() -> None:
    report = memdoctor.analyze(*NODE12, every=300, assume=["total=54GB", "sessions=100/day", "limit=1GB"])
    [told] = [finding for finding in report.findings if finding.rule == "growing-collection"]
    numbers = {item.label: item.value for item in told.evidence}
    assert numbers["per entry"] == 1566
    assert numbers["needed for it"] == -(-(54 << 30) // 1566)
    assert numbers["assumed rate"] == pytest.approx(100 * 1566 / 24)
    room = (1 << 30) - series(report).totals[-1]
    assert numbers["time to the limit then"] == pytest.approx(room / (100 * 1566 / 86_400), rel=0.05)
    assert "It does not explain 54.0 GiB" in report.answer


def test_an_assumption_about_nothing_is_told() -> None:
    report = memdoctor.analyze(*NODE12, assume=["parcels=10/day"])
    assert [one.source for one in report.problems] == ["--assume parcels=10/day"]


def test_growth_outside_of_the_heap_needs_samples_of_the_same_moments(tmp_path: Path) -> None:
    names = [f"Heap.20261120.10{number}500.77.0.00{number}" for number in (1, 2, 3)]
    for name, source, rss in zip(names, NODE12, (100, 110, 900), strict=True):
        (tmp_path / f"{name}.heapsnapshot.xz").symlink_to(source)
        (tmp_path / f"{name}.usage.json").write_text(
            f'{{"rss": {rss << 20}, "heapTotal": 5000000, "heapUsed": 4000000, "external": 1000000}}'
        )
    assert "growth-outside-heap" in {finding.rule for finding in memdoctor.analyze(tmp_path).findings}
    (tmp_path / f"{names[0]}.usage.json").unlink()
    assert "growth-outside-heap" not in {finding.rule for finding in memdoctor.analyze(tmp_path).findings}


def test_one_that_goes_away_meanwhile_is_a_problem(tmp_path: Path) -> None:
    case = read_case([str(path) for path in NODE12], None)
    calls = []

    def once(read: Callable[[], Any]) -> Callable[[], Any]:
        def call() -> Any:
            calls.append(1)
            if len(calls) > len(NODE12):
                raise InputError("it is gone")
            return read()

        return call

    snapshots = [replace(one, read=once(one.read), at=None) for one in reversed(case.heaps)]
    read = ReadHeaps(snapshots, None)
    assert read.series is None
    assert [problem.message for problem in read.problems] == ["it is gone"]


def _identities(kinds: list[int]) -> Identities:
    nodes = np.arange(len(kinds), dtype=np.uint32)
    return Identities(2 * nodes + np.uint32(1), np.asarray(kinds, np.uint32), nodes)


def test_ids_that_are_given_again_do_not_make_another_process() -> None:
    oldest = [7] * 30_000
    then, now = _identities([*oldest, *([1] * 60_000)]), _identities([*oldest, *([2] * 60_000)])
    assert align(then, now).by_id
    other = _identities([*([7] * 29_000), *([8] * 61_000)])
    assert not align(then, other).by_id


def test_nearly_all_may_rotate() -> None:
    kept, count = 1_500, 100_000
    then = _identities([7] * count)
    ids = np.concatenate([then.ids[:kept], then.ids[kept:] + np.uint32(4 * count)])
    assert align(then, Identities(ids, then.kinds, then.nodes)).by_id
