"""The formats of a view of a heap."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

import orjson

from memdoctor.analysis.heap.view import View
from memdoctor.redaction import Redactor
from memdoctor.reports.cells import cell
from memdoctor.reports.heap import amount, notes, remarks
from memdoctor.reports.json import source
from memdoctor.reports.render import Style, outward

SCHEMA_VERSION = 1


_REMARKS = 4_000  # characters that are kept free for what is said after the rows
_CONTENTS_LEFT_OUT = "contents of strings are shown on a terminal, elsewhere with --show-strings"


def render(view: View, name: str, style: Style, top: int, *, contents: bool) -> str:
    """Return the first `top` rows of a view (0: all) in a format, free of control characters.

    Without `contents` what the program's strings hold is left out; redacted, its length stands there.
    """
    view = replace(view, rows=view.rows[:top] if top else view.rows)
    redactor = style.redactor_for(name)
    if redactor is not None:
        view = _with_stand_ins(view, redactor)
    elif not contents:
        view = _without_contents(view)
    view = outward(view, redactor)
    if name == "terminal":
        from memdoctor.reports.view_terminal import render as render_terminal

        return render_terminal(view, style)
    return _RENDERERS[name](view)


def _with_stand_ins(view: View, redactor: Redactor) -> View:
    """Return the view with how long the texts of the program are in the place of what they hold."""
    keys = [column.key for column in view.columns if column.kind == "content"]
    rows = tuple(
        {**row, **{key: redactor.content(row[key]) for key in keys if row[key] is not None}}
        for row in view.rows
    )
    return replace(view, rows=rows) if keys else view


def _without_contents(view: View) -> View:
    """Return the view without what strings hold, and with a note that says so."""
    keys = [column.key for column in view.columns if column.kind == "content"]
    if not any(row[key] is not None for row in view.rows for key in keys):
        return view
    rows = tuple({**row, **dict.fromkeys(keys)} for row in view.rows)
    return replace(view, rows=rows, notes=(*view.notes, _CONTENTS_LEFT_OUT))


def _json(view: View) -> str:
    return orjson.dumps(_document(view), option=orjson.OPT_INDENT_2).decode() + "\n"


def _jsonl(view: View) -> str:
    """Return a line for each row, and what the rows are of in the last one."""
    document = _document(view)
    rows = document.pop("rows")
    lines = [*({"type": "row", **row} for row in rows), {"type": "totals", **document}]
    return "".join(orjson.dumps(line).decode() + "\n" for line in lines)


def _concise(view: View) -> str:
    lines = [f"{column.heading}\t{cell(column, view.totals)}" for column in view.facts]
    lines += ["\t".join(_cells(view, row)) for row in view.rows]
    return "".join(f"{line}\n" for line in (*lines, *remarks(view)))


def _document(view: View) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "view": view.view,
        "sources": [source(item) for item in view.sources],
        "rows": [dict(row) for row in view.rows],
        "totals": dict(view.totals),
        "notes": [*view.notes, *notes(view.about)],
        "row_count": view.row_count,
    }


def _cells(view: View, row: Mapping[str, Any]) -> list[str]:
    return [cell(column, row) for column in view.columns]


def _markdown(view: View) -> str:
    """Return the rows as a table, as many as an issue takes."""
    from memdoctor.reports.case_report.room import MOST
    from memdoctor.reports.markdown_tables import heading, row
    from memdoctor.reports.markdown_text import code, safe

    names = ", ".join(code(item.name) for item in view.sources)
    lines = [f"## Heap {view.view}", "", f"{names}: {amount(view.about)}", ""]
    lines += [f"- {column.heading}: {code(cell(column, view.totals))}" for column in view.facts]
    lines += [""] if view.facts else []
    lines += heading((column.heading, column.is_text) for column in view.columns)
    rows = [row(*_cells(view, line)) for line in view.rows]
    kept = _that_fit(rows, MOST - sum(map(len, lines)) - _REMARKS)
    view = replace(view, rows=view.rows[: len(kept)])
    lines += [*kept, *(line for remark in remarks(view) for line in ("", safe(remark)))]
    return "\n".join(lines) + "\n"


def _that_fit(rows: Sequence[str], characters: int) -> list[str]:
    """Return the first rows, as many as there is room for."""
    ends = accumulate(len(row) + 1 for row in rows)
    return [row for row, end in zip(rows, ends, strict=True) if end <= characters]


_RENDERERS = {"json": _json, "jsonl": _jsonl, "concise": _concise, "markdown": _markdown}
