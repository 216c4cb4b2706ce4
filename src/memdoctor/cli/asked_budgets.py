"""Budgets of a call that does not ask the rule which judges them: no gate may be open without a word."""

from dataclasses import replace
from typing import TYPE_CHECKING

from memdoctor.errors import UsageError

if TYPE_CHECKING:
    from memdoctor.config import Settings

_RULE, _OTHER = "over-budget", "budget-not-checked"


def with_asked_budgets(settings: "Settings") -> "Settings":
    """Return settings without budgets that came from elsewhere and that nobody asks about here.

    Raises UsageError for one of the command line that no chosen rule speaks of.
    """
    if not settings.budget or not (settings.select or settings.ignore):
        return settings
    from memdoctor.rules import registry

    asked = registry.chosen(settings.select, settings.ignore)
    if _RULE in asked or (_OTHER in asked and _OTHER in settings.select):
        return settings
    typed = next((one for one in settings.budget if one.where == "--budget"), None)
    if typed is not None:
        raise UsageError(
            f"--budget {typed.full_name} would not be judged: --select or --ignore leave out {_RULE}",
            "add --select budget, or leave the budget out",
        )
    return replace(settings, budget=())
