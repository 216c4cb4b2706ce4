"""Samples are put in time order and grouped by process, never joined across processes."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import memdoctor
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Report
from memdoctor.model import Case, Sample

from builders import GIB, bun, document, write


def _report(tmp_path: Path, *documents: Any) -> Report:
    paths = [write(tmp_path / f"{index}.json", made) for index, made in enumerate(documents)]
    return memdoctor.analyze(*map(str, paths))


def _processes(report: Report) -> list[str]:
    return [sample.process for sample in report.overview.samples]


def _rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_dumps_with_one_start_are_one_process_in_time_order(tmp_path: Path) -> None:
    late = document(timestamp="2026-03-14T02:15:32.169Z", uptimeSeconds=1200.0)
    early = document(timestamp="2026-03-14T02:05:32.369Z", uptimeSeconds=600.2)
    report = _report(tmp_path, late, early)
    assert [sample.figures["uptime_seconds"].value for sample in report.overview.samples] == [600.2, 1200]
    assert len(set(_processes(report))) == 1
    assert not _rules(report) & {"not-one-process", "single-dump"}


def test_different_starts_are_different_processes_and_said_to_be(tmp_path: Path) -> None:
    one = document(timestamp="2026-03-14T02:05:32Z", uptimeSeconds=600)
    other = document(timestamp="2026-03-14T02:15:32Z", uptimeSeconds=600)
    report = _report(tmp_path, one, other)
    assert len(set(_processes(report))) == 2
    assert "not-one-process" in _rules(report)
    assert "not of one process" in report.answer
    [finding] = [f for f in report.findings if f.rule == "not-one-process"]
    assert [item.value for item in finding.evidence] == ["2026-03-14T01:55:32Z", "2026-03-14T02:05:32Z"]


def test_starts_may_differ_by_two_seconds_of_rounding(tmp_path: Path) -> None:
    one = document(timestamp="2026-03-14T02:05:32Z", uptimeSeconds=600)
    other = document(timestamp="2026-03-14T02:15:32Z", uptimeSeconds=1198.5)
    assert len(set(_processes(_report(tmp_path, one, other)))) == 1


def test_one_start_but_another_version_is_another_process(tmp_path: Path) -> None:
    one = document(timestamp="2026-03-14T02:05:32Z", uptimeSeconds=600, ccVersion="2.1.72")
    other = document(timestamp="2026-03-14T02:15:32Z", uptimeSeconds=1200, ccVersion="2.1.74")
    report = _report(tmp_path, one, other)
    assert "2 versions of the writer" in next(
        f.message for f in report.findings if f.rule == "not-one-process"
    )


def test_another_pid_is_another_process(tmp_path: Path) -> None:
    report = _report(tmp_path, document(pid=7), document(pid=8, uptimeSeconds=3700.0))
    assert _processes(report) == ["pid 7", "pid 8"]
    assert "not-one-process" in _rules(report)


def test_one_pid_is_one_process(tmp_path: Path) -> None:
    report = _report(tmp_path, document(pid=7), document(pid=7, uptimeSeconds=3700.0))
    assert _processes(report) == ["pid 7", "pid 7"]


def test_dump_numbers_against_time_are_no_one_process(tmp_path: Path) -> None:
    one = document(timestamp="2026-03-14T02:05:32Z", uptimeSeconds=600, dumpNumber=5)
    other = document(timestamp="2026-03-14T02:15:32Z", uptimeSeconds=1200, dumpNumber=1)
    assert "not-one-process" in _rules(_report(tmp_path, one, other))


def test_without_start_or_pid_nothing_is_joined_and_nothing_claimed(tmp_path: Path) -> None:
    one, other = document(uptimeSeconds=106.4), document(uptimeSeconds=115.8)
    report = _report(tmp_path, one, other)
    assert len(set(_processes(report))) == 2
    assert "not-one-process" not in _rules(report)
    assert "Nothing shows that these 2 samples are one process" in report.answer


def test_a_list_in_one_document_is_one_process_unless_it_contradicts_itself(tmp_path: Path) -> None:
    listed = [document(uptimeSeconds=100.0), document(uptimeSeconds=700.0)]
    assert len(set(_processes(_report(tmp_path, listed)))) == 1
    listed = [document(uptimeSeconds=100.0, pid=1), document(uptimeSeconds=700.0, pid=2)]
    assert len(set(_processes(_report(tmp_path, listed)))) == 2


def test_the_same_dump_twice_is_one_look(tmp_path: Path) -> None:
    made = document(timestamp="2026-03-14T02:05:32Z")
    report = _report(tmp_path, made, made)
    assert len(report.overview.samples) == 1
    assert "the same sample as in" in report.problems[0].message
    assert "single-dump" in _rules(report)


def test_ten_thousand_lone_samples_are_grouped_in_no_time() -> None:
    samples = tuple(Sample("a.json", f"a.json#/{index}", uptime=100.0 + index) for index in range(10_000))
    assert len(Measurements(Case(samples=samples)).sampled_processes) == 10_000


def test_one_pid_twice_with_different_starts_is_two_processes_with_two_names(tmp_path: Path) -> None:
    one = document(timestamp="2026-03-14T02:05:32Z", uptimeSeconds=600, pid=1)
    other = document(timestamp="2026-03-14T02:15:32Z", uptimeSeconds=60, pid=1)
    names = _processes(_report(tmp_path, one, other))
    assert names == ["pid 1", "pid 1, started 2026-03-14T02:14:32Z"]


def test_what_two_samples_tell_is_not_forgotten_over_a_silent_third(tmp_path: Path) -> None:
    listed = [document(pid=7), document(uptimeSeconds=3700.0), document(uptimeSeconds=3800.0, pid=8)]
    report = _report(tmp_path, listed)
    names = _processes(report)
    assert names[0] == names[1] != names[2]
    assert "not-one-process" in _rules(report)


def test_a_falling_uptime_in_a_list_is_a_restart(tmp_path: Path) -> None:
    listed = [document(uptimeSeconds=uptime) for uptime in (100.0, 700.0, 50.0)]
    report = _report(tmp_path, listed)
    assert len(set(_processes(report))) == 2
    [finding] = [f for f in report.findings if f.rule == "not-one-process"]
    assert "the uptime falls" in finding.message


def test_starts_within_the_tolerance_are_one_start(tmp_path: Path) -> None:
    one = document(timestamp="2026-03-14T02:05:32.0Z", uptimeSeconds=600, pid=1)
    other = document(timestamp="2026-03-14T02:05:32.5Z", uptimeSeconds=600, pid=2)
    [finding] = [f for f in _report(tmp_path, one, other).findings if f.rule == "not-one-process"]
    assert finding.message.endswith(": 2 pids")


def test_two_thousand_starts_are_grouped_in_no_time() -> None:
    base = datetime(2026, 3, 14, tzinfo=UTC)
    samples = tuple(
        Sample("a.json", f"a.json#/{index}", at=base + timedelta(seconds=10 * index), uptime=5.0)
        for index in range(10_000)
    )
    start = time.process_time()
    assert len(Measurements(Case(samples=samples)).sampled_processes) == 10_000
    assert time.process_time() - start < 2


def test_the_answer_speaks_of_the_last_sample_whichever_is_the_worst(tmp_path: Path) -> None:
    first = bun(external=5 * GIB, rss=GIB, buffers=3 * GIB, uptimeSeconds=600.0, pid=7)
    last = bun(external=4 * GIB, rss=GIB, buffers=4 * GIB, uptimeSeconds=1200.0, pid=7)
    report = _report(tmp_path, first, last)
    assert "3.1 GiB of the reported external memory is not in RAM" in report.answer
    lead = report.findings[0]
    assert (lead.rule, lead.samples) == ("external-not-resident", 2)
    assert [f.rule for f in report.findings if f.severity == "warning" and not f.folded] == [lead.rule]


def test_pid_1_of_two_files_is_not_one_process_for_every_container_has_one(tmp_path: Path) -> None:
    report = _report(tmp_path, document(pid=1), document(pid=1, uptimeSeconds=3700.0))
    assert len(set(_processes(report))) == 2
    listed = [document(pid=1), document(pid=1, uptimeSeconds=3700.0)]
    assert len(set(_processes(_report(tmp_path, listed)))) == 1


def test_two_lists_at_the_same_time_are_two_processes_even_if_they_started_together(tmp_path: Path) -> None:
    def listed(offset: float) -> list[dict[str, Any]]:
        return [
            document(timestamp=f"2026-03-14T02:{minute:02}:32Z", uptimeSeconds=60.0 * minute + offset)
            for minute in range(5, 15)
        ]

    report = _report(tmp_path, listed(0.0), listed(0.4))
    assert len(set(_processes(report))) == 2
    finding = next(finding for finding in report.findings if finding.rule == "not-one-process")
    assert "lists of samples overlap in time" in finding.message
