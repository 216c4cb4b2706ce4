"""Snapshots of several processes in one call: each is judged as if alone, none grows into another."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import memdoctor
from graphs_alive import GraphsAlive
from memdoctor.budgets import budgets_in
from memdoctor.config import Settings
from memdoctor.engine import diagnose, measure
from memdoctor.findings import Finding, Report, Subject
from memdoctor.readers.case import read_case
from memdoctor.rules.about import about

from conftest import SNAPSHOTS, Cli

PAGE = SNAPSHOTS / "chromium-detached-4.heapsnapshot.xz"
PILES = SNAPSHOTS / "piles-node20-1.heapsnapshot.xz"
IDLE = [SNAPSHOTS / f"idle-node{version}-1.heapsnapshot.xz" for version in (20, 22)]
LEAKS = sorted(SNAPSHOTS.glob("leaks-node20-*.xz"))
BUN = sorted(SNAPSHOTS.glob("bun-a-*"))

Told = set[tuple[str, str, str, str | None]]


def told(findings: tuple[Finding, ...], *sources: Path) -> Told:
    """Return what is found in some snapshots, without what is said of the case."""
    return {
        (one.rule, one.severity, one.subject.name, one.subject.source)
        for one in findings
        if one.subject.source in set(map(str, sources))
    }


def in_heaps(report: Report) -> set[str]:
    return {one.source for one in report.overview.heaps}


@pytest.mark.parametrize("files", [(PAGE, PILES), (PILES, PAGE), (BUN[2], PILES), (PAGE, *IDLE, PILES)])
def test_each_is_judged_as_if_it_had_come_alone(files: tuple[Path, ...]) -> None:
    report = memdoctor.analyze(*files)
    for file in files:
        assert told(report.findings, file) == told(memdoctor.analyze(file).findings, file)
    assert report.overview.heap_series is None
    assert in_heaps(report) == set(map(str, files))


def test_findings_name_their_snapshot() -> None:
    report = memdoctor.analyze(PAGE, PILES)
    for one in report.findings:
        if one.subject.source is not None:
            assert one.message.startswith(f"{Path(one.subject.source).name}: ")
    assert PAGE.name in report.answer
    assert PILES.name in report.answer


def test_a_warning_in_any_of_them_counts(cli: Cli) -> None:
    calm = ["analyze", *map(str, IDLE), "--fail-on", "warning"]
    assert cli(*calm).code == 0
    assert cli(*calm, str(PAGE)).code == 1
    assert cli("analyze", str(PAGE), str(IDLE[0]), "--fail-on", "warning").code == 1


def test_no_change_between_processes_is_told(cli: Cli) -> None:
    for form in ("terminal", "markdown", "html"):
        told_so = cli("analyze", str(PAGE), str(PILES), "-f", form).out
        assert "5.31 MiB" not in told_so  # the difference between both
    told_so = cli("analyze", str(PAGE), str(PILES), "-f", "json").out
    assert json.loads(told_so)["overview"]["heap_series"] is None
    assert str(5566859) not in told_so


def test_a_series_of_one_process_beside_a_snapshot_of_another() -> None:
    report, alone = memdoctor.analyze(PAGE, *LEAKS), memdoctor.analyze(*LEAKS)
    assert report.overview.heap_series == alone.overview.heap_series
    assert told(report.findings, *LEAKS) == told(alone.findings, *LEAKS)
    assert told(report.findings, PAGE) == told(memdoctor.analyze(PAGE).findings, PAGE)
    [problem] = report.problems
    assert problem.source == str(PAGE)
    assert "judged by itself" in problem.message


def test_of_two_of_each_process_one_pair_is_compared(cli: Cli) -> None:
    leaks, node12 = LEAKS[:2], sorted(SNAPSHOTS.glob("small-a-node12-*"))[1:]
    report = memdoctor.analyze(*leaks, *node12)
    assert report.overview.heap_series is not None
    together = set(report.overview.heap_series.sources)
    assert together in ({*map(str, leaks)}, {*map(str, node12)})
    for apart in {*leaks, *node12}:
        if str(apart) not in together:
            assert told(report.findings, apart) == told(memdoctor.analyze(apart).findings, apart)
            assert [one for one in report.problems if one.source == str(apart)]


def test_what_is_ruled_out_is_ruled_out_in_each(cli: Cli) -> None:
    out = cli("analyze", *map(str, IDLE), "-f", "markdown").out
    ruled_out = out.partition("## Ruled out")[2].partition("\n## ")[0]
    [line] = [line for line in ruled_out.splitlines() if "detached-dom" in line]
    assert all(file.name.split(".")[0] in line for file in IDLE)
    assert "growing-collection" not in ruled_out
    assert "growing-collection" in out.partition("## Not decided")[2]


def test_what_was_found_in_one_is_not_ruled_out_by_the_other(cli: Cli) -> None:
    for files in ([PAGE, IDLE[0]], [IDLE[0], PAGE]):
        out = cli("analyze", *map(str, files), "-f", "markdown").out
        assert "detached-dom" not in out.partition("## Ruled out")[2].partition("\n## ")[0]


def test_growth_is_not_ruled_out_where_one_is_of_no_series(cli: Cli) -> None:
    out = cli("analyze", str(PAGE), *map(str, LEAKS), "-f", "markdown").out
    assert "growing-detached-dom" not in out.partition("## Ruled out")[2].partition("\n## ")[0]


@pytest.mark.parametrize("budgets", ["", "js_heap=1GB,listeners=10,count:Array=5,js_heap_growth=1MiB/h"])
def test_no_third_graph_is_in_memory(budgets: str) -> None:
    case = read_case([str(path) for path in (PAGE, *LEAKS, PILES, *IDLE)], None)
    graphs = GraphsAlive()
    heaps = graphs.counting(case.heaps)
    budget = budgets_in(budgets, "--budget") if budgets else ()
    report = diagnose(replace(case, heaps=heaps), Settings(budget=budget))
    assert len(report.overview.heaps) == len(heaps)
    assert graphs.most == 2


def test_budgets_read_no_snapshot_once_more() -> None:
    case = read_case([str(path) for path in (PAGE, *LEAKS, PILES, *IDLE)], None)
    read = []
    for text in ("", "js_heap=1GB,listeners=10,count:Array=5"):
        graphs = GraphsAlive()
        budget = budgets_in(text, "--budget") if text else ()
        diagnose(replace(case, heaps=graphs.counting(case.heaps)), Settings(budget=budget))
        read.append(graphs.read)
    assert read[0] == read[1]


@pytest.mark.parametrize(
    ("files", "alone"),
    [([PAGE, *LEAKS], [PAGE]), ([PAGE, PILES], [PAGE, PILES]), ([PAGE], [PAGE]), (LEAKS, [])],
)
def test_a_case_and_its_report_mean_the_same_by_alone_and_judged(
    files: list[Path], alone: list[Path]
) -> None:
    measurements = measure(read_case([*map(str, files)], None), Settings())
    numbers = memdoctor.analyze(*files).overview
    judged = {*map(str, alone)} | ({numbers.heap_series.sources[-1]} if numbers.heap_series else set())
    for one in (measurements, numbers):
        assert {heap.source for heap in one.heaps_alone} == {*map(str, alone)}
        assert {heap.source for heap in one.heaps_judged} == judged


def test_how_snapshots_fit_is_asked_once() -> None:
    measurements = measure(read_case([str(PAGE), str(PILES)], None), Settings())
    assert measurements.apart_alignments is measurements.apart_alignments
    assert [source for source, _ in measurements.apart_alignments] != []


def test_the_same_file_twice_is_judged_once(tmp_path: Path) -> None:
    shutil.copy(PAGE, tmp_path / "copy.heapsnapshot.xz")
    report = memdoctor.analyze(PAGE, PAGE, tmp_path / "copy.heapsnapshot.xz", PILES)
    assert len(report.overview.heaps) == 2
    assert [one for one in report.problems if "the same snapshot" in one.message]


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = [tmp_path / name / "heap.heapsnapshot.xz" for name in ("a", "b")]
    for file, source in zip(files, (PAGE, PILES), strict=True):
        file.parent.mkdir()
        shutil.copy(source, file)
    report = memdoctor.analyze(tmp_path / "a", tmp_path / "b")
    assert {one.message.partition(": ")[0] for one in report.findings if one.subject.source} == set(
        map(str, files)
    )


def test_budgets_are_kept_by_each(cli: Cli) -> None:
    both = ["analyze", str(PAGE), str(PILES)]
    assert cli(*both, "--budget", "js_heap=8MiB", "--fail-on", "error").code == 0
    for file, budget in ((PILES, "js_heap=5MiB"), (PAGE, "retained:PanelManager=100KiB")):
        outcome = cli(*both, "--budget", budget, "--fail-on", "error", "-f", "concise")
        assert outcome.code == 1
        assert file.name in next(line for line in outcome.out.splitlines() if "over-budget" in line)


def test_every_is_no_time_between_processes() -> None:
    assert memdoctor.analyze(PAGE, PILES, every=600).overview.heap_series is None


class _Roots:
    """Of our own: it counts what every heap that it is shown holds."""

    RULE = memdoctor.Rule("own-heap", "heap", memdoctor.Severity.INFO, "a heap has nodes")

    @staticmethod
    def check(measurements: memdoctor.Measurements) -> Iterator[Finding]:
        for inside in measurements.insides:
            nodes = memdoctor.Evidence("nodes", inside.counts["node_count"], formula="nodes, counted")
            subject = Subject("snapshot", inside.graph.source, inside.graph.source)
            yield about(
                _Roots.RULE, subject, "nodes", note="nodes", evidence=(nodes,), why="so", help="none"
            )


def test_a_rule_of_the_caller_about_heaps_is_asked_of_each() -> None:
    report = memdoctor.analyze(PAGE, PILES, rules=[_Roots], select=["own-heap"])
    assert {one.subject.source for one in report.findings} == {str(PAGE), str(PILES)}


def test_findings_of_all_are_in_the_tables(cli: Cli) -> None:
    outcome = cli("query", "SELECT DISTINCT source FROM findings", str(PAGE), str(PILES), "--json")
    assert str(PAGE) in outcome.out
    assert str(PILES) in outcome.out


BUN_A = sorted(SNAPSHOTS.glob("bun-a-*.heapsnapshot.xz"))
BUN_G = sorted(SNAPSHOTS.glob("bun-g-*.heapsnapshot.xz"))


def _warnings(*files: Path) -> set[str]:
    return {one.message for one in memdoctor.analyze(*files).findings if one.severity == "warning"}


@pytest.mark.parametrize("turned", [False, True])
def test_two_programs_of_bun_are_no_series(turned: bool) -> None:
    files = [BUN_G[0], BUN_A[1]][:: -1 if turned else 1]
    report = memdoctor.analyze(*files, fail_on="warning")
    assert report.overview.heap_series is None
    assert report.exit_code == 1
    alone = _warnings(BUN_G[0]) | _warnings(BUN_A[1])
    assert alone
    for message in alone:
        assert [one for one in report.findings if message in one.message and one.severity == "warning"]


def test_a_snapshot_of_another_program_takes_no_growth_away() -> None:
    report = memdoctor.analyze(*BUN_A, BUN_G[0])
    assert report.overview.heap_series is not None
    assert len(report.overview.heap_series.sources) == 3
    assert any("ActiveSession grows: 100 → 400 → 900" in one.message for one in report.findings)
    assert any("its classes are those of another program" in one.message for one in report.problems)
