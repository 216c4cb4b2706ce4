"""How a rule states a finding: about a sample, about one of its numbers, or about the case."""

from memdoctor.analysis.look import Look
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity, Subject


def about_sample(
    rule: Rule,
    look: Look,
    message: str,
    *,
    note: str,
    evidence: tuple[Evidence, ...],
    why: str,
    help: str,  # noqa: A002 - the word users see
    severity: Severity | None = None,
    confidence: Confidence = Confidence.CERTAIN,
    impact: float | None = None,
    figure: str | None = None,
    topic: str = "",
) -> Finding:
    """Return a finding about a sample, or with `figure` about that one of its numbers.

    Evidence that is unknown is left out: a finding names the numbers that it stands on.
    """
    sample = look.sample
    return Finding(
        rule=rule.name,
        family=rule.family,
        severity=severity or rule.severity,
        confidence=confidence,
        subject=Subject("figure" if figure else "sample", sample.place, sample.source, figure=figure),
        message=message,
        note=note,
        evidence=tuple(item for item in evidence if item.value is not None),
        why=why,
        help=help,
        impact=None if impact is None else int(impact),
        topic=topic,
    )


def about_case(
    rule: Rule,
    message: str,
    *,
    note: str,
    evidence: tuple[Evidence, ...],
    why: str,
    help: str,  # noqa: A002
    confidence: Confidence = Confidence.CERTAIN,
    severity: Severity | None = None,
) -> Finding:
    """Return a finding about the case as a whole."""
    return Finding(
        rule=rule.name,
        family=rule.family,
        severity=severity or rule.severity,
        confidence=confidence,
        subject=Subject("case", "case"),
        message=message,
        note=note,
        evidence=evidence,
        why=why,
        help=help,
    )
