"""The page of all fields of the JSON report, from its schema."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import memdoctor

_SCHEMA = Path(memdoctor.__file__).parent / "reports" / "report.schema.json"
_INTRODUCTION = """# Every field of the JSON report

As in its JSON Schema, `src/memdoctor/reports/report.schema.json`. What the report is, and how long, is
told in [The JSON report](json.md). Sizes are bytes, durations seconds, times ISO-8601 in UTC; null is *not
reported*.
"""

Schema = Mapping[str, Any]


def fields_page() -> str:
    """Return the page without its mark."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    records = {name: one for name, one in schema["$defs"].items() if "properties" in one}
    lines = [_INTRODUCTION, "## The report", "", *_table(schema, records)]
    for name, record in records.items():
        lines += [f"## {name}", "", record.get("description", ""), "", *_table(record, records)]
    return "\n".join(lines)


def _table(record: Schema, records: Schema) -> list[str]:
    return ["| field | type | what it is |", "|---|---|---|", *_rows(record, records, ""), ""]


def _rows(record: Schema, records: Schema, prefix: str) -> Iterator[str]:
    """Yield a row for each field, those of nested objects behind theirs."""
    for name, field in record["properties"].items():
        yield f"| `{prefix}{name}` | {_type(field, records)} | {_cell(field.get('description', ''))} |"
        if "properties" in field:
            yield from _rows(field, records, f"{prefix}{name}.")
        for of, sign in (("items", "[]"), ("additionalProperties", ".NAME")):
            inner = field.get(of) or {}
            if isinstance(inner, dict) and "properties" in inner:
                yield from _rows(inner, records, f"{prefix}{name}{sign}.")


def _type(field: Schema, records: Schema) -> str:
    """Return what a field holds, in a word or a few."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})" if name in records else str(name).replace("_", " ")
    if "anyOf" in field:
        return " or ".join(_type(one, records) for one in field["anyOf"])
    if field.get("type") == "array":
        return f"array of {_type(field.get('items', {}), records)}"
    if "enum" in field or "const" in field:
        words = field.get("enum", [field.get("const")])
        return ", ".join(f"`{json.dumps(word).strip(chr(34))}`" for word in words)
    kinds = field.get("type", "any")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _cell(text: str) -> str:
    linked = re.sub(r"\bdocs/(\S+\.md)", r"[\1](\1)", text)
    return linked.replace("|", "\\|").replace("\n", " ")
