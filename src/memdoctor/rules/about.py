"""How a rule states a finding: about a sample, about one of its numbers, or about the case."""

from typing import TYPE_CHECKING, Required, TypedDict, Unpack

from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity, Subject

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside


class Said(TypedDict, total=False):
    """What a finding says, in the words of `Finding`; the severity is the rule's if none is given."""

    note: Required[str]
    evidence: Required[tuple[Evidence, ...]]
    why: Required[str]
    help: Required[str]
    severity: Severity | None
    confidence: Confidence
    impact: float | None
    topic: str


def about(rule: Rule, subject: Subject, message: str, **said: Unpack[Said]) -> Finding:
    """Return a finding about any subject.

    Evidence that is unknown is left out: a finding names the numbers that it stands on.
    """
    impact = said.get("impact")
    return Finding(
        rule=rule.name,
        family=rule.family,
        severity=said.get("severity") or rule.severity,
        confidence=said.get("confidence", Confidence.CERTAIN),
        subject=subject,
        message=message,
        note=said["note"],
        evidence=tuple(item for item in said["evidence"] if item.value is not None),
        why=said["why"],
        help=said["help"],
        impact=None if impact is None else int(impact),
        topic=said.get("topic", ""),
    )


def is_of_one_process(measurements: Measurements) -> bool:
    """Whether a case speaks of one process alone, so that a finding need not say of which."""
    others = measurements.machines or measurements.workers is not None or measurements.case.heaps
    return not others and len(measurements.sampled_processes) == 1


def about_sample(
    rule: Rule, look: Look, message: str, figure: str | None = None, **said: Unpack[Said]
) -> Finding:
    """Return a finding about a sample, or with `figure` about that one of its numbers."""
    place, source = look.sample.place, look.sample.source
    subject = Subject("figure" if figure else "sample", place, source, figure=figure)
    return about(rule, subject, message, **said)


def about_case(rule: Rule, message: str, **said: Unpack[Said]) -> Finding:
    """Return a finding about the case as a whole."""
    return about(rule, Subject("case", "case"), message, **said)


def about_holder(
    rule: Rule,
    measurements: Measurements,
    inside: "Inside",
    holder: str,
    message: str,
    **said: Unpack[Said],
) -> Finding:
    """Return a finding about what holds memory in a snapshot, named as `Class.field`.

    It is a warning from `heap_warning_share` of the heap on, by its impact: one snapshot rarely proves
    harm, and several show what grows. Findings on one holder are told as one. It is likely, if nothing else
    is said.
    """
    impact = said.get("impact") or 0
    serious = impact >= measurements.thresholds.heap_warning_share * inside.total > 0
    if measurements.has_heap_series:
        serious = False  # what is merely large matters less than what grows
    said.setdefault("severity", Severity.WARNING if serious else Severity.INFO)
    said.setdefault("confidence", Confidence.LIKELY)
    source = inside.graph.source
    return about(rule, Subject("holder", holder, source), message, **said)


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
