"""What people paste comes out as it was meant, every repair is told, and nothing is invented."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import memdoctor
from memdoctor.findings import Report
from memdoctor.readers.parts.lenient import NotAValueError, parse_value

from conftest import ROOT

PASTED = ROOT / "fixtures" / "pasted"

# The figures of the document that most of the damaged ones were made of.
MADE_OF = {
    "uptime_seconds": 1869.2728896669998,
    "rss_bytes": 266141696,
    "heap_used_bytes": 3421874471,
    "heap_total_bytes": 59685888,
    "external_bytes": 3375371809,
    "array_buffers_bytes": 3091300624,
    "peak_malloced_bytes": 474185728,
    "max_rss_bytes": 485566185472,
}


def _values(report: Report, index: int = 0) -> dict[str, Any]:
    figures = report.overview.samples[index].figures
    return {name: figure.value for name, figure in figures.items() if not figure.derived}


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("34219-unfenced-template.md", "cut off at /analysis/recommendation"),
        ("ansi.txt", "terminal colours: taken out"),
        ("crlf-bom.json", "a byte order mark or UTF-16: decoded"),
        ("dup-keys.json", "rss stands there twice: the last one counts"),
        ("html-escaped.txt", "HTML entities: resolved"),
        ("single-quotes.txt", "other quotation marks than JSON's: accepted"),
        ("string-numbers.json", "a number as text: accepted"),
        ("trailing-commas.json", "trailing commas: ignored"),
    ],
)
def test_a_damaged_document_gives_all_its_figures_and_says_what_was_done(name: str, problem: str) -> None:
    report = memdoctor.analyze(PASTED / name)
    assert len(report.overview.samples) == 1
    assert MADE_OF.items() <= _values(report).items()
    [told] = [item for item in report.problems if item.message.startswith(problem)]
    assert told.place
    assert report.exit_code == 0


def test_comments() -> None:
    report = memdoctor.analyze(PASTED / "32892-comments.md")
    values = _values(report)
    assert (values["rss_bytes"], values["heap_used_bytes"]) == (2560589824, 3130281959)
    assert values["heap_total_bytes"] is None
    assert report.problems[0].message == "comments: left out"


def test_a_cut_inside_a_key_gives_what_stands_before() -> None:
    report = memdoctor.analyze(PASTED / "33320-wrong-narrative.md")
    values = _values(report)
    assert values["heap_limit_bytes"] == 12440698880
    assert values["malloced_bytes"] is None
    assert report.problems[0].message.startswith("cut off at /v8HeapStats")


def test_two_sessions_are_two_processes_and_no_slope() -> None:
    report = memdoctor.analyze(PASTED / "33644-two-sessions.md")
    assert [sample.figures["rss_bytes"].value for sample in report.overview.samples] == [
        2077622272,
        3422146560,
    ]
    assert len({sample.process for sample in report.overview.samples}) == 2
    assert not report.overview.growth
    assert "Nothing shows that these 2 samples are one process" in report.answer


def test_indented_prose() -> None:
    assert _values(memdoctor.analyze(PASTED / "33915-indented-prose.md"))["rss_bytes"] == 1657004032


def test_the_end_of_a_document_alone_is_refused_with_its_place() -> None:
    report = memdoctor.analyze(PASTED / "79815-json-then-markdown.md")
    assert report.exit_code == 2
    assert report.problems[-1].place is not None


def test_console_log_of_nine_objects_is_nine_samples_of_one_process_without_a_rate() -> None:
    report = memdoctor.analyze(PASTED / "node-12208-object-literals.txt")
    sizes = [_values(report, index)["rss_bytes"] for index in range(9)]
    assert (sizes[0], sizes[4], sizes[8]) == (101949440, 1077698560, 4394352640)
    assert len({sample.process for sample in report.overview.samples}) == 1
    assert {growth.verdict for growth in report.overview.growth} == {"refused"}


def test_a_list_of_two_dumps_is_one_process() -> None:
    report = memdoctor.analyze(PASTED / "array-of-dumps.json")
    assert len({sample.process for sample in report.overview.samples}) == 1
    assert not {growth.verdict for growth in report.overview.growth} & {"growing"}


def test_the_time_of_a_log_s_prefix() -> None:
    report = memdoctor.analyze(PASTED / "log-prefix.log")
    times = [sample.at.isoformat() for sample in report.overview.samples if sample.at]
    assert times[0] == "2026-03-14T02:05:32.169000+00:00"
    assert len(times) == 5


def test_thousands_apart_by_commas_are_refused_with_their_place() -> None:
    report = memdoctor.analyze(PASTED / "thousands.json")
    assert report.exit_code == 2
    assert report.problems[-1].place == "line 11 column 16"


def test_a_heap_snapshot_is_recognised() -> None:
    assert "a heap snapshot" in memdoctor.analyze(PASTED / "heapsnapshot-head.json").problems[-1].message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings(encoding: str, tmp_path: Path) -> None:
    text = (ROOT / "fixtures" / "heapdumps" / "cc-34219.json").read_text()
    path = tmp_path / "dump.json"
    path.write_bytes(text.encode(encoding))
    report = memdoctor.analyze(path)
    assert MADE_OF.items() <= _values(report).items()
    assert any("decoded" in problem.message for problem in report.problems)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("```json\n", "\n```\nThanks { and } more"),
        ("$ cat dump\n", "\n"),
        ("Some {prose} with [brackets] and {\n", "\nthe end"),
        ("2026-03-14T02:05:32Z WARN dump follows: ", ""),
    ],
)
def test_text_around_a_document(before: str, after: str, tmp_path: Path) -> None:
    text = (ROOT / "fixtures" / "heapdumps" / "cc-34219.json").read_text()
    path = tmp_path / "pasted.md"
    path.write_text(before + text + after)
    report = memdoctor.analyze(path)
    assert MADE_OF.items() <= _values(report).items()


def test_a_quoted_mail(tmp_path: Path) -> None:
    text = (ROOT / "fixtures" / "heapdumps" / "cc-34219.json").read_text()
    path = tmp_path / "mail.txt"
    path.write_text("".join(f"> {line}\n" for line in text.splitlines()))
    report = memdoctor.analyze(path)
    assert MADE_OF.items() <= _values(report).items()
    assert "quotation marks before each line: taken out" in [problem.message for problem in report.problems]


def test_json_inside_a_text(tmp_path: Path) -> None:
    text = (ROOT / "fixtures" / "heapdumps" / "cc-34219.json").read_text()
    path = tmp_path / "twice.json"
    path.write_text(json.dumps(text))
    report = memdoctor.analyze(path)
    assert MADE_OF.items() <= _values(report).items()
    assert "JSON inside a text: read" in [problem.message for problem in report.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{rss: 1, heap_used: 2,}", {"rss": 1, "heap_used": 2}),
        ("{'a': \"b\", “c”: ‘d’}", {"a": "b", "c": "d"}),
        ('{"a": 1, // x\n /* y } */ "b": [1, 2, ...3 more items]}', {"a": 1, "b": [1, 2]}),
        ('{"a": 1_000, "b": 12n, "c": .5, "d": -1e3}', {"a": 1000, "b": 12, "c": 0.5, "d": -1000.0}),
        ('{"a": undefined, "b": NaN, "c": true}', {"a": None, "b": None, "c": True}),
        ('{"a": "\\u0041\\n\\"", …}', {"a": 'A\n"'}),
        ('{"a": {"b": [{}, []]}}', {"a": {"b": [{}, []]}}),
    ],
)
def test_what_is_almost_json(text: str, value: Any) -> None:
    parsed = parse_value(text, 0)
    assert (parsed.value, parsed.cut_at, parsed.end) == (value, None, len(text))


@pytest.mark.parametrize(
    ("text", "value", "cut_at"),
    [
        ('{"a": 1, "b": 12', {"a": 1}, "/b"),
        ('{"a": 1, "b": 12\n', {"a": 1}, "/b"),
        ('{"a": 1, "b": 12}', {"a": 1, "b": 12}, None),
        ('{"a": {"b": 1}, "c": {"d": [1, 2', {"a": {"b": 1}, "c": {"d": [1]}}, "/c/d/0"),
        ('{"a": "text that en', {}, "/a"),
        ('{"a": tru', {}, "/a"),
        ('{"a": 1, "b', {"a": 1}, "/"),
        ('{"a": "x\\', {}, "/a"),
    ],
)
def test_what_the_cut_may_have_shortened_is_no_value(text: str, value: Any, cut_at: str | None) -> None:
    parsed = parse_value(text, 0)
    assert (parsed.value, parsed.cut_at) == (value, cut_at)


@pytest.mark.parametrize(
    "text",
    ['{"rss": 266,141,696}', '{"a": 1.5 GB}', "{prose}", "{a b}", "[" * 100, '{"a": "x\ny"}', "{1: 2}"],
)
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(NotAValueError):
        parse_value(text, 0)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 62), 1 << 62)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=8), _JSON, max_size=5), st.sampled_from([None, 2]))
def test_all_json_means_the_same(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert parse_value(text, 0).value == value


@given(st.text("{}[]\",:'0123456789.abc/*\n …", max_size=200))
def test_no_text_breaks_the_parser(text: str) -> None:
    for start in range(len(text)):
        if text[start] in "{[":
            with suppress(NotAValueError):
                assert start < parse_value(text, start).end <= len(text)


def test_a_number_that_dots_cut_is_no_value(tmp_path: Path) -> None:
    path = tmp_path / "pasted.md"
    path.write_text('{"memoryUsage": {"heapUsed": 80000000,\n"rss": 3000…,\n"heapTotal": 90000000}}')
    report = memdoctor.analyze(path)
    assert _values(report)["rss_bytes"] is None
    assert _values(report)["heap_total_bytes"] == 90000000
    assert "numbers that a … cuts: left out" in [problem.message for problem in report.problems]


@pytest.mark.parametrize(
    "name", ["csv.csv", "size-lines.txt", "prometheus.txt", "cc-32893-table.md", "cc-58067-breakdown.txt"]
)
def test_no_cut_of_a_table_shortens_a_number(name: str, tmp_path: Path) -> None:
    whole = (ROOT / "fixtures" / "tables" / name).read_bytes()
    path = tmp_path / "whole"
    path.write_bytes(whole)
    known = {
        float(figure.value)
        for sample in memdoctor.analyze(path).overview.samples
        for figure in sample.figures.values()
        if not figure.derived and isinstance(figure.value, int | float) and figure.value
    }
    for end in range(20, len(whole) - 1, max(len(whole) // 60, 1)):
        path.write_bytes(whole[:end])
        for sample in memdoctor.analyze(path).overview.samples:
            for key in ("rss_bytes", "heap_used_bytes", "heap_total_bytes", "array_buffers_bytes"):
                value = sample.figures[key].value
                # MB may be MiB as long as the rate that tells it is cut off.
                if isinstance(value, int | float):
                    assert any(abs(value / one - 1) < 0.06 for one in known), (end, key)
