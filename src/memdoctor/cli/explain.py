"""`memdoctor explain`."""

from typing import Annotated

import typer

from memdoctor.cli.options import complete_rule

RuleName = Annotated[
    str | None,
    typer.Argument(metavar="RULE", autocompletion=complete_rule, show_default=False),
]


def explain(rule: RuleName = None) -> None:
    """Explain one rule, or list all of them."""
    from memdoctor.cli.publish import say
    from memdoctor.rules.registry import FAMILIES, NAMES, load

    if rule is not None and rule not in FAMILIES:
        found = load(rule)
        title = f"{found.card.severity}[{found.card.name}], family {found.card.family}"
        say(f"{title}\n\n{_wrapped(found.documentation)}\n")
        return
    width = max(map(len, NAMES))
    for family in [rule] if rule else FAMILIES:
        say(f"{family}\n")
        for name in FAMILIES[family]:
            card = load(name).card
            say(f"  {name:{width}} {card.severity:7}  {card.summary}\n")


def _wrapped(documentation: str) -> str:
    """Break the paragraphs of a rule's documentation for the terminal."""
    import textwrap

    from memdoctor.cli.publish import columns

    lines = []
    for line in documentation.strip().split("\n\n"):
        heading, newline, text = line.partition("\n") if line.startswith("#") else ("", "", line)
        wrapped = textwrap.fill(" ".join(text.split()), min(columns(), 80), break_on_hyphens=False)
        lines.append(heading + newline + wrapped)
    return "\n\n".join(lines)
