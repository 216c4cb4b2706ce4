"""Who or what is behind it: only what a rule names as that, with how sure it is."""

from collections.abc import Iterator

from memdoctor.findings import Confidence, Finding, Report, Severity
from memdoctor.reports.case_report.blocks import Code, Say, Section, Words, section, table
from memdoctor.reports.case_report.room import Room

# Rules that name who keeps, starts or breaks something. The others say that something is wrong.
NAMES_CAUSE = frozenset(
    [
        *("growing-collection", "growing-listeners", "growing-detached-dom", "growing-buffers"),
        *("growing-strings", "growing-closures", "growing-object", "growing-family", "dominant-object"),
        *("dominant-group", "large-collection", "listener-pileup", "duplicate-strings", "detached-dom"),
        *("closure-retention", "large-buffers", "sparse-collection", "many-handles", "orphaned-process"),
        *("leaked-children", "duplicate-daemon", "same-session", "shared-data-directory", "zombies"),
        *("respawn-loop", "port-conflict", "stale-pidfile", "stale-pm2-pid", "memory-limit-restarts"),
        *("missing-module", "port-in-use", "uncaught-error", "listener-warning", "heap-limit-not-applied"),
        *("stream-buffer-capacity", "detached-contexts", "protected-objects", "gc-death-spiral"),
    ]
)
_COLUMNS = (("cause", True), ("how sure", True), ("because", True), ("rule", True))
_NONE = "The case proves none: it shows what is wrong, not who or what is behind it."


def causes(report: Report, room: Room) -> Iterator[Section]:
    """Yield what is named as a cause, the surest first; or that nothing is."""
    named = [
        one for one in report.findings if one.rule in NAMES_CAUSE and one.severity is not Severity.INFO
    ]
    wrong = any(one.severity is not Severity.INFO for one in report.findings)
    if named:
        named.sort(key=lambda one: list(Confidence).index(one.confidence))
        told = table(_COLUMNS, map(_row, named), room.findings * 2, "causes")
        yield from section("Root causes", [told])
    elif wrong:
        yield from section("Root causes", [Say(_NONE)])


def _row(finding: Finding) -> tuple[Words, ...]:
    return finding.statement, str(finding.confidence), finding.why, Code(finding.rule)
