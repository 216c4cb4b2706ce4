"""The formats of a query's answer, and of the tables that can be asked."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import orjson

from memdoctor.analysis.heap.view import Column
from memdoctor.model import Source
from memdoctor.redaction import Redactor
from memdoctor.reports.json import source
from memdoctor.reports.query_cells import plain, worded
from memdoctor.reports.render import Style
from memdoctor.tables.result import Result, ResultColumn
from memdoctor.text import map_strings, printable
from memdoctor.units import count_of

SCHEMA_VERSION = 1
_FORMULA = ("=", "+", "-", "@")  # by which a spreadsheet knows what to execute
_LONGEST = 1 << 30  # characters of a cell: texts are whole

Row = tuple[Any, ...]


def render(result: Result, name: str, style: Style, sources: Sequence[Source] = ()) -> Iterator[str]:
    """Yield an answer in a format, free of control characters; redacted where the style says so.

    Formats for machines are written as the rows come. What is redacted is walked as a whole first, for a
    name that is found late is replaced in all rows.
    """
    redactor = style.redactor if name == "csv" else style.redactor_for(name)
    if redactor is None:
        shown = replace(result, columns=_printed(result.columns), rows=map(_shown, result.rows))
        sources = _printed(tuple(sources))
    else:
        shown, sources = _redacted(result, sources, redactor)
    return _RENDERERS[name](shown, sources, style)


_whole = partial(printable, limit=_LONGEST)
_printed = partial(map_strings, change=_whole)


def _shown(row: Row) -> Row:
    return tuple(map(_cell, row))


def _cell(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, str):
        return _whole(value)
    return _printed(value) if isinstance(value, tuple | dict) else value


def _redacted(
    result: Result, sources: Sequence[Source], redactor: Redactor
) -> tuple[Result, Sequence[Source]]:
    redactor.spare_files(one.name for one in sources)
    whole = replace(result, rows=tuple(tuple(map(plain, row)) for row in result.rows))
    cleaned: tuple[Result, Sequence[Source]] = _printed(redactor.clean((whole, tuple(sources))))
    return cleaned


def view_columns(columns: Iterable[ResultColumn]) -> tuple[Column, ...]:
    """Return the columns as tables have them, each under its number."""
    return tuple(
        Column(str(index), one.name, "number" if one.is_number else "cell", stays=index == 0)
        for index, one in enumerate(columns)
    )


def left_out(result: Result) -> str:
    """Return what is said of rows that are not shown; nothing where all are."""
    more = result.left_out
    return f"and {count_of(more, 'more row')}; --top 0 shows all" if more else ""


def cells(result: Result) -> Iterator[list[str]]:
    """Yield the rows as a person reads them."""
    return ([worded(value) for value in row] for row in result.rows)


def _terminal(result: Result, sources: Sequence[Source], style: Style) -> Iterator[str]:
    from memdoctor.reports.query_terminal import render as render_terminal

    yield render_terminal(result, style)


def _json(result: Result, sources: Sequence[Source], style: Style) -> Iterator[str]:
    before = {
        "schema_version": SCHEMA_VERSION,
        "sources": [source(one) for one in sources],
        "columns": [{"name": one.name, "type": one.type, "unit": one.unit} for one in result.columns],
    }
    yield _indented(before).removesuffix("\n}") + ',\n  "rows": ['  # in which rows follow as they come
    count = 0
    for count, row in enumerate(_objects(result), 1):
        yield ("" if count == 1 else ",") + "\n    " + _indented(row).replace("\n", "\n    ")
    yield f'{chr(10) + "  " if count else ""}],\n  "row_count": {count + result.left_out}\n}}\n'


def _indented(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _jsonl(result: Result, sources: Sequence[Source], style: Style) -> Iterator[str]:
    return (orjson.dumps(row).decode() + "\n" for row in _objects(result))


def _objects(result: Result) -> Iterator[dict[str, Any]]:
    names = [column.name for column in result.columns]
    return (dict(zip(names, row, strict=True)) for row in result.rows)


def _concise(result: Result, sources: Sequence[Source], style: Style) -> Iterator[str]:
    yield from ("\t".join(line) + "\n" for line in cells(result))
    yield from (f"{line}\n" for line in filter(None, [left_out(result)]))


def _csv(result: Result, sources: Sequence[Source], style: Style) -> Iterator[str]:
    """Yield the rows with a heading; a text that a spreadsheet would execute begins with an apostrophe."""
    yield _csv_line(_harmless(column.name) for column in result.columns)
    for row in result.rows:
        yield _csv_line("" if value is None else _harmless(value) for value in row)


def _csv_line(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


def _harmless(value: Any) -> str:
    text = worded(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _markdown(result: Result, sources: Sequence[Source], style: Style) -> Iterator[str]:
    from memdoctor.reports.markdown_tables import heading, row

    lines = list(heading((column.name, not column.is_number) for column in result.columns))
    lines += [row(*line) for line in cells(result)]
    rest = left_out(result)
    yield "\n".join([*lines, *(["", rest] if rest else [])]) + "\n"


_RENDERERS: dict[str, Callable[[Result, Sequence[Source], Style], Iterator[str]]] = {
    "terminal": _terminal,
    "json": _json,
    "jsonl": _jsonl,
    "concise": _concise,
    "csv": _csv,
    "markdown": _markdown,
}
