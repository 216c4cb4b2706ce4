"""The file around a page: its style, its scripts, and a policy that lets it ask nobody for anything."""

import base64
import hashlib
from importlib.resources import files

from memdoctor.cuts import whole_words
from memdoctor.findings import Report
from memdoctor.reports.case_report.sections import ending
from memdoctor.reports.html.library import plotting
from memdoctor.reports.html.markup import Html, tag

_MOST_TITLE = 120  # characters
_ICON = "data:,"  # none, or the browser asks for one


def document(report: Report, header: Html, body: Html, *, has_plots: bool) -> str:
    """Return a page, with the plotting library in it where it has plots."""
    scripts = [_own("page.js")]
    if has_plots:
        scripts = [plotting(), *scripts, _own("plots.js")]
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        _policy(scripts),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        Html(f'<link rel="icon" href="{_ICON}">'),
        tag("title", whole_words(f"Memory investigation: {report.answer}", _MOST_TITLE)),
        tag("style", Html(_own("page.css"))),
    )
    main = tag("main", header, body, _footer(report))
    last = (Html(f"<script>{script}</script>") for script in scripts)
    return f"<!doctype html>\n{tag('html', head, tag('body', main, *last), lang='en')}\n"


def _policy(scripts: list[str]) -> Html:
    """Allow the scripts of this page alone; plotly.js makes style rules as it runs."""
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    rules = (
        *("default-src 'none'", f"script-src {hashes}", "style-src 'unsafe-inline'"),
        *("img-src data: blob:", "base-uri 'none'", "form-action 'none'"),
    )
    return Html(f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">')


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _footer(report: Report) -> Html:
    return tag("footer", tag("p", ending(report, f"{report.generated_at:%Y-%m-%d %H:%M} UTC")))


def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
