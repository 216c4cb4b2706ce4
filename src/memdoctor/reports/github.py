"""Annotations of a GitHub workflow, as its commands; then the answer."""

from collections import defaultdict
from collections.abc import Iterator

from memdoctor.findings import Report, Severity
from memdoctor.reports import layout, plain_lines
from memdoctor.reports.layout import Paragraph
from memdoctor.reports.places import Place, Places
from memdoctor.reports.render import Style
from memdoctor.text import without_commands
from memdoctor.units import count_of

MOST = 10  # annotations of a level that GitHub shows for a step
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, style: Style) -> str:
    """Return a command for each finding, the worst first, then the case in plain lines."""
    del style
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    places = Places(report.sources)
    commands: dict[str, list[str]] = defaultdict(list)
    for problem in report.problems:
        if problem.unread:
            told_of = f"{layout.where(problem)}: {problem.message}"
            where = places.of_problem(problem)
            commands["error"].append(command("error", "not read", f"{told_of}\n{problem.help}", where))
    for paragraph in layout.paragraphs(report, detail=1):
        level = LEVELS[paragraph.finding.severity]
        commands[level].append(_finding(level, paragraph, places))
    for level in LEVELS.values():
        yield from _within_limit(level, commands[level])
    for problem in report.problems:
        if not problem.unread:
            yield _plain(f"problem: {layout.where(problem)}: {problem.message}")
    yield _plain(report.answer)
    if report.sources:
        yield _plain(layout.tally(report, detail=1))


def _finding(level: str, paragraph: Paragraph, places: Places) -> str:
    stands = places.of(paragraph.finding)
    text = "\n".join(plain_lines.lines(paragraph))
    return command(level, paragraph.finding.rule, text, stands[0] if stands else None)


def _within_limit(level: str, commands: list[str]) -> Iterator[str]:
    """Yield as many as GitHub shows; the last of them says how many there are besides."""
    if len(commands) <= MOST:
        yield from commands
        return
    yield from commands[: MOST - 1]
    left = count_of(len(commands) - MOST + 1, f"more {level}")
    more = f"{left}: GitHub shows {MOST} of a step, -f markdown tells all"
    yield command(level, "memdoctor", more)


def command(level: str, title: str, message: str, place: Place | None = None) -> str:
    """Return a workflow command, in whose values nothing ends it or begins another."""
    properties = {"title": title}
    if place is not None and place.file is not None:
        line = {} if place.line is None else {"line": str(place.line)}
        properties = {"file": place.file, **line, **properties}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {written}::{_data(message.strip())}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    return without_commands(" ".join(text.splitlines()))
