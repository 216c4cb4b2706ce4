"""A heap over time as a person notes it: one story in any form, split at the restart."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import memdoctor
from memdoctor.readers.case import read_case
from memdoctor.readers.parts.timeline_rows import row_of

from conftest import FIXTURES

_MIB = 1 << 20
_TEXT = (FIXTURES / "pm2" / "seed-timeline.txt").read_text(encoding="utf-8")
_ROWS = [
    (0.0, 15.30, 18.42), (420.0, 17.05, 22.42), (2160.0, 21, 26), (4500.0, 21.06, 26.42),
    (8100.0, 15.30, 18.42), (0.0, 17.32, 22.67), (600.0, 19, 21.5),
]  # fmt: skip
_FORMS = {
    "lines": _TEXT,
    "colons": _TEXT.replace("   ", ": ").replace("  ", ": "),
    "spaces": "\n".join(" ".join(line.split()) for line in _TEXT.splitlines()) + "\n",
    "tabs": _TEXT.replace("   ", "\t").replace("  ", "\t"),
    "bullets": "".join(f"- {line}\n" for line in _TEXT.splitlines()),
    "crlf": _TEXT.replace("\n", "\r\n"),
    "two units": _TEXT.replace("/", " MiB / "),
    "prose around it": f"What I saw on my machine:\n\n{_TEXT}\nIs that a leak?\n",
    "of": _TEXT.replace("/", " of "),
    "markdown": (FIXTURES / "pm2" / "seed-timeline.md").read_text(encoding="utf-8"),
}


@pytest.mark.parametrize("form", _FORMS)
def test_every_form_reads_to_the_same_rows(form: str, tmp_path: Path) -> None:
    path = tmp_path / "seen.txt"
    path.write_bytes(_FORMS[form].encode())
    case = read_case([str(path)])
    rows = [(one.elapsed, one.heap_used, one.heap_total) for one in case.samples]
    assert rows == [(when, round(used * _MIB), round(total * _MIB)) for when, used, total in _ROWS]
    assert len({one.series for one in case.samples}) == 2
    assert case.samples[4].label in ("after GC", "(after GC)")


def test_the_story() -> None:
    report = memdoctor.analyze(FIXTURES / "pm2" / "seed-timeline.txt")
    before, after = [one for one in report.overview.growth if one.metric == "js_heap"]
    assert (before.verdict, before.samples) == ("steady", 5)
    assert (after.verdict, after.samples, after.reason) == (
        "steady",
        2,
        "two samples: a difference, not a trend",
    )
    assert all(finding.severity == "info" for finding in report.findings)
    assert {finding.rule for finding in report.findings} == {
        "heap-usage-is-of-committed",
        "heap-limit-unknown",
    }
    for said in (
        "no leak is proven",
        "after a collection it is back where it began",
        "A restart splits the series",
        "two samples are a difference, not a trend",
        "76 % to 88 % heap usage is used ÷ committed, not ÷ limit",
        "some GiB",
    ):
        assert said in report.answer


def test_committed_may_stand_first(tmp_path: Path) -> None:
    path = tmp_path / "seen.txt"
    path.write_text(
        "time | committed | used\nstartup | 20 MiB | 10 MiB\n"
        "+5 min | 22 MiB | 11 MiB\nafter GC | 21 MiB | 9 MiB\n"
    )
    assert [one.heap_used for one in read_case([str(path)]).samples] == [10 * _MIB, 11 * _MIB, 9 * _MIB]


def test_times_that_go_back_are_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "seen.txt"
    path.write_text("startup 10/12 MiB\n+50 min 11/12 MiB\n+5 min 8/12 MiB\n+9 min 9/12 MiB\n")
    case = read_case([str(path)])
    assert len({one.series for one in case.samples}) == 2
    assert any("taken for a restart" in problem.message for problem in case.problems)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "startup",
        "startup 15.30 MiB",
        "+7 min 22/17 MiB",
        "see 3/4 GB of it",
        "on 10/12 MB we met",
        "x" * 10_000,
    ],
)
def test_other_lines_are_no_rows(line: str) -> None:
    assert row_of(line) is None


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    row_of(text)
