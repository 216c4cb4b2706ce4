"""How a rule states a finding: about a sample, about one of its numbers, or about the case."""

from typing import TYPE_CHECKING

from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity, Subject

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside


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


def about_holder(
    rule: Rule,
    measurements: Measurements,
    inside: "Inside",
    holder: str,
    message: str,
    *,
    note: str,
    evidence: tuple[Evidence, ...],
    why: str,
    help: str,  # noqa: A002
    impact: int,
    confidence: Confidence = Confidence.LIKELY,
    topic: str = "",
) -> Finding:
    """Return a finding about what holds memory in a snapshot, named as `Class.field`.

    It is a warning from `heap_warning_share` of the heap on: one snapshot rarely proves harm. Findings
    on one holder are told as one.
    """
    serious = impact >= measurements.thresholds.heap_warning_share * inside.total > 0
    source = inside.graph.source
    return Finding(
        rule=rule.name,
        family=rule.family,
        severity=Severity.WARNING if serious else Severity.INFO,
        confidence=confidence,
        subject=Subject("holder", f"{source}#{holder}", source),
        message=message,
        note=note,
        evidence=tuple(item for item in evidence if item.value is not None),
        why=why,
        help=help,
        impact=impact,
        topic=topic,
    )


def holder_of(inside: "Inside", node: int, name: str) -> str:
    """Return who holds an object, `Class.field`; what no field leads to goes by its own name and id.

    What is in a collection, or what something in it holds, is held by the field that it is in.
    """
    owner = inside.owners.name(node)
    return field_of(owner) if owner else f"{name} @{inside.id_of(node)}"


def field_of(owner: str) -> str:
    """Return the field of an owner, without what tells how deep below it something lies.

    >>> field_of("Bus._events.news[] via onNews()"), field_of("Store.rows[][]"), field_of("Row.name")
    ('Bus._events.news', 'Store.rows', 'Row.name')
    """
    field = owner.split(" via ", maxsplit=1)[0]
    while field.endswith("[]"):
        field = field.removesuffix("[]")
    return field


def in_heap(inside: "Inside", node: int) -> str:
    """Return where a node stands, as evidence names it: the snapshot and the id of the object."""
    return f"{inside.graph.source}#@{inside.id_of(node)}"


def share_of_heap(inside: "Inside", count: int, label: str = "share of the heap") -> Evidence:
    """Return what part of the heap so many bytes are."""
    share = count / inside.total if inside.total > 0 else None
    return Evidence(label, share, "share", formula="its bytes ÷ all shallow sizes")
