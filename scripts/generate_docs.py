"""Write the pages that come from the code: rules, commands, views, fields of JSON, tables of SQL.

A rule's page is its module's docstring, a command's is its --help, a table's its columns. With --check
nothing is written: each page that is out of date, missing or superfluous is named, and the exit code is 1.
"""

import argparse
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from memdoctor.cli.main import COMMANDS
from memdoctor.findings import Rule
from memdoctor.reports.query_schema import markdown
from memdoctor.rules.registry import FAMILIES, NAMES, LoadedRule, load

from generate_attributes import attributes_page
from generate_fields import fields_page
from generate_views import views_page

DOCS = Path(__file__).resolve().parent.parent / "docs"

_MARK = "<!-- Written by scripts/generate_docs.py from {}. -->\n"


def pages() -> dict[str, str]:
    """Return every generated page by its path under docs/."""
    rules = {f"rules/{name}.md": rule_page(load(name)) for name in NAMES}
    return {
        **rules,
        "rules/index.md": rules_index(),
        "commands.md": commands_page(),
        "attributes.md": _MARK.format("docstrings: scripts/generate_attributes.py") + attributes_page(),
        "views.md": _MARK.format("src/memdoctor/analysis/heap/views/") + views_page(),
        "tables.md": tables_page(),
        "json-fields.md": _MARK.format("src/memdoctor/reports/report.schema.json") + fields_page(),
    }


def tables_page() -> str:
    """Return the tables that a query can ask, with their columns."""
    about = (
        "What `memdoctor query` can ask, and what `--to` writes: [a case in SQL](sql.md). NULL is what was "
        "not reported or is not known, never 0; times are UTC.\n"
    )
    return f"{_MARK.format('src/memdoctor/tables/')}\n# Tables\n\n{about}\n{markdown()}"


def rule_page(rule: LoadedRule) -> str:
    """Return the page of one rule: its card, then its docstring."""
    card = rule.card
    summary, _, sections = rule.documentation.strip().partition("\n")
    module = f"src/memdoctor/rules/{card.family}/{card.name.replace('-', '_')}.py"
    return (
        f"{_MARK.format(module)}\n# {card.name}\n\n"
        f"Severity **{card.severity}**, family `{card.family}`. [All rules](index.md)\n\n"
        f"{summary}\n{_explains(card)}\n{sections.strip()}\n"
    )


def _explains(card: Rule) -> str:
    if not card.explains:
        return ""
    links = ", ".join(map(_link, card.explains))
    return f"\nFindings about the same sample that state the same fact are told inside this one: {links}.\n"


def rules_index() -> str:
    """Return the table of all rules, a section for each family."""
    lines = [_MARK.format("src/memdoctor/rules/"), "# Rules", "", "Also: `memdoctor explain RULE`.", ""]
    for family, names in FAMILIES.items():
        about = import_module(f"memdoctor.rules.{family}").__doc__ or ""
        lines += [f"## {family}", "", about.strip(), "", "| rule | severity | summary |", "|---|---|---|"]
        cards = [load(name).card for name in names]
        lines += [f"| {_link(card.name)} | {card.severity} | {card.summary} |" for card in cards]
        lines.append("")
    return "\n".join(lines)


def _link(name: str) -> str:
    return f"[{name}]({name}.md)"


def commands_page() -> str:
    """Return the --help of memdoctor and of each command, as it looks in 80 columns."""
    lines = [_MARK.format("the --help of each command"), "# Commands", ""]
    for words in (["memdoctor"], *(["memdoctor", command] for command in COMMANDS)):
        lines += [f"## {' '.join(words)}", "", "```text", help_of(words), "```", ""]
    return "\n".join(lines)


def help_of(words: list[str]) -> str:
    """Return the help of memdoctor or of a command, 80 columns wide."""
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    call = [sys.executable, "-m", *words, "--help"]
    done = subprocess.run(  # noqa: S603 - this interpreter, our own module
        call, env=os.environ | plain, capture_output=True, encoding="utf-8", check=True
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def outdated(expected: dict[str, str]) -> list[str]:
    """Return what is wrong with the pages on disk, a line for each."""
    wrong = []
    for name, text in expected.items():
        page = DOCS / name
        if not page.is_file():
            wrong.append(f"docs/{name} is missing")
        elif page.read_text(encoding="utf-8") != text:
            wrong.append(f"docs/{name} is out of date")
    return wrong + [f"docs/{name} is superfluous" for name in superfluous(expected)]


def superfluous(expected: dict[str, str]) -> list[str]:
    """Return pages in docs/rules/ that no rule stands behind."""
    on_disk = sorted(f"rules/{page.name}" for page in (DOCS / "rules").glob("*.md"))
    return [name for name in on_disk if name not in expected]


def main() -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page differs")
    expected = pages()
    if parser.parse_args().check:
        wrong = outdated(expected)
        print("\n".join([*wrong, "help: run python scripts/generate_docs.py"] if wrong else ["up to date"]))
        return 1 if wrong else 0
    (DOCS / "rules").mkdir(parents=True, exist_ok=True)
    for name, text in expected.items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
    for name in superfluous(expected):
        (DOCS / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
