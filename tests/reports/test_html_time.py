"""-f html: plots over time show every look at its time, invent none, and say what they leave out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.reports.html import heap_series

from conftest import FIXTURES, HEAPDUMPS, SERIES, SNAPSHOTS, Cli
from html_pages import CASES, figures, notes, page, plots

SEED = FIXTURES / "pm2" / "seed-timeline.txt"
RECORDING = FIXTURES / "recordings" / "leak-and-sawtooth.jsonl"
LEAK = SERIES / "node22-heap-leak.json"
MiB = 1 << 20


def _markup(cli: Cli, tmp_path: Path, *arguments: str | Path) -> str:
    return page(cli, tmp_path / "page.html", *arguments).read_text(encoding="utf-8")


def _trace(plot: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in plot["traces"] if one.get("name") == name)
    return found


def _values(plot: dict[str, Any], label: str) -> dict[float, int]:
    """Return the values of a metric by their places, of all its lines."""
    return {
        x: y
        for one in plot["traces"]
        for x, y, told in zip(one["x"], one["y"], one.get("hovertext", ()), strict=False)
        if told.startswith(f"{label} ")
    }


def _only(markup: str, title: str) -> tuple[dict[str, Any], str]:
    return plots(markup)[title], notes(markup)[title]


def test_a_restart_whose_time_nobody_told_is_drawn_apart(cli: Cli, tmp_path: Path) -> None:
    plot, note = _only(
        _markup(cli, tmp_path, "analyze", SEED), "seed-timeline.txt: memory, and what happened"
    )
    used = _trace(plot, "used")
    first, second = used["x"][: used["x"].index(None)], used["x"][used["x"].index(None) + 1 :]
    assert first == pytest.approx([0, 420 / 3600, 0.6, 1.25, 2.25])
    assert second[0] > 2.25
    assert second[1] - second[0] == pytest.approx(600 / 3600)
    happened = _trace(plot, "what happened")["hovertext"]
    assert happened == [
        "startup, the first look of life 1",
        "after GC, 2 h 15 min after the first look of life 1",
        "restart, the first look of life 2",
    ]
    assert [shade["x0"] for shade in plot["layout"]["shapes"]] == [2.25]
    assert plot["layout"]["annotations"][0]["text"] == "time unknown"
    assert plot["layout"]["xaxis"]["ticktext"] == ["0", "0.5", "1", "1.5", "2", "0"]
    assert note == (
        "2 lives side by side: how long lies between two of them is unknown, "
        "so each counts from its own first look."
    )


@pytest.mark.parametrize(
    ("path", "line", "looks", "last"),
    [
        (LEAK, ("Memory over time", "JS heap"), 52, (413.839 - 2.101) / 60),
        (RECORDING, ("Memory over time: leak.js, pid 20997", "RSS"), 26, 150.33 - 0.32),
    ],
    ids=["series", "recording"],
)
def test_all_looks_are_drawn_from_the_first_on(  # noqa: PLR0917
    path: Path, line: tuple[str, str], looks: int, last: float, cli: Cli, tmp_path: Path
) -> None:
    title, label = line
    plot, note = _only(_markup(cli, tmp_path, "analyze", path), title)
    places = sorted(_values(plot, label))
    assert len(places) == looks
    assert places[0] == 0
    assert places[-1] == pytest.approx(last)
    assert "Dotted: the first minute" in note


def test_looks_that_are_not_drawn_are_counted(cli: Cli, tmp_path: Path) -> None:
    told = notes(_markup(cli, tmp_path, *CASES["pm2"]))
    assert "24 of 47 looks" in told["Memory over time: leaky"]
    assert "… and 2 more processes with several looks, not drawn here." in " ".join(told.values())


def test_a_trace_of_collections_has_its_times(cli: Cli, tmp_path: Path) -> None:
    log = FIXTURES / "logs" / "trace-gc-leak-node22.out"
    plot, _ = _only(_markup(cli, tmp_path, "analyze", log), f"{log.name}: memory")
    assert plot["layout"]["xaxis"]["title"]["text"] == "seconds since the process started"
    assert _trace(plot, "used")["x"] == [0.694, 2.649, 10.969]
    assert _trace(plot, "after a collection")["x"] == [0.694, 2.649, 10.969]


def test_looks_without_times_are_counted(cli: Cli, tmp_path: Path) -> None:
    dumps = [{"rss": (90 + n) * MiB, "heapTotal": 60 * MiB, "heapUsed": 40 * MiB} for n in range(4)]
    series = tmp_path / "series.json"
    series.write_text(json.dumps([{**one, "external": MiB, "arrayBuffers": 0} for one in dumps]))
    plot, _ = _only(_markup(cli, tmp_path, "analyze", series), "Memory over time")
    assert plot["layout"]["xaxis"]["title"]["text"] == "looks, without a time"
    assert _trace(plot, "RSS")["x"] == [1, 2, 3, 4]
    assert _trace(plot, "RSS")["hovertext"][1] == "RSS 91.0 MiB, look 2"


def test_bars_are_of_processes_those_first_that_something_is_said_of(cli: Cli, tmp_path: Path) -> None:
    dump, bun = HEAPDUMPS / "phantom-external.json", SERIES / "bun1.3.10-external-leak.json"
    markup = _markup(cli, tmp_path, "analyze", LEAK, bun, dump)
    plot, note = _only(markup, "Memory of each process, at its last look")
    labels = _trace(plot, "RSS")["y"]
    assert sorted(label.partition("<br>")[2] for label in labels) == ["", "#/51", "#/52"]
    assert labels[0] == "1. phantom-e…ernal.json"
    assert _trace(plot, "RSS")["hovertext"][0].startswith("phantom-external.json: RSS ")
    assert note == "103 earlier looks at the same processes: not drawn here."


def test_processes_that_have_no_bar_are_counted(cli: Cli, tmp_path: Path) -> None:
    for number in range(14):
        dump = {"pid": 100 + number, "rss": 90 * MiB, "heapTotal": 60 * MiB, "heapUsed": 40 * MiB}
        (tmp_path / f"dump{number}.json").write_text(json.dumps({**dump, "external": MiB}))
    paths = sorted(tmp_path.glob("dump*.json"))
    plot, note = _only(
        _markup(cli, tmp_path, "analyze", *paths), "Memory of each process, at its last look"
    )
    assert len(_trace(plot, "RSS")["y"]) == 12
    assert note == "… and 2 more processes, not drawn here."


def _crashes(folder: Path, count: int) -> Path:
    """Write what PM2 tells of an app that ended so often: two looks at it, and its log."""
    begin = datetime(2026, 11, 20, 9, tzinfo=UTC)
    lines = []
    for number in range(count):
        at = begin + timedelta(seconds=10 * number)
        lines.append(
            f"{at:%Y-%m-%dT%H:%M:%S}: PM2 log: App [web:0] exited with code [1] via signal [SIGINT]"
        )
        lines.append(f"{at:%Y-%m-%dT%H:%M:%S}: PM2 log: App [web:0] online")
    (folder / "pm2.log").write_text("\n".join(lines) + "\n")
    for seconds in (0, 10 * count):
        at = begin + timedelta(seconds=seconds)
        app = {"name": "web", "pm_id": 0, "pid": 7 + seconds, "monit": {"memory": 90 * MiB, "cpu": 0}}
        env = {"status": "online", "restart_time": seconds, "name": "web"}
        env["pm_uptime"] = int(at.timestamp() * 1000)
        (folder / f"{at:%Y%m%dT%H%M%SZ}_jlist.json").write_text(json.dumps([{**app, "pm2_env": env}]))
    return folder


@pytest.mark.parametrize(("count", "left"), [(67, 0), (600, 201)])
def test_every_crash_is_drawn_or_counted(count: int, left: int, cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "pm2"
    folder.mkdir()
    plot, note = _only(
        _markup(cli, tmp_path, "analyze", _crashes(folder, count)), "web: memory, and what happened"
    )
    drawn = _trace(plot, "what happened")["x"]
    ends = datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(seconds=10 * count)
    assert len(drawn) == 2 * count + 1 - left
    assert drawn[-1].startswith(f"{ends:%Y-%m-%d %H:%M:%S}")
    assert note == (f"… and {left} more events, the earlier ones, not drawn here." if left else "")


def test_apps_that_have_no_plot_are_counted(cli: Cli, tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"app{number}.txt").write_text(
            "startup 10.0/20.0 MiB\n+7 min 15.0/25.0 MiB\n+9 min 15.0/25.0 MiB\n"
        )
    told = notes(_markup(cli, tmp_path, "analyze", *sorted(tmp_path.glob("app*.txt"))))
    assert len(told) == 12 + 5
    assert [note for note in told.values() if note] == [
        "… and 8 more apps, not drawn here.",
        "… and 3 more processes with several looks, not drawn here.",
    ]


def test_an_event_without_a_date_is_counted(cli: Cli, tmp_path: Path) -> None:
    folder = _crashes(tmp_path, 3)
    (folder / "web-error.log").write_text((FIXTURES / "logs" / "port-node14.err").read_text())
    report = memdoctor.analyze(folder)
    undated = sum(row.at is None for row in report.overview.timeline)
    told = notes(_markup(cli, tmp_path, "analyze", folder))["web: memory, and what happened"]
    assert undated == 1
    assert told == "… and 1 more look or event without a date, not drawn here."


def test_things_that_grow_and_have_no_line_are_counted() -> None:
    report = memdoctor.analyze(*sorted(SNAPSHOTS.glob("leaks-node20-*.heapsnapshot.xz")), every=300)
    series = report.overview.heap_series
    assert series is not None
    growing = [one for one in series.growth if one.is_counted and one.rises][:1] * 11
    overview = replace(report.overview, heap_series=replace(series, growth=tuple(growing)))
    counted = list(heap_series.plots(replace(report, overview=overview)))[1]
    assert len(counted.traces) == 8
    assert counted.notes == ("… and 3 more that grow, not drawn here.",)


def test_a_steady_process_is_drawn_beside_one_that_grows(cli: Cli, tmp_path: Path) -> None:
    drawn = plots(_markup(cli, tmp_path, *CASES["recording"]))
    assert {"Memory over time: leak.js, pid 20997", "Memory over time: saw.js, pid 20998"} <= set(drawn)


def test_a_plot_over_time_has_its_numbers_as_a_table(cli: Cli, tmp_path: Path) -> None:
    figure = figures(_markup(cli, tmp_path, "analyze", LEAK))["Memory over time"]
    table = figure.partition("<summary>The plot as a table</summary>")[2]
    assert table.count("<tr>") == 53
    assert "the first look" in table
    figure = figures(_markup(cli, tmp_path, "analyze", SEED))[
        "seed-timeline.txt: memory, and what happened"
    ]
    for words in ("15.3 MiB", "restart", "10 min after the first look of life 2"):
        assert words in figure.partition("<summary>")[2]


def test_a_long_table_says_what_it_leaves_out(cli: Cli, tmp_path: Path) -> None:
    rows = [f"+{minute} min {15 + minute % 7}.0/25.0 MiB" for minute in range(1, 200)]
    timeline = tmp_path / "long.txt"
    timeline.write_text("startup 10.0/20.0 MiB\n" + "\n".join(rows) + "\n")
    figure = figures(_markup(cli, tmp_path, "analyze", timeline))["long.txt: memory, and what happened"]
    table = figure.partition("<summary>The plot as a table</summary>")[2]
    assert table.count("<tr>") == 61
    assert "140 rows between are left out of this table." in table


def test_collections_are_part_of_the_analysis() -> None:
    report = memdoctor.analyze(LEAK)
    heap = next(one for one in report.overview.growth if one.metric == "js_heap")
    before = sorted((*heap.early, *heap.points))
    assert heap.collections
    for time, value in heap.collections:
        assert (time, value) in before
        earlier = before[before.index((time, value)) - 1][1]
        assert earlier - value > max(MiB, 0.02 * earlier)
    assert not any(one.collections for one in report.overview.growth if one.metric == "rss")


def test_the_mark_of_a_collection_says_what_it_is_derived_from(cli: Cli, tmp_path: Path) -> None:
    plot = plots(_markup(cli, tmp_path, "analyze", LEAK))["Memory over time"]
    told = _trace(plot, "after a collection (derived)")["hovertext"][0]
    assert told.startswith("it fell by more than 2 % and 1.00 MiB: a collection left ")
