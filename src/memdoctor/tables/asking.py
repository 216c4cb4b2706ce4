"""What a query asks for, by DuckDB's own syntax tree: which tables, which columns, and whether it may.

A query is one SELECT. It names the tables of the case, and no function that leads out of it: functions that
stand for tables are those of a short list, and what tells of the machine is refused. And the database is
locked.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from memdoctor.errors import UsageError
from memdoctor.tables.columns import sayable
from memdoctor.tables.schema import all_tables
from memdoctor.text import closest

if TYPE_CHECKING:
    import duckdb

_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})
_REFUSED = frozenset({"current_setting", "getenv", "write_log", "nextval", "currval", "getvariable"})
_WHOLE = frozenset({"STAR", "POSITIONAL_REFERENCE", "PIVOT", "SHOW_REF"})  # what means all columns
_HELP = "a query is one SELECT over the tables of the case: memdoctor query --schema"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query: its text without a semicolon, the tables it names, and the columns (None: all of them).

    `tree` is its syntax tree, as DuckDB has it.
    """

    sql: str
    tables: tuple[str, ...]
    columns: frozenset[str] | None
    tree: Any = field(default=None, repr=False)


def understood(connection: "duckdb.DuckDBPyConnection", sql: str) -> Asked:
    """Return what a query asks for. Raises UsageError for what is no query, or must not be asked."""
    if sayable(sql) != sql:
        raise UsageError("the query is no UTF-8", _HELP)
    tree = _tree(connection, sql)
    nodes = list(_walk(tree))
    for node in nodes:
        _check_function(node)
    tables = tuple(dict.fromkeys(_tables(nodes, _with_names(connection, nodes))))
    return Asked(_without_end(sql), tables, _columns(nodes), tree)


def _tree(connection: "duckdb.DuckDBPyConnection", sql: str) -> Any:
    import duckdb

    from memdoctor.tables.mistakes import told

    try:
        [(text,)] = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
        tree = json.loads(text)
    except duckdb.Error as error:
        raise told(error, sql) from error
    except (RecursionError, UnicodeError) as error:
        raise UsageError("the query cannot be read", _HELP) from error
    if tree["error"]:
        raise _no_select(connection, sql, tree)
    if len(tree["statements"]) != 1:
        what = "there is no query" if not tree["statements"] else "that is more than one statement"
        raise UsageError(what, _HELP)
    return tree["statements"][0]


def _no_select(connection: "duckdb.DuckDBPyConnection", sql: str, tree: Any) -> UsageError:
    """Return what is wrong with a text that is no SELECT."""
    import duckdb

    from memdoctor.tables.mistakes import told

    if tree.get("error_type") == "parser":
        try:
            connection.extract_statements(sql)  # tells the line, too
        except duckdb.Error as error:
            return told(error, sql)
        return UsageError(str(tree["error_message"]), _HELP)
    return UsageError("only SELECT is answered, nothing is changed and nothing else is read", _HELP)


def _walk(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a tree, whatever it is nested in."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _named_queries(node: dict[str, Any]) -> list[dict[str, Any]]:
    names = node.get("cte_map")
    return names["map"] if isinstance(names, dict) else []


def _with_names(connection: "duckdb.DuckDBPyConnection", nodes: list[dict[str, Any]]) -> set[str]:
    """Return the names that WITH gives. Raises UsageError for one by which DuckDB knows a view of its own.

    Outside of its WITH such a name would be that view.
    """
    names = {entry["key"].lower() for node in nodes for entry in _named_queries(node)}
    if names:
        views = connection.execute("SELECT lower(view_name) FROM duckdb_views() WHERE internal").fetchall()
        taken = names.intersection(name for (name,) in views)
        if taken:
            raise UsageError(f"{min(taken)} is a view of DuckDB: WITH cannot take its name", _HELP)
    return names


def _check_function(node: dict[str, Any]) -> None:
    """Refuse functions that lead out of the case."""
    function = node.get("function") if node.get("type") == "TABLE_FUNCTION" else None
    if isinstance(function, dict):
        name = str(function.get("function_name", "")).lower()
        if name not in _TABLE_FUNCTIONS:
            raise UsageError(f"{name} is refused: a query reads the tables of the case alone", _HELP)
    name = str(node.get("function_name", "")).lower()
    if name in _REFUSED:
        raise UsageError(f"{name} is refused: it tells of the machine, not of the case", _HELP)
    if node.get("type") == "SHOW_REF" and not node.get("query"):
        raise UsageError("SHOW is refused", "memdoctor query --schema shows the tables and their columns")


def _tables(nodes: list[dict[str, Any]], with_names: set[str]) -> Iterator[str]:
    """Yield the tables of the case that are named. Raises UsageError for one that there is not."""
    known = all_tables()
    for node in nodes:
        if node.get("type") != "BASE_TABLE":
            continue
        name = str(node["table_name"])
        where = [str(node[key]) for key in ("catalog_name", "schema_name") if node.get(key)]
        alone = not where
        if name.lower() in known and (alone or [one.lower() for one in where] == ["main"]):
            yield name.lower()
        elif not alone or name.lower() not in with_names:
            whole = ".".join([*where, name])
            raise UsageError(f"there is no table {whole}", closest(name.lower(), tuple(known)))


def _columns(nodes: list[dict[str, Any]]) -> frozenset[str] | None:
    """Return the names of columns that occur anywhere, None where a whole row may be meant."""
    found, rows = set[str](), set[str]()
    for node in nodes:
        kind = str(node.get("type"))  # of a constant a record
        if kind in _WHOLE or node.get("ref_type") == "NATURAL" or node.get("column_name_alias"):
            return None
        if kind == "COLUMN_REF":
            found |= {str(name).lower() for name in node["column_names"]}
        found |= {str(name).lower() for name in node.get("using_columns") or ()}
        if kind in {"BASE_TABLE", "SUBQUERY"}:
            alone = str(node.get("alias") or node.get("table_name") or "").lower()
            rows |= {alone}
    whole = {str(n["column_names"][-1]).lower() for n in nodes if n.get("type") == "COLUMN_REF"} & rows
    return None if whole else frozenset(found)


def _without_end(sql: str) -> str:
    """Return a query without its semicolon and what is after it, so that it can stand in another one."""
    import duckdb

    encoded = sql.encode()
    for offset, kind in reversed(duckdb.tokenize(sql)):
        if kind != duckdb.token_type.comment and encoded[offset : offset + 1] != b";":
            break
        encoded = encoded[:offset]
    return encoded.decode()
