"""Baselines: what is new or worse is named with both numbers; noise, other pids and other names are not."""

import gzip
import json
import lzma
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memdoctor.readers.unpacking import zstd_library
from noise import altered, within

from conftest import FIXTURES, HEAPDUMPS, Cli

MAIN = HEAPDUMPS / "phantom-external.json"
FRESH = HEAPDUMPS / "node22-cc-fresh.json"
LEAK, STEADY = FIXTURES / "series" / "node22-heap-leak.json", FIXTURES / "series" / "node22-sawtooth.json"
ORPHANS, MIXED = FIXTURES / "ps" / "evidence.jsonl", FIXTURES / "cases" / "broken-worker"
RECORDING = FIXTURES / "recordings" / "leak-and-sawtooth.jsonl"
SNAPSHOTS = sorted((FIXTURES / "snapshots").glob("small-a-node12-*.xz"))
KINDS: dict[str, list[Path]] = {
    "dump": [MAIN],
    "series": [LEAK],
    "processes": [ORPHANS],
    "pm2": sorted((FIXTURES / "pm2" / "timeline").iterdir()),
    "mixed": sorted(MIXED.iterdir()),
    "recording": [RECORDING],
    "snapshots": SNAPSHOTS,
    "log": [FIXTURES / "logs" / "pm2-v6.log"],
    "listing": [FIXTURES / "ps" / "ps_axo_full.txt"],
}


@pytest.fixture
def baseline(cli: Cli, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a report on inputs."""

    def write(*inputs: Path, form: str = "json") -> Path:
        path = tmp_path / f"baseline.{form}"
        assert cli("analyze", *inputs, "-f", form, "-o", path).code == 0
        return path

    return write


def _compared(cli: Cli, known: Path, *inputs: Path) -> dict[str, Any]:
    outcome = cli("analyze", *inputs, "--baseline", known, "--fail-on", "warning", "--json")
    report: dict[str, Any] = json.loads(outcome.out)
    assert report["summary"]["exit_code"] == outcome.code
    return report


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_same_case_has_nothing_new(
    kind: str, form: str, cli: Cli, baseline: Callable[..., Path]
) -> None:
    report = _compared(cli, baseline(*KINDS[kind], form=form), *KINDS[kind])
    assert report["findings"] == []
    assert report["summary"]["answer"].startswith("Nothing new or worse than the baseline")
    assert report["baseline"]["gone"] == 0
    assert report["summary"]["exit_code"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_nothing_new(kind: str, cli: Cli, tmp_path: Path, baseline: Callable[..., Path]) -> None:
    known = baseline(*KINDS[kind])
    for seed in range(1 if kind == "snapshots" else 4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        copies = [altered(path, folder, within(0.05, seed)) for path in KINDS[kind]]
        assert _compared(cli, known, *copies)["findings"] == [], seed


@pytest.mark.parametrize("path", sorted(HEAPDUMPS.glob("*.json")), ids=lambda path: path.stem)
def test_noise_in_any_dump_is_nothing_new(
    path: Path, cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    known = baseline(path)
    folder = tmp_path / "altered"
    folder.mkdir()
    for seed in range(3):
        assert _compared(cli, known, altered(path, folder, within(0.05, seed)))["findings"] == []


def test_looks_of_pm2_are_noisy_on_both_sides(cli: Cli, tmp_path: Path) -> None:
    for seed in range(4):
        for side in ("before", "now"):
            folder = tmp_path / f"{side}-{seed}"
            folder.mkdir()
            change = within(0.05, seed + 100 * (side == "now"))
            for path in KINDS["pm2"]:
                altered(path, folder, change)
        known = tmp_path / f"{seed}.json"
        assert cli("analyze", tmp_path / f"before-{seed}", "-f", "json", "-o", known).code == 0
        outcome = cli(
            "analyze", tmp_path / f"now-{seed}", "--baseline", known, "--fail-on", "info", "--json"
        )
        assert [one["message"] for one in json.loads(outcome.out)["findings"]] == [], seed
        assert outcome.code == 0


def _looks(folder: Path, name: str, sizes: list[int]) -> Path:
    """Write looks at one process, a minute apart, with so many MiB of heap."""
    path = folder / f"{name}.jsonl"
    lines = (
        json.dumps(
            {
                "timestamp": f"2026-11-20T{9 + minute // 60:02}:{minute % 60:02}:00Z",
                "pid": 77,
                "uptime": 100 + 60 * minute,
                "rss": (mib + 60) << 20,
                "heapTotal": (mib + 8) << 20,
                "heapUsed": mib << 20,
                "external": 2_000_000,
                "arrayBuffers": 10_000,
            }
        )
        for minute, mib in enumerate(sizes)
    )
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(("count", "late"), [(40, 10), (40, 3), (400, 40)])
def test_what_begins_late_is_worse(
    count: int, late: int, cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    known = baseline(_looks(tmp_path, "before", [60] * count))
    report = _compared(cli, known, _looks(tmp_path, "now", [60] * (count - late) + [200] * late))
    told = [one["message"] for one in report["findings"] if one["rule"] == "worse-than-baseline"]
    assert report["summary"]["exit_code"] == 1
    assert any("the JS heap at the end is 200 MiB" in one and "reaches 60.0 MiB" in one for one in told)


def test_one_high_look_and_another_phase_of_a_sawtooth_are_not_worse(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    tooth = [40, 60, 80, 100, 120, 140]
    known = baseline(_looks(tmp_path, "before", (tooth * 8)[:44]))
    assert _compared(cli, known, _looks(tmp_path, "now", tooth * 8))["findings"] == []
    known = baseline(_looks(tmp_path, "flat", [60] * 40))
    assert _compared(cli, known, _looks(tmp_path, "spike", [60] * 39 + [300]))["findings"] == []


def test_a_long_series_is_compared_as_a_whole(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    sizes = [100 + 3 * (look % 40) for look in range(240)]
    cut, whole = baseline(_looks(tmp_path, "before", sizes)), tmp_path / "whole.json"
    assert cli("analyze", tmp_path / "before.jsonl", "--json", "--top", "0", "-o", whole).code == 0
    now = _looks(tmp_path, "now", [round(1.5 * size) for size in sizes])
    reports = [json.loads(path.read_text()) for path in (cut, whole)]
    assert "samples" in reports[0]["summary"]["cut"]
    assert reports[0]["overview"]["levels"] == reports[1]["overview"]["levels"]
    messages = [[one["message"] for one in _compared(cli, path, now)["findings"]] for path in (cut, whole)]
    assert messages[0] == messages[1]
    assert any("the JS heap (median) is 236 MiB" in one and " 157 MiB" in one for one in messages[0])


def _edited(path: Path, folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    document = json.loads(path.read_text())
    change(document)
    target = folder / f"run-2-{path.name}"
    target.write_text(json.dumps(document))
    return target


def test_twice_the_heap_is_worse_though_no_rule_speaks_of_it(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    def more(document: dict[str, Any]) -> None:
        document["memoryUsage"]["heapUsed"] += 60 << 20
        document["memoryUsage"]["heapTotal"] += 60 << 20

    report = _compared(cli, baseline(FRESH), _edited(FRESH, tmp_path, more))
    [finding] = [one for one in report["findings"] if one["rule"] == "worse-than-baseline"]
    before, now, difference = finding["evidence"]
    assert finding["change"] == "worse"
    assert re.fullmatch(
        r".*baseline\.json#/overview/levels/0/figures/js_heap_bytes/median", before["pointer"]
    )
    assert now["value"] - before["value"] == difference["value"] == 60 << 20
    assert report["summary"]["exit_code"] == 1
    assert "the JS heap" in finding["message"]


def test_a_new_leak_is_new(cli: Cli, baseline: Callable[..., Path]) -> None:
    report = _compared(cli, baseline(STEADY), LEAK)
    new = {one["rule"] for one in report["findings"] if one["change"] == "new"}
    assert "growing-heap" in new
    assert report["summary"]["exit_code"] == 1


def test_a_faster_leak_is_worse(cli: Cli, tmp_path: Path, baseline: Callable[..., Path]) -> None:
    known = baseline(LEAK)
    samples = json.loads(LEAK.read_text())
    for sample in samples:
        sample["heapUsed"] = sample["heapUsed"] * 2
        sample["heapTotal"] = sample["heapTotal"] * 2
    path = tmp_path / LEAK.name
    path.write_text(json.dumps(samples))
    findings = {one["rule"]: one for one in _compared(cli, known, path)["findings"]}
    told = findings["growing-heap"]["message"]
    assert findings["growing-heap"]["change"] == "worse"
    assert re.search(r"worse than the baseline: slope 2 9\d\d MiB/h → 5 9\d\d MiB/h", told)


def test_a_known_finding_that_costs_more_is_worse(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    def more(document: dict[str, Any]) -> None:
        for key in ("external", "arrayBuffers", "heapUsed"):
            document["memoryUsage"][key] += 3 << 30

    findings = _compared(cli, baseline(MAIN), _edited(MAIN, tmp_path, more))["findings"]
    [finding] = [one for one in findings if one["rule"] == "external-not-resident"]
    assert finding["change"] == "worse"
    assert "worse than the baseline" in finding["message"]
    pointers = [one["pointer"] or "" for one in finding["evidence"] if one["label"].startswith("baseline ")]
    assert any("baseline.json#/findings/" in pointer for pointer in pointers)


def _without(text: str, program: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if program not in line)


def test_a_new_orphan_is_worse_and_named(cli: Cli, tmp_path: Path, baseline: Callable[..., Path]) -> None:
    listing = FIXTURES / "ps" / "ps_axo_full.txt"
    report = json.loads(cli("analyze", listing, "--json").out)
    orphans = [row for row in report["overview"]["processes"] if row["kind"] == "orphan"]
    sure = [row for row in orphans if row["confidence"] != "possible"]
    line = int(sure[0]["place"].rpartition(":")[2])
    rows = listing.read_text().splitlines(keepends=True)
    fewer = tmp_path / "yesterday.txt"
    fewer.write_text("".join(row for number, row in enumerate(rows, start=1) if number != line))
    findings = _compared(cli, baseline(fewer), listing)["findings"]
    told = [one for one in findings if one["rule"] == "orphaned-process"]
    assert told
    assert sure[0]["program"] in told[0]["message"]


def test_processes_of_json_lines_have_their_line(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    listing = FIXTURES / "ps" / "ps_axo_full.txt"
    more = tmp_path / "more.txt"
    heading, *rows = listing.read_text().splitlines()
    orphans = [row for row in rows if row.split()[1] == "1"]
    others = [re.sub(r"^ *\d+", str(900_000 + number), row) for number, row in enumerate(orphans)]
    more.write_text("\n".join([heading, *rows, *others]) + "\n")
    known = baseline(listing, form="jsonl")
    lines = known.read_text().splitlines()
    findings = _compared(cli, known, more)["findings"]
    evidence = [one for finding in findings for one in finding["evidence"]]
    places = [one["pointer"] for one in evidence if one["unit"] == "processes" and one["pointer"]]
    assert places
    for place in places:
        name, _, number = place.rpartition(":")
        assert name == str(known)
        assert json.loads(lines[int(number) - 1])["type"] == "process"


def test_other_pids_are_the_same_processes(cli: Cli, tmp_path: Path, baseline: Callable[..., Path]) -> None:
    listing = FIXTURES / "ps" / "ps_axo_full.txt"
    heading, *rows = listing.read_text().splitlines()
    names = heading.split()
    columns = [index for index, name in enumerate(names) if name in {"PID", "PPID", "PGID", "SID"}]

    def moved(row: str) -> str:
        cells = row.split(None, len(names) - 1)
        for index in columns:
            if cells[index].isdigit() and int(cells[index]) > 2:
                cells[index] = str(int(cells[index]) + 100_000)
        return " ".join(cells)

    copy = tmp_path / "today.txt"
    copy.write_text("\n".join([" ".join(names), *map(moved, rows)]) + "\n")
    assert _compared(cli, baseline(listing), copy)["findings"] == []


def test_a_new_crash_loop_is_new(cli: Cli, tmp_path: Path, baseline: Callable[..., Path]) -> None:
    calm = [path for path in KINDS["mixed"] if path.suffix == ".txt"]
    findings = _compared(cli, baseline(*calm), *KINDS["mixed"])["findings"]
    loops = [one for one in findings if one["rule"] == "crash-loop"]
    assert [one["change"] for one in loops] == ["new"]
    assert "crashes" in loops[0]["message"]


def test_a_later_crash_loop_of_a_known_worker_is_worse(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    log = KINDS["log"][0]
    known = baseline(log)
    assert _compared(cli, known, log)["findings"] == []
    document = json.loads(known.read_text())
    for episode in document["overview"]["episodes"]:
        episode["first_at"] = "2020" + episode["first_at"][4:]
    known.write_text(json.dumps(document))
    loops = [one for one in _compared(cli, known, log)["findings"] if one["rule"] == "crash-loop"]
    assert loops
    assert all("worse than the baseline: last crash loop, begin 2020-" in one["message"] for one in loops)


def test_a_new_leak_in_a_heap_is_new(cli: Cli, baseline: Callable[..., Path]) -> None:
    report = _compared(cli, baseline(*SNAPSHOTS[:1]), *SNAPSHOTS)
    assert any(one["rule"].startswith("growing-") for one in report["findings"])
    assert report["summary"]["exit_code"] == 1


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_heaps_of_several_processes_are_compared_by_their_names(
    form: str, cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    folder = FIXTURES / "snapshots"
    page, store = tmp_path / "page.heapsnapshot.xz", tmp_path / "store.heapsnapshot.xz"
    shutil.copy(folder / "chromium-detached-1.heapsnapshot.xz", page)
    shutil.copy(folder / "bun-g-3.heapsnapshot.xz", store)
    os.utime(page, (2e9, 2e9))  # the smaller one is the last
    known = baseline(page, store, form=form)
    os.utime(store, (2.1e9, 2.1e9))
    assert _compared(cli, known, page, store)["findings"] == []
    shutil.copy(folder / "bun-g-1.heapsnapshot.xz", store)
    known = baseline(page, store, form=form)
    shutil.copy(folder / "bun-g-3.heapsnapshot.xz", store)
    found = _compared(cli, known, page, store)["findings"]
    worse = [one for one in found if one["rule"] == "worse-than-baseline"]
    assert [one["subject"]["source"] for one in worse] == [str(store)]


def test_what_is_gone_is_one_sentence(cli: Cli, baseline: Callable[..., Path]) -> None:
    report = _compared(cli, baseline(MAIN), FRESH)
    assert report["baseline"]["gone"] > 1
    assert f"{report['baseline']['gone']} of the baseline are gone" in report["summary"]["answer"]


def test_files_of_other_names_are_the_same(cli: Cli, tmp_path: Path, baseline: Callable[..., Path]) -> None:
    known = baseline(*KINDS["mixed"], MAIN)
    folder = tmp_path / "another run"
    folder.mkdir()
    copies = [folder / path.name for path in KINDS["mixed"]] + [folder / "dump of today.json"]
    for path, copy in zip([*KINDS["mixed"], MAIN], copies, strict=True):
        shutil.copy(path, copy)
    assert _compared(cli, known, *copies)["findings"] == []


def test_stand_ins_of_a_redacted_report_match(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    text = baseline(*KINDS["mixed"]).read_text().replace("mail-worker", "<user-1>-worker")
    known = tmp_path / "redacted.json"
    known.write_text(text)
    assert _compared(cli, known, *KINDS["mixed"])["findings"] == []


def test_the_settings_have_a_baseline_and_its_tolerance(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def more(document: dict[str, Any]) -> None:
        document["memoryUsage"]["rss"] = round(document["memoryUsage"]["rss"] * 1.5)

    known, copy = baseline(FRESH), _edited(FRESH, tmp_path, more)
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "memdoctor.toml"
    table.write_text(f'baseline = "{known.name}"\nselect = ["baseline"]\nfail_on = "warning"\n')
    assert cli("analyze", copy).code == 1
    table.write_text(table.read_text() + "[thresholds]\nfigure_regression_share = 0.9\n")
    assert cli("analyze", copy).code == 0
    monkeypatch.setenv("MEMDOCTOR_BASELINE", str(tmp_path / "nowhere.json"))
    assert cli("analyze", copy).code == 2
    assert cli("heap", "summary", SNAPSHOTS[0]).code == 0  # it compares nothing


def test_a_report_that_was_compared_is_no_baseline(
    cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    for form in ("json", "jsonl"):
        compared = tmp_path / "compared"
        cli("analyze", MAIN, "--baseline", baseline(MAIN), "-f", form, "-o", compared)
        outcome = cli("analyze", MAIN, "--baseline", compared)
        assert (outcome.code, "itself compared" in outcome.err) == (2, True)


def test_a_baseline_that_leaves_out_findings_says_so(cli: Cli, tmp_path: Path) -> None:
    known = tmp_path / "short.json"
    cli("analyze", MAIN, "--top", "2", "--json", "-o", known)
    report = _compared(cli, known, MAIN)
    assert any("shows only some of its findings" in one["message"] for one in report["problems"])


HOSTILE = {
    "empty": "",
    "no-json": "RSS 5",
    "no-report": '{"rss": 5}',
    "a-list": "[]",
    "a-number": "5",
    "nan": '{"schema_version": 1, "findings": [], "summary": {"findings": NaN}}',
    "another-version": '{"schema_version": 2, "findings": [], "summary": {}}',
    "deep": "[" * 100_000,
    "deep-inside": '{"schema_version": 1, "findings": ' + "[" * 5_000 + "]" * 5_000 + ', "summary": {}}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_report_is_an_error(name: str, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text(HOSTILE[name])
    outcome = cli("analyze", MAIN, "--baseline", path)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: baseline ")
    assert "help:" in outcome.err


def test_files_that_are_none_are_errors(cli: Cli, tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    os.mkfifo(tmp_path / "pipe")
    for name in ("huge.json", "pipe", "missing", ".", "a\0b"):
        outcome = cli("analyze", MAIN, "--baseline", f"{tmp_path}/{name}")
        assert (outcome.code, outcome.err.startswith("error: ")) == (2, True)


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".zst"])
def test_a_packed_baseline_is_read(
    suffix: str, cli: Cli, tmp_path: Path, baseline: Callable[..., Path]
) -> None:
    data = baseline(MAIN).read_bytes()
    pack = {".gz": gzip.compress, ".xz": lzma.compress, ".zst": zstd_library().compress}[suffix]
    packed = tmp_path / f"known.json{suffix}"
    packed.write_bytes(pack(data))
    assert _compared(cli, packed, MAIN)["findings"] == []
    packed.write_bytes(pack(data)[:-20])
    outcome = cli("analyze", MAIN, "--baseline", packed)
    assert (outcome.code, outcome.err.startswith("error: baseline ")) == (2, True)


def test_a_baseline_comes_by_standard_input(cli: Cli, baseline: Callable[..., Path]) -> None:
    data = baseline(MAIN).read_bytes()
    outcome = cli("analyze", MAIN, "--baseline", "-", stdin=data)
    assert (outcome.code, "Nothing new or worse" in outcome.out) == (0, True)
    assert cli("analyze", MAIN, "--baseline", "-", stdin=b"").code == 2


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_fields_of_any_kind_do_not_break_it(data: st.DataObject, cli: Cli, tmp_path: Path) -> None:
    document = json.loads((FIXTURES / "baselines" / "node22-cc-fresh.json").read_text())
    finding, sample = document["findings"][0], document["overview"]["samples"][0]
    for place in (
        finding,
        finding["subject"],
        finding["evidence"][0],
        sample,
        document,
        document["overview"],
    ):
        key = data.draw(st.sampled_from(sorted(place)))
        place[key] = data.draw(_JSON)
    path = tmp_path / "known.json"
    path.write_text(json.dumps(document))
    outcome = cli("analyze", FRESH, "--baseline", path)
    assert outcome.code in {0, 2}
    assert "\x1b" not in outcome.out


def test_what_steers_a_terminal_does_not_leave_the_baseline(cli: Cli, tmp_path: Path) -> None:
    text = (FIXTURES / "baselines" / "node22-cc-fresh.json").read_text()
    path = tmp_path / "kn\x1b[31mown.json"
    path.write_text(text.replace('"label": "', '"label": "\\u001b[31m'))
    outcome = cli("analyze", HEAPDUMPS / "node22-heap-large.json", "--baseline", path, "-v")
    assert "worse-than-baseline" in outcome.out
    assert "\x1b" not in outcome.out + outcome.err
