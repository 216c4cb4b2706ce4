"""The units of an answer's columns, as far as its query tells.

A column that is one of a documented table has its unit; so has a sum, a mean or an extreme of one. What
was calculated otherwise has none: nobody knows what it is.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from memdoctor.tables.schema import all_tables

_KEEPING = frozenset({"sum", "min", "max", "avg", "median", "first", "last", "any_value", "mode"})


def units_of(tree: Any, names: Sequence[str]) -> dict[str, str]:
    """Return the units of an answer's columns by their names; `tree` is the syntax tree of one SELECT."""
    select = tree["node"]
    known = _known(select)
    if len(set(names)) != len(names):
        return {}
    items = select.get("select_list", [])
    if any(map(_is_star, items)):
        units = _beside_a_star(items, known, names)
    elif len(items) == len(names):  # else one of them is several columns, and nobody knows which
        units = {name: known.get(_column(item), "") for name, item in zip(names, items, strict=True)}
    else:
        units = {}
    return {name: unit for name, unit in units.items() if unit}


def _is_star(item: Any) -> bool:
    return bool(item.get("type") == "STAR")


def _beside_a_star(items: Sequence[Any], known: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    """Return units by name where `*` keeps the names; what stands beside it has one if it has a name."""
    if any(item.get(key) for item in items for key in ("columns", "replace_list", "rename_list")):
        return {}
    named = {str(item["alias"]): item for item in items if item.get("alias")}
    return {name: known.get(_column(named[name]) if name in named else name, "") for name in names}


def _known(node: Any) -> dict[str, str]:
    """Return units by column of the tables that a query is of; nothing where it is of another query."""
    if node.get("type") != "SELECT_NODE" or node["cte_map"]["map"]:
        return {}
    tables = list(_tables(node.get("from_table")))
    if None in tables:
        return {}
    schema = all_tables()
    found: dict[str, set[str]] = {}
    for name in tables:
        for column in schema[name].columns if name in schema else ():
            found.setdefault(column.name, set()).add(column.unit)
    return {name: next(iter(units)) for name, units in found.items() if len(units) == 1}


def _tables(source: Any) -> Iterator[str | None]:
    """Yield the tables of a FROM; None is anything else."""
    if isinstance(source, dict) and source.get("type") == "JOIN":
        yield from _tables(source["left"])
        yield from _tables(source["right"])
    elif isinstance(source, dict) and source.get("type") == "BASE_TABLE":
        yield None if source.get("column_name_alias") else str(source["table_name"]).lower()
    else:
        yield None


def _column(item: Any) -> str:
    """Return the column that an item is, or is a sum, mean or extreme of; empty for anything else."""
    if item.get("type") == "FUNCTION" and item.get("function_name") in _KEEPING:
        children = item.get("children") or [one["expression"] for one in item.get("arguments", [])]
        item = children[0] if len(children) == 1 else {}
    return str(item["column_names"][-1]).lower() if item.get("type") == "COLUMN_REF" else ""
