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
    from memdoctor.rules.registry import FAMILIES, load

    if rule is None:
        for family, names in FAMILIES.items():
            print(f"{family}")
            for name in names:
                card = load(name).card
                print(f"  {name:25} {card.severity:8} {card.summary}")
        return
    if rule in FAMILIES:
        for name in FAMILIES[rule]:
            print(f"{name:25} {load(name).card.severity:8} {load(name).card.summary}")
        return
    found = load(rule)
    print(f"{found.card.severity}[{found.card.name}], family {found.card.family}\n")
    print(found.documentation.strip())
