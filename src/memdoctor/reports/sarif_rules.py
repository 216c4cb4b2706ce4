"""The rules of a SARIF run: their cards, and their documentation as help."""

import re
from typing import Any

from memdoctor.findings import Rule, Severity

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def described(rule: Rule) -> dict[str, Any]:
    """Return the descriptor of a rule."""
    documentation = rule.documentation.strip()
    statement = " ".join(documentation.split("\n\n", maxsplit=1)[0].split())
    return {
        "id": rule.name,
        "name": rule.name.title().replace("-", ""),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": statement},
        "help": {"text": _plain(documentation), "markdown": documentation},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"family": rule.family, "tags": [rule.family]},
    }


def _plain(markdown: str) -> str:
    """Return documentation without the signs of its headings and code."""
    return re.sub(r"^#+ (.+)$", r"\1:", markdown, flags=re.MULTILINE).replace("`", "")
