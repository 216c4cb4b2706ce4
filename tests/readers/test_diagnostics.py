"""Documents to samples: every field, its place, and nothing that is not what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

import memdoctor
from memdoctor.findings import Report, SampleOverview

from builders import MIB, document, write
from conftest import HEAPDUMPS


def _report(tmp_path: Path, value: Any) -> Report:
    return memdoctor.analyze(str(write(tmp_path / "dump.json", value)))


def _sample(tmp_path: Path, value: Any) -> SampleOverview:
    [sample] = _report(tmp_path, value).overview.samples
    return sample


def test_the_main_dump_is_read_field_by_field() -> None:
    [sample] = memdoctor.analyze(str(HEAPDUMPS / "phantom-external.json")).overview.samples
    values = {name: figure.value for name, figure in sample.figures.items() if not figure.derived}
    assert values == {
        "uptime_seconds": 2033.87,
        "rss_bytes": 290684928,
        "peak_rss_bytes": 1244069888,
        "max_rss_bytes": 1273927565312,
        "swap_bytes": None,
        "external_bytes": 3392535811,
        "array_buffers_bytes": 2915585335,
        "heap_used_bytes": 3511037332,
        "heap_total_bytes": 136690688,
        "heap_limit_bytes": 12440698880,
        "pss_bytes": None,
        "uss_bytes": None,
        "private_dirty_bytes": None,
        "mimalloc_reserved_bytes": None,
        "mimalloc_committed_bytes": None,
        "handles": None,
        "file_descriptors": None,
        "threads": None,
        "detached_contexts": 0,
        "native_contexts": 1,
        "malloced_bytes": 3511299731,
        "peak_malloced_bytes": 1244069888,
        "requests": None,
        "reported_rate_bytes_per_second": 142922.24,
        "reported_rate_mib_per_hour": 490.68,
    }
    derived = {name: figure.value for name, figure in sample.figures.items() if figure.derived}
    assert derived == {
        "js_heap_bytes": 118501521,
        "other_external_bytes": 476950476,
        "native_bytes": None,
        "not_resident_bytes": 3238541571,
        "cpu_seconds": None,
    }


@pytest.mark.parametrize("name", sorted(path.name for path in HEAPDUMPS.glob("*.json")))
def test_every_pointer_leads_to_its_value(name: str) -> None:
    root = json.loads((HEAPDUMPS / name).read_text())
    for sample in memdoctor.analyze(str(HEAPDUMPS / name)).overview.samples:
        for figure in sample.figures.values():
            if figure.pointer and "smaps" not in figure.pointer and "mimalloc" not in figure.pointer:
                found = root
                for step in figure.pointer.partition("#")[2].split("/")[1:]:
                    found = found[int(step)] if isinstance(found, list) else found[step]
                raw_kib = "maxRSS" in figure.pointer and "raw" in name
                assert found * (1024 if raw_kib else 1) == figure.value


def test_process_memory_usage_is_a_sample(tmp_path: Path) -> None:
    sample = _sample(tmp_path, document()["memoryUsage"])
    assert sample.document == "process.memoryUsage()"
    assert sample.figures["rss_bytes"].value == 150 * MIB


def test_heap_statistics_are_a_sample(tmp_path: Path) -> None:
    raw = json.loads((HEAPDUMPS / "node22-raw.json").read_text())["heapStatistics"]
    sample = _sample(tmp_path, raw)
    assert sample.document == "v8.getHeapStatistics()"
    assert sample.runtime == "node"
    assert sample.figures["heap_limit_bytes"].value == 4345298944
    assert sample.figures["heap_used_bytes"].value == 4570704
    assert sample.figures["external_bytes"].value == 1730229


def test_max_rss_of_the_api_is_in_kib() -> None:
    [sample] = memdoctor.analyze(str(HEAPDUMPS / "node22-raw.json")).overview.samples
    assert sample.figures["peak_rss_bytes"].value == 46548 * 1024


@pytest.mark.parametrize("key", ["dumps", "series", "anything"])
def test_a_list_of_documents_under_any_name_is_read(key: str, tmp_path: Path) -> None:
    made = [document(uptimeSeconds=100.0), document(uptimeSeconds=200.0)]
    places = [sample.place for sample in _report(tmp_path, {key: made}).overview.samples]
    assert [place.partition("#")[2] for place in places] == [f"/{key}/0", f"/{key}/1"]


def test_what_stands_beside_a_list_belongs_to_none_of_it(tmp_path: Path) -> None:
    report = _report(tmp_path, {"dumps": [document()], "memoryGrowthRate": {"mbPerHour": 42000}})
    assert "memoryGrowthRate stands beside" in report.problems[0].message
    assert report.overview.samples[0].figures["reported_rate_mib_per_hour"].value is None


@pytest.mark.parametrize("value", ["1.5 Gx", "1,500", "", True, [1], {"a": 1}, 1.5, 1 << 63])
def test_a_value_of_the_wrong_kind_is_a_stated_problem_not_a_number(value: Any, tmp_path: Path) -> None:
    report = _report(tmp_path, document(memory={"rss": value}))
    assert report.overview.samples[0].figures["rss_bytes"].value is None
    [problem] = report.problems
    assert problem.place is not None
    assert problem.place.endswith("#/memoryUsage/rss")
    assert problem.message.endswith("not read")


@pytest.mark.parametrize("section", ["memoryUsage", "v8HeapStats", "resourceUsage", "memoryGrowthRate"])
def test_a_section_of_the_wrong_kind_is_a_stated_problem(section: str, tmp_path: Path) -> None:
    report = _report(tmp_path, {**document(v8={"heapSizeLimit": 10**9}), section: "gone"})
    assert f"{section} is no object: not read" in [problem.message for problem in report.problems]


def test_null_is_not_reported_and_no_problem(tmp_path: Path) -> None:
    made = document()
    made["memoryUsage"]["external"] = None
    report = _report(tmp_path, made)
    assert report.overview.samples[0].figures["external_bytes"].value is None
    assert not report.problems


def test_a_float_that_is_whole_is_a_size(tmp_path: Path) -> None:
    sample = _sample(tmp_path, document(memory={"rss": 157286400.0}))
    assert sample.figures["rss_bytes"].value == 157286400


def test_the_session_id_is_dropped_at_the_door(tmp_path: Path) -> None:
    secret = "0a1b2c3d-1111-2222-3333-444455556666"
    path = write(tmp_path / "dump.json", document(sessionId=secret))
    assert secret not in repr(memdoctor.analyze(str(path)))


def test_qwen_code_is_named_and_its_own_fields_are_read(tmp_path: Path) -> None:
    made = document(qwenVersion="0.1.2", v8={"usedHeapSize": 60 * MIB, "totalHeapSize": 70 * MIB})
    del made["memoryUsage"]["heapUsed"]
    sample = _sample(tmp_path, made)
    assert sample.writer == "qwen-code 0.1.2"
    assert sample.figures["heap_used_bytes"].value == 60 * MIB
    assert sample.figures["heap_total_bytes"].value == 80 * MIB


def test_a_time_with_another_zone_is_utc(tmp_path: Path) -> None:
    sample = _sample(tmp_path, document(timestamp="2026-03-14T04:05:32+02:00"))
    assert sample.at is not None
    assert sample.at.isoformat() == "2026-03-14T02:05:32+00:00"


def test_figures_of_smaps_that_a_person_quoted_are_taken_and_said_to_be_rounded() -> None:
    report = memdoctor.analyze(str(HEAPDUMPS / "cc-56126.json"))
    assert report.overview.samples[0].figures["private_dirty_bytes"].value == 197_000_000
    assert "rounded" in report.problems[0].message


@pytest.mark.parametrize("value", ["157286400", "157286400.0", "1.572864e8", " 157286400 "])
def test_a_number_as_text_is_accepted_and_said(value: str, tmp_path: Path) -> None:
    report = _report(tmp_path, document(memory={"rss": value}))
    assert report.overview.samples[0].figures["rss_bytes"].value == 157286400
    assert [problem.message for problem in report.problems] == ["a number as text: accepted"]


def test_a_key_that_stands_twice_counts_last_and_is_said(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text('{"memoryUsage": {\n"rss": 1, "rss": 157286400, "heapTotal": 5}}')
    report = memdoctor.analyze(path)
    assert report.overview.samples[0].figures["rss_bytes"].value == 157286400
    [problem] = report.problems
    assert problem.message == "rss stands there twice: the last one counts"
    assert problem.place == f"{path}:2"
