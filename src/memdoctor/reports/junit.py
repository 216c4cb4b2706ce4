"""JUnit XML, for the test views of CI: findings are failed tests, rules that found nothing passed ones."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree import ElementTree as ET

from memdoctor.findings import Report, Severity
from memdoctor.reports import layout, plain_lines
from memdoctor.reports.layout import Paragraph
from memdoctor.reports.places import Places
from memdoctor.reports.render import Style
from memdoctor.units import grouped

_CASE = "case"  # the suite of what is not about one input
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Test:
    """One test. `outcome` is failure or error, and system-out of what passed."""

    suite: str
    group: str
    name: str
    outcome: str = "system-out"
    severity: str = ""
    message: str = ""
    text: str = ""
    file: str | None = None


def render(report: Report, style: Style) -> str:
    """Return the report as XML: a suite for each input, and one for the case."""
    del style
    suites: dict[str, list[_Test]] = {}
    for test in _named_apart(_tests(report)):
        suites.setdefault(test.suite, []).append(test)
    root = ET.Element("testsuites", _counts([test for tests in suites.values() for test in tests]))
    root.set("name", "memdoctor")
    for name, tests in suites.items():
        _suite(root, name, tests, report.generated_at)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _tests(report: Report) -> Iterator[_Test]:
    places = Places(report.sources)
    yield from _of_reading(report)
    for paragraph in layout.paragraphs(report, detail=1):
        yield _of_finding(paragraph, places)
    if report.sources:  # else no rule had anything to judge
        yield from _of_case(report)


def _of_case(report: Report) -> Iterator[_Test]:
    """Yield the answer, what `--top` left out, and the rules that found nothing."""
    answer = f"{report.answer}\n{layout.tally(report, detail=1)}"
    yield _Test(_CASE, "memdoctor", "diagnosis", text=answer)
    left = plain_lines.left_out(report)
    if any(left.values()):
        outcome = "failure" if left["error"] or left["warning"] else "system-out"
        message = f"not shown: {grouped(sum(left.values()))} (--top 0 shows all)"
        yield _Test(_CASE, "memdoctor", "more findings", outcome, "more", message, message)
    for rule in report.silent:
        yield _Test(_CASE, "memdoctor.found-nothing", rule)


def _of_reading(report: Report) -> Iterator[_Test]:
    """Yield a test for each input: an error if it could not be read, else with the doubts about it."""
    doubts: dict[str, list[str]] = {source.name: [] for source in report.sources}
    for problem in report.problems:
        text = f"{layout.where(problem)}: {problem.message}"
        if problem.unread:
            help_line = f"{text}\n{problem.help}".strip()
            yield _Test(problem.source, "memdoctor", "read", "error", "unread", problem.message, help_line)
        else:
            doubts.setdefault(problem.source, []).append(text)
    for name, texts in doubts.items():
        yield _Test(name, "memdoctor", "read", text="\n".join(texts))


def _of_finding(paragraph: Paragraph, places: Places) -> _Test:
    finding = paragraph.finding
    stands = places.of(finding)[:1]
    lines = list(plain_lines.lines(paragraph))
    suite = stands[0].source.name if stands else finding.subject.source or _CASE
    about = finding.subject.figure or finding.subject.name.removeprefix(suite).lstrip(":#")
    return _Test(
        suite=suite,
        group=f"memdoctor.{finding.family}",
        name=f"{finding.rule}: {about}" if about else finding.rule,
        outcome="system-out" if finding.severity is Severity.INFO else "failure",
        severity=finding.severity,
        message=lines[0],
        text="\n".join(lines),
        file=stands[0].file if stands else None,
    )


def _named_apart(tests: Iterator[_Test]) -> Iterator[_Test]:
    """Give tests of one name numbers: test views tell tests apart by their names."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for test in tests:
        key = (test.suite, test.group, test.name)
        seen[key] += 1
        yield test if seen[key] == 1 else replace(test, name=f"{test.name} ({seen[key]})")


def _suite(root: ET.Element, name: str, tests: list[_Test], at: datetime) -> None:
    suite = ET.SubElement(root, "testsuite", {"name": _legal(name), **_counts(tests)})
    suite.set("timestamp", f"{at:%Y-%m-%dT%H:%M:%S}")
    for test in tests:
        case = ET.SubElement(suite, "testcase", classname=test.group, name=_legal(test.name))
        if test.file is not None:
            case.set("file", _legal(test.file))
        if test.outcome != "system-out":
            told_of = {"type": test.severity, "message": _legal(test.message)}
            ET.SubElement(case, test.outcome, told_of).text = _legal(test.text)
        elif test.text:
            ET.SubElement(case, "system-out").text = _legal(test.text)


def _counts(tests: list[_Test]) -> dict[str, str]:
    outcomes = Counter(test.outcome for test in tests)
    return {
        "tests": str(len(tests)),
        "failures": str(outcomes["failure"]),
        "errors": str(outcomes["error"]),
    }


def _legal(text: str) -> str:
    """Return a text without the signs that XML has no way to write."""
    return _ILLEGAL.sub("", text)
