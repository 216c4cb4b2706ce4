"""The formats of a query's answer, and of the tables that can be asked."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from memdoctor.analysis.heap.view import Column
from memdoctor.model import Source
from memdoctor.reports.json import source
from memdoctor.reports.query_cells import plain, read
from memdoctor.reports.render import Style
from memdoctor.tables.result import Result
from memdoctor.text import map_strings, printable
from memdoctor.units import count_of

SCHEMA_VERSION = 1
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # by which a spreadsheet knows what to execute


def render(result: Result, name: str, style: Style, sources: Sequence[Source] = ()) -> str:
    """Return an answer in a format, free of control characters; redacted where the style says so."""
    result = replace(result, rows=tuple(tuple(map(plain, row)) for row in result.rows))
    redactor = style.redactor if name == "csv" else style.redactor_for(name)
    if redactor is not None:
        redactor.spare_files(one.name for one in sources)
        result, sources = redactor.clean((result, tuple(sources)))
    result, sources = map_strings((result, tuple(sources)), printable)
    if name == "terminal":
        from memdoctor.reports.query_terminal import render as render_terminal

        return render_terminal(result, style)
    if name in {"json", "jsonl"}:
        return _RENDERERS[name](result, sources)
    return {"csv": _csv, "concise": _concise, "markdown": _markdown}[name](result)


def view_columns(result: Result) -> tuple[Column, ...]:
    """Return the columns as tables have them, each under its number."""
    return tuple(
        Column(str(index), one.name, "number" if one.is_number else "text", stays=index == 0)
        for index, one in enumerate(result.columns)
    )


def left_out(result: Result) -> str:
    """Return what is said of rows that are not shown; nothing where all are."""
    more = result.row_count - len(result.rows)
    return f"and {count_of(more, 'more row')}; --top 0 shows all" if more else ""


def cells(result: Result) -> list[list[str]]:
    """Return the rows as a person reads them."""
    return [[read(value) for value in row] for row in result.rows]


def _json(result: Result, sources: Sequence[Source]) -> str:
    document = {
        "schema_version": SCHEMA_VERSION,
        "sources": [source(one) for one in sources],
        "columns": [{"name": one.name, "type": one.type, "unit": one.unit} for one in result.columns],
        "rows": _objects(result),
        "row_count": result.row_count,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _jsonl(result: Result, sources: Sequence[Source]) -> str:
    del sources
    return "".join(orjson.dumps(row).decode() + "\n" for row in _objects(result))


def _objects(result: Result) -> list[dict[str, Any]]:
    names = [column.name for column in result.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


def _concise(result: Result) -> str:
    lines = ["\t".join(line) for line in cells(result)]
    return "".join(f"{line}\n" for line in (*lines, *filter(None, [left_out(result)])))


def _csv(result: Result) -> str:
    """Return the rows with a heading; a text that a spreadsheet would execute begins with an apostrophe."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow([_harmless(column.name) for column in result.columns])
    for row in result.rows:
        writer.writerow(["" if value is None else _harmless(value) for value in row])
    return page.getvalue()


def _harmless(value: Any) -> str:
    text = read(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _markdown(result: Result) -> str:
    from memdoctor.reports.markdown_tables import heading, row

    lines = list(heading((column.name, not column.is_number) for column in result.columns))
    lines += [row(*line) for line in cells(result)]
    rest = left_out(result)
    return "\n".join([*lines, *(["", rest] if rest else [])]) + "\n"


_RENDERERS = {"json": _json, "jsonl": _jsonl}
