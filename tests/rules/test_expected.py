"""Every real document gives exactly the rules that the formulas give on it, and says it in words."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import memdoctor

import formulas
from builders import GIB, MIB, document
from conftest import HEAPDUMPS
from rules.expected import EXPECTED


def test_the_table_names_every_fixture() -> None:
    assert set(EXPECTED) == {path.name for path in HEAPDUMPS.glob("*.json")}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_table_follows_the_formulas(name: str) -> None:
    assert formulas.rules_of_file(json.loads((HEAPDUMPS / name).read_text())) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_document_gives_exactly_its_rules(name: str) -> None:
    report = memdoctor.analyze(str(HEAPDUMPS / name))
    found = {finding.rule for finding in report.findings if finding.family != "growth"}
    assert found == EXPECTED[name]


def test_of_the_documents_one_holds_two_moments_between_which_something_grows() -> None:
    report = memdoctor.analyze(str(HEAPDUMPS), select=["growth"])
    assert [finding.rule for finding in report.findings] == ["growing-external"]
    assert report.findings[0].subject.name.endswith("cc-33422.json#/dumps/0")


# What each report really shows, as the sources of the figures establish it, in the answer's words.
ASSESSMENTS = {
    "phantom-external.json": ("113 MiB", "3.0 GiB of the reported external memory is not in RAM"),
    "cc-33320.json": ("JS heap is small and healthy", "not in RAM", "at least 2.0 GiB never was"),
    "cc-32729.json": ("3.4 GiB of the reported external memory is not in RAM",),
    "cc-32745.json": ("7.0 GiB of the reported external memory is not in RAM",),
    "cc-32892.json": ("External memory of 2.9 GiB is mostly in RAM", "cannot be told"),
    "cc-33337.json": ("mostly in RAM", "that is real", "One dump cannot show a leak"),
    "cc-33422.json": ("From the first to the last of 2 samples (5 min) arrayBuffers rose by 4.0 GiB",),
    "cc-33436.json": ("External memory of 2.5 GiB is in RAM", "that is real"),
    "cc-33449.json": ("4.3 GiB of the reported external memory is not in RAM",),
    "cc-33494.json": ("6.0 GiB of the reported external memory is not in RAM",),
    "cc-33510-a.json": ("native memory that no heap snapshot shows",),
    "cc-33594.json": ("native memory", "after the start, cannot show a leak"),
    "cc-33626.json": ("a burst was given back", "Nothing wrong shows in it"),
    "cc-33644-b.json": ("that is real",),
    "cc-33839.json": ("not in RAM", "at least 1.5 GiB never was at once"),
    "cc-33915.json": ("External memory of 1.7 GiB is mostly in RAM",),
    "cc-34219.json": ("3.0 GiB of the reported external memory is not in RAM", "2.7 GiB never was"),
    "cc-37145.json": ("a burst was given back", "31.0 s after the start"),
    "cc-56126.json": ("Nothing wrong shows in it", "3.59 s after the start"),
    "cc-58067.json": ("Nothing wrong shows in it", "2.76 s after the start"),
    "cc-79815.json": ("small and healthy", "0.650 s after the start, cannot show a leak"),
    "node-12208.json": ("lies outside the JS heap", "a rate of growth needs times"),
    "bun-33368.json": ("not of one process",),
}


@pytest.mark.parametrize("name", ASSESSMENTS)
def test_the_answer_says_what_the_numbers_really_show(name: str) -> None:
    answer = memdoctor.analyze(str(HEAPDUMPS / name)).answer
    for words in ASSESSMENTS[name]:
        assert words in answer


_SIZE = st.one_of(
    st.none(),
    st.integers(MIB, 20 * GIB),
    st.sampled_from([256 * MIB, 512 * MIB, GIB, 10 * GIB]),
)


_SMAPS = "Rss: 100 kB\nPrivate_Dirty: 50 kB\nSwap: {swap} kB\n"


@st.composite
def _usages(draw: st.DrawFn, rss: int | None) -> dict[str, int] | None:
    usage = {}
    if draw(st.booleans()):
        usage["maxRSS"] = (rss or GIB) * draw(st.sampled_from([1, 2, 1024]))
    if draw(st.booleans()):
        usage |= {"userCPUTime": draw(st.integers(1, 10**12)), "systemCPUTime": draw(st.integers(0, 10**9))}
    return usage or None


@st.composite
def _documents(draw: st.DrawFn) -> dict[str, Any]:
    memory = {key: draw(_SIZE) for key in ("heapUsed", "heapTotal", "external", "arrayBuffers", "rss")}
    rss, up = memory["rss"], draw(st.one_of(st.none(), st.floats(0.5, 1e6)))
    rate = {}
    if rss and up and draw(st.booleans()):
        rate = {"mbPerHour": rss / up * 3600 / MIB * draw(st.sampled_from([1, 1.01, 1.2]))}
    v8 = {"peakMallocedMemory": draw(_SIZE), "heapSizeLimit": draw(_SIZE)}
    v8["detachedContexts"] = draw(st.sampled_from([None, None, 0, 2]))
    if v8["peakMallocedMemory"] and draw(st.booleans()):
        v8["heapSizeLimit"] = 10 * v8["peakMallocedMemory"]
    return document(
        memory=memory,
        uptimeSeconds=up,
        memoryGrowthRate=rate or None,
        v8={key: value for key, value in v8.items() if value is not None},
        activeHandles=draw(st.sampled_from([None, 0, 3])),
        nodeVersion=draw(st.sampled_from([None, "v24.3.0", "v26.3.0", "v22.1.0"])),
        objectTypeCounts=draw(st.sampled_from([None, {"Object": 1}])),
        openFileDescriptors=draw(st.sampled_from([None, 61, 500, 501])),
        resourceUsage=draw(_usages(rss)),
        protectedObjectTypeCounts=draw(st.sampled_from([None, {"StatWatcher": 100}, {"Timeout": 201}])),
        smapsRollup=draw(st.sampled_from([None, _SMAPS.format(swap=65535), _SMAPS.format(swap=65536)])),
        mimalloc=draw(st.sampled_from([None, {}, {"reserved": {"total": 1076232192}}])),
        analysis=draw(st.sampled_from([None, {"potentialLeaks": ["Native memory > heap - leak may"]}])),
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=_documents())
def test_any_document_gives_the_rules_of_the_formulas(
    made: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "made.json"
    path.write_text(json.dumps(made))
    report = memdoctor.analyze(str(path))
    if any(problem.unread for problem in report.problems):
        assert not any(value is not None for value in made["memoryUsage"].values())
        return
    assert {finding.rule for finding in report.findings} == formulas.rules_of_file(made)
