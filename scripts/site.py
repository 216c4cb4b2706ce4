"""What mkdocs asks while it builds the site: navigation, links that leave docs/, a search of no server."""

import re
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from memdoctor.rules.registry import FAMILIES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

_HOME = "index.md"  # above all sections: mkdocs leads home only to such a page
# The pages by section, in reading order. A page of an input or a rule is found by itself.
_SECTIONS: dict[str, tuple[str, ...]] = {
    "Guide": (
        "guide/diagnostics-dump.md",
        "guide/snapshot-series.md",
        "guide/left-behind.md",
        "guide/pm2-worker.md",
        "guide/mixed-case.md",
        "leak-hunt.md",
        "heap-case.md",
        "health-check.md",
    ),
    "What it looks at": (
        "processes.md",
        "pm2.md",
        "watch.md",
        "capture.md",
        "reap.md",
        "redact.md",
        "leaks.md",
    ),
    "Inputs": (),
    "Views of a heap": ("heap-views.md", "views.md", "heap-findings.md"),
    "Rules": ("rules/index.md",),
    "Commands": ("commands.md", "ci.md"),
    "Reports and data": (
        "html.md",
        "json.md",
        "json-fields.md",
        "sharing.md",
        "sql.md",
        "tables.md",
        "library.md",
        "attributes.md",
    ),
    "Concepts": ("reading-numbers.md", "heap-numbers.md", "growth.md"),
    "How right, how fast": ("accuracy.md", "performance.md"),
    "How it is made": ("architecture.md", "extending.md", "contributing.md", "changes.md"),
}
# What mkdocs brings for a server: a search, which docs/search.js replaces; a page for any address and a
# list of addresses, which cannot know where the site will be.
_OF_A_SERVER = ("search/main.js", "search/worker.js", "404.html", "sitemap.xml")
_FROM_ROOT = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changes.md"}
_MARK = re.compile(r"\A<!-- .*? -->\n")  # of generated pages: before a heading it would hide the title
_LINK = re.compile(r"\[([^\]\[]*(?:\[[^\]]*\][^\]\[]*)*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: Any) -> Any:
    """Put the navigation together, and leave out what needs a server."""
    config["nav"] = navigation()
    config.extra_javascript[:] = [one for one in config.extra_javascript if str(one) not in _OF_A_SERVER]
    config.theme.static_templates -= {*_OF_A_SERVER}
    return config


def navigation() -> list[Any]:
    """Return the sections with their pages, rules by family. Raises PluginError for a page in none."""
    here = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")} | set(_FROM_ROOT.values())
    inputs = sorted(page for page in here if page.startswith("inputs/"))
    rules = _rules()
    named = {_HOME, *inputs} | {page for pages in _SECTIONS.values() for page in pages}
    named |= {page for family in rules for pages in family.values() for page in pages}
    if here != named:
        lost = ", ".join(sorted(here ^ named))
        raise PluginError(f"in no section of scripts/site.py, or there and not in docs/: {lost}")
    sections: dict[str, list[Any]] = {title: list(pages) for title, pages in _SECTIONS.items()}
    sections["Inputs"] += inputs
    sections["Rules"] += rules
    return [_HOME, *({title: pages} for title, pages in sections.items())]


def _rules() -> list[dict[str, list[str]]]:
    """Return the pages of rules by family; one of two families stands in the first."""
    seen: set[str] = set()
    families = []
    for family, names in FAMILIES.items():
        families.append({family: [f"rules/{name}.md" for name in names if name not in seen]})
        seen |= set(names)
    return families


def on_files(files: Files, config: Any) -> Files:
    """Take in what stands at the root of the repository."""
    for name, page in _FROM_ROOT.items():
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        files.append(File.generated(config, page, content=text))
    for name in _OF_A_SERVER:
        if (file := files.get_file_from_path(name)) is not None:
            files.remove(file)
    return files


def on_post_build(config: Any) -> None:
    """Bring the index of the search as a script: what is opened from a folder may fetch nothing."""
    folder = Path(config.site_dir) / "search"
    fetched = folder / "search_index.json"
    index = fetched.read_text(encoding="utf-8")
    (folder / "index.js").write_text(f"window.searchIndex = {index};\n", encoding="utf-8")
    fetched.unlink()


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Lead links out of docs/ to their page of the site; what has none there is named without a link."""
    folder = PurePosixPath("docs") / PurePosixPath(page.file.src_uri).parent

    def led(match: re.Match[str]) -> str:
        text, target, anchor = match[1], match[2], match[3] or ""
        if "://" in target:
            return match[0]
        place = _normal(folder / target)
        if place in _FROM_ROOT:
            up = "../" * (len(folder.parts) - 1)
            return f"[{text}]({up}{_FROM_ROOT[place]}{anchor})"
        return match[0] if place.startswith("docs/") else text

    return _LINK.sub(led, _MARK.sub("", markdown))


def _normal(path: PurePosixPath) -> str:
    """Return a path without steps up."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)
