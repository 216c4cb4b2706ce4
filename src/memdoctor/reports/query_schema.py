"""The tables that a query can ask, with every column, its type and its unit."""

from collections.abc import Iterator
from typing import Any

import orjson

from memdoctor.reports.render import Style
from memdoctor.tables.schema import SQL_TYPES, Table, all_tables

SCHEMA_VERSION = 1


def render(name: str, style: Style) -> str:
    """Return the tables in a format."""
    if name == "terminal":
        return _terminal(style)
    return {"json": _json, "jsonl": _jsonl, "concise": _concise, "markdown": markdown}[name]()


def _json() -> str:
    document = {
        "schema_version": SCHEMA_VERSION,
        "tables": [_object(table) for table in all_tables().values()],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _jsonl() -> str:
    return "".join(orjson.dumps(_object(table)).decode() + "\n" for table in all_tables().values())


def _object(table: Table) -> dict[str, Any]:
    return {"table": table.name, "about": table.about, "columns": _rows(table)}


def _rows(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "column": column.name,
            "type": SQL_TYPES[column.type],
            "unit": column.unit or None,
            "about": column.about or None,
        }
        for column in table.columns
    ]


def _concise() -> str:
    return "".join(
        f"{table.name}.{row['column']}\t{row['type']}\t{row['unit'] or ''}\n"
        for table in all_tables().values()
        for row in _rows(table)
    )


def markdown() -> str:
    """Return the tables as sections of a page."""
    return "\n".join(line for table in all_tables().values() for line in _section(table)) + "\n"


def _section(table: Table) -> Iterator[str]:
    from memdoctor.reports.markdown_tables import raw_row

    yield f"## {table.name}"
    yield from ("", table.about, "", raw_row("column", "type", "unit", "what it is"), "|---|---|---|---|")
    for row in _rows(table):
        yield raw_row(f"`{row['column']}`", row["type"], row["unit"] or "", row["about"] or "")
    yield ""


def _terminal(style: Style) -> str:
    from rich.table import Table as Grid
    from rich.text import Text

    from memdoctor.reports.page import drawn

    blocks: list[Grid | Text] = []
    for table in all_tables().values():
        grid = Grid.grid(padding=(0, 2, 0, 0))
        for _ in range(3):
            grid.add_column(no_wrap=True)
        grid.add_column()
        for row in _rows(table):
            grid.add_row(
                row["column"], row["type"], row["unit"] or "", Text(row["about"] or "", style="dim")
            )
        blocks += [Text.assemble((table.name, "bold"), f"  {table.about}"), grid, Text("")]
    return drawn(blocks, style)
