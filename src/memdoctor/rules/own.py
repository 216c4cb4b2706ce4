"""Rules that a caller of the library brings: a module or an object with `RULE` and `check`."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from memdoctor.analysis.measurements import Measurements
from memdoctor.errors import UsageError
from memdoctor.findings import Finding, Rule, Severity
from memdoctor.rules.own_findings import mistake_in, quoted
from memdoctor.rules.registry import FAMILIES, NAMES, LoadedRule

_HELP = "a rule has RULE, a memdoctor.Rule, and check(measurements), which yields findings"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")


class OwnRule(Protocol):
    """What a rule is: a module, a class or an object of this shape. Its docstring documents it.

    The `check` of a class that is given as it is needs no instance; else give an object of the class.
    """

    @property
    def RULE(self) -> Rule:  # noqa: N802 - as in the modules of rules
        """Its name card."""

    def check(self, measurements: Measurements, /) -> Iterable[Finding]:
        """Yield what it finds in a case."""


def loaded(rules: Iterable[OwnRule]) -> tuple[LoadedRule, ...]:
    """Return a caller's rules as those of memdoctor are.

    Raises UsageError for what is no rule, and for a name that is taken or that no rule can have.
    """
    if not isinstance(rules, Iterable):
        raise UsageError(f"'rules' in the call cannot be {_called(rules)}", "a list: rules=[my_rule]")
    found: list[LoadedRule] = []
    for rule in rules:
        card, check = getattr(rule, "RULE", None), getattr(rule, "check", None)
        if not isinstance(card, Rule) or not callable(check):
            raise UsageError(f"{_called(rule)} is no rule", _HELP)
        _refuse_card(card)
        _refuse_taken(card, [one.card for one in found])
        _refuse_signature(card, rule, check)
        text = rule.__doc__ if isinstance(rule.__doc__, str) else ""
        found.append(LoadedRule(card, _guarded(card, check), inspect.cleandoc(text) or card.summary))
    return tuple(found)


def cards(rules: Sequence[LoadedRule]) -> tuple[Rule, ...]:
    """Return the cards of rules, each with its documentation."""
    return tuple(replace(rule.card, documentation=rule.documentation) for rule in rules)


def _refuse_card(card: Rule) -> None:
    """Raise UsageError for a card that no report can show."""
    for what, name in (("name", card.name), ("family", card.family)):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            help_of = "small letters, digits and hyphens, a letter first, at most 64: large-rss"
            raise UsageError(f"the {what} of a rule cannot be {quoted(name)}", help_of)
    if not isinstance(card.severity, Severity):
        raise UsageError(
            f"the rule {card.name}: severity cannot be {quoted(card.severity)}",
            "a memdoctor.Severity, such as Severity.WARNING",
        )
    if not isinstance(card.summary, str) or not card.summary.strip():
        raise UsageError(f"the rule {card.name}: summary cannot be {quoted(card.summary)}", "a text")
    if not isinstance(card.explains, tuple) or not all(isinstance(name, str) for name in card.explains):
        raise UsageError(
            f"the rule {card.name}: explains cannot be {quoted(card.explains)}",
            "a tuple of names of rules",
        )


def _refuse_taken(card: Rule, others: Sequence[Rule]) -> None:
    """Raise UsageError where `select` could not tell a name from another one."""
    rules = (*NAMES, *(one.name for one in others))
    families = (*FAMILIES, *(one.family for one in others), card.family)
    if card.name in (*rules, *families):
        raise UsageError(f"there is a rule or family {card.name} already", "give yours another name")
    if card.family in rules:
        raise UsageError(
            f"the rule {card.name}: there is a rule {card.family}, so no family can have that name",
            "give your family another name",
        )


def _refuse_signature(card: Rule, rule: object, check: Callable[..., Any]) -> None:
    """Raise UsageError for a check that cannot be called with measurements alone."""
    try:
        signature = inspect.signature(check)
    except (TypeError, ValueError):  # of compiled code: nobody knows
        return
    try:
        signature.bind(None)
    except TypeError as error:
        name = _called(rule)
        given = f"give an object of the class: rules=[{name}()]" if isinstance(rule, type) else _HELP
        raise UsageError(
            f"the rule {card.name}: check{signature} cannot be called with measurements", given
        ) from error


def _guarded(
    card: Rule, check: Callable[[Measurements], Any]
) -> Callable[[Measurements], Iterator[Finding]]:
    """Return a check that yields findings of its rule, as reports can show them, and nothing else."""

    def checked(measurements: Measurements) -> Iterator[Finding]:
        answer = check(measurements)
        if answer is None:  # a check that has nothing to say
            return
        if not isinstance(answer, Iterable):
            raise UsageError(
                f"the rule {card.name} returns {_called(answer)}", "yield findings, or return a list"
            )
        for finding in answer:
            if not isinstance(finding, Finding) or finding.rule != card.name:
                raise UsageError(
                    f"the rule {card.name} yields {_called(finding)}", "yield findings of the rule"
                )
            mistake = mistake_in(finding, card)
            if mistake is not None:
                raise UsageError(f"the rule {card.name} yields a finding whose {mistake[0]}", mistake[1])
            yield finding

    return checked


def _called(thing: object) -> str:
    """Return what an object is called in a message."""
    if isinstance(thing, Finding):
        return f"a finding of {_short(thing.rule)}"
    return str(getattr(thing, "__name__", type(thing).__name__))


def _short(value: object) -> str:
    return value if isinstance(value, str) and _NAME.fullmatch(value) else quoted(value)
