"""Rules that a caller of the library brings: a module or an object with `RULE` and `check`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from inspect import cleandoc
from typing import Any, Protocol

from memdoctor.analysis.measurements import Measurements
from memdoctor.errors import UsageError
from memdoctor.findings import Finding, Rule
from memdoctor.rules.registry import FAMILIES, NAMES, LoadedRule

_HELP = "a rule has RULE, a memdoctor.Rule, and check(measurements), which yields findings"


class OwnRule(Protocol):
    """What a rule is: a module, a class or an object of this shape. Its docstring documents it."""

    @property
    def RULE(self) -> Rule:  # noqa: N802 - as in the modules of rules
        """Its name card."""

    def check(self, measurements: Measurements, /) -> Iterable[Finding]:
        """Yield what it finds in a case."""


def loaded(rules: Iterable[OwnRule]) -> tuple[LoadedRule, ...]:
    """Return a caller's rules as those of memdoctor are.

    Raises UsageError for what is no rule, and for a name that is taken.
    """
    found: list[LoadedRule] = []
    for rule in rules:
        card, check = getattr(rule, "RULE", None), getattr(rule, "check", None)
        if not isinstance(card, Rule) or not callable(check):
            raise UsageError(f"{_called(rule)} is no rule", _HELP)
        if card.name in (*NAMES, *FAMILIES, *(one.card.name for one in found)):
            raise UsageError(f"there is a rule or family {card.name} already", "give yours another name")
        documentation = cleandoc(rule.__doc__ or card.summary)
        found.append(LoadedRule(card, _guarded(card, check), documentation))
    return tuple(found)


def cards(rules: Sequence[LoadedRule]) -> tuple[Rule, ...]:
    """Return the cards of rules, each with its documentation."""
    return tuple(replace(rule.card, documentation=rule.documentation) for rule in rules)


def _guarded(card: Rule, check: Any) -> Any:
    """Return a check that yields findings of its rule and nothing else."""

    def checked(measurements: Measurements) -> Iterator[Finding]:
        for finding in check(measurements) or ():
            if not isinstance(finding, Finding) or finding.rule != card.name:
                raise UsageError(
                    f"the rule {card.name} yields {_called(finding)}", "yield findings of the rule"
                )
            yield finding

    return checked


def _called(thing: object) -> str:
    """Return what an object is called in a message."""
    if isinstance(thing, Finding):
        return f"a finding of {thing.rule}"
    return str(getattr(thing, "__name__", type(thing).__name__))
