"""Which finding of an earlier report is which of this one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from memdoctor.baselines import Baseline, KnownFinding
from memdoctor.baselines.names import is_same, stable
from memdoctor.baselines.pairing import Item, paired
from memdoctor.comparison.keys import Key, key_of
from memdoctor.findings import Finding
from memdoctor.text import file_name

Pairs = list[tuple[Finding, KnownFinding | None]]


def matched(
    findings: Sequence[Finding], sources: Sequence[str], baseline: Baseline
) -> tuple[Pairs, list[KnownFinding]]:
    """Return each finding with what is known of it, None where it is new; and what is known and gone."""
    with_topic = all(known.topic is not None for known in baseline.findings)
    before: dict[Key, list[KnownFinding]] = defaultdict(list)
    for known in baseline.findings:
        before[key_of(known, baseline.sources, with_topic=with_topic)].append(known)
    now: dict[Key, list[Finding]] = defaultdict(list)
    for finding in findings:
        now[key_of(finding, sources, with_topic=with_topic)].append(finding)
    pairs: Pairs = []
    of_rule: dict[str, list[Key]] = defaultdict(list)
    for other in before:
        of_rule[other.rule].append(other)
    for key, group in now.items():
        same = [other for other in of_rule[key.rule] if _is_same(key, other)]
        found, left = paired(_items(group), _known_items(one for other in same for one in before[other]))
        pairs += found
        for other in same:
            before[other] = []
        if same:
            before[same[0]] = left
    gone = [known for group in before.values() for known in group]
    return _with_cases(*_with_holders(pairs, gone))


def _is_same(key: Key, other: Key) -> bool:
    return key.figure == other.figure and is_same(key.topic, other.topic) and is_same(key.name, other.name)


def _items(findings: Iterable[Finding]) -> list[Item[Finding]]:
    return [Item(file_name(one.subject.source or ""), float(one.impact or 0), one) for one in findings]


def _known_items(findings: Iterable[KnownFinding]) -> list[Item[KnownFinding]]:
    return [
        Item(file_name(one.source or ""), 0.0 if one.impact is None else one.impact.value, one)
        for one in findings
    ]


def _with_holders(pairs: Pairs, gone: list[KnownFinding]) -> tuple[Pairs, list[KnownFinding]]:
    """Take for the same what is told of one holder by another rule of heaps, or of one class elsewhere.

    Which rule tells of something that grows depends on what the snapshot shows of it.
    """
    left = [known for known in gone if known.kind == "holder"]
    found: Pairs = []
    for finding, known in pairs:
        other = None
        if known is None and finding.subject.kind == "holder" and finding.family == "heap":
            other = next((one for one in left if _is_sibling(finding, one)), None)
        if other is not None:
            left.remove(other)
        found.append((finding, known or other))
    return found, [*(known for known in gone if known.kind != "holder"), *left]


def _is_sibling(finding: Finding, known: KnownFinding) -> bool:
    by_topic = bool(finding.topic) and (finding.rule, finding.topic) == (known.rule, known.topic)
    return by_topic or is_same(stable(finding.subject.name), stable(known.name))


def _with_cases(pairs: Pairs, gone: list[KnownFinding]) -> tuple[Pairs, list[KnownFinding]]:
    """Take what holds for several workers, told of the whole case, for the same of one of them."""
    of_case = {known.rule: known for known in gone if known.kind == "case"}
    of_one = {known.rule: known for known in gone if known.kind == "worker"}
    found: Pairs = []
    used: set[str] = set()
    for finding, known in pairs:
        others = of_case if finding.subject.kind == "worker" else of_one
        other = others.get(finding.rule) if finding.subject.kind in {"worker", "case"} else None
        if known is None and other is not None:
            used.add(other.rule)
        found.append((finding, known or other))
    return found, [one for one in gone if one.rule not in used or one.kind not in {"case", "worker"}]
