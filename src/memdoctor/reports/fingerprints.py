"""What tells findings apart, the same in the next run: no measured number, no order, no time."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence

from memdoctor.findings import Finding

_NUMBERS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+")


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """Return a fingerprint for each finding; those that only numbers tell apart are counted by name."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, finding in enumerate(findings):
        alike[_key(finding)].append(index)
    prints = [""] * len(findings)
    for key, indexes in alike.items():
        by_name = sorted(indexes, key=lambda index: _name(findings[index]))
        for number, index in enumerate(by_name):
            prints[index] = _digest((*key, str(number)))
    return prints


def _key(finding: Finding) -> tuple[str, ...]:
    """Return what stays: the rule and its subject. The name of a worker, given by a person, stays whole."""
    subject = finding.subject
    return (
        finding.rule,
        subject.kind,
        subject.figure or "",
        subject.worker or "",
        *(_without_numbers(text or "") for text in (subject.source, subject.name, finding.topic)),
    )


def _name(finding: Finding) -> tuple[str, ...]:
    subject = finding.subject
    return (subject.source or "", subject.name, finding.topic)


def _without_numbers(text: str) -> str:
    """Return a text without pids, ids of objects and sessions, places in a list, times in file names."""
    return _NUMBERS.sub("#", text)


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
