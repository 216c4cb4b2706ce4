"""Who or what is behind it: only what a rule names as that, with how sure it is."""

from collections.abc import Iterator

from memdoctor.findings import Confidence, Finding, Report, Severity
from memdoctor.reports.case_report.blocks import Code, Say, Section, Words, section, table
from memdoctor.reports.case_report.room import Room

# Rules that name who keeps, starts or breaks something. The others say that something is wrong, unless they
# name a holder in a heap; what names a class says what there is more of, not who keeps it.
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
_NAMES_NO_HOLDER = "growing-class"
_COLUMNS = (("cause", True), ("how sure", True), ("rule", True))
_NONE = "The case proves none: it shows what is wrong, not who or what is behind it."


def causes(report: Report, room: Room) -> Iterator[Section]:
    """Yield what is named as a cause, the surest first; or that nothing is."""
    wrong = [one for one in report.findings if one.severity is not Severity.INFO]
    named = list(filter(_names_cause, wrong))
    if named:
        named.sort(key=lambda one: list(Confidence).index(one.confidence))
        told = table(_COLUMNS, map(_row, named), room.findings * 2, "causes")
        yield from section("Root causes", [told])
    elif wrong:
        yield from section("Root causes", [Say(_NONE)])


def _names_cause(finding: Finding) -> bool:
    names_holder = finding.subject.kind == "holder" and finding.rule != _NAMES_NO_HOLDER
    return names_holder or finding.rule in NAMES_CAUSE


def _row(finding: Finding) -> tuple[Words, ...]:
    return finding.statement, str(finding.confidence), Code(finding.rule)
