"""All rules, in the order in which they are asked. Modules are imported when needed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module

from memdoctor.analysis.measurements import Measurements
from memdoctor.errors import UsageError
from memdoctor.findings import Finding, Rule
from memdoctor.text import closest

FAMILIES: dict[str, tuple[str, ...]] = {
    "memory": (
        "external-not-resident",
        "external-never-resident",
        "external-resident",
        "buffer-dominated",
        "stream-buffer-capacity",
        "other-external",
        "native-resident",
        "js-heap-large",
        "at-high-water",
        "burst-released",
        "swapped-out",
        "private-memory",
        "many-descriptors",
        "detached-contexts",
        "protected-objects",
        "busy-process",
    ),
    "growth": (
        "limit-forecast",
        "growing-heap",
        "growing-external",
        "growing-rss",
        "growing-handles",
        "growing-family",
        "heap-limit-not-applied",
    ),
    "heap": (
        "growing-collection",
        "growing-listeners",
        "growing-detached-dom",
        "growing-buffers",
        "growing-strings",
        "growing-closures",
        "growing-object",
        "growing-class",
        "growing-handles",
        "growth-outside-heap",
        "dominant-object",
        "dominant-group",
        "large-collection",
        "listener-pileup",
        "duplicate-strings",
        "detached-dom",
        "closure-retention",
        "large-buffers",
        "sparse-collection",
        "many-handles",
        "bun-missing-edges",
        "unaligned-snapshots",
    ),
    "processes": (
        "orphaned-process",
        "leaked-children",
        "duplicate-daemon",
        "same-session",
        "shared-data-directory",
        "zombies",
        "respawn-loop",
        "port-conflict",
        "stale-pidfile",
        "stale-executable",
        "busy-orphan",
        "memory-heavy-family",
    ),
    "pm2": (
        "memory-limit-restarts",
        "heap-near-limit",
        "stale-pm2-pid",
        "heap-usage-is-of-committed",
        "heap-limit-unknown",
        "bun-under-pm2",
    ),
    "logs": (
        "crash-loop",
        "heap-out-of-memory",
        "gc-death-spiral",
        "missing-module",
        "port-in-use",
        "uncaught-error",
        "listener-warning",
    ),
    "budget": ("over-budget", "budget-not-checked"),
    "baseline": ("worse-than-baseline",),
    "evidence": (
        "not-one-process",
        "inconsistent-numbers",
        "runtime-is-bun",
        "rate-is-average",
        "too-young",
        "single-dump",
        "fabricated-heap-limit",
        "heap-limit-is-ram",
        "max-rss-unit",
        "derived-field",
        "unit-ambiguous",
        "canned-hint",
        "handles-unknown",
        "allocator-reservation",
        "incomplete-input",
    ),
}

# Families that only speak of what not every case holds: a module that need not be asked is not imported.
_OF_PROCESSES, _OF_HEAPS, _OF_WORKERS, _OF_BUDGETS, _OF_BASELINES = (
    frozenset({"processes"}),
    frozenset({"heap"}),
    frozenset({"pm2", "logs"}),
    frozenset({"budget"}),
    frozenset({"baseline"}),
)

# A rule may be of two families: handles grow in samples, and in snapshots.
NAMES = tuple(dict.fromkeys(name for names in FAMILIES.values() for name in names))


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule with what its module holds: its name card, its check, its documentation."""

    card: Rule
    check: Callable[[Measurements], Iterable[Finding]]
    documentation: str


def load(name: str) -> LoadedRule:
    """Import a rule by name.

    Raises UsageError, with the closest name, if there is none.
    """
    family = next((family for family, names in FAMILIES.items() if name in names), None)
    if family is None:
        raise UsageError(f"there is no rule {name}", closest(name, (*FAMILIES, *NAMES)))
    module = import_module(f"memdoctor.rules.{family}.{name.replace('-', '_')}")
    return LoadedRule(module.RULE, module.check, module.__doc__ or "")


def documented(name: str, own: Iterable[Rule] = ()) -> Rule:
    """Return the card of a rule with its documentation in it; `own` ones bring theirs.

    Raises UsageError, with the closest name, if there is none.
    """
    found = next((card for card in own if card.name == name), None)
    if found is not None:
        return found
    rule = load(name)
    return replace(rule.card, documentation=rule.documentation)


def that_speak_of(measurements: Measurements) -> tuple[str, ...]:
    """Return the names of the rules that may find something in a case, by what the case holds."""
    silent: set[str] = set()
    silent |= _OF_HEAPS if not measurements.case.heaps else set()
    silent |= _OF_PROCESSES if not measurements.machines else set()
    silent |= _OF_WORKERS if measurements.workers is None else set()
    silent |= _OF_BUDGETS if not measurements.budgets else set()
    silent |= _OF_BASELINES if measurements.baseline is None else set()
    families = (names for family, names in FAMILIES.items() if family not in silent)
    return tuple(dict.fromkeys(name for names in families for name in names))


def chosen(select: tuple[str, ...], ignore: tuple[str, ...], own: Iterable[Rule] = ()) -> tuple[str, ...]:
    """Return the names of the rules to ask, families spelled out; nothing selected means all.

    Raises UsageError for a name that is neither a rule nor a family.
    """
    families = _with(own)
    names = tuple(dict.fromkeys(name for group in families.values() for name in group))
    wanted = _spelled_out(select, families, names) or names
    unwanted = _spelled_out(ignore, families, names)
    return tuple(name for name in names if name in wanted and name not in unwanted)


def _with(own: Iterable[Rule]) -> Mapping[str, tuple[str, ...]]:
    """Return the families with the caller's own rules in them."""
    families = dict(FAMILIES)
    for card in own:
        families[card.family] = (*families.get(card.family, ()), card.name)
    return families


def _spelled_out(
    words: tuple[str, ...], families: Mapping[str, tuple[str, ...]], known: tuple[str, ...]
) -> tuple[str, ...]:
    names: list[str] = []
    for word in words:
        if word not in families and word not in known:
            raise UsageError(f"there is no rule or family {word}", closest(word, (*families, *known)))
        names += families.get(word, (word,))
    return tuple(names)
