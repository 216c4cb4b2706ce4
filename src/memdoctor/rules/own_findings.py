"""What a finding of a caller's own rule must be, so that every format can show it."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity, Subject

_LARGEST = 1 << 63  # what readers of JSON take
_SUBJECTS = ("sample", "figure", "process", "processes", "worker", "snapshot", "holder", "case")


def mistake_in(finding: Finding, card: Rule) -> tuple[str, str] | None:
    """Return what is wrong with a finding, and what is expected; None if nothing is."""
    if finding.family != card.family:
        return f"family is {finding.family!a}", f"the family of the rule: {card.family}"
    for name, (fits, expected) in _FIELDS.items():
        value = getattr(finding, name)
        if not fits(value):
            return f"{name} cannot be {quoted(value)}", expected
    for number in finding.evidence:
        for name, (fits, expected) in _FIELDS_OF_EVIDENCE.items():
            value = getattr(number, name)
            if not fits(value):
                return f"evidence has {name} {quoted(value)}", expected
    return None


def quoted(value: object) -> str:
    """Return a value as it is written in Python, and nothing in it that steers a terminal."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_said(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < _LARGEST if isinstance(value, int) else isfinite(value)


def _is_subject(value: Any) -> bool:
    if not isinstance(value, Subject) or value.kind not in _SUBJECTS or not _is_said(value.name):
        return False
    others = (value.source, value.process, value.figure, value.worker)
    return all(map(_is_text_or_none, others)) and (value.pid is None or _is_count(value.pid))


Check = tuple[Callable[[Any], bool], str]
_SAID: Check = (_is_said, "a text that is not empty")
_TEXT_OR_NONE: Check = (_is_text_or_none, "a text, or None")

_FIELDS: dict[str, Check] = {
    "severity": (
        lambda value: isinstance(value, Severity),
        "a memdoctor.Severity, such as Severity.WARNING",
    ),
    "confidence": (
        lambda value: isinstance(value, Confidence),
        "a memdoctor.Confidence, such as Confidence.LIKELY",
    ),
    "subject": (_is_subject, f"a memdoctor.Subject of a kind that there is: {', '.join(_SUBJECTS)}"),
    "message": _SAID,
    "note": _SAID,
    "evidence": (
        lambda value: isinstance(value, tuple) and all(isinstance(item, Evidence) for item in value),
        "a tuple of memdoctor.Evidence or figures",
    ),
    "why": _SAID,
    "help": _SAID,
    "impact": (lambda value: value is None or _is_count(value), "a whole number of bytes, or None"),
    "topic": (_is_text, "a text"),
    "explains": (
        lambda value: isinstance(value, tuple) and all(map(_is_text, value)),
        "a tuple of names of rules",
    ),
    "samples": (_is_count, "a whole number"),
    "folded": (lambda value: isinstance(value, bool), "True or False"),
    "change": _TEXT_OR_NONE,
}
_FIELDS_OF_EVIDENCE: dict[str, Check] = {
    "label": (_is_said, "a text that is not empty: figure.named(label, unit) gives one"),
    "value": (
        lambda value: value is None or _is_text(value) or _is_number(value),
        "a finite number, a text, or None where it is unknown",
    ),
    "unit": (_is_text, "a text, such as bytes or seconds"),
    "pointer": _TEXT_OR_NONE,
    "formula": _TEXT_OR_NONE,
}
