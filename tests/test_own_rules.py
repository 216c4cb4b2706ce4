"""Rules that a caller of the library brings: what they may be and say, and how mistakes are told."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

import memdoctor
from memdoctor.config import FORMATS
from memdoctor.rules.about import about_case

from conftest import HEAPDUMPS

_DUMP = HEAPDUMPS / "phantom-external.json"
_CARD = memdoctor.Rule("own-rule", "ours", memdoctor.Severity.ERROR, "of our own")


class _Own:
    """Of our own.

    ## When it is wrong
    Never.
    """

    RULE = _CARD

    @staticmethod
    def check(measurements: memdoctor.Measurements) -> Iterator[memdoctor.Finding]:
        """Find something in every case."""
        count = memdoctor.Evidence("samples", len(measurements.looks), formula="samples, counted")
        yield about_case(_CARD, "it is ours", note="ours", evidence=(count,), why="so", help="none")


@pytest.mark.parametrize("form", FORMATS)
def test_an_own_rule_is_in_every_format(form: str) -> None:
    report = memdoctor.analyze(_DUMP, rules=[_Own], select=["ours"])
    assert [finding.rule for finding in report.findings] == ["own-rule"]
    assert "own-rule" in memdoctor.render(report, form, memdoctor.Style(detail=1))


def test_an_own_rule_can_be_chosen_and_counts() -> None:
    assert memdoctor.analyze(_DUMP, rules=[_Own], fail_on="error").exit_code == 1
    assert memdoctor.analyze(_DUMP, rules=[_Own()], fail_on="error", ignore=["own-rule"]).exit_code == 0
    assert "Never." in memdoctor.analyze(_DUMP, rules=[_Own]).own_rules[0].documentation
    assert "own-rule" not in memdoctor.analyze(_DUMP).silent


def _rule(check: Any = None, **changes: Any) -> Any:
    """Return a rule whose card or check is another one."""
    card = replace(_CARD, **changes)
    return SimpleNamespace(RULE=card, check=check or (lambda measurements: []), __doc__="Of our own.")


class _WithSelf:
    RULE = _CARD

    def check(self, measurements: memdoctor.Measurements) -> Iterator[memdoctor.Finding]:
        """Find something in every case."""
        return _Own.check(measurements)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([object()], "object is no rule"),
        ([SimpleNamespace(RULE=_CARD, check=None)], "SimpleNamespace is no rule"),
        ([_Own, _Own], "there is a rule or family own-rule already"),
        ([_rule(print, name="zombies")], "zombies already"),
        ([_rule(lambda _: [1])], "own-rule yields int"),
        ([_rule(lambda _: 5)], "own-rule returns int"),
        ([_rule(lambda _: next(_Own.check(_)))], "own-rule returns a finding of own-rule"),
        ([_rule(lambda: [])], r"own-rule: check\(\) cannot be called with measurements"),
        ([_WithSelf], r"own-rule: check\(self, .* cannot be called with measurements"),
        (_Own, "'rules' in the call cannot be _Own"),
        (5, "'rules' in the call cannot be int"),
        ([_rule(name="")], "the name of a rule cannot be ''"),
        ([_rule(name=5)], "the name of a rule cannot be 5"),
        ([_rule(name="Hello World\x1b[31m")], r"the name of a rule cannot be 'Hello World\\x1b\[31m'"),
        ([_rule(name="Bad, name\n::error::x")], r"cannot be 'Bad, name\\n::error::x'"),
        ([_rule(name="a" * 1000)], "the name of a rule cannot be 'a{59}…$"),
        ([_rule(family="")], "the family of a rule cannot be ''"),
        ([_rule(family="zombies")], "there is a rule zombies, so no family can have that name"),
        ([_rule(name="ours")], "there is a rule or family ours already"),
        ([_rule(), _rule(name="other", family="own-rule")], "there is a rule own-rule, so no family"),
        ([_rule(severity="dire")], "own-rule: severity cannot be 'dire'"),
        ([_rule(summary="")], "own-rule: summary cannot be ''"),
        ([_rule(explains="zombies")], "own-rule: explains cannot be 'zombies'"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_told(rules: Any, message: str) -> None:
    with pytest.raises(memdoctor.UsageError, match=message) as told:
        memdoctor.analyze(_DUMP, rules=rules)
    assert told.value.help


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"evidence": []}, r"evidence cannot be \[\]"),
        ({"evidence": (5,)}, r"evidence cannot be \(5,\)"),
        ({"evidence": (memdoctor.Evidence("", 5),)}, "evidence has label ''"),
        ({"evidence": (memdoctor.Evidence("a", float("nan")),)}, "evidence has value nan"),
        ({"message": None}, "message cannot be None"),
        ({"help": " "}, "help cannot be ' '"),
        ({"severity": "warning"}, "severity cannot be 'warning'"),
        ({"confidence": "sure"}, "confidence cannot be 'sure'"),
        ({"impact": "x"}, "impact cannot be 'x'"),
        ({"impact": -1}, "impact cannot be -1"),
        ({"subject": "case"}, "subject cannot be 'case'"),
        ({"subject": memdoctor.Subject("thing", "x")}, "subject cannot be"),
        ({"family": "theirs"}, "family is 'theirs'"),
    ],
)  # fmt: skip
def test_a_finding_that_no_report_can_show_is_told_with_its_rule(
    changes: dict[str, Any], message: str
) -> None:
    def check(measurements: memdoctor.Measurements) -> Iterator[memdoctor.Finding]:
        for finding in _Own.check(measurements):
            yield replace(finding, **changes)

    with pytest.raises(memdoctor.UsageError, match=f"own-rule yields a finding whose {message}") as told:
        memdoctor.analyze(_DUMP, rules=[_rule(check)])
    assert told.value.help


def test_an_object_of_a_class_is_a_rule() -> None:
    report = memdoctor.analyze(_DUMP, rules=[_WithSelf()], select=["own-rule"])
    assert [finding.rule for finding in report.findings] == ["own-rule"]


def test_a_check_that_returns_nothing_finds_nothing() -> None:
    assert not memdoctor.analyze(_DUMP, rules=[_rule(lambda _: None)], select=["ours"]).findings


def test_what_an_own_rule_raises_is_passed_on() -> None:
    def check(measurements: memdoctor.Measurements) -> Iterator[memdoctor.Finding]:
        raise KeyError(len(measurements.looks))

    with pytest.raises(KeyError):
        memdoctor.analyze(_DUMP, rules=[_rule(check)])


@pytest.mark.parametrize("form", FORMATS)
def test_redaction_leaves_the_names_of_own_rules(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ours")
    card = replace(_CARD, name="ours-rule")

    def check(measurements: memdoctor.Measurements) -> Iterator[memdoctor.Finding]:
        for finding in _Own.check(measurements):
            yield replace(finding, rule="ours-rule", message="it is of ours")

    report = memdoctor.analyze(
        _DUMP, rules=[SimpleNamespace(RULE=card, check=check)], select=["ours"], redact=True
    )
    assert report.findings[0].message == "it is of <user-1>"
    assert (report.findings[0].family, report.own_rules[0].name) == ("ours", "ours-rule")
    assert "ours-rule" in memdoctor.render(report, form, memdoctor.Style(detail=1))
