"""The rules of a SARIF run: their cards, and their documentation as help."""

import re
from typing import Any

from memdoctor.findings import Severity
from memdoctor.rules.registry import load

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def described(name: str) -> dict[str, Any]:
    """Return the descriptor of a rule."""
    rule = load(name)
    documentation = rule.documentation.strip()
    statement = " ".join(documentation.split("\n\n", maxsplit=1)[0].split())
    return {
        "id": name,
        "name": name.title().replace("-", ""),
        "shortDescription": {"text": rule.card.summary},
        "fullDescription": {"text": statement},
        "help": {"text": _plain(documentation), "markdown": documentation},
        "defaultConfiguration": {"level": LEVELS[rule.card.severity]},
        "properties": {"family": rule.card.family, "tags": [rule.card.family]},
    }


def _plain(markdown: str) -> str:
    """Return documentation without the signs of its headings and code."""
    return re.sub(r"^#+ (.+)$", r"\1:", markdown, flags=re.MULTILINE).replace("`", "")
