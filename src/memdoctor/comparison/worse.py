"""Whether a known finding is worse than it was: a higher severity, or a larger number behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from memdoctor.baselines import KnownFinding, KnownNumber
from memdoctor.baselines.noise import BYTES, COUNTS, has_grown, has_moved
from memdoctor.findings import Evidence, Finding, Severity
from memdoctor.thresholds import Thresholds

# What stands in logs is exact; sums of processes hide no noise.
_EXACT, _SUMS = frozenset({"logs"}), frozenset({"processes"})
# They tell how a number is to be read, as does the family `evidence`: more of it is not worse.
_NOTES = frozenset(
    {
        "heap-usage-is-of-committed",
        "heap-limit-unknown",
        "bun-under-pm2",
        "bun-missing-edges",
        "unaligned-snapshots",
    }
)
_SLOPE, _LOW, _HIGH = "slope", "slope, low", "slope, high"


@dataclass(frozen=True, slots=True)
class Change:
    """What is worse: a number now and before, or a severity."""

    now: Evidence
    before: Evidence


def change_of(finding: Finding, known: KnownFinding, thresholds: Thresholds) -> Change | None:
    """Return what of a known finding is worse, None if nothing is."""
    if not _has_moved(finding, known, thresholds):
        return None
    for now, before in _leading(finding, known):
        share = thresholds.regression_share
        if has_grown(before.value, float(now.value or 0), now.unit, thresholds, share):
            return Change(now, _as_evidence(before, now.label))
    if finding.severity.rank < _rank(known.severity):
        now = Evidence("severity", finding.severity.value, "text", formula="the rule")
        return Change(now, Evidence("severity", known.severity, "text", _place_of(known)))
    return None


def _rank(severity: str) -> int:
    return Severity(severity).rank if severity in set(Severity) else len(Severity)


def _place_of(known: KnownFinding) -> str | None:
    numbers = [*known.numbers, *([known.impact] if known.impact else [])]
    return numbers[0].place if numbers else None


def _leading(finding: Finding, known: KnownFinding) -> Iterator[tuple[Evidence, KnownNumber]]:
    """Yield the numbers that tell how bad it is: a slope; else the impact; else the first that counts."""
    if finding.family == "evidence" or finding.rule in _NOTES:
        return
    now, before = _numbers(finding), {one.label: one for one in known.numbers}
    if _SLOPE in now or _SLOPE in before:
        apart = _LOW in now and _HIGH in before and float(now[_LOW].value or 0) > before[_HIGH].value
        if apart and _SLOPE in now and _SLOPE in before:
            yield now[_SLOPE], before[_SLOPE]
        return
    if finding.impact is not None and known.impact is not None:
        named = next((one for one in finding.evidence if one.value == finding.impact), None)
        impact = Evidence("impact", finding.impact, "bytes", formula="what it costs")
        yield named or impact, known.impact
    counted = next((one for one in finding.evidence if _counts(one)), None)
    if counted is not None and counted.label in before and finding.impact is None:
        yield counted, before[counted.label]


def _counts(one: Evidence) -> bool:
    return one.unit in COUNTS | BYTES and not isinstance(one.value, str)


def _has_moved(finding: Finding, known: KnownFinding, thresholds: Thresholds) -> bool:
    """Whether any number that it was made from is another one, or none of them can be compared."""
    if finding.family in _EXACT:
        return True
    before = {one.label: one for one in known.numbers}
    common = [
        (one, before[label])
        for label, one in _numbers(finding).items()
        if label in before and (finding.family in _SUMS or not (one.derived or not before[label].reported))
    ]
    moved = (has_moved(old.value, float(one.value or 0), one.unit, thresholds) for one, old in common)
    return not common or any(moved)


def _numbers(finding: Finding) -> dict[str, Evidence]:
    return {one.label: one for one in finding.evidence if isinstance(one.value, int | float)}


def _as_evidence(number: KnownNumber, label: str) -> Evidence:
    return Evidence(f"baseline {label}", number.value, number.unit, number.place)
